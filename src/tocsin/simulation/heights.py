"""The heights of the simulated district: its own ground where it is built, the bay at the sea's level, hills in the east."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.simulation.city import City
from tocsin.simulation.ground import BEYOND_M, HILL_AWAY_M, surroundings_of

STEP_DEGREES: Final = 0.0002  # 18 to 22 m
SHORE_M: Final = 500.0  # the ground falls to the sea over such a strip
FOOT_M: Final = 2200.0  # and the hills rise over one
PEAKS_M: Final = 340.0
RIVER_M: Final = 3.5  # the river lies so far below its banks
WAVES_M: Final = (2400.0, 1200.0, 600.0, 300.0)  # of the hills

type Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HeightGrid:
    """Metres above the sea, row by row from the north; `west` and `north` are the outer edges of the first pixel in degrees."""

    metres: NDArray[np.float32]
    west: float
    north: float
    step: float


def heights_of(city: City) -> HeightGrid:
    """The heights of the district and what lies round it.

    >>> grid = heights_of(City.build())
    >>> float(grid.metres.min()), bool(grid.metres.max() > 200)
    (0.0, True)
    """
    round_it = surroundings_of(city)
    west_m, south_m, east_m, north_m = round_it.built.buffer(BEYOND_M + HILL_AWAY_M).bounds
    (west, east), (south, north) = city.site.plane.to_degrees(np.array([west_m, east_m]), np.array([south_m, north_m]))
    columns, rows = np.arange(int((east - west) / STEP_DEGREES)), np.arange(int((north - south) / STEP_DEGREES))
    lon, lat = np.meshgrid(west + (columns + 0.5) * STEP_DEGREES, north - (rows + 0.5) * STEP_DEGREES)
    x, y = city.site.plane.to_metres(lon.ravel(), lat.ravel())
    places = np.column_stack((x, y))
    inland, behind = round_it.beyond_shore(places), round_it.beyond_foot(places)
    own = np.maximum(_ground(city, x, y), 2.0)
    height = 0.5 + own * _rise(inland / SHORE_M) + PEAKS_M * _rise(behind / FOOT_M) * _peaks(city.seed, x, y)
    river = shapely.contains_xy(round_it.river, x, y)
    height = np.where(river, np.maximum(height - RIVER_M, 0.3), height)
    metres = np.where(inland <= 0, 0.0, np.round(height, 2)).reshape(lon.shape)
    return HeightGrid(metres.astype(np.float32), float(west), float(north), STEP_DEGREES)


def _ground(city: City, x: Floats, y: Floats) -> Floats:
    """As `Ground.at`, of many places."""
    told = city.site.ground
    hills = told.hills_m * np.sin(x / told.hills_east_m) * np.cos(y / told.hills_north_m)
    return np.asarray(told.base_m + told.east * x + told.north * y + hills, np.float64)


def _rise(share: Floats) -> Floats:
    """From 0 to 1, level at both ends."""
    held = np.clip(share, 0.0, 1.0)
    return held * held * (3 - 2 * held)


def _peaks(seed: int, x: Floats, y: Floats) -> Floats:
    """Ridges and valleys, about 0.1 to 1: draws at the knots of ever finer nets, folded where they are in the middle."""
    total, share = np.zeros_like(x), 0.5
    for number, wave_m in enumerate(WAVES_M):
        total += share * (1 - np.abs(2 * _between_knots(seed + number, x / wave_m, y / wave_m) - 1))
        share /= 2
    return np.asarray(0.1 + 0.9 * total, np.float64)


def _between_knots(seed: int, x: Floats, y: Floats) -> Floats:
    """Draws from 0 to 1 at whole numbers, smooth between them."""
    left, low = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    draws = np.random.default_rng(seed).random((int(np.ptp(left)) + 2, int(np.ptp(low)) + 2))
    column, row = left - left.min(), low - low.min()
    across, up = _rise(x - left), _rise(y - low)
    below = draws[column, row] * (1 - across) + draws[column + 1, row] * across
    above = draws[column, row + 1] * (1 - across) + draws[column + 1, row + 1] * across
    return np.asarray(below * (1 - up) + above * up, np.float64)
