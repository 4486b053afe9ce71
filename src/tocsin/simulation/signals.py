"""What sensors of a healthy city would read: drivers on a grid of time, then every channel as a sum of its shares of them."""

import numpy as np
from numpy.typing import NDArray

from tocsin.simulation import noise
from tocsin.simulation.behaviour import DRIVERS
from tocsin.simulation.demand import WEEKS, Calendar, use
from tocsin.simulation.sensors import Sensors
from tocsin.simulation.weather import YEAR_MS, Weather, local_hour

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

GRID_MS = 300_000
_WALK_MS = 4 * 3_600_000
_COLDEST_MS = 22 * 86_400_000
_WALKS, _NOISES = 101, 102  # streams of the hash


class Drivers:
    """All drivers between two times, on a grid of five minutes that is aligned to the epoch and so the same for every chunk."""

    def __init__(self, weather: Weather, from_ms: int, to_ms: int, calendar: Calendar = WEEKS) -> None:
        self.first = from_ms // GRID_MS
        grid = np.arange(self.first, to_ms // GRID_MS + 2) * GRID_MS
        self._values = {name: _driver(name, weather, grid, calendar) for name in DRIVERS}

    def at(self, name: str, time_ms: Times) -> Floats:
        """A driver at these times, linear between the points of the grid; float64 of time's shape."""
        values = self._values[name]
        index = time_ms // GRID_MS - self.first
        part = (time_ms % GRID_MS) / GRID_MS
        before: Floats = values[index]
        return before + (values[index + 1] - before) * part


def _driver(name: str, weather: Weather, grid: Times, calendar: Calendar) -> Floats:
    if name in ("water", "gas", "traffic"):
        return use(name, grid, calendar)
    if name in ("year_cos", "year_sin"):
        year = 2.0 * np.pi * (grid - _COLDEST_MS) / YEAR_MS
        return np.cos(year) if name == "year_cos" else np.sin(year)
    if name == "afternoon":
        return np.cos(2.0 * np.pi * (local_hour(grid) - 15.0) / 24.0)
    if name == "cold":
        return np.maximum(0.0, (18.0 - weather.outdoor_slow_c(grid)) / 20.0)
    return {
        "outdoor": weather.outdoor_c,
        "outdoor_slow": weather.outdoor_slow_c,
        "rain": weather.rain_mm_h,
        "runoff": weather.runoff_mm_h,
        "wet": weather.wetness,
    }[name](grid)


def expected(sensors: Sensors, drivers: Drivers, sensor: NDArray[np.int32], time_ms: Times) -> Floats:
    """Values without walk, noise, fault or incident: float64[n] for n rows of `sensor` at `time_ms`.

    All rows should be of one quantity: a driver is looked up if any of them has a share in it.
    """
    value: Floats = sensors.base[sensor]
    present = np.unique(sensor)
    for column, name in enumerate(DRIVERS):
        share = sensors.share[:, column]
        if share[present].any():
            value += share[sensor] * drivers.at(name, time_ms)
    return value


def ordinary(seed: int, sensors: Sensors, drivers: Drivers, sensor: NDArray[np.int32], time_ms: Times, turn: Times) -> Floats:
    """Values without fault or incident, before rounding; `turn` numbers the readings of a sensor and its noise."""
    value = expected(sensors, drivers, sensor, time_ms)
    present = np.unique(sensor)
    if sensors.slow[present].any():
        value += sensors.slow[sensor] * noise.wander(seed, _WALKS, sensor, time_ms=time_ms, period_ms=_WALK_MS)
    if sensors.noise[present].any():
        value += sensors.noise[sensor] * noise.normal(seed, _NOISES, sensor, turn)
    return value
