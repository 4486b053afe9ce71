"""Readings of many sensors laid on hours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.baselines.circumstances import HOUR_MS
from tocsin.engine.kernel import kernel

Floats = NDArray[np.float64]

_MOST_IN_AN_HOUR = 128
_MIDDLE_MS = HOUR_MS // 2


@dataclass(frozen=True, eq=False)
class Hours:
    """Consecutive hours from `first_hour` (since 1970-01-01 UTC) on, NaN where nothing is known.

    `middle` float64[s, t]: the median of each hour. `sample` float64[s, t]: the single reading nearest to the half hour, which
    tells how far single readings lie from what is expected.
    """

    first_hour: int
    middle: Floats
    sample: Floats

    def before(self, hour: int, most: int) -> "Hours":
        """The last `most` hours before `hour`, for a fit that knows nothing later."""
        end = min(max(0, hour - self.first_hour), self.middle.shape[1])
        start = max(0, end - most)
        return Hours(self.first_hour + start, self.middle[:, start:end], self.sample[:, start:end])


def lay_on_hours(
    position: NDArray[np.int64], ts_ms: NDArray[np.int64], value: Floats, *, sensors: int, first_hour: int, hours: int
) -> Hours:
    """Good readings in columns, ordered by `position` (0 to sensors - 1) and then time, on the hours; those outside are left out.

    >>> laid = lay_on_hours(np.zeros(3, np.int64), np.array([0, 1_800_000, 3_600_000]), np.array([1.0, 9.0, 2.0]),
    ...     sensors=1, first_hour=0, hours=2)
    >>> laid.middle.tolist(), laid.sample.tolist()
    ([[5.0, 2.0]], [[9.0, 2.0]])
    """
    middle, sample = np.full((sensors, hours), np.nan), np.full((sensors, hours), np.nan)
    _lay(position, ts_ms, value, first_hour, middle, sample)
    return Hours(first_hour, middle, sample)


def hours_of_bins(values: Floats, first_ms: int, bins_per_hour: int = 6) -> Hours:
    """The same from a grid that is there already: float64[s, t] in equal bins of an hour, the first at `first_ms`.

    Bins before the first full hour and after the last are left out.
    """
    skipped = -(first_ms // (HOUR_MS // bins_per_hour)) % bins_per_hour
    whole = values[:, skipped:]
    hours = whole.shape[1] // bins_per_hour
    cells = np.ascontiguousarray(whole[:, : hours * bins_per_hour]).reshape(len(values), hours, bins_per_hour)
    middle = np.empty((len(values), hours))
    _middle_of_cells(cells, middle)
    return Hours(-(-first_ms // HOUR_MS), middle, cells[:, :, bins_per_hour // 2].copy())


@kernel
def _lay(
    position: NDArray[np.int64], ts_ms: NDArray[np.int64], value: Floats, first_hour: int, middle: Floats, sample: Floats
) -> None:
    held = np.empty(_MOST_IN_AN_HOUR)
    hours = middle.shape[1]
    row = 0
    while row < len(position):
        sensor, hour = position[row], ts_ms[row] // HOUR_MS
        count, nearest, best = 0, HOUR_MS, np.nan
        while row < len(position) and position[row] == sensor and ts_ms[row] // HOUR_MS == hour:
            if np.isfinite(value[row]):
                away = abs(ts_ms[row] % HOUR_MS - _MIDDLE_MS)
                if away < nearest:
                    nearest, best = away, value[row]
                if count < _MOST_IN_AN_HOUR:
                    held[count] = value[row]
                    count += 1
            row += 1
        place = hour - first_hour
        if 0 <= place < hours and count > 0:
            middle[sensor, place] = np.median(held[:count])
            sample[sensor, place] = best


@kernel
def _middle_of_cells(cells: Floats, middle: Floats) -> None:
    held = np.empty(cells.shape[2])
    for sensor in range(cells.shape[0]):
        for hour in range(cells.shape[1]):
            count = 0
            for value in cells[sensor, hour]:
                if np.isfinite(value):
                    place = count
                    while place > 0 and held[place - 1] > value:
                        held[place] = held[place - 1]
                        place -= 1
                    held[place] = value
                    count += 1
            middle[sensor, hour] = (held[(count - 1) // 2] + held[count // 2]) / 2 if count > 0 else np.nan
