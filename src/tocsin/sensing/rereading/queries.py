"""Kept messages and rereadings, cut to what a person may see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.quarantine.models import KeptMessage, KeptRoom
from tocsin.sensing.rereading.models import Rereading

MANAGE: Final = "sensors.manage"


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
