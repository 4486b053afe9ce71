"""The two passes over all sensors: the fit, and the judgement of how far single readings lie from it."""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.baselines.circumstances import DAY_H
from tocsin.engine.baselines.curve import finish_curve
from tocsin.engine.baselines.levels import (
    choose_patience,
    floor_of,
    level_days,
    level_from,
    mark_standing,
    quantile_of,
    spread_levels,
)
from tocsin.engine.baselines.responses import centre, fit_slow, gather, set_fitted, solve, weigh
from tocsin.engine.baselines.rows import FASTS, SLOWS, Floats, Row
from tocsin.engine.kernel import aside, kernel

TAIL = 0.0225  # of the errors made lie beyond the band on either side
WIDEN = 1.5  # in days: the errors of a fit are smaller on its own days than on the next
STRANGE = 6.0  # a day whose level was missed by so many times what is usual
NARROWEST, WIDEST = 0.6, 2.5  # of the normal band


@kernel
def fit_rows(
    value: Floats,
    floor: Floats,
    hour: NDArray[np.int64],
    rest: NDArray[np.int64],
    features: tuple[Floats, Floats, Floats, Floats],
    prior: tuple[Floats, Floats, Floats, Floats],
    rounds: int,
    out: NDArray[np.void],
) -> None:
    """Fits every row of `value` float64[s, t] (NaN unknown; t is a whole number of days) into `out` FITTED[s], going on from the
    curve and responses that stand there.

    `floor` float64[s]: the least noise. `hour` (local), `rest` (0 or 1) [t]. `features`: fast [t, f], slow [t, g] of the
    circumstances, and the unit of each. `prior`: mean and precision [s, f] of the fast responses, the same of the slow ones.
    """
    hours = value.shape[1]
    fast, slow, fast_unit, slow_unit = features
    fitted, based, weight = np.empty(hours), np.empty(hours), np.empty(hours)
    held = np.empty(hours)
    known = np.empty(hours, np.bool_)
    levels = np.empty(hours // DAY_H)
    count, sums = np.empty((2, DAY_H)), np.empty((2, DAY_H, FASTS + 1))
    matrix, right = np.empty((FASTS, FASTS)), np.empty(FASTS)
    steps = np.empty((hours // DAY_H, SLOWS + 2))
    days = np.empty((hours // DAY_H, SLOWS))
    for day in range(len(days)):
        for g in range(SLOWS):
            total = 0.0
            for t in range(hours - (day + 1) * DAY_H, hours - day * DAY_H):
                total += slow[t, g]
            days[day, g] = total / DAY_H
    for s in range(len(value)):
        row = out[s]
        mark_standing(value[s], known)
        row.days = row.rest_days = 0
        row.silent_h = hours
        for t in range(hours):
            if known[t]:
                row.silent_h = hours - 1 - t
        for _ in range(rounds):
            set_fitted(row, hour, rest, fast, fitted)
            row.days = level_days(value[s], fitted, known, levels)
            if row.days == 0:
                break
            spread_levels(levels, based)
            for t in range(hours):
                based[t] = value[s, t] - based[t]  # what the curve and the responses have to tell
            row.noise = weigh(based, fitted, known, floor[s], held, weight)
            gather(based, weight, hour, rest, fast, count, sums)
            centre(based, weight, hour, rest, fast, sums, matrix, right)
            for f in range(FASTS):
                row.fast_known[f] = matrix[f, f] / (row.noise * row.noise)
                precision = prior[1][s, f] * row.noise * row.noise
                matrix[f, f] += fast_unit[f] * fast_unit[f] + precision
                right[f] += prior[0][s, f] * precision
            solve(matrix, right)
            for f in range(FASTS):
                row.fast[f] = right[f]
            for kind in range(2):
                for h in range(DAY_H):
                    row.curve[kind, h] = sums[kind, h, FASTS]
                    for f in range(FASTS):
                        row.curve[kind, h] -= sums[kind, h, f] * right[f]
            finish_curve(count, row.noise, row.curve)
        if row.days > 0:
            rested = 0.0
            for h in range(DAY_H):
                rested += count[1, h]
            row.rest_days = int(rested / DAY_H + 0.5)
            set_fitted(row, hour, rest, fast, fitted)
            level_days(value[s], fitted, known, levels)
            fit_slow(levels, days, slow_unit, (prior[2][s], prior[3][s]), floor[s], steps, row)


@kernel
def judge_rows(
    value: Floats,
    sample: Floats,
    hour: NDArray[np.int64],
    rest: NDArray[np.int64],
    fast: Floats,
    slow: Floats,
    floor: Floats,
    tested_days: int,
    out: NDArray[np.void],
) -> None:
    """With the responses of `out` FITTED[s], sets its level and band: the band from what single readings of the last
    `tested_days` were against what the days before them would have foretold.
    """
    hours = value.shape[1]
    fitted, held = np.empty(hours), np.empty(hours)
    known = np.empty(hours, np.bool_)
    levels, missed = np.empty(hours // DAY_H), np.empty(hours // DAY_H)
    for s in range(len(value)):
        row = out[s]
        if row.days == 0:
            continue
        mark_standing(value[s], known)
        set_fitted(row, hour, rest, fast, fitted)
        for t in range(hours):
            for g in range(SLOWS):
                fitted[t] += row.slow[g] * slow[t, g]
        level_days(value[s], fitted, known, levels)
        row.patience = choose_patience(levels)
        row.level = level_from(levels, 0, row.patience)
        tested = max(0, min(tested_days, len(levels) - 3))
        for day in range(tested):
            missed[day] = held[day] = abs(levels[day] - level_from(levels, day + 1, row.patience))
        strange = STRANGE * max(floor[s], row.wander, quantile_of(held, tested, 0.5)) if tested else 0.0
        count = 0
        for day in range(tested):
            if missed[day] > strange:
                continue  # a fault, a step or an incident, by which the band is not to be measured
            level = level_from(levels, day + 1, row.patience)
            end = hours - day * DAY_H
            for t in range(end - DAY_H, end):
                if known[t] and math.isfinite(sample[s, t]):
                    held[count] = sample[s, t] - fitted[t] - level
                    count += 1
        set_band(held, count, floor[s], row)
        row.lowest = floor_of(value[s], known)


@aside
def set_band(held: Floats, count: int, floor: float, row: Row) -> None:
    """Below and above from the errors made, within reason of the normal band that seven in ten of them make."""
    widen = 1.0 + WIDEN / max(1.0, row.days)
    if count < DAY_H:
        row.below = row.above = 1.96 * math.sqrt(row.noise * row.noise + row.wander * row.wander) * widen
        return
    size = np.empty(count)
    for i in range(count):
        size[i] = abs(held[i])
    normal = 1.96 / 1.0364 * quantile_of(size, count, 0.7)
    below = -quantile_of(held, count, TAIL)
    above = quantile_of(held, count, 1.0 - TAIL)
    normal = max(normal, 2.0 * floor)
    row.below = min(max(below, NARROWEST * normal), WIDEST * normal) * widen
    row.above = min(max(above, NARROWEST * normal), WIDEST * normal) * widen
