"""What lies in an area, as each capability tells it of its own."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final, Literal
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry

type Holding = Literal["sensors", "assets", "firm", "volunteers"]


@dataclass(frozen=True)
class InArea:
    """Some things of one holder: a body's sensors, a body's assets, one firm, volunteers. `count` of them lie in the area."""

    holding: Holding
    count: int
    region_code: str
    organisation_id: UUID | None = None
    object_id: UUID | None = None
    label: str = ""


type FindInArea = Callable[[BaseGeometry, Collection[str]], Iterable[InArea]]
"""By the shape (degrees, longitude first) and the codes of the counties that it meets. Named in the catalogue's `IN_AREA`."""

type Row = tuple[float | None, float | None, str, UUID | None]
"""Longitude, latitude, region, holder."""


def lies_in(shape: BaseGeometry, lon: float | None, lat: float | None) -> bool:
    """Whether a place lies in the shape; what has no place counts as inside, so that rather too many hear than too few.

    >>> square = shapely.box(0, 0, 1, 1)
    >>> lies_in(square, 0.5, 0.5), lies_in(square, 2.0, 0.5), lies_in(square, None, None)
    (True, False, True)
    """
    return lon is None or lat is None or bool(shapely.intersects_xy(shape, lon, lat))


def counted(holding: Holding, rows: Iterable[Row], shape: BaseGeometry) -> list[InArea]:
    """The rows inside by their holder, who stands in the region of the first of them."""
    found: dict[UUID | None, tuple[int, str]] = {}
    shapely.prepare(shape)
    for lon, lat, region, holder in rows:
        if lies_in(shape, lon, lat):
            count, first = found.get(holder, (0, region))
            found[holder] = count + 1, first
    return [InArea(holding, count, region, holder) for holder, (count, region) in found.items()]


class Slot(IntEnum):
    """When people are counted: by day, by night, by day on a day off."""

    DAY = 0
    NIGHT = 1
    DAY_OFF = 2


class Origin(StrEnum):
    """Where the number of people in a body comes from."""

    COUNTED = "counted"
    RECKONED = "reckoned"
    USUAL = "usual"
    PART = "part"


type People = tuple[float, float, float]
type Counts = tuple[int | None, int | None, int | None]


def slot_at(hour: float, *, working: bool, day_from_h: float, day_until_h: float) -> Slot:
    """Which count holds at a local hour.

    >>> slot_at(3.5, working=True, day_from_h=7, day_until_h=19), slot_at(12, working=False, day_from_h=7, day_until_h=19)
    (<Slot.NIGHT: 1>, <Slot.DAY_OFF: 2>)
    """
    if not day_from_h <= hour < day_until_h:
        return Slot.NIGHT
    return Slot.DAY if working else Slot.DAY_OFF


def people_inside(
    counted: Counts, figures: Mapping[str, float], inside: Mapping[str, People], usual: People, *, part: bool = False
) -> tuple[People, Origin]:
    """People inside by day, by night and on a day off, and where that comes from.

    What was counted stands. What was not is reckoned from figures with a share of people inside; where there is none of these,
    it is what is usual for the kind. A part of another body has no people of its own: they are in that one's number.

    >>> people_inside((None, None, None), {"pupils": 800, "floors": 4}, {"pupils": (1, 0, 0), "floors": (0, 0, 0)}, (700, 4, 4))
    ((800.0, 0.0, 0.0), <Origin.RECKONED: 'reckoned'>)
    >>> people_inside((None, 3, None), {}, {}, (700, 4, 4))
    ((700.0, 3.0, 4.0), <Origin.COUNTED: 'counted'>)
    """
    if part:
        return (0.0, 0.0, 0.0), Origin.PART
    telling = {name: shares for name, shares in inside.items() if name in figures and any(shares)}
    otherwise = [float(sum(figures[name] * shares[slot] for name, shares in telling.items())) for slot in Slot]
    if not telling:
        otherwise = [float(one) for one in usual]
    day, night, day_off = (
        float(given) if given is not None else otherwise[slot] for slot, given in zip(Slot, counted, strict=True)
    )
    if any(one is not None for one in counted):
        return (day, night, day_off), Origin.COUNTED
    return (day, night, day_off), Origin.RECKONED if telling else Origin.USUAL


class Reach(StrEnum):
    """How whoever answers for a body can be told, or why not."""

    MESSAGE = "message"  # a text message, and a person dials where nobody has heard it
    CALL = "call"  # a person dials
    NO_NUMBER = "no_number"
    NOT_A_NUMBER = "not_a_number"
    GONE = "gone"
    ELSEWHERE = "elsewhere"  # of a region for which the reader does not act


TOLD_BY: Final = (Reach.MESSAGE, Reach.CALL)


def reach_of(telephone: str, *, active: bool, mine: bool, dialled: bool, messages: bool) -> Reach:
    """How a body is told. `dialled`: the number can be dialled; `messages`: text messages are set up, and reach it.

    >>> reach_of("", active=True, mine=True, dialled=False, messages=False)
    <Reach.NO_NUMBER: 'no_number'>
    """
    if not active:
        return Reach.GONE
    if not mine:
        return Reach.ELSEWHERE
    if not telephone.strip():
        return Reach.NO_NUMBER
    if not dialled:
        return Reach.NOT_A_NUMBER
    return Reach.MESSAGE if messages else Reach.CALL
