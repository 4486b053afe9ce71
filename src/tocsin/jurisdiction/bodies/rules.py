"""Which bodies a matter concerns, and where it goes when a desk does not answer. Values in, bodies out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from tocsin.jurisdiction.areas.rules.codes import governing_prefix, governs
from tocsin.jurisdiction.areas.rules.hours import ALWAYS, IsWorkingDay, WeekHours, monday_to_friday


class Kind(StrEnum):
    """What a body is, and as what it is called: the same words."""

    OWNER = "owner"  # 权属单位: owns or runs a network or a building
    DEPARTMENT = "department"  # 行业主管部门
    GOVERNMENT = "government"  # 属地: its duty room keeps what nobody owns
    RESCUE = "rescue"  # 消防救援
    POLICE = "police"  # 交警
    CENTRE = "centre"  # 监测预警中心
    OTHER = "other"


_LEVELS: Final = {0: "everywhere", 2: "province", 4: "city", 6: "county"}
_KEEPERS: Final = (Kind.GOVERNMENT, Kind.CENTRE)


def level_of(region_code: str) -> str:
    """The administrative level of a code: everywhere, province, city, county, street.

    >>> [level_of(code) for code in ("000000", "370000", "370200", "370213", "370213001")]
    ['everywhere', 'province', 'city', 'county', 'street']
    """
    return _LEVELS.get(len(governing_prefix(region_code)), "street")


def governing_codes(region_code: str) -> tuple[str, ...]:
    """The code and all that govern it, the narrowest first.

    >>> governing_codes("370213"), governing_codes("370213001")[:2]
    (('370213', '370200', '370000', '000000'), ('370213001', '370213'))
    """
    prefix = governing_prefix(region_code)
    lengths = (length for length in (9, 6, 4, 2, 0) if length < len(prefix))
    return (region_code, *(prefix[:length].ljust(6, "0") for length in lengths))


@dataclass(frozen=True)
class NewDuty:
    """A duty as it is entered; `hours` is the text that `WeekHours` reads."""

    kind: str
    lifeline: str = ""
    trade: str = ""
    area_code: str = ""  # empty: the organisation's own region
    hours: str = ""
    effective_from: date | None = None
    effective_to: date | None = None


@dataclass(frozen=True)
class DutyHeld:
    """One duty of a body: it is called as `kind` for `lifeline` or `trade` (both empty: for everything) in `area_code`.

    `hours` are of local time; the duty holds from `effective_from` to `effective_to`, both days included, None is open.
    """

    body: UUID
    kind: str
    lifeline: str
    trade: str
    area_code: str
    hours: WeekHours = ALWAYS
    effective_from: date | None = None
    effective_to: date | None = None

    def covers(self, *, kind: str, lifeline: str, trade: str, region_code: str) -> bool:
        """Is the body called as this kind for this subject at this place?"""
        named = (not self.lifeline or self.lifeline == lifeline) and (not self.trade or self.trade == trade)
        return self.kind == kind and named and governs(self.area_code, region_code)

    def holds(self, local: datetime, is_working_day: IsWorkingDay) -> bool:
        """Is it in force at that local time?"""
        day = local.date()
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to) and self.hours.holds(local, is_working_day)


def bodies_with_duty(
    duties: Iterable[DutyHeld],
    *,
    kind: str,
    lifeline: str = "",
    trade: str = "",
    region_code: str,
    local: datetime,
    is_working_day: IsWorkingDay = monday_to_friday,
) -> list[UUID]:
    """Who is called: the narrowest area first, in one area who is named for the subject before who has all of them."""
    found = [
        duty
        for duty in duties
        if duty.covers(kind=kind, lifeline=lifeline, trade=trade, region_code=region_code) and duty.holds(local, is_working_day)
    ]
    found.sort(key=lambda duty: (-len(governing_prefix(duty.area_code)), not (duty.lifeline or duty.trade)))
    return list(dict.fromkeys(duty.body for duty in found))


@dataclass(frozen=True)
class Body:
    """What the way upward needs of an organisation."""

    id: UUID
    kind: str
    region_code: str
    superior: UUID | None
    has_desk: bool
    """Somebody answers there day and night."""


def next_desk(start: Body, bodies: Mapping[UUID, Body], *, beyond_level: bool = False) -> Body | None:
    """Upward from a body to the next desk that answers day and night, inside its own level.

    First along the superiors; then the duty room of the government of its area, then the monitoring centre there. Where its level
    has no desk at all the matter goes up a level rather than to no one. None only at the top of a level: for the desk that
    keeps what nobody owns. `beyond_level` goes on from there (county to city): a decision of persons, not of a clock.
    """
    level = level_of(start.region_code)
    above = [body for body in _superiors(start, bodies) if body.has_desk]
    inside = [body for body in above if level_of(body.region_code) == level]
    outside = [body for body in above if level_of(body.region_code) != level]
    others = [body for body in bodies.values() if body.has_desk and body.id != start.id and body.kind in _KEEPERS]
    if not _keeps(start):
        inside += sorted((body for body in others if body.region_code == start.region_code), key=_keeper_first)
    if inside:
        return inside[0]
    if _keeps(start) and not beyond_level:
        return None
    governing = (
        body for body in others if body.region_code != start.region_code and governs(body.region_code, start.region_code)
    )
    outside += sorted(governing, key=lambda body: (-len(governing_prefix(body.region_code)), _keeper_first(body)))
    return outside[0] if outside else None


def makes_a_circle(body: UUID, superior: UUID, superior_of: Mapping[UUID, UUID | None]) -> bool:
    """Would the body stand above itself with this superior?"""
    seen: set[UUID] = set()
    at: UUID | None = superior
    while at is not None and at not in seen:
        if at == body:
            return True
        seen.add(at)
        at = superior_of.get(at)
    return False


def _superiors(start: Body, bodies: Mapping[UUID, Body]) -> list[Body]:
    found: dict[UUID, Body] = {}
    at = bodies.get(start.superior) if start.superior else None
    while at is not None and at.id not in found and at.id != start.id:
        found[at.id] = at
        at = bodies.get(at.superior) if at.superior else None
    return list(found.values())


def _keeps(body: Body) -> bool:
    """属地兜底: a government's duty room is where a matter of its level stays."""
    return body.kind == Kind.GOVERNMENT and body.has_desk


def _keeper_first(body: Body) -> int:
    return _KEEPERS.index(Kind(body.kind))
