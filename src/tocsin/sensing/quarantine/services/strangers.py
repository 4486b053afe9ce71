"""Keeping what senders bring that are not registered: little, for some days, and no address fills the room of another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Sum

from tocsin.sensing.quarantine.models import StrangersMessage
from tocsin.sensing.quarantine.policy import StrangersKeeping, quarantine_policy
from tocsin.sensing.quarantine.rules import Form

DROPPED_AT_ONCE: Final = 500
GIVES_WAY: Final = 50


@dataclass(frozen=True)
class Strange:
    """A message of a sender that is not registered: what it calls itself, and where it came from."""

    claimed: str
    address: str
    door: str
    form: Form
    content: bytes
    arrived_at: datetime

    @property
    def size(self) -> int:
        """What it takes of the room."""
        return len(self.content)


@transaction.atomic
def keep_strange(messages: Sequence[Strange]) -> None:
    """Keeps those that find a place, and no copy of one that is kept: who is not answered sends the same again."""
    policy = quarantine_policy().strangers
    for one in messages:
        of_door = StrangersMessage.objects.filter(door=one.door)
        if of_door.filter(claimed=one.claimed, content=one.content).exists():
            continue
        if one.size > policy.bytes_per_door or of_door.filter(address=one.address).count() >= policy.messages_per_address:
            continue
        StrangersMessage.objects.create(
            door=one.door,
            claimed=one.claimed,
            address=one.address,
            form=one.form,
            content=one.content,
            size=one.size,
            arrived_at=one.arrived_at,
        )
    for door in {one.door for one in messages}:
        _make_room(door, policy)


def _make_room(door: str, policy: StrangersKeeping) -> None:
    """Where a door has too much, the address with most loses its oldest: never one that has little."""
    of_door = StrangersMessage.objects.filter(door=door)
    while True:
        held = of_door.aggregate(messages=Count("pk"), size=Sum("size"))
        if held["messages"] <= policy.messages_per_door and (held["size"] or 0) <= policy.bytes_per_door:
            return
        by_address = of_door.order_by().values("address").annotate(size=Sum("size"), messages=Count("pk"))
        most = by_address.order_by("-size", "-messages", "address")[0]["address"]
        more = max(1, min(GIVES_WAY, held["messages"] - policy.messages_per_door))
        _delete(list(of_door.filter(address=most).values_list("pk", flat=True)[:more]))


def drop_old_strange(*, now: datetime) -> bool:
    """Drops what is older than the policy keeps, some at a time; True where more waits."""
    before = now - timedelta(days=quarantine_policy().strangers.days)
    old = list(StrangersMessage.objects.filter(arrived_at__lt=before).values_list("pk", flat=True)[:DROPPED_AT_ONCE])
    _delete(old)
    return len(old) == DROPPED_AT_ONCE


def _delete(ids: Sequence[UUID]) -> None:
    StrangersMessage.objects.filter(pk__in=ids).delete()
