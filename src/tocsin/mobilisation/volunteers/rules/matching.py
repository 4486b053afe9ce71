"""Who is called for a need: nearest and least burdened first, nobody who rests, is taken, or lives too far away.

Each line of the rule is one reason of `LeftOut`, asked in this order; who is left out by none stands in the queue. The queue is
ordered by the way to the need and, for each hour that somebody served lately, so many metres more (`burden_m_per_h`): of two
who live as near, the one who helped less is called. From the head of the queue people are taken until the open places are
covered or the cap is reached.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from tocsin.base.geometry import distance_m
from tocsin.jurisdiction.areas.rules.codes import governing_prefix

NEAR: Final = 0.0


class LeftOut(StrEnum):
    """Why somebody is not called."""

    ASKED = "asked"  # they have been asked for this need already
    TAKEN = "taken"  # another call has them
    RESTS = "rests"  # home from the last call for too short a time
    NO_SKILL = "no_skill"  # or the certificate has expired
    NO_PLACE = "no_place"  # nobody knows where they live
    OTHER_AREA = "other_area"
    TOO_FAR = "too_far"  # beyond the need's radius, or further than they would go


@dataclass(frozen=True)
class Candidate:
    """Somebody of the register. `skills`: what counts today, and how many of them or of their machines."""

    id: UUID
    skills: Mapping[str, int]
    region_code: str
    lon: float | None
    lat: float | None
    most_m: float | None = None
    burden_h: float = 0.0
    rests_until: datetime | None = None
    taken: bool = False
    asked: bool = False


@dataclass(frozen=True)
class Wanted:
    """What is needed, and where. `open_places`: people or machines that are still missing."""

    skills: tuple[str, ...]
    open_places: int
    lon: float
    lat: float
    radius_m: float
    area_code: str = ""


@dataclass(frozen=True)
class Called:
    """Somebody who is called: how far away, how burdened, by which sum they stand where they stand, how many places they fill."""

    id: UUID
    way_m: float
    burden_h: float
    cost_m: float
    counts: int


@dataclass(frozen=True)
class Choice:
    """Who is called now, who would be next, and why the others are not."""

    called: tuple[Called, ...] = ()
    queue: tuple[Called, ...] = ()
    left_out: Mapping[UUID, LeftOut] = field(default_factory=dict)


def choose(wanted: Wanted, candidates: Iterable[Candidate], *, most: int, burden_m_per_h: float, now: datetime) -> Choice:
    """The rule. `most`: so many may be called now at most."""
    left_out: dict[UUID, LeftOut] = {}
    queue: list[Called] = []
    for one in candidates:
        reason = _why_not(wanted, one, now)
        if reason is not None:
            left_out[one.id] = reason
        else:
            queue.append(_called(wanted, one, burden_m_per_h))
    queue.sort(key=lambda one: (one.cost_m, one.id))
    taken, places = 0, 0
    while taken < min(len(queue), most) and places < wanted.open_places:
        places += queue[taken].counts
        taken += 1
    return Choice(tuple(queue[:taken]), tuple(queue[taken:]), left_out)


def way_m(wanted: Wanted, one: Candidate) -> float | None:
    """Metres from home to the need; None where nobody knows where home is."""
    if one.lon is None or one.lat is None:
        return None
    return distance_m(one.lon, one.lat, wanted.lon, wanted.lat)


def _why_not(wanted: Wanted, one: Candidate, now: datetime) -> LeftOut | None:
    if one.asked:
        return LeftOut.ASKED
    if one.taken:
        return LeftOut.TAKEN
    if one.rests_until is not None and now < one.rests_until:
        return LeftOut.RESTS
    if any(one.skills.get(skill, 0) < 1 for skill in wanted.skills):
        return LeftOut.NO_SKILL
    way = way_m(wanted, one)
    if way is None:
        return LeftOut.NO_PLACE
    if wanted.area_code and not one.region_code.startswith(governing_prefix(wanted.area_code)):
        return LeftOut.OTHER_AREA
    if way > wanted.radius_m or (one.most_m is not None and way > one.most_m):
        return LeftOut.TOO_FAR
    return None


def _called(wanted: Wanted, one: Candidate, burden_m_per_h: float) -> Called:
    way = way_m(wanted, one) or NEAR
    counts = min((one.skills[skill] for skill in wanted.skills), default=1)
    return Called(one.id, way, one.burden_h, way + one.burden_h * burden_m_per_h, counts)
