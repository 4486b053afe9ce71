"""Boundaries as a person writes them: corners, one a line, or GeoJSON. Values in, values out."""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput

MOST_CORNERS: Final = 500
_NUMBERS: Final = re.compile(r"^\s*(-?[0-9]{1,3}(?:\.[0-9]+)?)[\s,，;]+(-?[0-9]{1,2}(?:\.[0-9]+)?)\s*$")


class _Polygon(msgspec.Struct):
    type: str
    coordinates: list[list[list[float]]] = []


class _Holder(msgspec.Struct):
    """A feature, a collection of one feature, or a polygon itself."""

    type: str
    geometry: _Polygon | None = None
    features: list["_Holder"] = []
    coordinates: list[list[list[float]]] = []


def read_outline(text: str) -> tuple[tuple[float, float], ...]:
    """The corners of a boundary as longitude and latitude, not closed; of a GeoJSON polygon its outer ring.

    InvalidInput names the line that is none, or what of the GeoJSON is no polygon.

    >>> read_outline("120.40, 36.17\\n120.42, 36.17\\n120.42, 36.16")
    ((120.4, 36.17), (120.42, 36.17), (120.42, 36.16))
    >>> read_outline('{"type": "Polygon", "coordinates": [[[1, 2], [3, 2], [3, 4], [1, 2]]]}')
    ((1.0, 2.0), (3.0, 2.0), (3.0, 4.0))
    """
    if not text.strip():
        return ()
    corners = _of_geojson(text) if text.lstrip().startswith("{") else _of_lines(text)
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners = corners[:-1]
    return tuple(corners)


def _of_geojson(text: str) -> list[tuple[float, float]]:
    holder = decode_json(text.encode(), _Holder)
    if holder.type == "FeatureCollection" and len(holder.features) == 1:
        holder = holder.features[0]
    rings = holder.geometry.coordinates if holder.geometry and holder.geometry.type == "Polygon" else holder.coordinates
    if not rings or any(len(one) < 2 for one in rings[0]):
        raise InvalidInput("This GeoJSON holds no polygon: give one Polygon, alone or as the only feature.")
    return [(one[0], one[1]) for one in rings[0]]


def _of_lines(text: str) -> list[tuple[float, float]]:
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        told = _NUMBERS.match(line)
        if told is None:
            raise InvalidInput("Line %(line)s is no longitude and latitude: 120.41, 36.16 is one.", line=number)
        found.append((float(told[1]), float(told[2])))
    return found


def written(outline: Sequence[Sequence[float]]) -> str:
    """The corners, one a line, as `read_outline` takes them back."""
    return "\n".join(f"{lon:.12g}, {lat:.12g}" for lon, lat in outline)
