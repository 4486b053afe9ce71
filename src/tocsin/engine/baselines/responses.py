"""How a sensor responds to the weather: within hours from the readings of the hours, over days from the changes of its level."""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.baselines.circumstances import DAY_H
from tocsin.engine.baselines.levels import quantile_of
from tocsin.engine.baselines.rows import FASTS, SLOWS, Floats, Row
from tocsin.engine.kernel import aside, part

HUBER = 1.5  # of what the fit leaves, in standard deviations: beyond, readings count less (Huber 1964)
LOST = 6.0  # beyond so many, a change of the level is a step or a fault and counts nothing


@part
def set_fitted(row: Row, hour: NDArray[np.int64], rest: NDArray[np.int64], fast: Floats, fitted: Floats) -> None:
    """Curve and fast responses of each hour."""
    for t in range(len(fitted)):
        value = row.curve[rest[t], hour[t]]
        for f in range(FASTS):
            value += row.fast[f] * fast[t, f]
        fitted[t] = value


@part
def weigh(based: Floats, fitted: Floats, known: NDArray[np.bool_], floor: float, held: Floats, weight: Floats) -> float:
    """Huber's weights of what the fit leaves, into `weight`; returns the standard deviation by the median of its size."""
    count = 0
    for t in range(len(based)):
        weight[t] = 0.0
        if known[t]:
            weight[t] = abs(based[t] - fitted[t])
            held[count] = weight[t]
            count += 1
    noise = max(floor, 1.4826 * quantile_of(held, count, 0.5))
    for t in range(len(based)):
        if known[t]:
            weight[t] = 1.0 if weight[t] < HUBER * noise else HUBER * noise / weight[t]
    return noise


@part
def gather(
    based: Floats, weight: Floats, hour: NDArray[np.int64], rest: NDArray[np.int64], fast: Floats, count: Floats, sums: Floats
) -> None:
    """For each hour of worked and of rest days the weight of its readings, into `count`, and the means of the fast circumstances
    and of what is to be told, into `sums`.
    """
    count[:] = 0.0
    sums[:] = 0.0
    for t in range(len(based)):
        w = weight[t]
        if w > 0.0:
            kind, h = rest[t], hour[t]
            count[kind, h] += w
            sums[kind, h, FASTS] += w * based[t]
            for f in range(FASTS):
                sums[kind, h, f] += w * fast[t, f]
    for kind in range(2):
        for h in range(DAY_H):
            if count[kind, h] > 0.0:
                for f in range(FASTS + 1):
                    sums[kind, h, f] /= count[kind, h]


@part
def centre(
    based: Floats,
    weight: Floats,
    hour: NDArray[np.int64],
    rest: NDArray[np.int64],
    fast: Floats,
    sums: Floats,
    matrix: Floats,
    right: Floats,
) -> None:
    """The normal equations of the fast responses, from deviations inside each hour of the day: so curve and responses are fitted
    at once (the theorem of Frisch, Waugh and Lovell).
    """
    matrix[:] = 0.0
    right[:] = 0.0
    for t in range(len(based)):
        w = weight[t]
        if w > 0.0:
            kind, h = rest[t], hour[t]
            left = w * (based[t] - sums[kind, h, FASTS])
            for f in range(FASTS):
                x = fast[t, f] - sums[kind, h, f]
                if x != 0.0:
                    right[f] += x * left
                    for g in range(f + 1):
                        matrix[f, g] += w * x * (fast[t, g] - sums[kind, h, g])


@aside
def solve(matrix: Floats, right: Floats) -> None:
    """Solves the small positive definite system in place (Cholesky); the answer stands in `right`."""
    size = len(right)
    for i in range(size):
        for j in range(i + 1):
            total = matrix[i, j]
            for k in range(j):
                total -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = math.sqrt(max(total, 1e-12)) if i == j else total / matrix[j, j]
    for i in range(size):
        for k in range(i):
            right[i] -= matrix[i, k] * right[k]
        right[i] /= matrix[i, i]
    for i in range(size - 1, -1, -1):
        for k in range(i + 1, size):
            right[i] -= matrix[k, i] * right[k]
        right[i] /= matrix[i, i]


@aside
def fit_slow(
    levels: Floats, days: Floats, unit: Floats, prior: tuple[Floats, Floats], floor: float, steps: Floats, row: Row
) -> None:
    """Responses over days, from the changes of the level from one day to the next: a step of the level counts once, an outlier.

    `days` [d, g]: means of the slow circumstances; `steps` [d, g + 2] is room.
    """
    row.wander = floor
    for g in range(SLOWS):
        row.slow[g] = row.slow_known[g] = 0.0
    count = len(levels) - 1
    if count < 2:
        return
    size, change = steps[:, SLOWS], steps[:, SLOWS + 1]
    matrix, right = np.empty((SLOWS, SLOWS)), np.empty(SLOWS)
    for day in range(count):
        change[day] = levels[day] - levels[day + 1]
        for g in range(SLOWS):
            steps[day, g] = days[day, g] - days[day + 1, g]
    for turn in range(4):
        for day in range(count):
            left = change[day]
            for g in range(SLOWS):
                left -= row.slow[g] * steps[day, g]
            size[day] = abs(left)
        held = size.copy()
        scale = max(floor * 0.2, 1.4826 * quantile_of(held, count, 0.5))
        row.wander = scale
        if turn == 3:
            return
        matrix[:] = 0.0
        right[:] = 0.0
        for day in range(count):
            w = 1.0 if size[day] < 1.5 * scale else 1.5 * scale / size[day]
            if size[day] > LOST * scale:
                w = 0.0
            for g in range(SLOWS):
                right[g] += w * steps[day, g] * change[day]
                for k in range(SLOWS):
                    matrix[g, k] += w * steps[day, g] * steps[day, k]
        for g in range(SLOWS):
            row.slow_known[g] = matrix[g, g] / (scale * scale)
            precision = prior[1][g] * scale * scale
            right[g] += prior[0][g] * precision
            matrix[g, g] += unit[g] * unit[g] + precision
        solve(matrix, right)
        for g in range(SLOWS):
            row.slow[g] = right[g]
