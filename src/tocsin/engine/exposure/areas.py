"""Areas by metres: a circle around a place, a strip along a line."""

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.base.geometry import LocalPlane

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

QUARTER: Final = 16  # corners of a quarter of a circle: its area is short by 0.2 %


def circle(lon: float, lat: float, radius_m: float) -> "BaseGeometry":
    """What lies within so many metres of a place (degrees, longitude first).

    >>> [round(one, 4) for one in circle(120.4, 36.1, 1000.0).bounds]
    [120.3889, 36.091, 120.4111, 36.109]
    """
    return along(shapely.Point(lon, lat), radius_m)


def along(shape: "BaseGeometry", metres: float) -> "BaseGeometry":
    """What lies within so many metres of a point, a line or an area; for extents of a city."""
    middle = shape.envelope.centroid
    plane = LocalPlane(middle.x, middle.y)
    flat = shapely.transform(shape, lambda pairs: np.column_stack(plane.to_metres(pairs[:, 0], pairs[:, 1])))
    wide = shapely.buffer(flat, metres, quad_segs=QUARTER)
    return shapely.transform(wide, lambda pairs: np.column_stack(plane.to_degrees(pairs[:, 0], pairs[:, 1])))


def distances_m(lon: float, lat: float, lons: NDArray[np.float64], lats: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres from one place to each of the others, straight."""
    x_m, y_m = LocalPlane(lon, lat).to_metres(lons, lats)
    return np.hypot(x_m, y_m)
