"""Ways on the streets of the city's own ground, as they are now and as they would be with every road open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import shapely
from django.conf import settings

from tocsin.atlas.face import streets
from tocsin.engine.streets import StreetNet, StreetWay, WaysFrom
from tocsin.supplies.allocation.policy import Streets, allocation_policy
from tocsin.supplies.roads.models import ClosedRoad
from tocsin.supplies.roads.queries.closures import roads_in_force
from tocsin.supplies.roads.rules.closures import Spot

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

FINEST_DEGREES: Final = 5e-5  # five metres: a course is drawn on a map
DECIMALS: Final = 6


@dataclass(frozen=True)
class WayOnStreets:
    """The way with every road open; the way now, None where what is closed leaves none; and what is closed on the first."""

    free: StreetWay
    now: StreetWay | None
    met: tuple[ClosedRoad, ...]


class StreetsTo:
    """All ways on the streets to one place."""

    def __init__(self, net: StreetNet, place: Spot, closed: Sequence[ClosedRoad], policy: Streets) -> None:
        self._closed = [(one, one.closure(policy.beside_m).in_degrees(policy.beside_m)) for one in closed]
        shapes = [shape for _one, shape in self._closed]
        self._free = WaysFrom(net, *place, kmh=policy.kmh, reach_m=policy.reach_m)
        self._now = WaysFrom(net, *place, kmh=policy.kmh, reach_m=policy.reach_m, closed=shapes) if shapes else self._free

    def way(self, spot: Spot) -> WayOnStreets | None:
        """The way from a spot; None where the streets lead to none of the two, so that nothing is known of it here."""
        free = self._free.to(*spot)
        if free is None:
            return None
        now = self._now.to(*spot)
        if now is not None and now.minutes <= free.minutes:
            return WayOnStreets(free, now, ())
        course = self._free.course(*spot)
        line = shapely.LineString(course if course is not None and len(course) > 1 else [spot, spot])
        return WayOnStreets(free, now, tuple(one for one, shape in self._closed if shape.intersects(line)))

    def course(self, spot: Spot) -> list[list[float]]:
        """The line of the way now, from the spot to the place."""
        course = self._now.course(*spot)
        if course is None or len(course) < 2:
            return []
        line = shapely.LineString(course).simplify(FINEST_DEGREES)
        return [[round(lon, DECIMALS), round(lat, DECIMALS)] for lon, lat in line.coords]


def streets_to(lon: float, lat: float, closed: Sequence[ClosedRoad], policy: Streets) -> StreetsTo | None:
    """The streets of this installation's ground; None where it has none."""
    net = streets(settings.CONFIGURATION.data / "ground")
    return StreetsTo(net, (lon, lat), closed, policy) if net is not None else None


def closed_shapes(now: datetime) -> "list[BaseGeometry]":
    """What is closed at that moment, in degrees: no way on streets touches it."""
    beside_m = allocation_policy().way.streets.beside_m
    return [one.closure(beside_m).in_degrees(beside_m) for one in roads_in_force(now)]
