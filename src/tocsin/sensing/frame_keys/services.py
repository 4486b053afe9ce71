"""Keys of frames are made, withdrawn and sealed anew. Keyword-only, rights checked, in one transaction with its audit entry."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tocsin.base.keys import Resealed
from tocsin.base.sealing import SealBrokenError
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.sensing.devices.models import Counter, Device
from tocsin.sensing.frame_keys.models import FrameKey
from tocsin.sensing.frame_keys.queries import COUNTER, MANAGE, SEALER
from tocsin.sensing.frame_keys.rules import BLOCK_BYTES

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def renew_frame_key(*, actor: "User", device_id: UUID, now: datetime) -> str:
    """A new key of SM4 as 32 hexadecimal digits, shown this once; the one before holds beside it for some days of policy."""
    device = _locked_device(actor, device_id)
    key = secrets.token_bytes(BLOCK_BYTES)
    before = FrameKey.objects.filter(device=device).first()
    values = {"sealed": SEALER.seal(key), "earlier": before.sealed if before else "", "made_at": now}
    FrameKey.objects.update_or_create(device=device, defaults=values)
    _doors_look_again()
    record_audit(actor, "device.frame_key_renewed", "device", device.pk, device.region_code, {"code": device.code})
    return key.hex()


@transaction.atomic
def withdraw_frame_key(*, actor: "User", device_id: UUID) -> None:
    """The device has no key any more, and none before it: what it encrypts can't be read."""
    device = _locked_device(actor, device_id)
    if FrameKey.objects.filter(device=device).delete()[0]:
        _doors_look_again()
        record_audit(actor, "device.frame_key_withdrawn", "device", device.pk, device.region_code, {"code": device.code})


@transaction.atomic
def seal_frame_keys_anew(*, after: int, limit: int) -> Resealed:
    """Seals up to `limit` keys behind the first `after` of them under the installation's key in force; harmless twice."""
    rows = list(FrameKey.objects.select_for_update().order_by("pk")[after : after + limit])
    done, lost = SEALER.renew_each(((row.pk, row.sealed) for row in rows), _reseal)
    return Resealed(done, lost, after + len(rows) if rows else None)


def _reseal(device_id: UUID, sealed: str) -> int:
    """The key before it is opened, too; one that no key opens is forgotten, since it can't count any more."""
    row = FrameKey.objects.get(pk=device_id)
    try:
        earlier = SEALER.renewed(row.earlier) if row.earlier else ""
    except SealBrokenError:
        earlier = ""
    return FrameKey.objects.filter(pk=device_id).update(sealed=sealed, earlier=earlier)


def _locked_device(actor: "User", device_id: UUID) -> Device:
    device = Device.objects.select_for_update().get(pk=device_id)
    require(actor, MANAGE, device.region_code)
    return device


def _doors_look_again() -> None:
    Counter.objects.get_or_create(name=COUNTER)
    Counter.objects.filter(name=COUNTER).update(value=F("value") + 1)
