"""What a device sent before it was registered becomes its own, and is read: one press."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.sensing.devices.models import Device
from tocsin.sensing.quarantine.models import StrangersMessage
from tocsin.sensing.quarantine.rules import Form, Reason
from tocsin.sensing.quarantine.services.keeping import Owner, Unread, keep_messages
from tocsin.sensing.rereading.models import Rereading
from tocsin.sensing.rereading.queries import MANAGE, Choice, messages_before
from tocsin.sensing.rereading.services.asking import ask_to_reread

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST: Final = 2000
"""Messages that one press takes over; a further press takes the next."""


@transaction.atomic
def take_over_messages(*, actor: "User", device_id: UUID, now: datetime) -> Rereading:
    """Messages that came under the device's name before it was registered are kept as its own, and read again at once.

    Whoever presses has seen from which addresses they came: nothing proves that it was the device. InvalidInput where there is
    none; Conflict where its messages are being read already.
    """
    device = Device.objects.select_for_update().get(pk=device_id)
    require(actor, MANAGE, device.region_code)
    ids = messages_before(device).order_by("arrived_at", "id").values_list("pk", flat=True)[:MOST]
    found = list(StrangersMessage.objects.filter(pk__in=list(ids)).order_by("arrived_at", "id"))
    if not found:
        raise InvalidInput(_("Nothing is kept from before this device was registered."))
    keep_messages([_own(one, device.code) for one in found], {device.code: Owner(device.pk, device.region_code)})
    StrangersMessage.objects.filter(pk__in=[one.pk for one in found]).delete()
    details = {"code": device.code, "messages": len(found), "addresses": sorted({one.address for one in found})[:20]}
    record_audit(actor, "quarantine.taken_over", "device", device.pk, device.region_code, details)
    return ask_to_reread(actor=actor, choice=Choice(device.code), now=now)


def _own(one: StrangersMessage, code: str) -> Unread:
    why = InvalidInput("it came from %(address)s before the device was registered; try again", address=one.address)
    return Unread(
        code=code,
        door=one.door,
        form=Form(one.form),
        place="",
        content=bytes(one.content),
        context=b"",
        taken=b"",
        reason=Reason.UNREADABLE,
        why=why,
        arrived_at=one.arrived_at,
    )
