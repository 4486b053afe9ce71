"""The anomaly score of a reading, between 0 and 1: for series of any kind, by one setting, without looking ahead."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput
from tocsin.engine.anomaly.habit import (
    BLOCK_READINGS,
    BLOCKS,
    BLOCKS_WIDTH,
    FILLED,
    HABIT_WIDTH,
    PRIOR_JOINED,
    PRIOR_VIEW,
    close_block,
    habitual,
)
from tocsin.engine.anomaly.machine import Turn
from tocsin.engine.anomaly.relations import departures
from tocsin.engine.anomaly.shapes import nearest_before
from tocsin.engine.anomaly.state import Memory
from tocsin.engine.anomaly.tail import new_tails, rarity
from tocsin.engine.anomaly.views import SINGLE, View, look, new_channels
from tocsin.engine.kernel import aside, kernel

DAY_MS = 86_400_000
VIEWS = len(View)
BEGAN, GREW = int(Turn.BEGAN), int(Turn.GREW)
WIDTHS = (8, 48)  # readings in a short and in a long stretch
REACH = 12_000  # readings, of all channels, that a stretch is compared with
REACH_LEAST = 1_000  # of one channel
WARM = 30  # readings before which nothing is called strange

VIEW_PRIOR, VIEW_TAIL = 0.2, 0.05
SCORE_PRIOR, SCORE_TAIL = 0.4, 0.01

# A reading is told where the state says that an anomaly begins, or where it is rarer than is habitual here. One that is no
# stranger than what was just told, or comes within 50 readings of it, tells nothing new: it scores less than 0.999, so that
# from there on stand beginnings alone.
TOLD = 3.0  # -log10 of 1 - 0.999
RARE = 2.5  # the least that is told
BELOW = 0.03  # of what is told, over its own size, that such a reading stays below
REFRACTORY_READINGS = 50.0
FADE = 0.99  # of what was told, a reading
SMOOTH = 1.0 / 12

NORMAL_AFTER = 1_000  # readings
NORMAL_AFTER_DAYS = 6.0

# What the joint state holds: readings counted, what was told, the smoothed distance of all channels together, and
# readings in which nothing new is told yet.
COUNTED, LAST_TOLD, DISTANCE, REFRACTORY = range(4)

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Judged:
    """What the scorer says of n readings of c channels.

    `event` float64[n], 0..1: how strange the reading is; 0.999 tells a beginning. `state` float64[n], 0..1: how far the last
    readings are from normal; from 0.5 on an anomaly lasts. `turns` int8[n]: what each reading changed (`machine.Turn`).
    `departures` float64[n, c]: how far each channel is from its normal, 1 is the threshold. `rarities` float64[n, c,
    len(View)]: how rare each view found each channel, as -log10 of a probability.
    """

    event: Floats
    state: Floats
    turns: NDArray[np.int8]
    departures: Floats
    rarities: Floats


class Scorer:
    """Scores the readings of one series of `channels` values as they come, in pieces of any size.

    `utc_offset_h`: by whose clock the hour of the day is told. A level that lasts is normal from `normal_after` readings on,
    or from `normal_after_days` and 144 readings on. What is remembered is bounded: for each channel a profile of the day, a
    tail for each view, the streams of its state, and the last readings (12,000 divided among the channels, at least 1,000).
    """

    def __init__(
        self,
        channels: int,
        *,
        utc_offset_h: float = 0.0,
        normal_after: int = NORMAL_AFTER,
        normal_after_days: float = NORMAL_AFTER_DAYS,
    ) -> None:
        if channels < 1:
            raise InvalidInput("a series needs at least one channel")
        if normal_after < 1 or not normal_after_days > 0:
            raise InvalidInput("a lasting level becomes normal after at least one reading, and after more than 0 days")
        self.channels = channels
        self._reach = max(REACH_LEAST, REACH // channels)
        self._offset_ms = round(utc_offset_h * 3_600_000)
        self._normal_after = np.array([normal_after, normal_after_days], np.float64)
        self._past: Floats = np.empty((0, channels))
        self._channels = new_channels(channels)
        self._tails = new_tails(channels, VIEWS)
        self._joint_tails = new_tails(3)
        self._joint = np.zeros(4)
        self._habits = np.zeros((channels * VIEWS + 3, HABIT_WIDTH))
        self._blocks = np.zeros(BLOCKS_WIDTH)
        self._sums = np.zeros((channels, len(WIDTHS), self._reach + 1))
        size = 2 * channels
        self._relation = (np.zeros(size), np.zeros((size, size)), np.zeros((size, size)))
        self._memory = Memory(channels)

    def score(self, ts_ms: NDArray[np.int64], values: Floats) -> Judged:
        """Judges the next n readings (`ts_ms` int64[n] UTC, `values` float64[n, channels]).

        An event score of 0.999 is meant to be reached once in a thousand ordinary readings. A value that is not finite leaves
        its channel as it was; a reading of such values only has the event score 0 and the state before it. InvalidInput where
        the shapes do not fit.
        """
        if values.ndim != 2 or values.shape != (len(ts_ms), self.channels):
            raise InvalidInput(f"{len(ts_ms)} times and values of shape {values.shape} do not fit {self.channels} channels")
        event = np.zeros(len(values))
        rarities = np.zeros((*values.shape, VIEWS))
        local_ms = ts_ms.astype(np.int64) + self._offset_ms
        clock = np.column_stack((local_ms % DAY_MS / 60_000.0, local_ms // DAY_MS)).astype(np.float64)
        fresh = np.ascontiguousarray(values, np.float64)  # one layout: for a column of a table all would be compiled once more
        past = np.concatenate((self._past, fresh))
        _carry_on(past, len(self._past))
        states = (self._channels, self._tails, self._sums)
        joint = (self._joint, self._joint_tails, self._habits, self._blocks)
        state, turns, departures = self._memory.hold(fresh, clock, self._normal_after)
        _score(past, fresh, clock, turns, states, joint, self._relation, event, rarities)
        self._past = past[-(self._reach + WIDTHS[-1] + 1) :].copy()
        return Judged(event, state, turns, departures, rarities)


def judge_series(ts_ms: NDArray[np.int64], values: Floats, *, utc_offset_h: float = 0.0) -> Judged:
    """Event scores and state of a whole series, `values` float64[n] or float64[n, channels] in the order in which they came.

    >>> level = np.concatenate((np.tile([1.0, 2.0, 3.0, 2.0], 100), np.full(40, 9.0)))
    >>> judged = judge_series(np.arange(440) * 60_000, level)
    >>> bool(judged.event[400] > 0.999), bool(judged.state[399] < 0.5), bool((judged.state[405:] >= 0.5).all())
    (True, True, True)
    """
    table = values.reshape(len(values), -1)
    return Scorer(table.shape[1], utc_offset_h=utc_offset_h).score(ts_ms, table)


def score_series(ts_ms: NDArray[np.int64], values: Floats, *, utc_offset_h: float = 0.0) -> Floats:
    """Event scores float64[n] of a whole series (`judge_series`)."""
    return judge_series(ts_ms, values, utc_offset_h=utc_offset_h).event


@kernel
def _carry_on(past: Floats, first: int) -> None:
    """From row `first` on, each value that is not finite becomes the one before it; 0 at the start."""
    for c in range(past.shape[1]):
        for t in range(first, len(past)):
            if not np.isfinite(past[t, c]):
                past[t, c] = past[t - 1, c] if t > 0 else 0.0


@kernel
def _score(
    past: Floats,
    fresh: Floats,
    clock: Floats,
    turns: NDArray[np.int8],
    states: tuple[Floats, Floats, Floats],
    joint_states: tuple[Floats, Floats, Floats, Floats],
    relation: tuple[Floats, Floats, Floats],
    scores: Floats,
    rarities: Floats,
) -> None:
    """Of each reading every view's statistic; of each statistic its rarity by its own past, less what is habitual; of all
    rarities the mean of 1/p, which is the harmonic mean p-value (Wilson, PNAS 116, 2019: valid though views depend on each
    other); of that, for the strangest channel, the rarity again.
    """
    state, tails, sums = states
    joint, joint_tails, habits, blocks = joint_states
    channels = past.shape[1]
    first = len(past) - len(fresh)
    reach = sums.shape[2] - 1
    apart = np.zeros(channels)
    statistics = np.empty(VIEWS)
    for row in range(len(fresh)):
        t = first + row
        strangest = _strange_together(past, t, joint, joint_tails, habits, blocks, relation, apart) if channels > 1 else 0.0
        known = False
        for c in range(channels):
            if not np.isfinite(fresh[row, c]):
                continue
            known = True
            look(state[c], past[t, c], clock[row, 0], clock[row, 1], statistics[:SINGLE])
            statistics[View.RELATION] = apart[c] if channels > 1 else math.nan
            for k in range(len(WIDTHS)):
                statistics[View.SHORT_SHAPE + k] = nearest_before(past[:, c], t, WIDTHS[k], reach, sums[c, k])
            strange = 0.0
            for view in range(VIEWS):
                if not np.isnan(statistics[view]):
                    rarities[row, c, view] = rarity(tails[c, view], statistics[view], VIEW_PRIOR, VIEW_TAIL)
                    strange += 10.0 ** _unusual(habits[c * VIEWS + view], rarities[row, c, view], blocks)
            strangest = max(strangest, strange / VIEWS)
        joint[COUNTED] += 1.0
        if known and joint[COUNTED] > WARM:
            begins = turns[row] == BEGAN or turns[row] == GREW
            scores[row] = 1.0 - math.pow(10.0, -_tell(strangest, begins, joint, joint_tails[0], habits, blocks))
        blocks[FILLED] += 1.0
        if blocks[FILLED] >= BLOCK_READINGS:
            for habit in habits:
                close_block(habit, blocks[BLOCKS])
            blocks[FILLED] = 0.0
            blocks[BLOCKS] += 1.0


@aside
def _unusual(habit: Floats, rare: float, blocks: Floats) -> float:
    """A rarity less what a view's habitual one exceeds that of 1 in 1,000."""
    return max(rare - max(habitual(habit, rare, PRIOR_VIEW, blocks[BLOCKS]) - 3.0, 0.0), 0.0)


@aside
def _strange_together(
    past: Floats,
    t: int,
    joint: Floats,
    joint_tails: Floats,
    habits: Floats,
    blocks: Floats,
    relation: tuple[Floats, Floats, Floats],
    apart: Floats,
) -> float:
    """1/p of the distance of all channels together, now and lately; how far each is from the others into `apart`."""
    channels = past.shape[1]
    joined = np.empty(2 * channels)
    joined[:channels] = past[t]
    joined[channels:] = past[max(t - 1, 0)]
    distance = departures(joined, relation[0], relation[1], relation[2], joint[COUNTED], apart)
    joint[DISTANCE] += SMOOTH * (distance - joint[DISTANCE])
    now = rarity(joint_tails[1], distance, VIEW_PRIOR, VIEW_TAIL)
    lately = rarity(joint_tails[2], joint[DISTANCE], VIEW_PRIOR, VIEW_TAIL)
    last = len(habits) - 1
    return float(10.0 ** _unusual(habits[last - 1], now, blocks) + 10.0 ** _unusual(habits[last - 2], lately, blocks)) / 2


@aside
def _tell(strangest: float, begins: bool, joint: Floats, tail: Floats, habits: Floats, blocks: Floats) -> float:
    """-log10 of 1 less the score: at least 3 where a beginning is told, else less."""
    rare = rarity(tail, strangest, SCORE_PRIOR, SCORE_TAIL)
    joined = math.log10(max(strangest, 1.0))
    limit = habitual(habits[len(habits) - 1], joined, PRIOR_JOINED, blocks[BLOCKS])
    beyond = blocks[BLOCKS] >= 1 and joined >= limit and rare >= max(RARE, joint[LAST_TOLD])
    told = begins or (beyond and joint[REFRACTORY] <= 0)
    joint[REFRACTORY] = REFRACTORY_READINGS if told else joint[REFRACTORY] - 1.0
    joint[LAST_TOLD] = max(joint[LAST_TOLD] * FADE, rare)
    return max(rare, TOLD + 1e-6) if told else min(rare, TOLD - BELOW / max(rare, 1.0))
