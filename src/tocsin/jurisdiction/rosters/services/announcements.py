"""What rosters have to say by themselves: a shift that is coming, a hole ahead. Each is told once."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.utils import timezone

from tocsin.bus.services import record_event
from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.rosters.events import RosterHoleAhead, ShiftComing
from tocsin.jurisdiction.rosters.models import Roster, RosterTelling
from tocsin.jurisdiction.rosters.queries import rosters as queries
from tocsin.jurisdiction.rosters.rules import Stretch, shifts_of

BATCH = 20

type Key = tuple[str, datetime, str]  # what, beginning, whom


def tell_of_rosters(*, now: datetime) -> int:
    """Tells the coming shifts and the holes of all rosters in use that have not been told; returns how many.

    A hole that lasts is told once a day, one that was filled and opens again anew. Where nothing is new nothing is written.
    """
    found = list(Roster.objects.filter(is_active=True).select_related("organisation").order_by("pk"))
    return sum(_tell_batch(found[first : first + BATCH], now) for first in range(0, len(found), BATCH))


def _tell_batch(batch: list[Roster], now: datetime) -> int:
    ahead = policy().rosters
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    timelines = queries.timelines(batch, midnight, now + timedelta(days=ahead.holes_ahead_days))
    known: dict[object, set[Key]] = {}
    for row in RosterTelling.objects.filter(roster__in=batch, starts_at__gte=midnight):
        known.setdefault(row.roster_id, set()).add((row.what, row.starts_at, row.whom))
    told = 0
    for roster in batch:
        stretches, before = timelines[roster.pk], known.get(roster.pk, set())
        holes = dict(_holes(roster, stretches, now))
        _forget_filled(roster, before, holes, now)
        shifts = dict(_shifts(roster, stretches, now, now + timedelta(hours=ahead.told_before_h)))
        told += sum(_tell(roster, key, event, now) for key, event in (holes | shifts).items() if key not in before)
    return told


def _holes(roster: Roster, stretches: Iterable[Stretch], now: datetime) -> Iterator[tuple[Key, msgspec.Struct]]:
    for one in stretches:
        if one.hole and one.ends_at > now:
            yield (
                ("hole", one.starts_at, ""),
                RosterHoleAhead(
                    roster_id=str(roster.pk),
                    organisation_id=str(roster.organisation_id),
                    starts_at=one.starts_at.isoformat(),
                    ends_at=one.ends_at.isoformat(),
                    reason=str(one.hole),
                ),
            )


def _shifts(roster: Roster, stretches: list[Stretch], now: datetime, soon: datetime) -> Iterator[tuple[Key, msgspec.Struct]]:
    for person in {on.member.person for one in stretches for on in one.on if on.member.person}:
        for starts_at, ends_at in shifts_of(person, stretches):
            if now < starts_at <= soon:
                yield (
                    ("shift", starts_at, str(person)),
                    ShiftComing(
                        roster_id=str(roster.pk),
                        organisation_id=str(roster.organisation_id),
                        person_id=str(person),
                        starts_at=starts_at.isoformat(),
                        ends_at=ends_at.isoformat(),
                    ),
                )


def _forget_filled(roster: Roster, known: set[Key], holes: dict[Key, msgspec.Struct], now: datetime) -> None:
    """Holes ahead that are none any more: they are told again if they open anew."""
    filled = [key[1] for key in known - holes.keys() if key[0] == "hole" and key[1] > now]
    if filled:
        RosterTelling.objects.filter(roster=roster, what="hole", starts_at__in=filled).delete()


@transaction.atomic
def _tell(roster: Roster, key: Key, event: msgspec.Struct, now: datetime) -> bool:
    """Writes telling and event together; False where another worker was first."""
    what, starts_at, whom = key
    _row, made = RosterTelling.objects.get_or_create(
        roster=roster, what=what, starts_at=starts_at, whom=whom, defaults={"told_at": now}
    )
    if made:
        record_event(event, region=roster.organisation.region_id)
    return made
