"""What the hours show: of a channel's value, what this hour of the day, or of the week, makes one expect, and how far ordinary
values are from it.
"""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.anomaly.streams import MEMORY
from tocsin.engine.kernel import aside

Floats = NDArray[np.float64]

REMEMBERED = 30.0  # rounds (days, or weeks) that a slot remembers
FARTHEST = 6.0  # usual departures beyond which a value does not bend the profile further
STEADIEST = 0.2  # share of the usual departure that every hour has at least

# State of a profile of n slots, float64 each: five arrays of n, and behind them the figures of the whole. MEANS and SIZES are
# value and departure by slot; READINGS and ROUNDS are how often, and in how many rounds, it was seen, LATEST is the last such
# round. GAIN and REACH are how values go with the profile, and how far it goes itself; the last two are the same of sizes.
MEANS, SIZES, READINGS, ROUNDS, LATEST = range(5)
ARRAYS = 5
COUNT, CENTRE, USUAL, KNOWN, GAIN, REACH, SIZE_GAIN, SIZE_REACH = range(8)
FIGURES = 8


def profile_width(slots: int) -> int:
    """Length of the state of a profile of so many slots."""
    return ARRAYS * slots + FIGURES


@aside
def less_profile(profile: Floats, value: float, slots: int, slot: int, now: float, known: float, learning: bool) -> float:
    """How far `value` is from what its `slot` showed in earlier rounds, times how much steadier this slot is than others; not a
    number until `known` rounds were seen. `now` is the number of the round. `profile` float64[profile_width(slots)].

    A profile counts as far as it has foretold: its departures from the mean are multiplied by the regression of values on
    them, each as it was before its value came. So a series without hours is compared with its mean. Sizes likewise.
    """
    whole = profile[ARRAYS * slots :]
    if whole[COUNT] == 0:
        whole[CENTRE] = value
    rounds, usual = profile[ROUNDS * slots + slot], whole[USUAL]
    away = profile[MEANS * slots + slot] - whole[CENTRE] if rounds > 0 else 0.0
    wider = profile[SIZES * slots + slot] - usual if rounds > 0 else 0.0
    expected = _believed(whole, GAIN) * away
    size = max(usual + _believed(whole, SIZE_GAIN) * wider, STEADIEST * usual)
    rest = value - whole[CENTRE] - expected
    if learning:
        limit = FARTHEST * size if size > 0 else math.inf
        held = min(max(rest, -limit), limit)
        if rounds >= known - 1.0:
            whole[KNOWN] += 1.0
            step = max(1.0 / MEMORY, 1.0 / whole[KNOWN])
            _regress(whole, GAIN, held + expected, away, step)
            _regress(whole, SIZE_GAIN, abs(held) - usual, wider, step)
            whole[USUAL] += step * (abs(held) - usual)
        _learn(profile, slots, slot, now, held + expected, abs(held))
    return rest * usual / size if rounds >= known and size > 0 else math.nan


@aside
def _believed(whole: Floats, gain: int) -> float:
    """Share of a profile that is believed."""
    return min(max(whole[gain] / whole[gain + 1], 0.0), 1.0) if whole[gain + 1] > 0 else 0.0


@aside
def _regress(whole: Floats, gain: int, off: float, away: float, step: float) -> None:
    whole[gain] += step * (off * away - whole[gain])
    whole[gain + 1] += step * (away * away - whole[gain + 1])


@aside
def _learn(profile: Floats, slots: int, slot: int, now: float, off: float, size: float) -> None:
    """Takes in a value that is `off` the centre, and `size` from what was expected."""
    whole = profile[ARRAYS * slots :]
    at = READINGS * slots + slot
    if profile[LATEST * slots + slot] != now or profile[at] == 0:
        profile[LATEST * slots + slot] = now
        profile[ROUNDS * slots + slot] += 1.0
    profile[at] += 1.0
    step = max(1.0, profile[ROUNDS * slots + slot] / REMEMBERED) / profile[at]
    profile[MEANS * slots + slot] += step * (whole[CENTRE] + off - profile[MEANS * slots + slot])
    profile[SIZES * slots + slot] += step * (size - profile[SIZES * slots + slot])
    whole[COUNT] += 1.0
    whole[CENTRE] += max(1.0 / MEMORY, 1.0 / whole[COUNT]) * off
