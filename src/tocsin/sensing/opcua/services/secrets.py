"""Passwords of servers and the key of Tocsin's own certificate lie sealed: who copies the database has none of them."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.db import transaction

from tocsin.base.keys import Purpose, Resealed, keys_of
from tocsin.sensing.opcua.models import OpcUaSecret, OpcUaServer
from tocsin.sensing.opcua.queries import opened, sealer


def seal(secret: str) -> str:
    """The secret under the key in force."""
    return sealer().encrypt(secret.encode()).decode()


def keep_password(server: OpcUaServer, password: str) -> None:
    """Seals a password in the place of the present one; an empty one takes that away. Call it in a transaction."""
    OpcUaSecret.objects.filter(server=server).delete()
    if password:
        OpcUaSecret.objects.create(server=server, sealed=seal(password))


@transaction.atomic
def seal_opcua_anew(*, after: int, limit: int) -> Resealed:
    """Seals up to `limit` rows behind the row `after` under the key in force; harmless when done twice."""
    key = base64.urlsafe_b64encode(hashlib.sha256(b"opcua" + keys_of(Purpose.OPCUA)[0]).digest())
    newest, done, lost = Fernet(key), 0, 0
    rows = list(OpcUaSecret.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:limit])
    for row in rows:
        try:
            newest.decrypt(row.sealed.encode())
            continue
        except InvalidToken:
            pass
        secret = opened(row.sealed)
        if not secret:
            lost += 1
            continue
        done += OpcUaSecret.objects.filter(pk=row.pk).update(sealed=newest.encrypt(secret.encode()).decode())
    return Resealed(done, lost, rows[-1].pk if rows else None)
