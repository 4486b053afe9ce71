"""Secrets of connectors lie sealed: who copies the database has none of them."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.db import transaction

from tocsin.atlas.connectors.models import ConnectorSecret, ResourceConnector
from tocsin.base.keys import Purpose, Resealed, keys_of


def seal(secret: str) -> str:
    """The secret under the key in force."""
    return _sealer().encrypt(secret.encode()).decode()


def secret_of(connector: ResourceConnector) -> str:
    """The secret itself, also under an earlier key; empty where there is none, or no key opens it."""
    row = ConnectorSecret.objects.filter(connector=connector).first()
    if row is None:
        return ""
    try:
        return _sealer().decrypt(row.sealed.encode()).decode()
    except InvalidToken:
        return ""


def keep_secret(connector: ResourceConnector, secret: str) -> None:
    """Seals a secret for a connector in the place of the present one; an empty one takes that away. Call it in a transaction."""
    ConnectorSecret.objects.filter(connector=connector).delete()
    if secret:
        ConnectorSecret.objects.create(connector=connector, sealed=seal(secret))


@transaction.atomic
def seal_connectors_anew(*, after: int, limit: int) -> Resealed:
    """Seals up to `limit` rows behind the row `after` under the key in force; harmless when done twice."""
    newest, every, done, lost = Fernet(_fernet_key(keys_of(Purpose.CONNECTORS)[0])), _sealer(), 0, 0
    rows = list(ConnectorSecret.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:limit])
    for row in rows:
        try:
            newest.decrypt(row.sealed.encode())
            continue
        except InvalidToken:
            pass
        try:
            secret = every.decrypt(row.sealed.encode())
        except InvalidToken:
            lost += 1
            continue
        done += ConnectorSecret.objects.filter(pk=row.pk).update(sealed=newest.encrypt(secret).decode())
    return Resealed(done, lost, rows[-1].pk if rows else None)


def _sealer() -> MultiFernet:
    return MultiFernet([Fernet(_fernet_key(key)) for key in keys_of(Purpose.CONNECTORS)])


def _fernet_key(key: bytes) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"connector" + key).digest())
