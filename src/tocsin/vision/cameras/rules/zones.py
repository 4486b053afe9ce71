"""Zones: what part of a picture counts. Corners are shares of width and height, from the upper left."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from shapely import Polygon

from tocsin.base.errors import InvalidInput

MOST_ZONES: Final = 20
MOST_CORNERS: Final = 40
LEAST_AREA: Final = 0.0004
"""Of the picture: 2 % of its width by 2 % of its height; less is a slip of the hand."""


@dataclass(frozen=True)
class Zone:
    """A part of the picture. `kinds`: what is looked for there; empty for everything."""

    name: str
    corners: tuple[tuple[float, float], ...]
    kinds: tuple[str, ...] = ()


def check_zone(zone: Zone, kinds: Collection[str]) -> None:
    """InvalidInput says which zone is wrong and how to mend it."""
    if not zone.name:
        raise InvalidInput("a zone has no name")
    if not 3 <= len(zone.corners) <= MOST_CORNERS:
        raise InvalidInput(
            "zone %(name)s has %(count)s corners; 3 to %(most)s make one",
            name=zone.name,
            count=len(zone.corners),
            most=MOST_CORNERS,
        )
    if wrong := [one for one in zone.corners if not (0 <= one[0] <= 1 and 0 <= one[1] <= 1)]:
        raise InvalidInput(
            "zone %(name)s: corner %(x)s,%(y)s lies outside of the picture: both are shares from 0 to 1",
            name=zone.name,
            x=wrong[0][0],
            y=wrong[0][1],
        )
    shape = Polygon(zone.corners)
    if not shape.is_valid:
        raise InvalidInput("zone %(name)s: its edge crosses itself; take the corners in their order around it", name=zone.name)
    if shape.area < LEAST_AREA:
        raise InvalidInput("zone %(name)s is smaller than 2 by 2 hundredths of the picture", name=zone.name)
    if lost := [one for one in zone.kinds if one not in kinds]:
        raise InvalidInput(
            "zone %(name)s: “%(given)s” is no kind of sighting; known are %(known)s",
            name=zone.name,
            given=lost[0][:40],
            known=", ".join(kinds),
        )


def read_zones(text: str, kinds: Collection[str]) -> tuple[Zone, ...]:
    """Zones as a form writes them, one a line: name: x,y x,y x,y | kind kind. InvalidInput names the line.

    >>> read_zones("Door: 0,0 0.5,0 0.5,1 | smoking", {"smoking"})
    (Zone(name='Door', corners=((0.0, 0.0), (0.5, 0.0), (0.5, 1.0)), kinds=('smoking',)),)
    """
    found = []
    for line, told in enumerate(text.replace("：", ":").replace("，", ",").replace("｜", "|").splitlines(), 1):
        if not told.strip():
            continue
        try:
            found.append(_read_zone(told, kinds))
        except InvalidInput as error:
            raise InvalidInput("line %(line)s: %(why)s", line=line, why=error) from None
    check_zones(tuple(found), kinds)
    return tuple(found)


def check_zones(zones: tuple[Zone, ...], kinds: Collection[str]) -> None:
    """InvalidInput for too many, for two of a name, and for one that is wrong."""
    if len(zones) > MOST_ZONES:
        raise InvalidInput("more than %(most)s zones", most=MOST_ZONES)
    names = [one.name for one in zones]
    if twice := [one for one in names if names.count(one) > 1]:
        raise InvalidInput("two zones are called %(name)s", name=twice[0])
    for one in zones:
        check_zone(one, kinds)


def zones_text(zones: Collection[Zone]) -> str:
    """The same zones as `read_zones` takes them."""
    return "\n".join(
        f"{one.name}: {' '.join(f'{x:g},{y:g}' for x, y in one.corners)}" + (f" | {' '.join(one.kinds)}" if one.kinds else "")
        for one in zones
    )


def _read_zone(told: str, kinds: Collection[str]) -> Zone:
    name, colon, rest = told.partition(":")
    if not colon:
        raise InvalidInput("a zone is written as name: x,y x,y x,y | kinds")
    corners, _bar, wanted = rest.partition("|")
    try:
        pairs = [tuple(float(part) for part in corner.split(",")) for corner in corners.split()]
        asked = tuple(filter(None, re.split(r"[\s,;]+", wanted)))
        zone = Zone(name.strip()[:60], tuple((x, y) for x, y in pairs), asked)
    except ValueError:
        raise InvalidInput("a corner is two numbers with a comma, such as 0.25,0.4") from None
    check_zone(zone, kinds)
    return zone
