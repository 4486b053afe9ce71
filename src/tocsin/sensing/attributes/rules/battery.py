"""How a battery stands and when it ends: its level with a dead band, and a slope that few odd days do not bend. Pure.

The slope is that of Theil and Sen: the median of the slopes between all pairs of days. Its bounds (Sen 1968, Journal of the
American Statistical Association 63, 1379) are those pairs' slopes of the ranks that Kendall's variance n(n - 1)(2n + 5)/18 gives;
they take days for independent, so they are the narrowest that can be said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

BATTERIES: Final = "batteries"
"""Purpose of notices about batteries."""
BATTERY_KEEPER: Final = "battery_keeper"
"""As what somebody is told of them."""
NINE_OF_TEN: Final = 1.645  # of a normal distribution: nine of ten within, on both sides


class BatteryState(StrEnum):
    """How much is left of a battery."""

    GOOD = "good"
    LOW = "low"
    CRITICAL = "critical"


WORSE: Final = {BatteryState.GOOD: 0, BatteryState.LOW: 1, BatteryState.CRITICAL: 2}


@dataclass(frozen=True)
class Limits:
    """In percent of its charge: low and critical at or below these, good again so far above."""

    low: float
    critical: float
    recovered: float


@dataclass(frozen=True)
class Forecast:
    """When a battery ends: most likely, at the earliest and at the latest; None where the trend does not say so.

    `slope` is in percent a day, `days` how many of them it rests on.
    """

    slope: float
    days: int
    ends_on: date | None
    earliest: date | None
    latest: date | None


def state_of(level: float, before: BatteryState, limits: Limits) -> BatteryState:
    """The state at this level; a state is left upwards only `recovered` above its limit.

    >>> limits = Limits(20.0, 10.0, 5.0)
    >>> [str(state_of(level, BatteryState.LOW, limits)) for level in (10.0, 24.9, 25.0)]
    ['critical', 'low', 'good']
    """
    for state, limit in ((BatteryState.CRITICAL, limits.critical), (BatteryState.LOW, limits.low)):
        if level <= limit or (WORSE[before] >= WORSE[state] and level < limit + limits.recovered):
            return state
    return BatteryState.GOOD


def of_one_battery(levels: Sequence[tuple[date, float]], replaced: float, since: date | None) -> list[tuple[date, float]]:
    """Of levels by day, ascending, those of the battery that is in now: from the last rise by at least `replaced` on, or from the
    day of its change.

    >>> day = date(2026, 1, 1)
    >>> of_one_battery([(day, 20.0), (day + timedelta(1), 100.0), (day + timedelta(2), 99.0)], 30.0, None)[0][1]
    100.0
    """
    found = [one for one in levels if since is None or one[0] >= since]
    start = max((n for n in range(1, len(found)) if found[n][1] - found[n - 1][1] >= replaced), default=0)
    return found[start:]


def day_by_day(levels: Sequence[tuple[date, float]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Day numbers and levels of every day from the first to the last, each as it was said last before or on it. A level that does
    not move is not said anew, and still holds.
    """
    first = levels[0][0].toordinal()
    at = np.array([day.toordinal() - first for day, _level in levels])
    days = np.arange(at[-1] + 1)
    return days.astype(np.float64), np.array([level for _day, level in levels])[np.searchsorted(at, days, side="right") - 1]


def slopes(days: NDArray[np.float64], levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The slopes between all pairs of points, ascending, in percent a day; `days` rise."""
    low, high = np.triu_indices(len(days), 1)
    return np.sort((levels[high] - levels[low]) / (days[high] - days[low]))


def forecast(levels: Sequence[tuple[date, float]], *, empty: float, least_days: int, furthest_days: int) -> Forecast | None:
    """When the battery of these levels by day (ascending, of one battery) has `empty` percent left; None where they span fewer
    than `least_days`.

    >>> day = date(2026, 1, 1)
    >>> found = forecast([(day + timedelta(n), 90.0 - n / 2) for n in range(41)], empty=5.0, least_days=14, furthest_days=3650)
    >>> found.slope, found.ends_on.isoformat()
    (-0.5, '2026-06-20')
    """
    if not levels or (levels[-1][0] - levels[0][0]).days < least_days:
        return None
    days, values = day_by_day(levels)
    found = slopes(days, values)
    count, pairs = len(days), len(found)
    spread = NINE_OF_TEN * float(np.sqrt(count * (count - 1) * (2 * count + 5) / 18))
    steep = found[max(0, int((pairs - spread) / 2))]
    flat = found[min(pairs - 1, int((pairs + spread) / 2))]
    slope = float(np.median(found))
    level = float(np.median(values - slope * (days - days[-1])))  # of the line at its last day

    def end(per_day: float) -> date | None:
        left = level - empty
        days_left = 0.0 if left <= 0 else left / -per_day if per_day < 0 else float("inf")
        return levels[-1][0] + timedelta(days=round(days_left)) if days_left <= furthest_days else None

    return Forecast(slope, count, end(slope), end(float(steep)), end(float(flat)))
