"""The pass over curves that learns, day by day, what rest and normal running are, and says of each quarter how far it runs.

Nothing later than a quarter is used for it: the normal level, the energy of a normal day and the curve of a day change only at
the end of a day, from that day, and only of days that may be learnt from; the rest level follows hours that are plainly at rest.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.kernel import aside, kernel, part
from tocsin.engine.work.load.figures import LoadFigures

Floats = NDArray[np.float64]
Track = Any  # one record of TRACK, inside a kernel
Rules = Any  # one record of RULES

HOURS, QUARTERS = 24, 96
DRIVERS = 5  # constant, office hours, cold, heat, sun
RING = 64  # at most so many producing days are remembered
GOOD_DAY, GOOD_SHARE = 0.85, 0.8  # the level of good days, and what of it is normal at least
KINDS = 2  # of days: working days, and others

NO, YES, CANNOT_TELL, LOW = 0, 1, 2, 3  # of a quarter

RULES = np.dtype(
    [
        ("running", "f8"),
        ("mixed_running", "f8"),
        ("still_running", "f8"),
        ("low", "f8"),
        ("noise_times", "f8"),
        ("learning_days", "i8"),
        ("quantile", "f8"),
        ("producing_quarters", "i8"),
        ("prior_days", "i8"),
        ("keep", "f8"),  # per hour, of the rest level's memory
    ],
    align=True,
)

TRACK = np.dtype(
    [
        ("theta", "f8", DRIVERS),  # kW of rest for each driver
        ("gain", "f8", (DRIVERS, DRIVERS)),  # inverse information about it
        ("noise", "f8"),  # how far hours at rest lie from it, kW
        ("span", "f8"),  # normal running level above rest, kW
        ("energy", "f8"),  # of a normal day above rest, kWh
        ("curve", "f8", (KINDS, HOURS)),  # share of the span by hour, on producing days
        ("curve_days", "f8", KINDS),
        ("level_ring", "f8", RING),
        ("energy_ring", "f8", RING),
        ("producing_days", "i8"),
        ("days", "i8"),
        ("settled", "u1"),  # 1 once a day has shown both rest and running
        ("mixed", "u1"),  # 1 where other loads hang on it too, so that rest may rise into the low band
        ("on", "u1"),
    ],
    align=True,
)


def rules_of(figures: LoadFigures) -> NDArray[np.void]:
    """The figures as RULES[1]."""
    rules = np.zeros(1, RULES)
    rules["running"], rules["mixed_running"] = figures.running_share, figures.mixed_running_share
    rules["still_running"], rules["low"] = figures.still_running_share, figures.low_share
    rules["noise_times"], rules["quantile"] = figures.noise_times, figures.normal_quantile
    rules["learning_days"] = min(figures.learning_days, RING)
    rules["producing_quarters"] = round(figures.producing_h * 4)
    rules["prior_days"], rules["keep"] = figures.prior_days, math.exp(-1.0 / figures.memory_h)
    return rules


def new_tracks(rest_kw: Floats, span_kw: Floats, mixed: NDArray[np.bool_]) -> NDArray[np.void]:
    """TRACK records for rows of which nothing is known but a first guess at rest and running level, float64[rows], kW; `mixed`
    bool[rows]: rows on which other loads hang too.
    """
    tracks = np.zeros(len(rest_kw), TRACK)
    tracks["mixed"] = mixed
    tracks["span"] = np.maximum(span_kw, 1e-3)
    tracks["theta"][:, 0] = rest_kw
    tracks["noise"] = 0.02 * tracks["span"]
    tracks["energy"] = 0.5 * HOURS * tracks["span"]
    for driver in range(DRIVERS):
        tracks["gain"][:, driver, driver] = 100.0 if driver == 0 else 1.0
    tracks["curve"] = 1.0
    return tracks


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
    large (NO, YES, CANNOT_TELL, LOW); `days` float32[rows, n, 5], as known when the day begins: rest level at its noon, span and
    energy of a normal day, then the day's own energy above rest (kWh, of the quarters known) and its known quarters; `curves`
    float32[rows, n, 24], the share expected of each hour of a producing day of that kind.
    """
    for row in range(kw.shape[0]):
        track = tracks[row]
        ruled = rules[0]
        for day in range(kind.shape[0]):
            rest = drivers[day * HOURS + 12]
            days[row, day, 0] = rest_of(track, rest)
            days[row, day, 1] = track.span
            days[row, day, 2] = track.energy
            off = off_day(kind[day])
            for hour in range(HOURS):
                curves[row, day, hour] = track.curve[off, hour]
            begin = day * QUARTERS
            judge_day(
                kw[row, begin : begin + QUARTERS],
                drivers[day * HOURS : (day + 1) * HOURS],
                learn[row, day],
                ruled,
                track,
                days[row, day],
                quarters[row, begin : begin + QUARTERS],
                state[row, begin : begin + QUARTERS],
            )
            learn_day(
                kw[row, begin : begin + QUARTERS],
                quarters[row, begin : begin + QUARTERS],
                state[row, begin : begin + QUARTERS],
                kind[day],
                learn[row, day],
                ruled,
                track,
                days[row, day],
            )


@part
def off_day(kind: int) -> int:
    """0 for working days and made-up ones, 1 for others."""
    return 0 if kind == 0 or kind == 3 else 1


@part
def rest_of(track: Track, driver: Floats) -> float:
    """Rest level under the drivers of an hour, kW."""
    level = 0.0
    for d in range(DRIVERS):
        level += track.theta[d] * driver[d]
    return level


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
    """The quarters of a day, each by what was known before it; `day` gets the day's energy and known quarters."""
    energy, known = 0.0, 0.0
    least = rules.mixed_running if track.mixed == 1 else rules.running
    running = max(least, rules.noise_times * track.noise / track.span)
    still = running * rules.still_running / rules.running
    for hour in range(HOURS):
        rest = rest_of(track, drivers[hour])
        total, at_rest, seen = 0.0, 0, 0
        for q in range(hour * 4, hour * 4 + 4):
            value = kw[q]
            if not math.isfinite(value):
                share[q] = np.nan
                state[q] = CANNOT_TELL
                continue
            seen += 1
            part_of = (value - rest) / track.span
            share[q] = part_of
            if part_of >= running or (track.on == 1 and part_of >= still):
                track.on = 1
                state[q] = YES
            else:
                track.on = 0
                state[q] = LOW if part_of >= rules.low else NO
                if state[q] == NO or (track.mixed == 1 and learn == 1):
                    total += value
                    at_rest += 1
            if state[q] == YES or (state[q] == LOW and track.mixed == 0):  # else what rest wanders would add up
                energy += (value - rest) * 0.25
        known += seen
        if at_rest == 4:
            follow_rest(track, drivers[hour], total / 4.0, rules)
    day[3] = energy
    day[4] = known


@aside
def follow_rest(track: Track, driver: Floats, level: float, rules: Rules) -> None:
    """One hour at rest into the rest level: recursive least squares with forgetting (Ljung 1999, 11.2), the error clipped at
    three times its usual size so that a low rate of work does not become rest.
    """
    miss = level - rest_of(track, driver)
    usual = max(track.noise, 0.01 * track.span)
    track.noise += 0.02 * (min(abs(miss), 4.0 * usual) * 1.25 - track.noise)
    miss = min(max(miss, -3.0 * usual), 3.0 * usual)
    told = np.empty(DRIVERS)
    size = rules.keep
    for i in range(DRIVERS):
        told[i] = 0.0
        for j in range(DRIVERS):
            told[i] += track.gain[i, j] * driver[j]
        size += driver[i] * told[i]
    for i in range(DRIVERS):
        track.theta[i] += told[i] / size * miss
    for i in range(DRIVERS):
        for j in range(DRIVERS):
            track.gain[i, j] = (track.gain[i, j] - told[i] * told[j] / size) / rules.keep
    for i in range(DRIVERS):
        if track.gain[i, i] > 100.0:  # a driver that never acts must not wind up
            for j in range(DRIVERS):
                track.gain[i, j] *= 0.5
                track.gain[j, i] *= 0.5


@part
def learn_day(
    kw: NDArray[np.float32],
    share: NDArray[np.float32],
    state: NDArray[np.uint8],
    kind: int,
    learn: int,
    rules: Rules,
    track: Track,
    day: NDArray[np.float32],
) -> None:
    """A finished day into the normal level, energy and curve, where it may be learnt from and was a producing one."""
    track.days += 1
    if learn == 0:
        return
    if track.settled == 0 and track.days <= rules.prior_days:
        begin_levels(kw, track)
    ran, total = 0, 0.0
    for q in range(QUARTERS):
        if state[q] == YES:
            ran += 1
            total += share[q]
    if ran < rules.producing_quarters:
        return
    place = track.producing_days % rules.learning_days
    track.level_ring[place] = total / ran * track.span
    track.energy_ring[place] = day[3] * QUARTERS / day[4]
    track.producing_days += 1
    filled = min(track.producing_days, rules.learning_days)
    off = off_day(kind)
    track.curve_days[off] += 1.0
    weight = max(1.0 / track.curve_days[off], 0.05)
    for hour in range(HOURS):
        seen, mean = 0, 0.0
        for q in range(hour * 4, hour * 4 + 4):
            if state[q] != CANNOT_TELL:
                seen += 1
                mean += max(0.0, share[q])
        if seen > 0:
            track.curve[off, hour] += weight * (min(mean / seen, 2.0) - track.curve[off, hour])
    track.span = normal_of(track.level_ring, filled, rules.quantile)
    track.energy = normal_of(track.energy_ring, filled, rules.quantile)


@aside
def normal_of(ring: Floats, filled: int, quantile: float) -> float:
    """The value at `quantile` of the first `filled` ones; not less than most of what a good day gives, so that weeks at
    a low rate do not become normal.
    """
    held = np.sort(ring[:filled])
    usual = held[int(quantile * (filled - 1) + 0.5)]
    good = held[int(GOOD_DAY * (filled - 1) + 0.5)]
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
    if contrast > 0.4 * high and contrast > 0.25 * track.span:
        count, total = 0, 0.0
        for q in range(known):
            if held[q] > low + 0.3 * (high - low):
                total += held[q] - low
                count += 1
        track.theta[0] = low
        track.span = total / count
        track.noise = 0.03 * track.span
        track.settled = 1
        track.producing_days = 0
    elif high - track.theta[0] > 3.0 * track.span:
        track.span = high - track.theta[0]
        track.producing_days = 0
