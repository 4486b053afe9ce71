"""What moves a city from hour to hour: day or night, free or working, warm or cold, dry or wet."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HOUR_MS = 3_600_000
DAY_H = 24

# Responses within hours, and the size of each that counts as one observation when little is known.
FAST = ("swing", "turning", "rain", "runoff", "soaked")
FAST_UNIT = np.array([3.0, 2.0, 1.0, 1.0, 0.2])
# Responses over days.
SLOW = ("warmth", "cold", "wet", "rest")
SLOW_UNIT = np.array([2.0, 2.0, 0.2, 0.5])

_RUNOFF_H = 2.0  # what rain leaves in drains ebbs by 1/e in about two hours in a small catchment
_SOAKED_H = 30.0  # and what it leaves in the ground in a day or so
_SOAKED_MM = 10.0  # rain after which half of what the ground can take is taken


@dataclass(frozen=True, eq=False)
class Circumstances:
    """Consecutive hours from `first_hour` (hours since 1970-01-01 UTC) on; arrays of one length t.

    `rest` bool: a day off at that local hour. `outdoor_c` and `rain_mm_h` float64: means of the hour, NaN where not known: then
    the air is as in the hours around, and it does not rain. `local_h`: local time ahead of UTC in hours.
    """

    first_hour: int
    rest: NDArray[np.bool_]
    outdoor_c: Floats
    rain_mm_h: Floats
    local_h: int = 8

    def __len__(self) -> int:
        return len(self.rest)

    @property
    def end_hour(self) -> int:
        """The hour after the last one."""
        return self.first_hour + len(self)

    def between(self, first_hour: int, end_hour: int) -> "Circumstances":
        """The hours from `first_hour` on and before `end_hour`, with what the weather before them has left."""
        part = slice(first_hour - self.first_hour, end_hour - self.first_hour)
        cut = Circumstances(first_hour, self.rest[part], self.outdoor_c[part], self.rain_mm_h[part], self.local_h)
        cut.__dict__.update(fast=self.fast[part], slow=self.slow[part])  # what cached properties would find
        return cut

    @cached_property
    def hour(self) -> NDArray[np.int64]:
        """Local hour of the day, int64[t]."""
        return (self.first_hour + np.arange(len(self)) + self.local_h) % DAY_H

    @cached_property
    def fast(self) -> Floats:
        """float64[t, len(FAST)]: air against its last 24 h (°C), rain (mm/h), runoff (mm/h), how soaked the ground is against the
        last day (0 to 1).
        """
        outdoor, rain, soaked = self._outdoor, self._rain, self._soaked
        runoff = _ebbing(rain, _RUNOFF_H) * (1.0 - np.exp(-1.0 / _RUNOFF_H))
        day = _trailing_mean(outdoor, DAY_H)
        turning = day - np.concatenate((np.full(min(12, len(day)), day[0]), day[:-12]))
        return np.stack((outdoor - day, turning, rain, runoff, soaked - _trailing_mean(soaked, DAY_H)), axis=1)

    @cached_property
    def slow(self) -> Floats:
        """float64[t, len(SLOW)]: air of the last 24 h and of the last four days (°C), how soaked the ground was in 24 h (0 to 1),
        the share of the day's rest (0 or 1).
        """
        day = _trailing_mean(self._outdoor, DAY_H)
        cold = np.maximum(0.0, 18.0 - day)
        return np.stack((day, cold, _trailing_mean(self._soaked, DAY_H), self.rest.astype(np.float64)), axis=1)

    @cached_property
    def _outdoor(self) -> Floats:
        known = np.flatnonzero(np.isfinite(self.outdoor_c))
        if len(known) == 0:
            return np.zeros(len(self))
        return np.interp(np.arange(len(self)), known, self.outdoor_c[known])

    @cached_property
    def _rain(self) -> Floats:
        return np.nan_to_num(self.rain_mm_h)

    @cached_property
    def _soaked(self) -> Floats:
        fallen = _ebbing(self._rain, _SOAKED_H)
        return fallen / (fallen + _SOAKED_MM)


def _trailing_mean(values: Floats, hours: int) -> Floats:
    """Mean of each hour and those before it, fewer at the beginning."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    end = np.arange(1, len(values) + 1)
    start = np.maximum(0, end - hours)
    return (total[end] - total[start]) / (end - start)


def _ebbing(values: Floats, hours: float) -> Floats:
    """A store filled by `values` that ebbs by 1/e in `hours`."""
    keep, stored = float(np.exp(-1.0 / hours)), 0.0
    out = np.empty(len(values))
    for place, value in enumerate(values.tolist()):
        stored = stored * keep + value
        out[place] = stored
    return out
