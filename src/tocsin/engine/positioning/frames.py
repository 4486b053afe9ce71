"""Plant coordinates become degrees: a transform of four parameters through reference points, by least squares.

    east  = a·x − b·y + e        (mirrored: y is taken as −y, as on pictures, whose second axis points down)
    north = b·x + a·y + n

The Helmert transform in the plane: one scale, one turn, two shifts (W. Niemeier, Ausgleichungsrechnung, chapter 5). Two points
determine it; each further one tells how well all of them fit.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import LocalPlane

SCALES: Final = (1e-3, 1e3)  # metres to one unit of the plant
ON_A_LINE: Final = 0.02  # narrower than this share of their length, points tell nothing of a mirrored axis


@dataclass(frozen=True)
class ReferencePoint:
    """A place by its plant coordinates (any unit of length) and in degrees of WGS 84."""

    x: float
    y: float
    lon: float
    lat: float


@dataclass(frozen=True)
class Frame:
    """Coordinates of a plant. `a`, `b`: metres to one unit, turned; `east_m`, `north_m`: of its origin on `plane`."""

    plane: LocalPlane
    a: float
    b: float
    east_m: float
    north_m: float
    mirrored: bool = False

    @property
    def scale(self) -> float:
        """Metres to one unit."""
        return math.hypot(self.a, self.b)

    @property
    def turn_degrees(self) -> float:
        """By how much its first axis is turned from the east, against the clock."""
        return math.degrees(math.atan2(self.b, self.a))

    def to_degrees(self, x: float, y: float) -> tuple[float, float]:
        """Longitude and latitude of one place."""
        down = -y if self.mirrored else y
        east = self.a * x - self.b * down + self.east_m
        north = self.b * x + self.a * down + self.north_m
        return self.plane.spot_in_degrees(east, north)


@dataclass(frozen=True)
class FittedFrame:
    """A transform with the distance of every reference point from where it puts that, in metres; none of two points alone."""

    frame: Frame
    errors_m: tuple[float, ...]

    @property
    def worst_m(self) -> float | None:
        """The largest error; None where there are too few points to tell one."""
        return max(self.errors_m, default=None)

    @property
    def root_mean_square_m(self) -> float | None:
        """The root of the mean of the squared errors; None likewise."""
        if not self.errors_m:
            return None
        return math.sqrt(sum(one * one for one in self.errors_m) / len(self.errors_m))


def fit_frame(points: Sequence[ReferencePoint], *, least_apart_m: float = 10.0) -> FittedFrame:
    """The transform that fits the points best; mirrored where three or more that do not stand in a row fit better so.

    InvalidInput for fewer than two, for points too near to each other, and for a scale that no plan has.

    >>> ways = ((0, 0, 120.0, 36.0), (0, 100, 120.0, 36.001), (50, 0, 120.0006, 36.0))
    >>> fitted = fit_frame([ReferencePoint(*one) for one in ways])
    >>> round(fitted.frame.scale, 2), fitted.frame.mirrored, round(fitted.worst_m, 2)
    (1.11, False, 0.73)
    """
    if len(points) < 2:
        raise InvalidInput("a plan needs two reference points at least; three tell how well they fit")
    if not all(math.isfinite(one) for point in points for one in (point.x, point.y, point.lon, point.lat)):
        raise InvalidInput("a coordinate of a reference point is no number")
    lon, lat = np.array([one.lon for one in points]), np.array([one.lat for one in points])
    plane = LocalPlane(float(lon.mean()), float(lat.mean()))
    east, north = plane.to_metres(lon, lat)
    x, y = np.array([one.x for one in points], np.float64), np.array([one.y for one in points], np.float64)
    _check_apart(east, north, least_apart_m)
    if len({(one.x, one.y) for one in points}) < len(points):
        raise InvalidInput("two reference points have the same plant coordinates")
    fitted = _fit(plane, x, y, east, north, mirrored=False)
    if len(points) > 2 and not _on_a_line(east, north):
        turned = _fit(plane, x, y, east, north, mirrored=True)
        if sum(turned.errors_m) < sum(fitted.errors_m):
            fitted = turned
    if not SCALES[0] <= fitted.frame.scale <= SCALES[1]:
        raise InvalidInput(
            "one unit of the plan would be %(scale)s m: the reference points contradict each other",
            scale=f"{fitted.frame.scale:.3g}",
        )
    return fitted


def _fit(
    plane: LocalPlane,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    east: NDArray[np.float64],
    north: NDArray[np.float64],
    *,
    mirrored: bool,
) -> FittedFrame:
    down = -y if mirrored else y
    middle_x, middle_y = x.mean(), down.mean()  # about their middle, so that large coordinates lose no digits
    u, v = x - middle_x, down - middle_y
    ones, none = np.ones_like(u), np.zeros_like(u)
    matrix = np.concatenate([np.stack([u, -v, ones, none], 1), np.stack([v, u, none, ones], 1)])
    (a, b, e, n), *_rest = np.linalg.lstsq(matrix, np.concatenate([east, north]), rcond=None)
    frame = Frame(
        plane,
        float(a),
        float(b),
        float(e - a * middle_x + b * middle_y),
        float(n - b * middle_x - a * middle_y),
        mirrored,
    )
    off = np.hypot(a * u - b * v + e - east, b * u + a * v + n - north)
    return FittedFrame(frame, tuple(float(one) for one in off) if len(u) > 2 else ())


def _check_apart(east: NDArray[np.float64], north: NDArray[np.float64], least_m: float) -> None:
    apart = np.hypot(east[:, None] - east[None, :], north[:, None] - north[None, :])
    np.fill_diagonal(apart, np.inf)
    nearest = float(apart.min())
    if nearest < least_m:
        first, second = (int(one) + 1 for one in np.unravel_index(int(apart.argmin()), apart.shape))
        raise InvalidInput(
            "reference points %(first)s and %(second)s are %(metres)s m from each other; take points %(least)s m apart at least",
            first=first,
            second=second,
            metres=f"{nearest:.1f}",
            least=f"{least_m:g}",
        )


def _on_a_line(east: NDArray[np.float64], north: NDArray[np.float64]) -> bool:
    spread = np.linalg.svd(np.stack([east - east.mean(), north - north.mean()]), compute_uv=False)
    return bool(spread[1] < ON_A_LINE * spread[0])
