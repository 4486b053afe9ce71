"""What a closed road does to the way from a store to a place: nothing, so many kilometres more, or no way at all. Pure.

Where no net of streets is known a way is the straight line; it goes around what is closed as a rope would, and a line counts
with so many metres to either side, since a road beside it is closed with it. On streets `in_degrees` is what no street may touch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

import numpy as np
import shapely
from shapely import LineString, MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

from tocsin.base.geometry import LocalPlane

MOST_CORNERS: Final = 200
MOST_DETOUR_MIN: Final = 1440

type Spot = tuple[float, float]


class RoadShape(StrEnum):
    """LINE: a stretch of a road. AREA: everything inside."""

    LINE = "line"
    AREA = "area"


class Passage(StrEnum):
    """FREE: the way does not meet what is closed. AROUND: it goes around it. SHUT: the store or the place lies inside."""

    FREE = "free"
    AROUND = "around"
    SHUT = "shut"


class CornerFault(StrEnum):
    """Why corners make no line or area."""

    FEW = "few"
    MANY = "many"
    NO_DEGREES = "no_degrees"
    CROSSES = "crosses"
    LONG = "long"


MOST_EXTENT_M: Final = 200_000.0


def fault_of(shape: RoadShape, corners: Sequence[Spot]) -> CornerFault | None:
    """What is wrong with the corners (longitude, latitude); None for a line or area that can be closed.

    >>> fault_of(RoadShape.AREA, [(120.0, 36.0), (120.1, 36.0)])
    <CornerFault.FEW: 'few'>
    """
    if len(set(corners)) < (2 if shape is RoadShape.LINE else 3):
        return CornerFault.FEW
    if len(corners) > MOST_CORNERS:
        return CornerFault.MANY
    if not all(-180 <= lon <= 180 and -89 <= lat <= 89 for lon, lat in corners):
        return CornerFault.NO_DEGREES
    if shape is RoadShape.AREA and not Polygon(corners).is_valid:
        return CornerFault.CROSSES
    west, south, east, north = MultiPoint(corners).bounds
    return CornerFault.LONG if max(east - west, north - south) * 111_195 > MOST_EXTENT_M else None


@dataclass(frozen=True)
class Closure:
    """A closed stretch or area, and how many metres beside it are closed with it."""

    shape: RoadShape
    corners: tuple[Spot, ...]
    beside_m: float

    @cached_property
    def plane(self) -> LocalPlane:
        """The flat map in which it is measured."""
        return LocalPlane(*self.corners[0])

    @cached_property
    def closed(self) -> BaseGeometry:
        """The line or area, in metres."""
        x, y = self.plane.to_metres(np.array([lon for lon, _ in self.corners]), np.array([lat for _, lat in self.corners]))
        corners = list(zip(x.tolist(), y.tolist(), strict=True))
        return LineString(corners) if self.shape is RoadShape.LINE else Polygon(corners)

    @cached_property
    def blocked(self) -> BaseGeometry:
        """What no way may touch: with so many metres beside it."""
        return self.closed.buffer(self.beside_m, quad_segs=4)

    def in_degrees(self, beside_m: float) -> BaseGeometry:
        """The area, or the line with so many metres to its sides and none beyond its ends, in degrees."""
        shape = self.closed.buffer(beside_m, cap_style="flat") if self.shape is RoadShape.LINE else self.closed
        return shapely.transform(shape, lambda spots: np.column_stack(self.plane.to_degrees(spots[:, 0], spots[:, 1])))

    def holds(self, spot: Spot) -> bool:
        """Whether a place (longitude, latitude) lies in a closed area."""
        return self.shape is RoadShape.AREA and bool(self.closed.covers(self._point(spot)))

    def _point(self, spot: Spot) -> Point:
        x, y = self.plane.to_metres(np.array([spot[0]]), np.array([spot[1]]))
        return Point(x[0], y[0])

    def passage(self, start: Spot, end: Spot) -> tuple[Passage, float]:
        """What becomes of the straight way between two places (longitude, latitude), and the kilometres that it grows by."""
        one, other = self._point(start), self._point(end)
        straight = LineString([one, other])
        if not straight.intersects(self.blocked):
            return Passage.FREE, 0.0
        if self.holds(start) or self.holds(end):
            return Passage.SHUT, 0.0
        return Passage.AROUND, _further_m(self.blocked, one, other) / 1000


def _further_m(blocked: BaseGeometry, start: Point, end: Point) -> float:
    """How much longer a rope around the hull is than the straight line; half the hull's girth where an end lies in it."""
    hull = blocked.convex_hull
    if hull.covers(start) or hull.covers(end):
        return float(hull.length) / 2
    ring = hull.union(MultiPoint([start, end])).convex_hull.exterior
    one_way = abs(ring.project(start) - ring.project(end))
    return float(max(0.0, min(one_way, ring.length - one_way) - start.distance(end)))
