"""Keeping the messages of which something could not be read, within bounds: no device fills the room of another, or the disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum

from tocsin.base.errors import TocsinError
from tocsin.base.reasons import kept
from tocsin.base.storable import storable
from tocsin.records.face import record_audits
from tocsin.screens.clock import current_time
from tocsin.sensing.quarantine.models import KeptMessage, KeptRoom
from tocsin.sensing.quarantine.policy import quarantine_policy
from tocsin.sensing.quarantine.rules import Form, Room, fits

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.jurisdiction.face import User

ROWS_AT_ONCE: Final = 200
EVICTED_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Unread:
    """A message of a device that proved who it is, of which something could not be read."""

    code: str
    door: str
    form: Form
    place: str
    content: bytes
    context: bytes
    taken: bytes
    reason: str
    why: TocsinError
    arrived_at: datetime

    @property
    def size(self) -> int:
        """What it takes of the room."""
        return len(self.content) + len(self.context) + len(self.taken)


@dataclass(frozen=True)
class Owner:
    """Whose a message is."""

    device_id: UUID
    region_code: str


@transaction.atomic
def keep_messages(messages: Sequence[Unread], owners: Mapping[str, Owner]) -> None:
    """Keeps those that find a place and counts the others. Messages of devices that are no longer registered are nobody's."""
    policy = quarantine_policy().kept
    bounds = Room(policy.bytes_per_device, policy.messages_per_device, policy.bytes_in_all)
    rooms = _rooms(owners)
    rows = []
    for one in messages:
        owner = owners.get(one.code)
        if owner is None:
            continue
        room = rooms[owner.device_id]
        if fits(bounds, room.messages, room.size, one.size):
            room.messages, room.size = room.messages + 1, room.size + one.size
            rows.append(_row(one, owner))
        else:
            room.dropped, room.last_dropped_at = room.dropped + 1, one.arrived_at
    KeptMessage.objects.bulk_create(rows)
    for room in rooms.values():
        room.save()
    _make_room(bounds.bytes_in_all)


def _rooms(owners: Mapping[str, Owner]) -> dict[UUID, KeptRoom]:
    wanted = {one.device_id: one.region_code for one in owners.values()}
    locked = KeptRoom.objects.select_for_update().filter(device_id__in=wanted).order_by("device_id")
    found = {one.device_id: one for one in locked}
    for device_id in sorted(wanted.keys() - found.keys()):
        made, _new = KeptRoom.objects.get_or_create(device_id=device_id, defaults={"region_code": wanted[device_id]})
        found[device_id] = KeptRoom.objects.select_for_update().get(pk=made.pk)
    return found


def _row(one: Unread, owner: Owner) -> KeptMessage:
    return KeptMessage(
        device_id=owner.device_id,
        device_code=one.code,
        region_code=owner.region_code,
        reason=one.reason,
        why=kept(one.why),
        door=one.door,
        form=one.form,
        place=str(storable(one.place[:300])),
        content=one.content,
        context=one.context,
        taken=one.taken,
        size=one.size,
        arrived_at=one.arrived_at,
    )


def _make_room(bytes_in_all: int) -> None:
    """Where all of it is too much, the device that has most loses its oldest: never one that has little."""
    while (KeptRoom.objects.aggregate(all=Sum("size"))["all"] or 0) > bytes_in_all:
        largest = KeptRoom.objects.order_by("-size", "device_id").first()
        if largest is None or not drop_messages(KeptMessage.objects.filter(device_id=largest.device_id)):
            return


def drop_messages(found: "QuerySet[KeptMessage]", *, are_lost: bool = True) -> int:
    """Deletes some of the messages, the oldest first; `are_lost`: counted as dropped. Returns how many. In a transaction."""
    rows = list(found.order_by("arrived_at", "id").values_list("pk", "device_id", "size")[:EVICTED_AT_ONCE])
    per_device: dict[UUID, tuple[int, int]] = {}
    for _pk, device_id, size in rows:
        count, total = per_device.get(device_id, (0, 0))
        per_device[device_id] = count + 1, total + size
    KeptMessage.objects.filter(pk__in=[pk for pk, _device, _size in rows]).delete()
    for device_id, (count, size) in sorted(per_device.items()):
        take_from_room(device_id, count, size)
        if are_lost:
            KeptRoom.objects.filter(device_id=device_id).update(dropped=F("dropped") + count, last_dropped_at=current_time())
    return len(rows)


def take_from_room(device_id: UUID, messages: int, size: int) -> None:
    """The device has so much less."""
    KeptRoom.objects.filter(device_id=device_id).update(messages=F("messages") - messages, size=F("size") - size)


def drop_old(*, now: datetime) -> bool:
    """Drops what is older than the policy keeps, some at a time; True where more waits."""
    before = now - timedelta(days=quarantine_policy().kept.days)
    with transaction.atomic():
        return drop_messages(KeptMessage.objects.filter(arrived_at__lt=before)) == EVICTED_AT_ONCE


def discard_messages(*, actor: "User", found: "QuerySet[KeptMessage]", reason: str) -> int:
    """A person throws away messages that nobody will read; how many. Whoever calls has looked at the rights over them."""
    count = 0
    while True:
        with transaction.atomic():
            some = found.order_by("arrived_at", "id")[:ROWS_AT_ONCE].values_list("pk", "device_id", "device_code", "region_code")
            part = list(some)
            if not part:
                return count
            drop_messages(KeptMessage.objects.filter(pk__in=[one[0] for one in part]), are_lost=False)
            by_device: dict[tuple[UUID, str, str], int] = {}
            for _pk, device_id, code, region in part:
                by_device[device_id, code, region] = by_device.get((device_id, code, region), 0) + 1
            entries = [
                (device_id, region, {"code": code, "messages": number, "reason": reason})
                for (device_id, code, region), number in by_device.items()
            ]
            record_audits(actor, "quarantine.discarded", "device", entries)
            count += len(part)
