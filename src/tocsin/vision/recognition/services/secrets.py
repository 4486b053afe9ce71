"""Passwords of cameras lie sealed: who copies the database has none of them."""

from django.db import transaction

from tocsin.base.keys import Purpose, Resealed
from tocsin.base.sealing import SealBrokenError, Sealer
from tocsin.vision.recognition.models import CameraSecret, CameraSource
from tocsin.vision.recognition.rules.rtsp.logins import CameraLogin

_SEALER = Sealer(Purpose.CAMERAS, "camera")


def login_of(source: CameraSource) -> CameraLogin | None:
    """User name and password, also under an earlier key; None where no name is kept. A password that no key opens is empty."""
    if not source.username:
        return None
    row = CameraSecret.objects.filter(source=source).first()
    if row is None:
        return CameraLogin(source.username, "")
    try:
        return CameraLogin(source.username, _SEALER.open_text(row.sealed))
    except SealBrokenError:
        return CameraLogin(source.username, "")


def keep_password(source: CameraSource, password: str) -> None:
    """Seals a password in the place of the present one; an empty one takes that away. Call it in a transaction."""
    CameraSecret.objects.filter(source=source).delete()
    if password:
        CameraSecret.objects.create(source=source, sealed=_SEALER.seal_text(password))


@transaction.atomic
def seal_cameras_anew(*, after: int, limit: int) -> Resealed:
    """Seals up to `limit` rows behind the row `after` under the key in force; harmless when done twice."""
    rows = list(CameraSecret.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:limit])
    done, lost = _SEALER.renew_each(
        ((row.pk, row.sealed) for row in rows), lambda pk, sealed: CameraSecret.objects.filter(pk=pk).update(sealed=sealed)
    )
    return Resealed(done, lost, rows[-1].pk if rows else None)
