"""Closed roads as their reader may see them, and those that are in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from tocsin.jurisdiction.face import Person, reach
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.roads.models import ClosedRoad
from tocsin.supplies.roads.rules.closures import Passage, Spot


@dataclass(frozen=True)
class Met:
    """A closed road that a way meets, and by how many kilometres the way grows (0 where it is shut)."""

    road: ClosedRoad
    passage: Passage
    further_km: float


def in_force(now: datetime) -> Q:
    """Closed at that moment."""
    return Q(from_at__lte=now) & (Q(until_at=None) | Q(until_at__gt=now)) & (Q(opened_at=None) | Q(opened_at__gt=now))


def visible_closed_roads(user: Person, *, now: datetime | None = None) -> QuerySet[ClosedRoad]:
    """Closed roads of the areas whose supplies the user sees; `now`: those in force then. Who is bound to a body hears of those
    that their deliveries meet.
    """
    condition = Q(pk__in=[])
    for one in reach(user, rights.SEE):
        if one.organisation_id is None:
            condition |= Q(region_code__startswith=one.prefix)
    rows = ClosedRoad.objects.filter(condition).select_related("closed_by", "opened_by")
    return rows if now is None else rows.filter(in_force(now))


def roads_in_force(now: datetime) -> list[ClosedRoad]:
    """All that are closed, wherever: a way crosses borders."""
    return list(ClosedRoad.objects.filter(in_force(now)).order_by("from_at", "id"))


def roads_open_again(now: datetime) -> list[ClosedRoad]:
    """Those that were opened, or whose end came, since plans were made around them."""
    opened = Q(opened_at__lte=now, planned_at__lt=F("opened_at"))
    ended = Q(opened_at=None, until_at__lte=now, planned_at__lt=F("until_at"))
    return list(ClosedRoad.objects.filter(opened | ended).order_by("from_at", "id"))


def met_on_way(roads: Sequence[ClosedRoad], start: Spot, end: Spot, beside_m: float) -> list[Met]:
    """Which of these the straight way between two places meets."""
    told = []
    for one in roads:
        passage, further = one.closure(beside_m).passage(start, end)
        if passage is not Passage.FREE:
            told.append(Met(one, passage, further))
    return told
