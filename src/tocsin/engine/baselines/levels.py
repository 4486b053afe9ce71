"""The level of a sensor from day to day, and what of its readings is no measurement."""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.baselines.circumstances import DAY_H
from tocsin.engine.baselines.rows import Floats
from tocsin.engine.kernel import aside
from tocsin.engine.selection import in_order

LEAST_OF_A_DAY = 4  # readings of a day that make a level
STANDING_H = 8  # hours without any change, of a sensor that otherwise changes
STANDS_ANYWAY = 0.3  # share of readings equal to the one before, from which on standing is its nature
ON_FLOOR = 0.05  # share of hours on the least value that make it a floor
MEMORY_DAYS = 13
PATIENCES = (0.12, 0.25, 0.5, 0.8)
PREFERENCE = (1.05, 1.0, 1.0, 1.05)  # the outer ones must do better to be chosen from so few days


@aside
def quantile_of(values: Floats, count: int, share: float) -> float:
    """The value below which `share` of the first `count` lie; the values are put into another order. NaN for none."""
    return in_order(values, count, int(share * (count - 1) + 0.5)) if count > 0 else math.nan


@aside
def mark_standing(value: Floats, known: NDArray[np.bool_]) -> None:
    """Sets `known`, without runs of one value, which are no measurement unless the sensor mostly stands anyway (a dry level)."""
    same = alike = 0
    last = math.nan
    for t in range(len(value)):
        known[t] = math.isfinite(value[t])
        if known[t]:
            if math.isfinite(last):
                alike += 1
                same += value[t] == last
            last = value[t]
    if alike == 0 or same > STANDS_ANYWAY * alike:
        return
    start = 0
    for t in range(1, len(value) + 1):
        if t == len(value) or value[t] != value[start]:
            if t - start >= STANDING_H:
                known[start:t] = False
            start = t


@aside
def floor_of(value: Floats, known: NDArray[np.bool_]) -> float:
    """The least value where the sensor stands on it in more than one hour of twenty; -inf where there is no such floor."""
    least, count, there = math.inf, 0, 0
    for t in range(len(value)):
        if known[t]:
            count += 1
            if value[t] < least:
                least, there = value[t], 0
            there += value[t] == least
    return least if there > ON_FLOOR * count else -math.inf


@aside
def level_days(value: Floats, fitted: Floats, known: NDArray[np.bool_], levels: Floats) -> int:
    """Median of what the fit leaves, for each day counted back from the end (levels[0] is the newest); days without are filled
    from their neighbours. Returns how many days have one.
    """
    held = np.empty(DAY_H)
    found = 0
    for day in range(len(levels)):
        end = len(value) - day * DAY_H
        count = 0
        for t in range(end - DAY_H, end):
            if known[t]:
                held[count] = value[t] - fitted[t]
                count += 1
        levels[day] = quantile_of(held, count, 0.5) if count >= LEAST_OF_A_DAY else math.nan
        found += count >= LEAST_OF_A_DAY
    last = math.nan
    for day in range(len(levels)):
        if math.isnan(levels[day]):
            levels[day] = last
        last = levels[day]
    last = math.nan
    for day in range(len(levels) - 1, -1, -1):
        if math.isnan(levels[day]):
            levels[day] = last
        last = levels[day]
    return found


@aside
def spread_levels(levels: Floats, hourly: Floats) -> None:
    """The level of each hour, straight from the middle of one day to the middle of the next, into `hourly`."""
    hours, days = len(hourly), len(levels)
    for t in range(hours):
        back = (hours - 1 - t - 0.5 * (DAY_H - 1)) / DAY_H
        day = min(max(0, int(back)), days - 1)
        part = min(max(0.0, back - day), 1.0)
        hourly[t] = levels[day] * (1.0 - part) + levels[min(day + 1, days - 1)] * part


@aside
def choose_patience(levels: Floats) -> float:
    """The weight of a day's level against those before it that would have foretold the next days best, slow ones preferred."""
    best, least = 0.25, math.inf
    for place in range(len(PATIENCES)):
        patience = PATIENCES[place]
        total, size = 0.0, 0
        level = levels[len(levels) - 1]
        for back in range(len(levels) - 2, -1, -1):
            if back < len(levels) - 3:
                total += abs(levels[back] - level)
                size += 1
            level += patience * (levels[back] - level)
        total *= PREFERENCE[place]
        if size > 0 and total < least:
            best, least = patience, total
    return best


@aside
def level_from(levels: Floats, day: int, patience: float) -> float:
    """The level foretold for the day before `day` (counted back): newer days count more."""
    first = min(len(levels) - 1, day + MEMORY_DAYS)
    level: float = levels[first]
    for back in range(first - 1, day - 1, -1):
        level += patience * (levels[back] - level)
    return level
