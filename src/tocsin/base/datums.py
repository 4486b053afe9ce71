"""Where a place lies in the coordinates that maps in China use: CGCS2000, and the two that shift it.

CGCS2000 and WGS 84 differ by less than a metre and count as one here. GCJ-02 moves a place by 100 to 700 m, BD-09 moves it once
more. The formulas are those that are published wherever such maps are read (for example by the packages `gcoord` and
`eviltransform`); the way back is found by iteration, to less than a millimetre.
"""

from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

_A: Final = 6378245.0
_EE: Final = 0.00669342162296594323
_X_PI: Final = np.pi * 3000.0 / 180.0
_WEST, _SOUTH, _EAST, _NORTH = 72.004, 0.8293, 137.8347, 55.8271
_STEPS: Final = 12


class Datum(StrEnum):
    """What a pair of degrees refers to."""

    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def convert(lonlat: NDArray[np.float64], source: Datum, target: Datum) -> NDArray[np.float64]:
    """Places of one datum in another. `lonlat`: (n, 2) degrees, longitude first; returns the same shape.

    >>> convert(np.array([[121.5272106, 31.1774276]]), Datum.CGCS2000, Datum.GCJ02).round(6).tolist()
    [[121.531542, 31.175304]]
    """
    places = np.asarray(lonlat, np.float64).reshape(-1, 2)
    if source is target:
        return places.copy()
    if source is Datum.BD09:
        places = _from_bd09(places)
    elif source is Datum.CGCS2000:
        places = _to_gcj02(places)
    if target is Datum.BD09:
        return _to_bd09(places)
    return _from_gcj02(places) if target is Datum.CGCS2000 else places


def metres_between(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances in metres of places of two arrays (n, 2) of degrees, row by row, on a sphere that is flat between them.

    >>> metres_between(np.array([[120.0, 36.0]]), np.array([[120.0, 36.001]])).round(1).tolist()
    [111.2]
    """
    middle = np.radians((first[:, 1] + second[:, 1]) / 2)
    east = (second[:, 0] - first[:, 0]) * np.cos(middle)
    degrees = np.hypot(east, second[:, 1] - first[:, 1])
    return np.asarray(111_194.93 * degrees, np.float64)


def _to_gcj02(places: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = places[:, 0], places[:, 1]
    shifts = _shift(lon, lat)
    inside = (lon >= _WEST) & (lon <= _EAST) & (lat >= _SOUTH) & (lat <= _NORTH)
    return places + np.where(inside[:, None], shifts, 0.0)


def _from_gcj02(places: NDArray[np.float64]) -> NDArray[np.float64]:
    found = places.copy()
    for _ in range(_STEPS):
        found += places - _to_gcj02(found)
    return found


def _to_bd09(places: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = places[:, 0], places[:, 1]
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _X_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _X_PI)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def _from_bd09(places: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = places - np.array([0.0065, 0.006])
    for _ in range(_STEPS):
        found += places - _to_bd09(found)
    return found


def _shift(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees east and north by which GCJ-02 moves a place of CGCS2000."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    waves = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    east += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    angle = np.radians(lat)
    magic = 1 - _EE * np.sin(angle) ** 2
    north = north * 180 / ((_A * (1 - _EE)) / (magic * np.sqrt(magic)) * np.pi)
    east = east * 180 / (_A / np.sqrt(magic) * np.cos(angle) * np.pi)
    return np.column_stack([east, north])
