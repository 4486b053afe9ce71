"""What of a series may be unusual: each view turns a reading and its past into one statistic (>= 0, larger is stranger)."""

import math
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.kernel import aside


class View(IntEnum):
    """The views of one channel."""

    VALUE = 0  # far from the slow level
    SURPRISE = 1  # far from what the last readings foretell
    LEVEL = 2  # the mean of the last readings left the slow level
    SPREAD = 3  # wilder or calmer than before
    HOUR = 4  # far from what this time of day shows
    RELATION = 5  # far from what the other channels say
    SHORT_SHAPE = 6  # a short stretch like no stretch before
    LONG_SHAPE = 7  # a long one


SINGLE = 5  # views that need one channel and a point of state only

LAGS = 6
TERMS = LAGS + 1
SLOTS = 48  # of a day

# State of one channel, float64 each.
COUNT, LEVEL_SLOW, DEVIATION, LEVEL_FAST, CHANGE_SLOW, CHANGE_FAST, ERROR, LAST = range(8)
LAG = 8
WEIGHTS = LAG + LAGS
COVARIANCE = WEIGHTS + TERMS
SLOT_MEAN = COVARIANCE + TERMS * TERMS
SLOT_DAYS = SLOT_MEAN + SLOTS
SLOT_DAY = SLOT_DAYS + SLOTS
SLOT_ERROR = SLOT_DAY + SLOTS
CHANNEL_WIDTH = SLOT_ERROR + 1

SLOW = 1.0 / 500
FAST = 1.0 / 12
FORGET_TERMS = 0.999
DAYS_KNOWN = 3.0


def new_channels(channels: int) -> NDArray[np.float64]:
    """State of channels of which nothing was seen, float64[channels, CHANNEL_WIDTH]."""
    state = np.zeros((channels, CHANNEL_WIDTH))
    for term in range(TERMS):
        state[:, COVARIANCE + term * TERMS + term] = 100.0
    state[:, WEIGHTS + 1] = 1.0  # at first the last reading foretells the next
    state[:, SLOT_DAY : SLOT_DAY + SLOTS] = -1.0
    return state


@aside
def look(state: NDArray[np.float64], value: float, minute: float, day: float, out: NDArray[np.float64]) -> None:
    """Statistics of the single views of a reading into `out` float64[SINGLE], by the channel's state float64[CHANNEL_WIDTH],
    which then takes the reading in; not a number where a view knows too little.

    `minute` of the day 0..1440, `day` a number that grows by 1 a day. An expectation is never drawn towards a reading by more
    than four times the usual deviation, so that an outlier does not bend it.
    """
    count = state[COUNT]
    if count == 0:
        state[LEVEL_SLOW] = value
        state[LEVEL_FAST] = value
        state[LAST] = value
        for lag in range(LAGS):
            state[LAG + lag] = value
    slow = max(SLOW, 1.0 / (count + 1.0))
    fast = max(FAST, 1.0 / (count + 1.0))
    off = value - state[LEVEL_SLOW]
    deviation = state[DEVIATION]
    scale = max(deviation, 1e-12 * (1.0 + abs(state[LEVEL_SLOW])))
    out[View.VALUE] = abs(off) / scale

    change = abs(value - state[LAST])
    out[View.SURPRISE] = _foretell(state, value, scale, count)

    state[LEVEL_FAST] += fast * (value - state[LEVEL_FAST])
    out[View.LEVEL] = abs(state[LEVEL_FAST] - state[LEVEL_SLOW]) / scale

    state[CHANGE_FAST] += fast * (change - state[CHANGE_FAST])
    least = 1e-3 * state[CHANGE_SLOW] + 1e-300
    out[View.SPREAD] = abs(math.log((state[CHANGE_FAST] + least) / (state[CHANGE_SLOW] + least))) if count > 12 else 0.0
    out[View.HOUR] = _by_hour(state, value, scale, minute, day)

    held = min(max(off, -4.0 * scale), 4.0 * scale) if count > 30 else off
    state[LEVEL_SLOW] += slow * held
    state[DEVIATION] += slow * (abs(held) - deviation)
    usual = state[CHANGE_SLOW]
    state[CHANGE_SLOW] += slow * ((min(change, 6.0 * usual) if count > 30 and usual > 0 else change) - usual)
    state[LAST] = value
    state[COUNT] = count + 1.0


@aside
def _foretell(state: NDArray[np.float64], value: float, scale: float, count: float) -> float:
    """Error of a linear forecast from the last readings over its usual error; recursive least squares learn the weights."""
    level = state[LEVEL_SLOW]
    terms = np.empty(TERMS)
    terms[0] = 1.0
    for lag in range(LAGS):
        terms[lag + 1] = (state[LAG + lag] - level) / scale
    target = (value - level) / scale
    foretold = 0.0
    for k in range(TERMS):
        foretold += state[WEIGHTS + k] * terms[k]
    error = target - foretold
    usual = state[ERROR]
    surprise = abs(error) / max(usual, 1e-9) if count > LAGS else 0.0
    if count > LAGS:
        held = min(max(error, -4.0 * usual), 4.0 * usual) if count > 30 else error
        gain = np.empty(TERMS)
        spread = FORGET_TERMS
        for k in range(TERMS):
            total = 0.0
            for j in range(TERMS):
                total += state[COVARIANCE + k * TERMS + j] * terms[j]
            gain[k] = total
            spread += terms[k] * total
        for k in range(TERMS):
            state[WEIGHTS + k] += gain[k] / spread * held
        trace = 0.0
        for k in range(TERMS):
            for j in range(TERMS):
                state[COVARIANCE + k * TERMS + j] = (
                    state[COVARIANCE + k * TERMS + j] - gain[k] * gain[j] / spread
                ) / FORGET_TERMS
            trace += state[COVARIANCE + k * TERMS + k]
        if trace > 1e6:  # nothing new was learnt for long (a flat series): what is known stays known
            for k in range(TERMS * TERMS):
                state[COVARIANCE + k] *= 1e5 / trace
        state[ERROR] += max(SLOW, 1.0 / (count - LAGS + 1.0)) * (abs(held) - usual)
    for lag in range(LAGS - 1, 0, -1):
        state[LAG + lag] = state[LAG + lag - 1]
    state[LAG] = value
    return surprise


@aside
def _by_hour(state: NDArray[np.float64], value: float, scale: float, minute: float, day: float) -> float:
    """Departure from what the half hour of the day showed on the days before; not a number until three days are known, nor of
    the first reading after that, whose departure is the first usual one.
    """
    slot = min(int(minute * SLOTS / 1440.0), SLOTS - 1)
    mean = state[SLOT_MEAN + slot]
    days = state[SLOT_DAYS + slot]
    strange = math.nan
    if days >= DAYS_KNOWN:
        off = abs(value - mean)
        usual = state[SLOT_ERROR]
        if usual > 0:
            strange = off / max(usual, 1e-9 * scale)
        held = min(off, 4.0 * usual) if usual > 0 else off
        state[SLOT_ERROR] += SLOW * (held - usual) if usual > 0 else off
    if state[SLOT_DAY + slot] != day:
        state[SLOT_DAY + slot] = day
        state[SLOT_DAYS + slot] = days + 1.0
    step = max(0.03, 1.0 / (5.0 * days + 1.0))
    off = value - mean
    limit = 6.0 * scale
    if state[SLOT_DAYS + slot] > 1:
        off = min(max(off, -limit), limit)
    state[SLOT_MEAN + slot] = mean + step * off if days > 0 or mean != 0 else value
    return strange
