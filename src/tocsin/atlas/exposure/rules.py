"""What lies in an area, as each capability tells it of its own."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry

type Holding = Literal["sensors", "assets", "firm", "volunteers"]


@dataclass(frozen=True)
class InArea:
    """Some things of one holder: a body's sensors, a body's assets, one firm, volunteers. `count` of them lie in the area."""

    holding: Holding
    count: int
    region_code: str
    organisation_id: UUID | None = None
    object_id: UUID | None = None
    label: str = ""


type FindInArea = Callable[[BaseGeometry, Collection[str]], Iterable[InArea]]
"""By the shape (degrees, longitude first) and the codes of the counties that it meets. Named in the catalogue's `IN_AREA`."""

type Row = tuple[float | None, float | None, str, UUID | None]
"""Longitude, latitude, region, holder."""


def lies_in(shape: BaseGeometry, lon: float | None, lat: float | None) -> bool:
    """Whether a place lies in the shape; what has no place counts as inside, so that rather too many hear than too few.

    >>> square = shapely.box(0, 0, 1, 1)
    >>> lies_in(square, 0.5, 0.5), lies_in(square, 2.0, 0.5), lies_in(square, None, None)
    (True, False, True)
    """
    return lon is None or lat is None or bool(shapely.intersects_xy(shape, lon, lat))


def counted(holding: Holding, rows: Iterable[Row], shape: BaseGeometry) -> list[InArea]:
    """The rows inside by their holder, who stands in the region of the first of them."""
    found: dict[UUID | None, tuple[int, str]] = {}
    shapely.prepare(shape)
    for lon, lat, region, holder in rows:
        if lies_in(shape, lon, lat):
            count, first = found.get(holder, (0, region))
            found[holder] = count + 1, first
    return [InArea(holding, count, region, holder) for holder, (count, region) in found.items()]
