"""Passwords of cameras lie sealed: who copies the database has none of them."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.db import transaction

from tocsin.base.keys import Purpose, Resealed, keys_of
from tocsin.vision.recognition.models import CameraSecret, CameraSource
from tocsin.vision.recognition.rules.rtsp.logins import CameraLogin


def login_of(source: CameraSource) -> CameraLogin | None:
    """User name and password, also under an earlier key; None where no name is kept. A password that no key opens is empty."""
    if not source.username:
        return None
    row = CameraSecret.objects.filter(source=source).first()
    if row is None:
        return CameraLogin(source.username, "")
    try:
        return CameraLogin(source.username, _sealer().decrypt(row.sealed.encode()).decode())
    except InvalidToken:
        return CameraLogin(source.username, "")


def keep_password(source: CameraSource, password: str) -> None:
    """Seals a password in the place of the present one; an empty one takes that away. Call it in a transaction."""
    CameraSecret.objects.filter(source=source).delete()
    if password:
        CameraSecret.objects.create(source=source, sealed=_sealer().encrypt(password.encode()).decode())


@transaction.atomic
def seal_cameras_anew(*, after: int, limit: int) -> Resealed:
    """Seals up to `limit` rows behind the row `after` under the key in force; harmless when done twice."""
    newest, every, done, lost = Fernet(_fernet_key(keys_of(Purpose.CAMERAS)[0])), _sealer(), 0, 0
    rows = list(CameraSecret.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:limit])
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
        done += CameraSecret.objects.filter(pk=row.pk).update(sealed=newest.encrypt(secret).decode())
    return Resealed(done, lost, rows[-1].pk if rows else None)


def _sealer() -> MultiFernet:
    return MultiFernet([Fernet(_fernet_key(key)) for key in keys_of(Purpose.CAMERAS)])


def _fernet_key(key: bytes) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"camera" + key).digest())
