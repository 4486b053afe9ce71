"""How much a city uses at each hour of the day and day of the week, as deviation from the mean (0 = mean use)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.simulation.weather import DAY_MS, LOCAL_MS, local_hour

Floats = NDArray[np.float64]

# Share of the mean use by hour, 0 to 23 h. Gas has the three meals, water the morning and the evening, traffic the ways to work
# (shapes after gas peaks about 8, 13 and 20 h; night minimum of water 02-04 h).
_WATER = (0.45, 0.36, 0.31, 0.30, 0.35, 0.55, 1.05, 1.55, 1.45, 1.20, 1.10, 1.15)
_WATER_LATER = (1.20, 1.05, 0.95, 0.95, 1.00, 1.20, 1.50, 1.65, 1.50, 1.25, 0.95, 0.65)
_GAS = (0.25, 0.20, 0.18, 0.18, 0.25, 0.70, 1.50, 2.10, 1.30, 0.80, 0.95, 1.60)
_GAS_LATER = (1.90, 1.00, 0.65, 0.60, 0.80, 1.45, 2.05, 1.85, 1.20, 0.80, 0.55, 0.35)
_TRAFFIC = (0.25, 0.15, 0.10, 0.12, 0.25, 0.60, 1.20, 1.95, 1.80, 1.35, 1.20, 1.20)
_TRAFFIC_LATER = (1.10, 1.10, 1.20, 1.30, 1.50, 1.90, 1.70, 1.25, 1.00, 0.85, 0.65, 0.40)

CURVES = {
    "water": np.array(_WATER + _WATER_LATER),
    "gas": np.array(_GAS + _GAS_LATER),
    "traffic": np.array(_TRAFFIC + _TRAFFIC_LATER),
}
_FREE = {"water": 1.08, "gas": 1.05, "traffic": 0.78}


@dataclass(frozen=True)
class Calendar:
    """Local days (since 1970-01-01) on which people are free though it is a weekday, and week-end days on which they work."""

    holidays: frozenset[int] = frozenset()
    make_up_days: frozenset[int] = frozenset()

    def is_free(self, time_ms: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether people are free at these times, bool of time's shape."""
        day = (time_ms + LOCAL_MS) // DAY_MS
        week_end = (day + 3) % 7 >= 5  # 0 = Monday; 1970-01-01 was a Thursday
        return (week_end & ~np.isin(day, list(self.make_up_days))) | np.isin(day, list(self.holidays))


WEEKS = Calendar()


def use(kind: str, time_ms: NDArray[np.int64], calendar: Calendar = WEEKS) -> Floats:
    """Use of `water`, `gas` or `traffic` relative to its mean, minus 1; on free days people rise an hour later."""
    curve = CURVES[kind] / CURVES[kind].mean()
    free = calendar.is_free(time_ms)
    hour = (local_hour(time_ms) - np.where(free, 1.0, 0.0)) % 24.0
    share = np.interp(hour, np.arange(25), np.append(curve, curve[0]))
    relative: Floats = share * np.where(free, _FREE[kind], 1.0) - 1.0
    return relative
