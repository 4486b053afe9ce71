"""How geometries lie to each other: DE-9IM predicates over a column of WKB and one literal geometry.

The box of each row is looked at first, so that only rows near the literal are decoded.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from tocsin.base.errors import InvalidInput

BOX = ("_west", "_south", "_east", "_north")
NEEDED = ("_geometry", *BOX)
MOST_CORNERS = 20_000

type Predicate = Callable[[BaseGeometry, NDArray[Any]], NDArray[np.bool_]]

# op(row, literal) by a call whose first argument is the literal, which is prepared.
PREDICATES: dict[str, Predicate] = {
    "s_intersects": shapely.intersects,
    "s_disjoint": shapely.disjoint,
    "s_within": shapely.contains,
    "s_contains": shapely.within,
    "s_touches": shapely.touches,
    "s_crosses": shapely.crosses,
    "s_overlaps": shapely.overlaps,
    "s_equals": shapely.equals,
}
TURNED = {"s_within": "s_contains", "s_contains": "s_within"}


def read_geometry(tree: object) -> BaseGeometry:
    """A GeoJSON geometry or `{"bbox": […]}` as it stands in a filter."""
    if isinstance(tree, dict) and "bbox" in tree:
        return box_of(tree["bbox"])
    if not isinstance(tree, dict) or not {"type"} < set(tree) <= {"type", "coordinates", "geometries", "bbox"}:
        raise InvalidInput("A geometry of a filter is GeoJSON or a bbox.")
    try:
        geometry = shapely.geometry.shape(tree)
        flat: BaseGeometry = shapely.force_2d(geometry)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
        raise InvalidInput("The geometry of the filter can't be read.") from None
    return checked(flat)


def box_of(numbers: object) -> BaseGeometry:
    """The rectangle of four or six numbers."""
    if not isinstance(numbers, list) or len(numbers) not in (4, 6):
        raise InvalidInput("A bbox has four numbers: west, south, east, north.")
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in numbers):
        raise InvalidInput("A bbox has four numbers: west, south, east, north.")
    half = len(numbers) // 2
    west, south, east, north = (float(one) for one in (*numbers[:2], *numbers[half : half + 2]))
    if south > north or west > east:
        raise InvalidInput("A bbox goes from west to east and from south to north.")
    return checked(shapely.box(west, south, east, north)) if west < east and south < north else _thin(west, south, east, north)


def _thin(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """A box without a breadth is a line or a point."""
    if west == east and south == north:
        return checked(shapely.Point(west, south))
    return checked(shapely.LineString([(west, south), (east, north)]))


def checked(geometry: BaseGeometry) -> BaseGeometry:
    """A geometry that can be compared: finite, of bounded size, valid."""
    corners = shapely.get_coordinates(geometry)
    if geometry.is_empty or not np.isfinite(corners).all():
        raise InvalidInput("A geometry of a filter has finite coordinates, and at least one.")
    if len(corners) > MOST_CORNERS:
        raise InvalidInput("A geometry of a filter has at most %(most)s corners.", most=MOST_CORNERS)
    if not shapely.is_valid(geometry):
        raise InvalidInput("The geometry of the filter is not valid: %(why)s", why=shapely.is_valid_reason(geometry))
    return geometry


def relation(name: str, literal: BaseGeometry) -> pl.Expr:
    """True for rows whose geometry stands in this relation to the literal; null for rows without a geometry."""
    predicate, outside = PREDICATES[name], name == "s_disjoint"
    west, south, east, north = literal.bounds
    shapely.prepare(literal)

    def judge(rows: pl.Series) -> pl.Series:
        frame = rows.struct.unnest()
        boxes = [frame[side].to_numpy() for side in BOX]
        near = (boxes[0] <= east) & (boxes[2] >= west) & (boxes[1] <= north) & (boxes[3] >= south)
        answer = np.full(len(frame), outside)
        places = np.flatnonzero(near)
        if len(places):
            answer[places] = predicate(literal, shapely.from_wkb(frame["_geometry"].gather(places).to_numpy()))
        judged = pl.Series(rows.name, answer)
        return judged.set(frame["_geometry"].is_null(), None)

    return pl.struct(*NEEDED).map_batches(judge, return_dtype=pl.Boolean)
