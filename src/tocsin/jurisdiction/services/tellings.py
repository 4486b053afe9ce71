"""What rosters have to say by themselves: a shift that is coming, a hole ahead. Each is told once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tocsin.bus.services import record_event
from tocsin.jurisdiction import queries
from tocsin.jurisdiction.events import RosterHoleAhead, ShiftComing
from tocsin.jurisdiction.models import Roster, RosterTelling
from tocsin.jurisdiction.policy import policy
from tocsin.jurisdiction.rules.rosters import Stretch, shifts_of

BATCH = 20


def tell_of_rosters(*, now: datetime) -> int:
    """Tells the coming shifts and the holes of all rosters in use that have not been told; returns how many.

    A hole that lasts is told once a day. One that was filled and opens again is told again.
    """
    found = Roster.objects.filter(is_active=True).select_related("organisation").order_by("pk")
    told, last = 0, None
    while batch := list(found.filter(pk__gt=last)[:BATCH] if last else found[:BATCH]):
        last = batch[-1].pk
        told += _tell_batch(batch, now)
    return told


@transaction.atomic
def _tell_batch(batch: list[Roster], now: datetime) -> int:
    ahead = policy().rosters
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    until = now + timedelta(days=ahead.holes_ahead_days)
    soon = now + timedelta(hours=ahead.told_before_h)
    timelines = queries.timelines(batch, start, until)
    told = 0
    for roster in batch:
        stretches = timelines[roster.pk]
        told += _tell_holes(roster, [one for one in stretches if one.hole and one.ends_at > now], now)
        told += _tell_shifts(roster, stretches, now, soon)
    return told


def _tell_holes(roster: Roster, holes: list[Stretch], now: datetime) -> int:
    known = RosterTelling.objects.filter(roster=roster, what="hole")
    known.filter(starts_at__gt=now).exclude(starts_at__in=[one.starts_at for one in holes]).delete()
    told = 0
    for hole in holes:
        if _first_time(roster, "hole", hole.starts_at, "", now):
            event = RosterHoleAhead(
                roster_id=str(roster.pk),
                organisation_id=str(roster.organisation_id),
                starts_at=hole.starts_at.isoformat(),
                ends_at=hole.ends_at.isoformat(),
                reason=str(hole.hole),
            )
            record_event(event, region=roster.organisation.region_id)
            told += 1
    return told


def _tell_shifts(roster: Roster, stretches: list[Stretch], now: datetime, soon: datetime) -> int:
    told = 0
    for person in _persons(stretches):
        for starts_at, ends_at in shifts_of(person, stretches):
            if now < starts_at <= soon and _first_time(roster, "shift", starts_at, str(person), now):
                event = ShiftComing(
                    roster_id=str(roster.pk),
                    organisation_id=str(roster.organisation_id),
                    person_id=str(person),
                    starts_at=starts_at.isoformat(),
                    ends_at=ends_at.isoformat(),
                )
                record_event(event, region=roster.organisation.region_id)
                told += 1
    return told


def _first_time(roster: Roster, what: str, starts_at: datetime, whom: str, now: datetime) -> bool:
    _row, made = RosterTelling.objects.get_or_create(
        roster=roster, what=what, starts_at=starts_at, whom=whom, defaults={"told_at": now}
    )
    return made


def _persons(stretches: Iterable[Stretch]) -> set[UUID]:
    return {on.member.person for one in stretches for on in one.on if on.member.person}
