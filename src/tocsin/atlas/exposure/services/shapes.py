"""Shapes as strangers write them, in GeoJSON."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import shapely
from shapely.errors import ShapelyError

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_CORNERS: Final = 2000
KINDS: Final = ("Point", "LineString", "Polygon", "MultiLineString", "MultiPolygon")


def as_shape(geometry: Mapping[str, Any], most_corners: int = MOST_CORNERS) -> "BaseGeometry | None":
    """A GeoJSON geometry in degrees; None for what is none, is empty, too fine, off the earth, or crosses itself.

    >>> as_shape({"type": "Point", "coordinates": [120.4, 36.1]}), as_shape({"type": "Point"})
    (<POINT (120.4 36.1)>, None)
    """
    if geometry.get("type") not in KINDS:
        return None
    try:
        shape: BaseGeometry = shapely.geometry.shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError, LookupError):
        return None
    if shape.is_empty or shapely.get_num_coordinates(shape) > most_corners or not shape.is_valid:
        return None
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -89.9 <= south <= north <= 89.9):
        return None
    return shapely.force_2d(shape)
