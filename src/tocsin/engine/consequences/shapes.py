"""Areas on the ground: the cloud above a concentration, a circle of heat or pressure, where the cloud may go if the wind turns.

Rings are closed (the last corner is the first), in m downwind and to the left of the source, counter-clockwise;
`ring_on_the_map` turns them with the wind and puts them at a place, for GeoJSON.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tocsin.base.geometry import LocalPlane
from tocsin.engine.consequences.limits import Limit

Floats = NDArray[np.float64]
CORNERS = 72
TURN = Limit("shapes", "where the wind comes from", 0.0, 360.0, "degrees")
SECTOR = Limit("shapes", "half of the sector", 0.0, 180.0, "degrees")


class Kind(StrEnum):
    """What an area is: the cloud above a level; all within a distance; where the cloud may go when the wind turns."""

    CLOUD = "cloud"
    CIRCLE = "circle"
    FAN = "fan"


@dataclass(frozen=True)
class Outline:
    """One area of a threshold: `x_m` downwind, `y_m` to the left, of the same length."""

    threshold: str
    kind: Kind
    x_m: Floats
    y_m: Floats

    @property
    def area_m2(self) -> float:
        """Of the ring.

        >>> round(Outline("x", Kind.CIRCLE, *circle(0.0, 10.0)).area_m2)
        314
        """
        x, y = self.x_m, self.y_m
        return 0.5 * float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))


def cloud(x_m: Floats, half_width_m: Floats) -> tuple[Floats, Floats]:
    """The ring of a cloud that is as wide to both sides, from its widths at rising distances; widths of 0 are its ends."""
    wide = np.flatnonzero(half_width_m > 0)
    first, last = max(int(wide[0]) - 1, 0), min(int(wide[-1]) + 1, len(x_m) - 1)
    x, width = x_m[first : last + 1], half_width_m[first : last + 1]
    ring_x = np.concatenate((x, x[::-1], x[:1]))
    return ring_x, np.concatenate((-width, width[::-1], -width[:1]))


def circle(centre_m: float, radius_m: float) -> tuple[Floats, Floats]:
    """The ring around a middle downwind of the source, of the circle's area."""
    turn = np.linspace(0, 2 * np.pi, CORNERS + 1)
    outer = radius_m / math.sqrt(math.sin(2 * math.pi / CORNERS) / (2 * math.pi / CORNERS))
    x, y = centre_m + outer * np.cos(turn), outer * np.sin(turn)
    x[-1], y[-1] = x[0], y[0]
    return x, y


def fan(reach_m: float, half_width_m: float, half_degrees: float) -> tuple[Floats, Floats]:
    """The ring of a sector with its tip at the source: the reach, turned to both sides by `half_degrees` and widened by the
    cloud's own width.
    """
    half = math.radians(SECTOR.check(half_degrees)) + math.atan2(half_width_m, reach_m)
    if half >= math.pi:
        return circle(0.0, reach_m)
    turn = np.linspace(-half, half, CORNERS + 1)
    corners = np.zeros(1)
    return (
        np.concatenate((corners, reach_m * np.cos(turn), corners)),
        np.concatenate((corners, reach_m * np.sin(turn), corners)),
    )


def ring_on_the_map(outline: Outline, place: LocalPlane, wind_from_degrees: float) -> list[list[float]]:
    """Corners as [lon, lat], WGS 84, at a place where the wind comes from `wind_from_degrees` (0 north, 90 east)."""
    towards = math.radians(TURN.check(wind_from_degrees) + 180)
    east = outline.x_m * math.sin(towards) - outline.y_m * math.cos(towards)
    north = outline.x_m * math.cos(towards) + outline.y_m * math.sin(towards)
    lon, lat = place.to_degrees(east, north)
    return [[round(float(one), 6), round(float(other), 6)] for one, other in zip(lon, lat, strict=True)]
