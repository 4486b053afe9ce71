"""What maps draw: features of GeoJSON (RFC 7946, WGS84) with the words that stand under the pointer."""

from collections.abc import Iterable
from typing import Literal, TypedDict


class Geometry(TypedDict):
    """A shape; `coordinates` longitude before latitude, in degrees, nested as its type asks."""

    type: str
    coordinates: object


class Feature(TypedDict):
    """One thing of the map. Of `properties` a map draws `shape` (a colour or sign), shows `name` and `words`, and opens `url`."""

    type: Literal["Feature"]
    geometry: Geometry
    properties: dict[str, object]


class Features(TypedDict):
    """Things of the map."""

    type: Literal["FeatureCollection"]
    features: list[Feature]


def features(found: Iterable[Feature]) -> Features:
    """All of them as one document."""
    return {"type": "FeatureCollection", "features": list(found)}


def drawn(geometry: Geometry, *, name: str, words: str, url: str, shape: str | int, **more: object) -> Feature:
    """A shape with what is told of it; `more` goes to programs."""
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": {"name": name, "words": words, "url": url, "shape": shape, **more},
    }


def point(lon: float | None, lat: float | None, *, name: str, words: str, url: str, shape: str | int, **more: object) -> Feature:
    """The same at a place; what has none is left out by whoever asks.

    >>> point(120.4, 36.1, name="well", words="gas", url="/assets/7/", shape="red")["geometry"]
    {'type': 'Point', 'coordinates': [120.4, 36.1]}
    """
    return drawn({"type": "Point", "coordinates": [lon, lat]}, name=name, words=words, url=url, shape=shape, **more)


def polygon(ring: Iterable[Iterable[float]], *, name: str, words: str, url: str, shape: str | int, **more: object) -> Feature:
    """The same as the area within a closed ring of longitude and latitude."""
    corners = [list(corner) for corner in ring]
    return drawn({"type": "Polygon", "coordinates": [corners]}, name=name, words=words, url=url, shape=shape, **more)
