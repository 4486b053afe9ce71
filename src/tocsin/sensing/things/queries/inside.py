"""Whether a point lies in a polygon, as arithmetic that both databases know: how many edges a ray to the east crosses.

A point on the edge itself may count either way.
"""

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

import shapely
from django.db.models import Case, F, FloatField, Func, IntegerField, Q, Value, When
from django.db.models.expressions import ExpressionWrapper
from django.db.models.lookups import Exact, LessThan

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

type Edge = tuple[float, float, float, float]


def lies_at(lon: float, lat: float) -> Q:
    """Rows whose `lon` and `lat` are these."""
    return Q(lon=lon, lat=lat)


def lies_within(shape: "BaseGeometry") -> Q:
    """Rows whose `lon` and `lat` lie within the polygon or one of the polygons."""
    west, south, east, north = shape.bounds
    box = Q(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    crossings = [_crossing(edge) for edge in _edges(shape)]
    odd = Func(*crossings, template="((%(expressions)s) %%%% 2)", arg_joiner=" + ", output_field=IntegerField())
    return box & Q(Exact(odd, Value(1)))


def _edges(shape: "BaseGeometry") -> Iterator[Edge]:
    """All edges that are not level, the southern end first."""
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            corners = list(ring.coords)
            for (x1, y1), (x2, y2) in itertools.pairwise(corners):
                if y1 != y2:
                    yield (x1, y1, x2, y2) if y1 < y2 else (x2, y2, x1, y1)


def _crossing(edge: Edge) -> Case:
    """1 where the ray from the point to the east crosses the edge, else 0."""
    x1, y1, x2, y2 = edge
    slope = (x2 - x1) / (y2 - y1)
    rise = F("lat") - Value(y1, output_field=FloatField())
    there = ExpressionWrapper(
        Value(x1, output_field=FloatField()) + rise * Value(slope, output_field=FloatField()), output_field=FloatField()
    )
    met = When(Q(LessThan(F("lon"), there)), lat__gte=y1, lat__lt=y2, then=Value(1))
    return Case(met, default=Value(0), output_field=IntegerField())
