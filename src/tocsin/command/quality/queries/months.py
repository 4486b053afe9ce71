"""This month against the month before, area by area: what rang, what was done, and what it spared the city. No drill is in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.base.time import ms_from_datetime
from tocsin.command.casebook.models import Case
from tocsin.command.quality.queries.happenings import SEE, Happening, Span, happenings
from tocsin.command.quality.queries.spreads import Spread, spread_of
from tocsin.command.quality.rules import STANDING, MonthMeasure, TwoMonths
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import Region, regions_within
from tocsin.screens.comparison import has_begun_before

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST_AREAS = 40
"""Rows of the table: the counties of a city, the cities of a province."""


@dataclass(frozen=True)
class Measured:
    """How many of one measure there were; `spread`: of those with a time, from beginning to end."""

    count: int
    spread: Spread


type MonthFigures = dict[MonthMeasure, Measured]


@dataclass(frozen=True)
class BothMonths[T]:
    """The same of this month and of the one before."""

    this: T
    last: T


@dataclass(frozen=True)
class AreaMonths:
    """Both months of an area; what stands now is in `this` alone."""

    region: Region
    this: MonthFigures
    last: MonthFigures


def months_of(user: "Person", *, region_code: str, months: TwoMonths) -> list[AreaMonths]:
    """The area as a whole first, then those right below it, by code; of all what the user may see there."""
    areas = areas_of(user, region_code)
    if not areas:
        return []
    this = _found(user, tuple(MonthMeasure), Span(region_code, months.since, months.until))
    before = tuple(one for one in MonthMeasure if one not in STANDING)
    last = _found(user, before, Span(region_code, months.last_since, months.last_until))
    return [AreaMonths(area, _figures(this, area), _figures(last, area)) for area in areas]


def prevented_in(user: "Person", *, region_code: str, months: TwoMonths) -> BothMonths[list[Happening]]:
    """The cases of the area that were mended before an incident, in both months."""
    this, last = Span(region_code, months.since, months.until), Span(region_code, months.last_since, months.last_until)
    prevented = MonthMeasure.PREVENTED
    return BothMonths(happenings(user, prevented, this), happenings(user, prevented, last))


def reaches_month_before(months: TwoMonths) -> bool:
    """Whether the past reaches to the first day of the month before: else nothing is held against that month."""
    second_day = months.last_since + timedelta(days=1)
    return has_begun_before(second_day) or Case.objects.filter(opened_at__lt=second_day).exists()


def rows_of_month(user: "Person", *, region_code: str, measure: MonthMeasure, months: TwoMonths, last: bool) -> list[Happening]:
    """What one figure counts; `last`: that of the month before. What stands now is of no month."""
    before = last and measure not in STANDING
    since, until = (months.last_since, months.last_until) if before else (months.since, months.until)
    return happenings(user, measure, Span(region_code, since, until))


def measured_in(
    user: "Person", region_code: str, measure: MonthMeasure, months: TwoMonths, *, last: bool
) -> tuple[Measured, list[Happening]]:
    """One figure of a whole area, with what it counts."""
    rows = rows_of_month(user, region_code=region_code, measure=measure, months=months, last=last)
    return _measured(rows), rows


def areas_of(user: "Person", region_code: str) -> list[Region]:
    """The area, and those below it which no other of them governs."""
    known = regions_within(user, SEE).order_by("code")
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


def _found(user: "Person", measures: Iterable[MonthMeasure], span: Span) -> dict[MonthMeasure, list[Happening]]:
    return {one: happenings(user, one, span) for one in measures}


def _figures(found: dict[MonthMeasure, list[Happening]], area: Region) -> MonthFigures:
    prefix = governing_prefix(area.code)
    return {measure: _measured(one for one in rows if one.region_code.startswith(prefix)) for measure, rows in found.items()}


def _measured(rows: Iterable[Happening]) -> Measured:
    kept = list(rows)
    return Measured(len(kept), spread_of(_ms(one.began_at, one.ended_at) for one in kept if one.ended_at is not None))


def _ms(begin: datetime, end: datetime) -> int:
    """A clock that a person set back tells no time below nothing."""
    return max(0, ms_from_datetime(end) - ms_from_datetime(begin))
