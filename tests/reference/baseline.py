"""The baseline worked out the long way: design matrices instead of running sums, sorted lists instead of selections."""

import numpy as np

from tocsin.engine.baselines.circumstances import FAST_UNIT, SLOW_UNIT, Circumstances
from tocsin.engine.baselines.kernels import NARROWEST, STRANGE, TAIL, WIDEN, WIDEST
from tocsin.engine.baselines.levels import LEAST_OF_A_DAY, MEMORY_DAYS, PATIENCES, PREFERENCE, STANDING_H, STANDS_ANYWAY
from tocsin.engine.baselines.responses import HUBER, LOST


def quantile(values, share):
    ordered = sorted(values)
    return ordered[int(share * (len(ordered) - 1) + 0.5)]


def believed(value):
    known = np.isfinite(value)
    there = value[known]
    if len(there) < 2 or np.mean(np.diff(there) == 0) > STANDS_ANYWAY:
        return known
    changes = np.flatnonzero(np.append(True, value[1:] != value[:-1]))
    for start, end in zip(changes, np.append(changes[1:], len(value)), strict=True):
        if end - start >= STANDING_H:
            known[start:end] = False
    return known


def day_levels(left, known):
    """Newest day first; days without one take the newer neighbour's, the newest ones the older neighbour's."""
    levels = []
    for day in range(len(left) // 24):
        there = left[len(left) - (day + 1) * 24 : len(left) - day * 24]
        there = there[known[len(left) - (day + 1) * 24 : len(left) - day * 24]]
        levels.append(quantile(there, 0.5) if len(there) >= LEAST_OF_A_DAY else np.nan)
    with_one = [day for day, level in enumerate(levels) if not np.isnan(level)]
    filled = [levels[max((one for one in with_one if one <= day), default=with_one[0])] for day in range(len(levels))]
    return np.array(filled), len(with_one)


def hourly_levels(levels, hours):
    middles = hours - 1 - (np.arange(len(levels)) * 24 + 11.5)
    return np.interp(np.arange(hours), middles[::-1], levels[::-1])


def shrunk(curve, variance):
    smooth = sum(share * np.roll(curve, step) for step, share in ((0, 3), (1, 2), (-1, 2), (2, 1), (-2, 1))) / 9
    rough = curve - smooth
    keep_rough = max(0.0, 1 - 0.57 * 24 * variance / (rough @ rough)) if rough @ rough > 0 else 0.0
    keep_smooth = max(0.0, 1 - 0.235 * 24 * variance / (smooth @ smooth)) if smooth @ smooth > 0 else 0.0
    return keep_smooth * smooth + keep_rough * rough


def finished(curve, count, noise):
    curve = curve.copy()
    for kind in range(2):
        there = np.flatnonzero(count[kind] > 0)
        if len(there):
            curve[kind] = np.interp(np.arange(24), there, curve[kind, there], period=24)
    if count[0].sum() < 12:
        curve[0] = curve[1]
    apart = curve[1] - curve[0]
    worked = shrunk(curve[0] - curve[0].mean(), noise**2 * 24 / max(count[0].sum(), 1.0))
    other = shrunk(apart, noise**2 * 24 / max(count[1].sum(), 0.1) + noise**2 * 24 / max(count[0].sum(), 1.0))
    return np.stack((worked, worked + other))


def fit_one(value, sample, circumstances: Circumstances, floor, tested_days, rounds=3):
    """(level, below, above, curve, fast, slow) of one sensor without kin; `value` is a whole number of days."""
    hours = len(value)
    cell = circumstances.rest.astype(int) * 24 + circumstances.hour
    fast, slow = circumstances.fast, circumstances.slow
    known = believed(value)
    curve, effect = np.zeros((2, 24)), np.zeros(fast.shape[1])
    for _ in range(rounds):
        fitted = curve.ravel()[cell] + fast @ effect
        levels, days = day_levels(value - fitted, known)
        told = value - hourly_levels(levels, hours)
        off = np.abs(told - fitted)
        noise = max(floor, 1.4826 * quantile(off[known], 0.5))
        weight = np.where(known, np.minimum(1.0, HUBER * noise / np.maximum(off, 1e-300)), 0.0)
        cells = np.eye(48)[cell]
        rows = weight > 0
        # One least-squares problem of hours and responses; the responses have a weak prior of one observation.
        design = np.concatenate((cells, fast), axis=1)[rows] * np.sqrt(weight[rows, None])
        ridge = np.concatenate((np.zeros((fast.shape[1], 48)), np.diag(FAST_UNIT)), axis=1)
        target = np.concatenate((told[rows] * np.sqrt(weight[rows]), np.zeros(fast.shape[1])))
        solution = np.linalg.lstsq(np.concatenate((design, ridge)), target, rcond=None)[0]
        effect = solution[48:]
        count = np.bincount(cell, weights=weight, minlength=48).reshape(2, 24)
        curve = finished(np.where(count > 0, solution[:48].reshape(2, 24), 0.0), count, noise)
    levels, _ = day_levels(value - curve.ravel()[cell] - fast @ effect, known)
    slowly, wander = slow_one(levels, slow, floor)
    fitted = curve.ravel()[cell] + fast @ effect + slow @ slowly
    levels, _ = day_levels(value - fitted, known)
    patience = min(zip(PATIENCES, PREFERENCE, strict=True), key=lambda one: one[1] * error_of(levels, one[0]))[0]
    errors = []
    tested = range(min(tested_days, len(levels) - 3))
    missed = [abs(levels[day] - smoothed(levels[day + 1 :], patience)) for day in tested]
    for day in tested:
        if missed[day] > STRANGE * max(floor, wander, quantile(missed, 0.5)):
            continue
        span = slice(hours - (day + 1) * 24, hours - day * 24)
        left = sample[span] - fitted[span] - smoothed(levels[day + 1 :], patience)
        errors += left[known[span] & np.isfinite(sample[span])].tolist()
    below, above = band(errors, floor, days, noise, wander)
    return smoothed(levels, patience), below, above, curve, effect, slowly


def slow_one(levels, slow, floor):
    hours = len(slow)
    days = np.array([slow[hours - (day + 1) * 24 : hours - day * 24].mean(axis=0) for day in range(len(levels))])
    change, step = -np.diff(levels), -np.diff(days, axis=0)
    response = np.zeros(slow.shape[1])
    for turn in range(4):
        off = np.abs(change - step @ response)
        scale = max(floor * 0.2, 1.4826 * quantile(off, 0.5))
        if turn == 3:
            break
        weight = np.where(off > LOST * scale, 0.0, np.minimum(1.0, 1.5 * scale / np.maximum(off, 1e-300)))
        normal = (step * weight[:, None]).T @ step + np.diag(SLOW_UNIT**2)
        response = np.linalg.solve(normal, (step * weight[:, None]).T @ change)
    return response, scale


def smoothed(levels, patience):
    oldest_first = levels[: MEMORY_DAYS + 1][::-1]
    level = oldest_first[0]
    for one in oldest_first[1:]:
        level += patience * (one - level)
    return level


def error_of(levels, patience):
    oldest_first = levels[::-1]
    level, total = oldest_first[0], 0.0
    for place, one in enumerate(oldest_first[1:], 1):
        if place > 2:
            total += abs(one - level)
        level += patience * (one - level)
    return total


def band(errors, floor, days, noise, wander):
    widen = 1 + WIDEN / days
    if len(errors) < 24:
        return (1.96 * np.hypot(noise, wander) * widen,) * 2
    normal = max(2 * floor, 1.96 / 1.0364 * quantile(np.abs(errors), 0.7))
    sides = -quantile(errors, TAIL), quantile(errors, 1 - TAIL)
    return tuple(float(np.clip(side, NARROWEST * normal, WIDEST * normal)) * widen for side in sides)
