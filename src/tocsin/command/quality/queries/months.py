"""This month against the month before, area by area: what rang, what was done, and what it spared the city. No drill is in it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, QuerySet

from tocsin.base.time import ms_from_datetime
from tocsin.command.casebook.models import Case, Declaration
from tocsin.command.casebook.rules.cases import DeclarationKind, OutcomeKind
from tocsin.command.quality.queries.closed import closed_cases, judged_as, real_cases
from tocsin.command.quality.queries.spreads import Spread, spread_of
from tocsin.command.quality.rules import TwoMonths
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import Region, regions_within
from tocsin.supervision.face import findings_closed
from tocsin.warning.alarms.rules.states import PERMISSION_SEE
from tocsin.warning.face import alarm_times

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST_AREAS = 40
"""Rows of the table: the counties of a city, the cities of a province."""


@dataclass(frozen=True)
class MonthFigures:
    """What happened in an area in a time. `confirm`: from ringing to the confirmation; `closed`: cases that were closed.

    `prevented`: of them the real matters that were found and mended before anybody had to declare an incident. `dangers`: hidden
    dangers that were closed.
    """

    alarms: int
    confirm: Spread
    opened: int
    closed: int
    prevented: int
    dangers: int


@dataclass(frozen=True)
class AreaMonths:
    """Both months of an area."""

    region: Region
    this: MonthFigures
    last: MonthFigures


def months_of(user: "Person", *, region_code: str, months: TwoMonths) -> list[AreaMonths]:
    """The area as a whole first, then those right below it, by code; of all what the user may see there."""
    areas = _areas(user, region_code)
    this = _figures(user, areas, months.since, months.until)
    last = _figures(user, areas, months.last_since, months.last_until)
    return [AreaMonths(area, now, before) for area, now, before in zip(areas, this, last, strict=True)]


def _areas(user: "Person", region_code: str) -> list[Region]:
    """The area, and those below it which no other of them governs."""
    known = regions_within(user, PERMISSION_SEE).order_by("code")
    whole = known.filter(code=region_code).first()
    if whole is None:
        return []
    below = [one for one in known.filter(code__startswith=governing_prefix(region_code)) if one.code != region_code]
    codes = {governing_prefix(one.code) for one in below}
    right_below = [one for one in below if not any(_governs(code, one.code) for code in codes)]
    return [whole, *right_below[:MOST_AREAS]]


def _governs(prefix: str, code: str) -> bool:
    """Whether the prefix is that of an area above this one, not its own."""
    return code.startswith(prefix) and prefix != governing_prefix(code)


def _figures(user: "Person", areas: list[Region], since: datetime, until: datetime) -> list[MonthFigures]:
    whole = areas[0].code if areas else ""
    closed = closed_cases(user, whole, since=since, until=until)
    settled = judged_as(OutcomeKind.SETTLED).filter(case=OuterRef("pk"))
    incidents = Declaration.objects.filter(case=OuterRef("pk"), kind=DeclarationKind.INCIDENT)
    counts = {
        "opened": _by_region(real_cases(user, whole).filter(opened_at__gte=since, opened_at__lt=until)),
        "closed": _by_region(closed),
        "prevented": _by_region(closed.filter(Exists(settled)).exclude(Exists(incidents))),
        "dangers": findings_closed(user, since=since, until=until),
    }
    return [_figures_of(user, area, since, until, counts) for area in areas]


def _figures_of(user: "Person", area: Region, since: datetime, until: datetime, counts: dict[str, Counter[str]]) -> MonthFigures:
    begin = ms_from_datetime(since)
    rang = [row for row in alarm_times(user, region_code=area.code, since=since, until=until) if row.raised_ms >= begin]
    prefix = governing_prefix(area.code)
    inside = {
        name: sum(number for code, number in by_region.items() if code.startswith(prefix)) for name, by_region in counts.items()
    }
    confirm = spread_of(row.confirmed_ms - row.raised_ms for row in rang if row.confirmed_ms >= 0)
    return MonthFigures(len(rang), confirm, inside["opened"], inside["closed"], inside["prevented"], inside["dangers"])


def _by_region(cases: QuerySet[Case]) -> Counter[str]:
    return Counter(dict(cases.order_by().values_list("region_code").annotate(number=Count("pk"))))
