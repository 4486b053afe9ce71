"""What part of the earth a picture shows: Web Mercator as on screen, in pixels from the upper left corner."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tocsin.base.geometry import METRES_PER_DEGREE

TILE_PX = 512  # MapLibre's: the whole earth is so wide at zoom 0
CLOSEST_ZOOM = 17.0  # as the console flies to a possible cause
FARTHEST_ZOOM = 5.0
PADDING_PX = 70.0
LEGEND_PX = 150.0  # kept free at the left edge


@dataclass(frozen=True)
class Frame:
    """A picture of `width` × `height` pixels round the middle `lon`, `lat` at a zoom of the map."""

    lon: float
    lat: float
    zoom: float
    width: int
    height: int

    @classmethod
    def around(cls, places: Iterable[tuple[float, float]], *, width: int = 720, height: int = 430) -> Self:
        """The closest frame that shows all places (lon, lat) with room round them; ValueError for none.

        At the width of a page its words are 7 to 9 points high.
        """
        spots = [_on_unit_square(lon, lat) for lon, lat in places]
        if not spots:
            raise ValueError("a frame needs a place to show")
        (west, east), (north, south) = ((min(axis), max(axis)) for axis in zip(*spots, strict=True))
        room_x, room_y = width - LEGEND_PX - 2 * PADDING_PX, height - 2 * PADDING_PX
        pairs = ((room_x, east - west), (room_y, south - north))
        zooms = [math.log2(room / (extent * TILE_PX)) for room, extent in pairs if extent > 0]
        zoom = max(FARTHEST_ZOOM, min([CLOSEST_ZOOM, *zooms]))
        legend = LEGEND_PX / (TILE_PX * 2**zoom)
        lon, lat = _in_degrees((west + east - legend) / 2, (north + south) / 2)
        return cls(lon, lat, zoom, width, height)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """west, south, east, north in degrees."""
        x, y = _on_unit_square(self.lon, self.lat)
        half_x, half_y = self.width / 2 / self._scale, self.height / 2 / self._scale
        west, north = _in_degrees(x - half_x, y - half_y)
        east, south = _in_degrees(x + half_x, y + half_y)
        return west, south, east, north

    @property
    def metres_per_pixel(self) -> float:
        """On the ground, in the middle of the picture."""
        return METRES_PER_DEGREE * 360 * math.cos(math.radians(self.lat)) / self._scale

    def pixels(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[n, 2] of x to the right and y downwards, of lon and lat."""
        middle_x, middle_y = _on_unit_square(self.lon, self.lat)
        x = degrees[:, 0] / 360 + 0.5 - middle_x
        y = 0.5 - np.arcsinh(np.tan(np.radians(degrees[:, 1]))) / (2 * np.pi) - middle_y
        return np.column_stack((x * self._scale + self.width / 2, y * self._scale + self.height / 2))

    def pixel(self, lon: float, lat: float) -> tuple[float, float]:
        """The same of one place."""
        x, y = self.pixels(np.array([[lon, lat]]))[0].tolist()
        return x, y

    def holds(self, lon: float, lat: float) -> bool:
        """Whether the place is in the picture."""
        x, y = self.pixel(lon, lat)
        return 0 <= x <= self.width and 0 <= y <= self.height

    @property
    def _scale(self) -> float:
        return float(TILE_PX * 2**self.zoom)


def _on_unit_square(lon: float, lat: float) -> tuple[float, float]:
    return lon / 360 + 0.5, 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)


def _in_degrees(x: float, y: float) -> tuple[float, float]:
    return (x - 0.5) * 360, math.degrees(math.atan(math.sinh((0.5 - y) * 2 * math.pi)))
