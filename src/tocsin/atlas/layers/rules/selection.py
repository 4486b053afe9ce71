"""What a reader draws to choose what lies in it: polygon, circle, a strip along a line or an object, an administrative unit."""

from typing import Annotated, Final

import msgspec
import numpy as np
import shapely
from msgspec import Meta
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import LocalPlane

MOST_CORNERS: Final = 500
WIDEST_M: Final = 50_000.0
QUARTER_CORNERS: Final = 16  # of a round end

type Spot = tuple[Annotated[float, Meta(ge=-180, le=180)], Annotated[float, Meta(ge=-85, le=85)]]
type Course = Annotated[list[Spot], Meta(min_length=2, max_length=MOST_CORNERS)]
type Metres = Annotated[float, Meta(gt=0, le=WIDEST_M)]


class Drawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind"):
    """One of the kinds below."""


class Polygon(Drawn, frozen=True, forbid_unknown_fields=True, tag="polygon"):
    """Its corners in order; the last need not be the first."""

    ring: Annotated[list[Spot], Meta(min_length=3, max_length=MOST_CORNERS)]


class Circle(Drawn, frozen=True, forbid_unknown_fields=True, tag="circle"):
    """Everything within so many metres of a place."""

    middle: Spot
    metres: Metres


class Strip(Drawn, frozen=True, forbid_unknown_fields=True, tag="strip"):
    """Everything within so many metres of a line."""

    course: Course
    metres: Metres


class Along(Drawn, frozen=True, forbid_unknown_fields=True, tag="along"):
    """Everything within so many metres of an object of a layer: a pipe."""

    layer: str
    key: str
    metres: Metres


class Unit(Drawn, frozen=True, forbid_unknown_fields=True, tag="unit"):
    """An administrative unit by its code of six digits."""

    code: Annotated[str, Meta(pattern=r"^\d{6}$")]


type Shape = Polygon | Circle | Strip | Along | Unit


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shape and, by their names, the layers that are asked."""

    shape: Shape
    layers: Annotated[list[str], Meta(max_length=40)]
    at: str = ""
    layer: str = ""  # of which the rows are wanted
    sort: str = ""
    page: Annotated[int, Meta(ge=1, le=1_000_000)] = 1


def shape_drawn(shape: Polygon | Circle | Strip) -> BaseGeometry:
    """The area in degrees of what needs no look-up. InvalidInput for a polygon that crosses itself.

    >>> shape_drawn(Circle((120.4, 36.1), 1000.0)).contains(shapely.Point(120.4, 36.108))
    True
    """
    match shape:
        case Polygon(ring):
            area = shapely.Polygon(ring)
            if not area.is_valid or area.is_empty:
                raise InvalidInput("the polygon crosses itself: draw its corners one after the other round the area")
            return area
        case Circle(middle, metres):
            return around(shapely.Point(middle), metres)
        case Strip(course, metres):
            return around(shapely.LineString(course), metres)


def around(shape: BaseGeometry, metres: float) -> BaseGeometry:
    """Everything within so many metres of a shape in degrees."""
    plane = plane_of(shape)

    def in_metres(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(plane.to_metres(degrees[:, 0], degrees[:, 1]))

    def in_degrees(spots: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(plane.to_degrees(spots[:, 0], spots[:, 1]))

    wide = shapely.buffer(shapely.transform(shape, in_metres), metres, quad_segs=QUARTER_CORNERS)
    return shapely.transform(wide, in_degrees)


def area_km2(shape: BaseGeometry) -> float:
    """The area of a shape in degrees.

    >>> round(area_km2(around(shapely.Point(120.4, 36.1), 1000.0)), 1)
    3.1
    """
    plane = plane_of(shape)

    def in_metres(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(plane.to_metres(degrees[:, 0], degrees[:, 1]))

    return float(shapely.area(shapely.transform(shape, in_metres))) / 1e6


def plane_of(shape: BaseGeometry) -> LocalPlane:
    """A flat map round the middle of a shape in degrees."""
    middle = shape.centroid
    return LocalPlane(middle.x, middle.y)
