"""Kept messages and rereadings, cut to what a person may see."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.devices.models import Device
from tocsin.sensing.quarantine.models import KeptMessage, KeptRoom, StrangersMessage
from tocsin.sensing.rereading.models import Rereading
from tocsin.sensing.transmitters.models import Transmitter
from tocsin.sensing.transmitters.rules import is_within

MANAGE: Final = "sensors.manage"
MOST_SENDERS: Final = 200


@dataclass(frozen=True)
class Choice:
    """Which messages: of a device, of a reason, that arrived in a span. Nothing chosen is all."""

    device: str = ""
    reason: str = ""
    begins: datetime | None = None
    ends: datetime | None = None


def visible_messages(user: Person) -> QuerySet[KeptMessage]:
    """Kept messages of devices in the regions where the user may manage sensors: they hold what nobody has looked at."""
    return scope(KeptMessage.objects.all(), user, MANAGE)


def chosen_messages(user: Person, choice: Choice) -> QuerySet[KeptMessage]:
    """Those of a choice, in the order of their arrival."""
    found = visible_messages(user)
    if choice.device:
        found = found.filter(device_code=choice.device)
    if choice.reason:
        found = found.filter(reason=choice.reason)
    if choice.begins is not None:
        found = found.filter(arrived_at__gte=choice.begins)
    if choice.ends is not None:
        found = found.filter(arrived_at__lte=choice.ends)
    return found


def behind(found: QuerySet[KeptMessage], rereading: Rereading) -> QuerySet[KeptMessage]:
    """Those that a rereading has not come to yet."""
    if rereading.read_at is None:
        return found
    later = Q(arrived_at__gt=rereading.read_at) | Q(arrived_at=rereading.read_at, pk__gt=rereading.read_id)
    return found.filter(later)


def visible_rooms(user: Person) -> QuerySet[KeptRoom]:
    """How much of each device is kept, the fullest first."""
    return scope(KeptRoom.objects.select_related("device"), user, MANAGE).order_by("-size", "device__code")


def visible_rereadings(user: Person) -> QuerySet[Rereading]:
    """Those over messages in the user's regions; newest first."""
    return scope(Rereading.objects.select_related("asked_by"), user, MANAGE)


def visible_strangers(user: Person) -> QuerySet[StrangersMessage]:
    """Messages of senders that are not registered: they are of no region, so of who sees everywhere."""
    return scope(StrangersMessage.objects.all(), user, MANAGE)


def messages_before(device: Device) -> QuerySet[StrangersMessage]:
    """What came under the device's name before it was registered: as MN of HJ 212, or under its source address of GB/T 26875.3
    from one of the networks that are entered for it.
    """
    named = Q(door="hj212", claimed=device.code)
    transmitter = Transmitter.objects.filter(device=device).first()
    if transmitter is not None:
        of_source = StrangersMessage.objects.filter(door="gb26875", claimed=transmitter.source)
        networks = [ipaddress.ip_network(one) for one in transmitter.networks]
        addresses = set(of_source.order_by().values_list("address", flat=True).distinct())
        named |= Q(door="gb26875", claimed=transmitter.source, address__in=[one for one in addresses if is_within(one, networks)])
    return StrangersMessage.objects.filter(named)


@dataclass(frozen=True)
class Sender:
    """A sender that is not registered: what it calls itself at which door, from where, and what is kept of it."""

    door: str
    claimed: str
    addresses: list[str]
    messages: int
    size: int
    first_at: datetime
    last_at: datetime


def senders(found: QuerySet[StrangersMessage]) -> list[Sender]:
    """By what they call themselves, the latest first; at most `MOST_SENDERS`."""
    totals = (
        found.order_by()
        .values("door", "claimed")
        .annotate(messages=Count("pk"), size=Sum("size"), first_at=Min("arrived_at"), last_at=Max("arrived_at"))
    )
    rows = list(totals.order_by("-last_at", "door", "claimed")[:MOST_SENDERS])
    addresses: dict[tuple[str, str], list[str]] = {}
    for door, claimed, address in found.order_by("address").values_list("door", "claimed", "address").distinct():
        addresses.setdefault((door, claimed), []).append(address)
    return [Sender(**row, addresses=addresses[row["door"], row["claimed"]]) for row in rows]
