"""The medians of practice: of the same hour over seven days (make-up water), of the night minimum over a fortnight (leakage)."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.baselines.circumstances import DAY_H
from tocsin.engine.baselines.hours import Hours

Floats = NDArray[np.float64]

SAME_HOUR_DAYS = 7
NIGHT_DAYS = 14
NIGHT_HOURS = (2, 4)  # CJJ 92-2016 practice: the night minimum flow of 02-04 h local time


def same_hour_median(hours: Hours, days: int = SAME_HOUR_DAYS) -> Floats:
    """For each of the next 24 hours after the last one the median of the same hour on the `days` before: float64[s, 24], NaN
    where fewer than half of the days have it.
    """
    length = hours.middle.shape[1]
    count = min(days, length // DAY_H)
    past = hours.middle[:, length - count * DAY_H :].reshape(len(hours.middle), count, DAY_H)
    return _median(past.transpose(0, 2, 1), least=(days + 1) // 2)


def night_minimum(hours: Hours, local_h: int = 8, days: int = NIGHT_DAYS) -> tuple[Floats, Floats]:
    """(last night's minimum flow, median of those of the `days` nights before): float64[s] each, NaN where there is none.

    A night's minimum is the least hour of 02-04 h. The ratio of both is what a leak raises first.
    """
    hour = (hours.first_hour + np.arange(hours.middle.shape[1]) + local_h) % DAY_H
    starts = np.flatnonzero(hour == NIGHT_HOURS[0])
    starts = starts[starts + NIGHT_HOURS[1] - NIGHT_HOURS[0] <= len(hour)][-(days + 1) :]
    if len(starts) == 0:
        nothing = np.full(len(hours.middle), np.nan)
        return nothing, nothing
    nights = np.stack([hours.middle[:, start : start + NIGHT_HOURS[1] - NIGHT_HOURS[0]] for start in starts], axis=1)
    least = np.where(np.isnan(nights).all(axis=2), np.nan, np.min(np.where(np.isnan(nights), np.inf, nights), axis=2))
    return least[:, -1], _median(least[:, :-1], least=(days + 1) // 2)


def _median(values: Floats, least: int) -> Floats:
    """Median along the last axis without NaN; NaN where fewer than `least` are known."""
    known = np.isfinite(values).sum(axis=-1)
    out = np.full(values.shape[:-1], np.nan)
    enough = known >= least
    if enough.any():
        out[enough] = np.nanmedian(values[enough], axis=-1)
    return out
