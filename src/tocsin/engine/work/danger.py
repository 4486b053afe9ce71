"""Electrical danger: how near a quantity is to its limit, and in which time it gets there if it goes on as it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

QUARTERS_OF_AN_HOUR = 4
QUARTERS_OF_A_DAY = 96

Floats = NDArray[np.float64]


class DangerKind(StrEnum):
    """Which quantity is looked at."""

    OVERLOAD = "overload"  # current over rated current
    IMBALANCE = "imbalance"  # of the three phase currents
    RESIDUAL_CURRENT = "residual current"  # mA
    HOT_JOINT = "hot joint"  # degrees Celsius


class DangerVerdict(StrEnum):
    """How it stands with the limit."""

    BEYOND = "beyond the limit"
    NEARING = "nearing the limit"
    HIGH = "high"
    NORMAL = "normal"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class DangerFigures:
    """The policy of dangers; what each figure means stands in `supervision/work/policy/devices.toml`."""

    limit: Mapping[DangerKind, float]
    high: Mapping[DangerKind, float]
    beyond_quarters: int
    fast_h: float
    slow_d: int
    least_points: int
    horizon_h: float
    confidence: float


@dataclass(frozen=True)
class Trend:
    """A straight line through points by medians: `per_h` with its interval, and where the line stands at the last point."""

    per_h: float
    low_per_h: float
    high_per_h: float
    level: float


@dataclass(frozen=True)
class Danger:
    """`value`: the last reading. `hours_to_limit` and its interval: 0 beyond it, infinite where it does not get there. `trend`:
    the one that gets there first, None where neither rises. `why`: (reason code, figure) pairs.
    """

    kind: DangerKind
    verdict: DangerVerdict
    value: float
    hours_to_limit: float
    interval_h: tuple[float, float]
    trend: Trend | None
    why: tuple[tuple[str, float], ...]


def imbalance_of(current_a: Floats, least_a: float) -> Floats:
    """Largest departure of a phase from the mean of the three, over that mean; float64[t] of float64[t, 3]. NaN where the mean is
    below `least_a`: hardly loaded phases are always unlike.

    >>> imbalance_of(np.array([[100.0, 100.0, 130.0], [1.0, 0.0, 0.0]]), least_a=10.0).round(3).tolist()
    [0.182, nan]
    """
    mean = current_a.mean(axis=1)
    apart = np.abs(current_a - mean[:, None]).max(axis=1)
    return np.asarray(np.where(mean >= least_a, apart / np.where(mean > 0, mean, 1.0), np.nan))


def trend_of(hours: Floats, values: Floats, confidence: float) -> Trend | None:
    """The median of the slopes of all pairs of points (Theil 1950, Sen 1968), which a few wild ones don't move; None below two
    points. `hours` rising.
    """
    from scipy import stats  # a second of every start, and few processes come here

    known = np.isfinite(values)
    if known.sum() < 2:
        return None
    slope, middle, low, high = stats.theilslopes(values[known], hours[known], confidence)
    return Trend(float(slope), float(low), float(high), float(middle + slope * hours[known][-1]))


def judge_danger(kind: DangerKind, values: Floats, figures: DangerFigures) -> Danger:
    """The verdict at the last of `values` float64[t], one a quarter hour, NaN unknown."""
    limit, high = figures.limit[kind], figures.high[kind]
    known = np.flatnonzero(np.isfinite(values))
    if len(known) == 0 or len(values) - 1 - known[-1] > QUARTERS_OF_AN_HOUR:
        return Danger(kind, DangerVerdict.UNKNOWN, np.nan, np.inf, (np.inf, np.inf), None, (("no reading within the hour", 1.0),))
    value = float(values[known[-1]])
    last = values[: known[-1] + 1][-figures.beyond_quarters :]  # what has not arrived yet ends nothing
    if len(last) == figures.beyond_quarters and (last >= limit).all():
        return Danger(kind, DangerVerdict.BEYOND, value, 0.0, (0.0, 0.0), None, (("limit", limit), ("value", value)))
    rising = [trend for trend in (_fast(values, figures), _slow(values, figures)) if trend is not None and trend.low_per_h > 0]
    ways = [(_hours(limit - max(value, trend.level), trend.per_h), trend) for trend in rising]
    hours, trend = min(ways, key=lambda way: way[0], default=(np.inf, None))
    why: tuple[tuple[str, float], ...] = (("limit", limit), ("value", value))
    interval = (np.inf, np.inf)
    if trend is not None:
        left = limit - max(value, trend.level)
        interval = (_hours(left, trend.high_per_h), _hours(left, trend.low_per_h))
        why += (("rise per hour", trend.per_h), ("hours to the limit", hours))
    verdict = (
        DangerVerdict.NEARING if hours <= figures.horizon_h else DangerVerdict.HIGH if value >= high else DangerVerdict.NORMAL
    )
    return Danger(kind, verdict, value, hours, interval, trend, why)


def _hours(left: float, per_h: float) -> float:
    return max(0.0, left) / per_h if per_h > 0 else np.inf


def _fast(values: Floats, figures: DangerFigures) -> Trend | None:
    """Of the last hours, against what the same hours brought on the days before: the morning's rise is no trend."""
    count = round(figures.fast_h * QUARTERS_OF_AN_HOUR)
    if len(values) < count:
        return None
    now = values[-count:].copy()
    before = [
        values[len(values) - count - back : len(values) - back]
        for back in range(QUARTERS_OF_A_DAY, len(values) - count + 1, QUARTERS_OF_A_DAY)
    ]
    usual = _middle(np.array(before)) if before else np.zeros(count)
    excess = now - np.where(np.isfinite(usual), usual, 0.0)
    halves = _middle(excess[-(count // 2 * 2) :].reshape(-1, 2).T)
    if np.isfinite(halves).sum() < figures.least_points:
        return None
    trend = trend_of(np.arange(0.0, len(halves) / 2, 0.5), halves, figures.confidence)
    if trend is None:
        return None
    return Trend(trend.per_h, trend.low_per_h, trend.high_per_h, float(now[np.isfinite(now)][-1]))


def _slow(values: Floats, figures: DangerFigures) -> Trend | None:
    """Of the highest hour of each day, counted back from the last quarter."""
    days = min(figures.slow_d, len(values) // QUARTERS_OF_A_DAY)
    if days < figures.least_points:
        return None
    hourly = _middle(values[-days * QUARTERS_OF_A_DAY :].reshape(-1, QUARTERS_OF_AN_HOUR).T).reshape(days, -1)
    known = np.isfinite(hourly)
    highest = np.where(known.sum(axis=1) >= 12, np.where(known, hourly, -np.inf).max(axis=1), np.nan)
    return (
        trend_of(np.arange(0.0, days * 24.0, 24.0), highest, figures.confidence)
        if np.isfinite(highest).sum() >= figures.least_points
        else None
    )


def _middle(rows: Floats) -> Floats:
    """Median down the rows, NaN where none is known."""
    known = np.isfinite(rows).any(axis=0)
    middle = np.full(rows.shape[1], np.nan)
    if known.any():
        middle[known] = np.nanmedian(rows[:, known], axis=0)
    return middle
