"""Coordinate reference systems in which features are told and asked for.

CGCS2000 (EPSG:4490) is taken as WGS84: the two differ by centimetres. EPSG:4326 and 4490 have latitude first.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput

RADIUS_M: Final = 6_378_137.0
STEEPEST: Final = 85.06  # degrees of latitude at which the square of Web Mercator ends


@dataclass(frozen=True)
class Frame:
    """One system: whether latitude stands first, whether it is Web Mercator in metres."""

    uri: str
    latitude_first: bool = False
    mercator: bool = False

    def from_degrees(self, shapes: Any) -> Any:
        """Geometries of WGS84, longitude first, in this system."""
        if self.mercator:
            return shapely.transform(shapes, _to_metres)
        return shapely.transform(shapes, _turned) if self.latitude_first else shapes

    def to_degrees(self, shapes: Any) -> Any:
        """Geometries of this system in WGS84, longitude first."""
        if self.mercator:
            return shapely.transform(shapes, _to_lonlat)
        return shapely.transform(shapes, _turned) if self.latitude_first else shapes


CRS84 = Frame("http://www.opengis.net/def/crs/OGC/1.3/CRS84")
FRAMES: Final[dict[str, Frame]] = {
    one.uri: one
    for one in (
        CRS84,
        Frame("http://www.opengis.net/def/crs/EPSG/0/4326", latitude_first=True),
        Frame("http://www.opengis.net/def/crs/EPSG/0/4490", latitude_first=True),
        Frame("http://www.opengis.net/def/crs/EPSG/0/3857", mercator=True),
    )
}


def frame_of(text: str) -> Frame:
    """The system of a URI, also as `[EPSG:4326]` or `EPSG:4326`.

    >>> frame_of("EPSG:3857").mercator
    True
    """
    short = text.strip("[]").upper()
    named = {"OGC:CRS84": CRS84.uri, "CRS84": CRS84.uri}
    uri = named.get(short) or (f"http://www.opengis.net/def/crs/EPSG/0/{short[5:]}" if short.startswith("EPSG:") else text)
    known = FRAMES.get(uri)
    if known is None:
        raise InvalidInput("%(crs)s is not among the systems here: %(known)s.", crs=text[:120], known=", ".join(FRAMES))
    return known


def _turned(places: NDArray[np.float64]) -> NDArray[np.float64]:
    return places[:, ::-1]


def _to_metres(places: NDArray[np.float64]) -> NDArray[np.float64]:
    lat = np.radians(np.clip(places[:, 1], -STEEPEST, STEEPEST))
    return np.column_stack((np.radians(places[:, 0]) * RADIUS_M, np.log(np.tan(np.pi / 4 + lat / 2)) * RADIUS_M))


def _to_lonlat(places: NDArray[np.float64]) -> NDArray[np.float64]:
    lat = 2 * np.arctan(np.exp(places[:, 1] / RADIUS_M)) - np.pi / 2
    return np.column_stack((np.degrees(places[:, 0] / RADIUS_M), np.degrees(lat)))
