"""How far places lie inside or outside of an area, and whether somebody has entered or left it for certain.

A place counts by its uncertainty: only a circle of the position's accuracy that lies whole on one side changes anything. So who
stands on the border and trembles neither enters nor leaves again and again (hysteresis).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon, maximum_inscribed_circle

from tocsin.base.geometry import LocalPlane

type Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Area:
    """A closed area by its corners, longitude and latitude in degrees, at least three, in their order."""

    corners: tuple[tuple[float, float], ...]

    @cached_property
    def plane(self) -> LocalPlane:
        """The flat map in which it is measured, about the middle of its corners."""
        lon, lat = zip(*self.corners, strict=True)
        return LocalPlane(sum(lon) / len(lon), sum(lat) / len(lat))

    @cached_property
    def ring_m(self) -> Floats:
        """Its corners in metres, (n, 2)."""
        lon, lat = np.array(self.corners).T
        return np.stack(self.plane.to_metres(lon, lat), axis=1)

    @cached_property
    def inner_radius_m(self) -> float:
        """The radius of the largest circle in it."""
        return float(maximum_inscribed_circle(Polygon(self.ring_m), tolerance=0.1).length)

    def depths_m(self, lon: Floats, lat: Floats) -> Floats:
        """How far each place lies within the area, negative outside: metres from its edge. Shapes (k,) → (k,).

        >>> square = Area(((120.0, 36.0), (120.001, 36.0), (120.001, 36.001), (120.0, 36.001)))
        >>> square.depths_m(np.array([120.0005, 120.0, 119.999]), np.array([36.0005] * 3)).round(0).tolist()
        [45.0, 0.0, -90.0]
        """
        places = np.stack(self.plane.to_metres(lon, lat), axis=1)[:, None, :]  # (k, 1, 2) against edges (n, 2)
        start = self.ring_m
        end = np.roll(start, -1, axis=0)  # the very corners: one that differs in its last digit would be crossed twice, or never
        along = end - start
        length = np.maximum((along**2).sum(axis=1), 1e-12)
        share = np.clip((((places - start) * along).sum(axis=2)) / length, 0.0, 1.0)
        off = places - (start + share[..., None] * along)
        distance = np.sqrt((off**2).sum(axis=2).min(axis=1))
        x, y = places[..., 0], places[..., 1]
        crosses = (start[:, 1] > y) != (end[:, 1] > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            left = x < start[:, 0] + (y - start[:, 1]) * along[:, 0] / along[:, 1]
        inside = (crosses & left).sum(axis=1) % 2 == 1
        return np.where(inside, distance, -distance)


@dataclass(frozen=True)
class Border:
    """How sure a crossing must be. `least_m`: on either side of the edge at least; an accuracy above `most_m` decides nothing."""

    least_m: float
    most_m: float


def is_inside(was: bool | None, depth_m: float, accuracy_m: float, inner_radius_m: float, border: Border) -> bool | None:
    """Whether somebody is inside after one more position; `was` where that does not decide it, None for never decided.

    Inside: the circle of the accuracy lies within the edge; half the area's inner radius is enough, or into a small one nobody
    would ever come. Outside: the circle lies beyond the edge. At first, whichever side the middle lies on.

    >>> border = Border(1.0, 50.0)
    >>> [is_inside(was, depth, 5.0, 40.0, border) for was in (True, False) for depth in (6.0, 4.0, -4.0, -6.0)]
    [True, True, True, False, True, False, False, False]
    >>> is_inside(None, -0.5, 5.0, 40.0, border), is_inside(None, 3.0, 80.0, 40.0, border)
    (False, None)
    """
    if accuracy_m > border.most_m or not math.isfinite(depth_m):
        return was
    if was is None:
        return depth_m >= 0
    margin = max(accuracy_m, border.least_m)
    if depth_m >= min(margin, inner_radius_m / 2):
        return True
    return False if depth_m <= -margin else was


def crossings(
    depths_m: Sequence[float], accuracies_m: Sequence[float], inner_radius_m: float, border: Border
) -> list[bool | None]:
    """The same for the positions of one track in the order of their times.

    >>> crossings([-9, -2, 2, -1, 3, 9, 2], [3.0] * 7, 40.0, Border(1.0, 50.0))
    [False, False, False, False, True, True, True]
    """
    told: list[bool | None] = []
    now: bool | None = None
    for depth, accuracy in zip(depths_m, accuracies_m, strict=True):
        now = is_inside(now, depth, accuracy, inner_radius_m, border)
        told.append(now)
    return told
