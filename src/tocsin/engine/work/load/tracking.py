"""The pass over curves that learns, day by day, what rest and normal running are, and says of each quarter how far it runs.

Nothing later than a quarter is used for it: the normal level, the energy of a normal day and the curve of a day change only at
the end of a day, from that day, and only of days that may be learnt from; the rest level follows hours that are plainly at rest.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.kernel import aside, kernel, part
from tocsin.engine.work.load.track import DRIVERS, HOURS, QUARTERS, RING, Floats

Track = Any  # one record of TRACK, inside a kernel
Rules = Any  # one record of RULES

GOOD_DAY, GOOD_SHARE = 0.85, 0.8  # the level of good days, and what of it is normal at least
SLOWEST = 0.05  # weight of a day in the curve of its kind, at least
WINDUP = 1.0  # most that may be left open about a driver that has not acted for long
DOUBT_DAYS = 4  # after which the first guess is given up for what the curve shows
DEEP_HOURS = 12  # in a row
SEEN_HOURS = 240  # at rest, until the rest level is known
DEEP = 0.15  # of the running level: so far below the rest level it was no rest level

NO, YES, CANNOT_TELL, LOW = 0, 1, 2, 3  # of a quarter


@kernel
def track_rows(
    kw: NDArray[np.float32],
    drivers: Floats,
    kind: NDArray[np.uint8],
    learn: NDArray[np.uint8],
    rules: NDArray[np.void],
    tracks: NDArray[np.void],
    days: NDArray[np.float32],
    curves: NDArray[np.float32],
    quarters: NDArray[np.float32],
    state: NDArray[np.uint8],
) -> None:
    """Goes over `kw` float32[rows, 96·n] (NaN unknown) in the order of time, from and into `tracks` TRACK[rows].

    `drivers` float64[24·n, DRIVERS] of the hours; `kind` uint8[n] (0 working day); `learn` uint8[rows, n], 1 where a day may
    become part of what is normal. Out: `quarters` float32[rows, 96·n], share of the normal running level; `state` uint8 as
    large (NO, YES, CANNOT_TELL, LOW); `days` float32[rows, n, 6], as known when the day begins: rest level at its noon, span and
    energy of a normal day, then the day's own energy above rest (kWh, of the quarters known) and its known quarters, and by how
    much (kW) the rest level had been found to lie elsewhere, since the beginning; `curves` float32[rows, n, 24], the share
    expected of each hour of a producing day of that kind.
    """
    for row in range(kw.shape[0]):
        track = tracks[row]
        ruled = rules[0]
        for day in range(kind.shape[0]):
            rest = drivers[day * HOURS + 12]
            days[row, day, 0] = rest_of(track, rest)
            days[row, day, 1] = track.span
            days[row, day, 2] = track.energy
            days[row, day, 5] = track.moved
            off = off_day(kind[day])
            for hour in range(HOURS):
                curves[row, day, hour] = track.curve[off, hour]
            begin, hours = day * QUARTERS, drivers[day * HOURS : (day + 1) * HOURS]
            before = rest_at_work(track, off, hours)
            judge_day(
                kw[row, begin : begin + QUARTERS],
                hours,
                learn[row, day],
                ruled,
                track,
                days[row, day],
                quarters[row, begin : begin + QUARTERS],
                state[row, begin : begin + QUARTERS],
            )
            learn_day(
                kw[row, begin : begin + QUARTERS],
                kind[day],
                learn[row, day],
                ruled,
                track,
                days[row, day],
            )
            if track.rested < SEEN_HOURS:
                track.moved += rest_at_work(track, off, hours) - before


@part
def off_day(kind: int) -> int:
    """0 for working days and made-up ones, 1 for others."""
    return 0 if kind == 0 or kind == 3 else 1


@part
def rest_of(track: Track, driver: Floats) -> float:
    """Rest level under the drivers of an hour, kW."""
    level = track.theta[0]
    if track.mixed == 1:
        for d in range(1, DRIVERS):
            level += track.theta[d] * driver[d]
    return float(level)


@part
def rest_at_work(track: Track, off: int, drivers: Floats) -> float:
    """Mean rest level of a day over the hours in which it is wont to run, kW; `drivers` float64[24, DRIVERS]."""
    level, weight = 0.0, 0.0
    for hour in range(HOURS):
        ran = track.curve[off, hour] + 1e-3
        level += ran * rest_of(track, drivers[hour])
        weight += ran
    return float(level / weight)


@part
def judge_day(
    kw: NDArray[np.float32],
    drivers: Floats,
    learn: int,
    rules: Rules,
    track: Track,
    day: NDArray[np.float32],
    share: NDArray[np.float32],
    state: NDArray[np.uint8],
) -> None:
    """The quarters of a day, each by what was known before it; `day` gets the day's energy and known quarters, `track` what is
    to be learnt from it.
    """
    mixed = track.mixed == 1
    span = track.span
    running = max(rules.mixed_running if mixed else rules.running, rules.noise_times * track.noise / span)
    still = running * rules.still_running / rules.running
    low = rules.low
    on, ran, ran_share, energy, known = track.on == 1, 0, 0.0, 0.0, 0
    for hour in range(HOURS):
        rest = rest_of(track, drivers[hour])
        at_rest_kw, at_rest, seen, above = 0.0, 0, 0, 0.0
        for q in range(hour * 4, hour * 4 + 4):
            value = kw[q]
            part_of = (value - rest) / span
            share[q] = part_of
            if not math.isfinite(part_of):
                state[q] = CANNOT_TELL
                continue
            seen += 1
            on = part_of >= (still if on else running)
            if on:
                state[q] = YES
                ran += 1
                ran_share += part_of
                energy += part_of
                above += part_of
            else:
                slow = part_of >= low
                state[q] = LOW if slow else NO
                above += max(0.0, part_of)
                if slow and not mixed:  # on other curves, what rest wanders would add up
                    energy += part_of
                if not slow or (mixed and learn == 1):
                    at_rest_kw += value
                    at_rest += 1
        known += seen
        track.hour_share[hour] = above / seen if seen > 0 else np.nan
        if at_rest == 4:
            if mixed:
                follow_rest(track, drivers[hour], at_rest_kw / 4.0, rules.keep)
                span = track.span
            else:
                follow_floor(track, at_rest_kw / 4.0)
    track.on, track.ran, track.ran_share = on, ran, ran_share
    day[3] = energy * span * 0.25
    day[4] = known


@part
def miss_of(track: Track, rest: float, level: float) -> float:
    """How far an hour at rest lay from what was expected, clipped at three times its usual size so that a low rate of work does
    not become rest; the usual size follows.
    """
    usual = max(track.noise, 0.01 * track.span)
    miss = level - rest
    track.noise += 0.02 * (min(abs(miss), 4.0 * usual) * 1.25 - track.noise)
    return float(min(max(miss, -3.0 * usual), 3.0 * usual))


@part
def follow_floor(track: Track, level: float) -> None:
    """One hour at rest of a process meter, whose rest nothing drives."""
    track.rested += 1
    track.theta[0] += 0.05 * miss_of(track, track.theta[0], level)


@aside
def follow_rest(track: Track, driver: Floats, level: float, keep: float) -> None:
    """One hour at rest of a mixed curve into its rest level: recursive least squares with forgetting (Ljung 1999, 11.2)."""
    miss = level - rest_of(track, driver)
    if miss < -DEEP * track.span:
        track.deep += 1
        if track.deep >= DEEP_HOURS:  # it was never seen at rest: what it runs at stays, what it rests at does not
            lower_rest(track, 0.5 * miss)
        return  # else a defrost or a cut of supply
    track.deep = 0
    miss = miss_of(track, rest_of(track, driver), level)
    size = keep
    for i in range(DRIVERS):
        told = 0.0
        for j in range(DRIVERS):
            told += track.gain[i, j] * driver[j]
        track.told[i] = told
        size += driver[i] * told
    for i in range(DRIVERS):
        track.theta[i] += track.told[i] / size * miss
        for j in range(DRIVERS):
            track.gain[i, j] = (track.gain[i, j] - track.told[i] * track.told[j] / size) / keep
    for i in range(1, DRIVERS - 1):  # offices, cold and heat can only add
        track.theta[i] = max(track.theta[i], 0.0)
    for i in range(DRIVERS):
        if track.gain[i, i] > WINDUP:  # a driver that never acts must not wind up
            for j in range(DRIVERS):
                track.gain[i, j] *= 0.5
                track.gain[j, i] *= 0.5
    track.rested += 1


@aside
def lower_rest(track: Track, miss: float) -> None:
    """Moves the rest level by `miss` kW (below 0) and leaves the running level where it is."""
    track.theta[0] += miss
    track.span -= miss
    track.rested = 0
    for place in range(RING):
        track.level_ring[place] -= miss
        track.level_sorted[place] -= miss
        hours = track.ran / 4.0 if track.ran > 0 else 12.0
        track.energy_ring[place] -= miss * hours
        track.energy_sorted[place] -= miss * hours


@part
def learn_day(kw: NDArray[np.float32], kind: int, learn: int, rules: Rules, track: Track, day: NDArray[np.float32]) -> None:
    """A finished day into the normal level, energy and curve, where it may be learnt from and was a producing one."""
    track.days += 1
    if learn == 0:
        return
    if track.settled == 0 and track.days <= rules.prior_days:
        begin_levels(kw, track)
    if track.ran < rules.producing_quarters:
        return
    limit = rules.learning_days
    place, full = track.producing_days % limit, track.producing_days >= limit
    filled = min(track.producing_days, limit)
    level, energy = track.ran_share / track.ran * day[1], day[3] * QUARTERS / day[4]
    insert(track.level_sorted, filled, level, track.level_ring[place], full)
    insert(track.energy_sorted, filled, energy, track.energy_ring[place], full)
    track.level_ring[place], track.energy_ring[place] = level, energy
    track.producing_days += 1
    filled = min(track.producing_days, limit)
    off = off_day(kind)
    track.curve_days[off] += 1.0
    weight = max(1.0 / track.curve_days[off], SLOWEST)
    for hour in range(HOURS):
        if math.isfinite(track.hour_share[hour]):
            track.curve[off, hour] += weight * (min(track.hour_share[hour], 2.0) - track.curve[off, hour])
    track.span = normal_of(track.level_sorted, filled, rules.quantile)
    track.energy = normal_of(track.energy_sorted, filled, rules.quantile)


@aside
def insert(ordered: Floats, filled: int, value: float, oldest: float, full: bool) -> None:
    """Puts `value` among the first `filled` of rising `ordered` float64[RING]; in place of `oldest` where `full`."""
    at = filled
    if full:
        at = 0
        while ordered[at] != oldest:
            at += 1
        while at + 1 < filled:
            ordered[at] = ordered[at + 1]
            at += 1
    while at > 0 and ordered[at - 1] > value:
        ordered[at] = ordered[at - 1]
        at -= 1
    ordered[at] = value


@part
def normal_of(ordered: Floats, filled: int, quantile: float) -> float:
    """The value at `quantile` of the first `filled` ones; not less than most of what a good day gives, so that weeks at a low
    rate do not become normal.
    """
    usual = ordered[int(quantile * (filled - 1) + 0.5)]
    good = ordered[int(GOOD_DAY * (filled - 1) + 0.5)]
    return float(max(usual, GOOD_SHARE * good, 1e-3))


@aside
def begin_levels(kw: NDArray[np.float32], track: Track) -> None:
    """The first days replace the guess: one that shows both rest and running settles both levels; one of even load only where
    the guess is out of the question.
    """
    held = np.empty(QUARTERS)
    known = 0
    for q in range(QUARTERS):
        if math.isfinite(kw[q]):
            held[known] = kw[q]
            known += 1
    if known < QUARTERS // 2:
        return
    held = np.sort(held[:known])
    low, high = held[known // 10], held[known - 1 - known // 10]
    contrast = high - low
    if track.mixed == 0:
        low = track.theta[0]  # of a process nothing is left at rest; its low quarters may be part of a cycle
    if contrast > 0.4 * high and (contrast > 0.25 * track.span or track.days >= DOUBT_DAYS):  # a rated power may be wrong
        count, total = 0, 0.0
        for q in range(known):
            if held[q] > low + 0.3 * (high - low):
                total += held[q] - low
                count += 1
        track.rested = 0
        track.theta[0] = low
        track.span = total / count
        track.noise = 0.03 * track.span
        track.settled = 1
        track.producing_days = 0
    elif high - track.theta[0] > 3.0 * track.span:
        track.span = high - track.theta[0]
        track.producing_days = 0
