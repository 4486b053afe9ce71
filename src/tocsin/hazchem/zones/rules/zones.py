"""What is entered of a zone and its rules, and what of it can't be. Values in, InvalidInput out."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

import numpy as np
from shapely import Polygon

from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import LocalPlane
from tocsin.engine.positioning.areas import Area
from tocsin.engine.positioning.rules import RuleKind
from tocsin.hazchem.positions.rules.tags import PEOPLE

MOST_CORNERS: Final = 200
CIRCLE_CORNERS: Final = 24
LEAST_M2: Final = 4.0
MOST_M2: Final = 1e8

type Corners = tuple[tuple[float, float], ...]


class ZonePurpose(StrEnum):
    """What an area is for."""

    ZONE = "zone"  # rules hold in it
    SITE = "site"  # the plant's limit: who is outside of it is out
    MUSTER = "muster"  # where people gather


class BreachKind(StrEnum):
    """What was broken: a rule of a zone, or what holds everywhere."""

    MOST_PERSONS = RuleKind.MOST_PERSONS.value
    LEAST_PERSONS = RuleKind.LEAST_PERSONS.value
    ONLY_KINDS = RuleKind.ONLY_KINDS.value
    LONE_WORKER = RuleKind.LONE_WORKER.value
    STILL = RuleKind.STILL.value
    NO_VEHICLES = RuleKind.NO_VEHICLES.value
    MOST_SPEED = RuleKind.MOST_SPEED.value
    SOS = "sos"
    WATCHER_AWAY = "watcher_away"


NUMBERED: Final = frozenset(
    (RuleKind.MOST_PERSONS, RuleKind.LEAST_PERSONS, RuleKind.LONE_WORKER, RuleKind.STILL, RuleKind.MOST_SPEED)
)
"""Rules that need a number: persons, minutes or km/h."""


@dataclass(frozen=True)
class RuleSheet:
    """One rule of a zone."""

    kind: RuleKind
    limit: float = 0.0
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ZoneSheet:
    """A zone. `outline`: longitude and latitude of its corners; without one it has that of its unit. `floor`: empty for all."""

    name: str
    purpose: ZonePurpose = ZonePurpose.ZONE
    unit_id: UUID | None = None
    outline: Corners = ()
    floor: str = ""
    rules: tuple[RuleSheet, ...] = ()


def check_zone(sheet: ZoneSheet) -> None:
    """InvalidInput says what is wrong and how to mend it."""
    if not sheet.name.strip():
        raise InvalidInput("A zone has a name.")
    if sheet.unit_id is None or sheet.outline:
        check_outline(sheet.outline)
    if sheet.rules and sheet.purpose is not ZonePurpose.ZONE:
        raise InvalidInput("The plant's limit and muster points have no rules: draw a zone of its own.")
    kinds = [one.kind for one in sheet.rules]
    if twice := [one for one in kinds if kinds.count(one) > 1]:
        raise InvalidInput("the rule %(kind)s stands there twice", kind=twice[0].value)
    for one in sheet.rules:
        _check_rule(one)


def check_outline(corners: Corners) -> None:
    """InvalidInput for what is no area."""
    if not 3 <= len(corners) <= MOST_CORNERS:
        raise InvalidInput("an area has 3 to %(most)s corners, or is that of a unit whose outline is drawn", most=MOST_CORNERS)
    for number, (lon, lat) in enumerate(corners, 1):
        if not (math.isfinite(lon) and -180 <= lon <= 180 and math.isfinite(lat) and -90 <= lat <= 90):
            raise InvalidInput("corner %(number)s: longitude and latitude are swapped, or no degrees", number=number)
    shape = Polygon(Area(corners).ring_m)
    if not shape.is_valid:
        raise InvalidInput("the edge crosses itself: take the corners in their order around the area")
    if not LEAST_M2 <= shape.area <= MOST_M2:
        raise InvalidInput("the area has %(size)s m²: between 4 m² and 100 km² is meant", size=f"{shape.area:.3g}")


def _check_rule(rule: RuleSheet) -> None:
    kind = rule.kind
    if kind in NUMBERED and not (math.isfinite(rule.limit) and 0 <= rule.limit <= 10_000):
        raise InvalidInput("the rule %(kind)s needs a number from 0 to 10,000", kind=kind.value)
    if kind in (RuleKind.MOST_PERSONS, RuleKind.LEAST_PERSONS) and rule.limit != round(rule.limit):
        raise InvalidInput("the rule %(kind)s counts whole persons", kind=kind.value)
    if kind in (RuleKind.LONE_WORKER, RuleKind.STILL, RuleKind.MOST_SPEED) and rule.limit <= 0:
        raise InvalidInput("the rule %(kind)s needs more than 0", kind=kind.value)
    if kind is RuleKind.ONLY_KINDS and not (rule.kinds and set(rule.kinds) <= set(PEOPLE)):
        raise InvalidInput("the rule %(kind)s names who may be there: %(known)s", kind=kind.value, known=", ".join(PEOPLE))


def read_corners(text: str) -> Corners:
    """Corners as a form writes them, one a line: longitude latitude. InvalidInput names the line.

    >>> read_corners("120.1 36.1; 120.2,36.1")
    ((120.1, 36.1), (120.2, 36.1))
    """
    found = []
    for line, told in enumerate(text.replace("；", "\n").replace(";", "\n").replace("，", " ").replace(",", " ").splitlines(), 1):
        if not told.strip():
            continue
        try:
            lon, lat = (float(one) for one in told.split())
        except ValueError:
            raise InvalidInput("line %(line)s: a corner is two numbers: longitude, latitude", line=line) from None
        found.append((lon, lat))
    return tuple(found)


def circle(lon: float, lat: float, radius_m: float) -> Corners:
    """The corners of a circle about a place.

    >>> len(circle(120.0, 36.0, 10.0))
    24
    """
    if not (math.isfinite(radius_m) and 0 < radius_m <= 5000):
        raise InvalidInput("a radius lies between 0 and 5,000 m")
    turns = np.linspace(0, 2 * np.pi, CIRCLE_CORNERS, endpoint=False)
    east, north = LocalPlane(lon, lat).to_degrees(radius_m * np.cos(turns), radius_m * np.sin(turns))
    return tuple((float(x), float(y)) for x, y in zip(east.round(7), north.round(7), strict=True))
