"""How a channel goes by nature: its usual change, its hours of the day, whether its level wanders or moves slowly."""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.anomaly.profile import less_profile, profile_width
from tocsin.engine.anomaly.streams import MEMORY
from tocsin.engine.kernel import aside

Floats = NDArray[np.float64]

SLOTS = 24  # of a day
WEEK_SLOTS = 7 * SLOTS
DAYS_KNOWN = 3.0
WEEKS_KNOWN = 3.0
TICK = 16.0  # readings between two looks at the smoothed level
NEAR_TICKS, FAR_TICKS = 2, 8  # looks, 32 and 128 readings, between which the level's differences are compared
RING_LENGTH = FAR_TICKS + 1
PAIRS_KNOWN = 4.0  # pairs that no wandering is worth
LARGE_CHANGE = 2.0  # usual changes beyond which one counts no further: rare large ones leave the usual one as it is
LEVEL_SLOW = 1.0 / 100
LEVEL_MEDIUM = 1.0 / 32
LEVEL_FAST = 1.0 / 8
ANCHORED = 100.0  # readings that the anchor is the mean of
FADING = 40.0  # readings for which a slow channel's level may stand, or turn back, until it no longer holds an anomaly
RECOVERING = 300.0  # readings after it in which such a channel's word regains its weight
DRIFTS = 3.0  # usual drifts of a level above which it moves away
SLOWED = 0.35  # of its fastest in this anomaly, below which it stands
JUMPED = 0.3  # of the way gone, by which the level was ahead of its mean of 32 readings where it jumped

# State of one channel, float64 each; behind the ring its profiles of the day and of the week. KEPT is the slow level as it was
# before an anomaly, DRIFT how fast the level moves by nature, RUSH how fast at most in this anomaly, SIZE and HEIGHT how far the
# channel departs in it now and at most (`leaders.py`), STRAYING whether it goes on from where an anomaly left it, CHANGES how
# many readings differed from the one before.
USUAL_CHANGE, BEFORE, COUNT, SLOW, KEPT, MEDIUM, FAST = range(7)
NEAR, FAR, PAIRS, ANCHOR, WEIGHT, SHARE, MIDDLE, SPREAD = range(7, 15)
DRIFT, RUSH, SIZE, HEIGHT, STRAYING, CHANGES = range(15, 21)
RING = 21
DAY = RING + RING_LENGTH
WEEK = DAY + profile_width(SLOTS)
COURSE_WIDTH = WEEK + profile_width(WEEK_SLOTS)


@aside
def less_hour(course: Floats, value: float, slot: int, day: float, learning: bool) -> float:
    """How far `value` is from what this hour (`slot`) showed on earlier days; not a number until three days are known."""
    return less_profile(course[DAY:WEEK], value, SLOTS, slot, day, DAYS_KNOWN, learning)


@aside
def less_week(course: Floats, value: float, slot: int, day: float, learning: bool) -> float:
    """How far `value` is from what this hour of the week showed in earlier weeks; not a number until three weeks are known."""
    in_week = int(day % 7.0) * SLOTS + slot
    return less_profile(course[WEEK:], value, WEEK_SLOTS, in_week, math.floor(day / 7.0), WEEKS_KNOWN, learning)


@aside
def log_change(course: Floats, value: float, learning: bool) -> float:
    """Logarithm of the change from the reading before over the usual change; not a number while there is none."""
    logarithm = math.nan
    if course[COUNT] > 0:
        change = abs(value - course[BEFORE])
        usual = course[USUAL_CHANGE]
        if usual > 0:
            logarithm = math.log(change / usual + 0.1)
        if learning and change > 0:
            course[CHANGES] += 1.0
            step = max(1.0 / MEMORY, 1.0 / course[CHANGES])
            course[USUAL_CHANGE] += step * (min(change, LARGE_CHANGE * usual if usual > 0 else change) - usual)
    course[BEFORE] = value
    return logarithm


@aside
def less_wandering(course: Floats, value: float, learning: bool) -> float:
    """`value`, less its slow level as far as the channel wanders by nature; keeps how much its word weighs.

    A channel wanders as far as its level differs more over 128 readings than over 32: the variance is the same where a level
    returns, and grows fourfold in a random walk (Lo and MacKinlay's variance ratio, Review of Financial Studies 1, 1988). A
    channel is slow whose level still resembles itself 32 readings later: it enters an anomaly late and leaves it late, so its
    weight fades while one lasts and its level stands or turns back. While an anomaly lasts the slow level goes on; the reading
    is judged by the nearer of it and the one before the anomaly, to which a channel that was only pushed away comes back.
    """
    if course[COUNT] == 0:
        course[SLOW] = course[KEPT] = course[MEDIUM] = course[FAST] = course[ANCHOR] = value
        course[WEIGHT] = 1.0
    near, pairs = course[NEAR], course[PAIRS]
    slow = 0.0
    course[SHARE] = 0.0
    if pairs > 0 and near > 0:
        ratio = (pairs * course[FAR] / near + PAIRS_KNOWN) / (pairs + PAIRS_KNOWN)
        course[SHARE] = min(max((ratio - 1.5) / 0.8, 0.0), 1.0)
        alike = 1.0 - near / (2.0 * course[SPREAD]) if course[SPREAD] > 0 else 0.0
        slow = min(max((alike - 0.5) / 0.4, 0.0), 1.0) * pairs / (pairs + PAIRS_KNOWN)
    if learning:
        course[WEIGHT] = min(course[WEIGHT] + 1.0 / RECOVERING, 1.0)
        if abs(course[SLOW] - course[ANCHOR]) <= DRIFTS * math.sqrt(course[DRIFT]):
            course[STRAYING] = 0.0
        course[RUSH] = 0.0
    elif _stands(course):
        course[WEIGHT] = max(course[WEIGHT] - slow / FADING, 0.0)
    is_back = abs(course[FAST] - course[KEPT]) <= abs(course[FAST] - course[SLOW])
    level = course[KEPT] if is_back else course[SLOW]
    rest = value - max(course[SHARE], course[STRAYING]) * (level - course[ANCHOR])
    if learning:
        course[SLOW] = level
    course[SLOW] += LEVEL_SLOW * (value - course[SLOW])
    course[MEDIUM] += LEVEL_MEDIUM * (value - course[MEDIUM])
    course[FAST] += LEVEL_FAST * (value - course[FAST])
    if learning:
        course[KEPT] = course[SLOW]
        drift = course[FAST] - course[MEDIUM]
        course[DRIFT] += max(1.0 / MEMORY, 1.0 / (course[COUNT] + 1.0)) * (drift * drift - course[DRIFT])
        if course[COUNT] < ANCHORED:
            course[ANCHOR] += (value - course[ANCHOR]) / (course[COUNT] + 2.0)
        course[COUNT] += 1.0
        if course[COUNT] % TICK == 0:
            _compare_levels(course, int(course[COUNT] / TICK))
    return float(rest)


@aside
def _stands(course: Floats) -> bool:
    """Whether the level no longer drifts away in an anomaly. What jumped away is not slow in it."""
    drift = course[FAST] - course[MEDIUM]
    gone = course[FAST] - course[KEPT]
    away = drift if gone >= 0 else -drift
    course[RUSH] = max(course[RUSH], away)
    usual = DRIFTS * math.sqrt(course[DRIFT])
    jumped = course[RUSH] >= max(usual, JUMPED * abs(gone))
    return bool(not jumped and away < max(usual, SLOWED * course[RUSH]))


@aside
def move(course: Floats) -> None:
    """The level of an anomaly became normal: the way there tells nothing of how far the level wanders by nature."""
    course[RING : RING + RING_LENGTH] = course[FAST]
    course[MIDDLE] = course[FAST]


@aside
def _compare_levels(course: Floats, turn: int) -> None:
    now = course[FAST]
    part = max(1.0 / 250, 1.0 / turn)
    gap = now - course[MIDDLE]
    course[MIDDLE] += part * gap
    course[SPREAD] += part * (gap * gap * (1.0 - part) - course[SPREAD])
    if turn > RING_LENGTH:
        near = now - course[RING + (turn - NEAR_TICKS) % RING_LENGTH]
        far = now - course[RING + (turn - FAR_TICKS) % RING_LENGTH]
        part = max(1.0 / 250, 1.0 / (course[PAIRS] + 1.0))
        course[NEAR] += part * (near * near - course[NEAR])
        course[FAR] += part * (far * far - course[FAR])
        course[PAIRS] += 1.0
    course[RING + turn % RING_LENGTH] = now
