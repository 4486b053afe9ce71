"""The law of each channel: what all others, the reading before and the clock make it do; and how far a reading breaks it.

After a fault a series is far from its past for long, but it obeys its laws again at once. So where a channel's law is known
well, the law alone tells whether something is wrong.
"""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.anomaly.streams import MEMORY
from tocsin.engine.kernel import aside

Floats = NDArray[np.float64]

FARTHEST = 12.0  # standard deviations beyond which a value counts no further
ALLOWED = 1.0  # deviations that a law always leaves
BLOCK_READINGS = 120.0
BLOCK_MEMORY = 60.0  # blocks that are remembered
BLOCKS_KNOWN = 10.0  # below which no law is believed
READINGS_A_TERM = 10.0  # of a law, below which it is not believed
DAYS_KNOWN = 49.0
SPREADS = 3.5  # of the logarithm of a block's largest breach, above its mean
LEAST_SPREAD = 0.05
ABOVE = 0.1  # the largest breach of the past, where that is less: a pump that seldom runs breaks its law seldom, but then far
BENT = 0.4  # beyond a threshold by which a reading may move it
GOVERNED = 0.5  # share of its channel's variance that a law leaves at most, if it alone is to judge the channel

# State of one channel's law, float64 each; behind it two limits, of a breach in one reading and of one that lasts three.
LOW, HIGH, LEFT, FILLED, BLOCKS, BEFORE, BEFORE_THAT = range(7)
LIMITS = 7
LARGEST, MEAN, SQUARE, RECORD, STRANGE = range(5)
LIMIT_WIDTH = 5
LAW_WIDTH = LIMITS + 2 * LIMIT_WIDTH


@aside
def breach(
    joined: Floats,
    relation: tuple[Floats, Floats, Floats],
    laws: Floats,
    learning: bool,
    readings: float,
    believed: bool,
    out: Floats,
) -> float:
    """How far each channel breaks its law, into `out` float64[c] (1 is the threshold), and the farthest; 0 where laws are not
    `believed` yet (`enough`), or one is not known.

    `joined` float64[size] is the reading of c channels and what explains it, `relation` its mean, covariance and precision P
    after `readings` ordinary ones. A channel's law foretells its value less (Px)_i / P_ii, but nothing beyond what the channel
    has ever shown (`laws` float64[c, LAW_WIDTH]): a pump that runs does not run twice because the tank is emptier
    than ever; and what goes beyond it breaks its law, until it is back.
    A breach lasts as far as three readings in a row miss to the same side. A threshold is what the largest breach of a block
    of 120 readings seldom exceeds, if such largest ones are log-normal.
    """
    mean, covariance, precision = relation
    out[:] = 0.0
    if precision[0, 0] == 0:
        return 0.0
    off = joined - mean
    for k in range(len(off)):
        limit = FARTHEST * math.sqrt(covariance[k, k])
        if limit > 0:
            off[k] = min(max(off[k], -limit), limit)
    for c in range(len(laws)):
        law = laws[c]
        pull = 0.0
        for k in range(len(off)):
            pull += precision[c, k] * off[k]
        own = max(precision[c, c], 1e-300)
        value = mean[c] + off[c]
        broken = (value - min(max(value - pull / own, law[LOW]), law[HIGH])) * math.sqrt(own)
        beyond = max(_beyond(law, 0, abs(broken), learning), _beyond(law, 1, _lasting(law, broken), learning))
        if believed and law[BLOCKS] >= BLOCKS_KNOWN:
            out[c] = math.exp(beyond)
        law[BEFORE_THAT], law[BEFORE] = law[BEFORE], broken
        if learning:
            left = broken * broken / (own * covariance[c, c]) if covariance[c, c] > 0 else 0.0
            law[LEFT] += max(1.0 / MEMORY, 1.0 / (readings + 1.0)) * (min(left, 1.0) - law[LEFT])
            _count(law)
    return float(out.max())


@aside
def enough(readings: float, days: float, terms: int) -> bool:
    """Whether laws of so many terms are believed after so many ordinary readings and days. Over months levels move by nature; in
    less time long means of them see what laws miss.
    """
    return readings >= READINGS_A_TERM * terms and days >= DAYS_KNOWN


@aside
def govern(laws: Floats, believed: bool, out: NDArray[np.bool_]) -> None:
    """Which channels their law alone judges, into `out` bool[c + 1], whose last says whether any is."""
    out[:] = False
    for c in range(len(laws)):
        out[c] = believed and laws[c, BLOCKS] >= BLOCKS_KNOWN and laws[c, LEFT] < GOVERNED
        out[len(laws)] = out[len(laws)] or out[c]


@aside
def widen(laws: Floats, joined: Floats, first: bool) -> None:
    """What the channels show in an ordinary reading, `first` of all or not, is possible henceforth."""
    for c in range(len(laws)):
        laws[c, LOW] = joined[c] if first else min(laws[c, LOW], joined[c])
        laws[c, HIGH] = joined[c] if first else max(laws[c, HIGH], joined[c])


@aside
def allow(law: Floats) -> None:
    """A lasting anomaly is normal from now on: as far as this law was broken in it, it may be broken until more is known."""
    for k in range(2):
        limit = law[LIMITS + k * LIMIT_WIDTH :]
        if limit[STRANGE] > _threshold(limit):
            limit[MEAN] = limit[RECORD] = limit[STRANGE]
            law[BLOCKS] = min(law[BLOCKS], BLOCKS_KNOWN)


@aside
def _lasting(law: Floats, broken: float) -> float:
    if broken >= 0:
        return float(max(min(broken, law[BEFORE], law[BEFORE_THAT]), 0.0))
    return float(max(min(-broken, -law[BEFORE], -law[BEFORE_THAT]), 0.0))


@aside
def _threshold(limit: Floats) -> float:
    spread = max(math.sqrt(limit[SQUARE]), LEAST_SPREAD)
    return float(limit[MEAN] + min(SPREADS * spread, max(limit[RECORD] + ABOVE - limit[MEAN], SPREADS * LEAST_SPREAD)))


@aside
def _beyond(law: Floats, k: int, broken: float, learning: bool) -> float:
    """Logarithm of a breach over limit number `k`, which takes it in."""
    limit = law[LIMITS + k * LIMIT_WIDTH :]
    size = math.log(broken + ALLOWED)
    threshold = _threshold(limit)
    if learning:
        limit[LARGEST] = max(limit[LARGEST], min(size, threshold + BENT) if law[BLOCKS] > 0 else size)
        limit[STRANGE] = 0.0
    else:
        limit[STRANGE] = max(limit[STRANGE], size)
    return size - threshold


@aside
def _count(law: Floats) -> None:
    """One more reading of the block; when it is full, its largest breaches move mean and spread of the limits."""
    law[FILLED] += 1.0
    if law[FILLED] < BLOCK_READINGS:
        return
    share = max(1.0 / BLOCK_MEMORY, 1.0 / (law[BLOCKS] + 1.0))
    for k in range(2):
        limit = law[LIMITS + k * LIMIT_WIDTH :]
        gap = limit[LARGEST] - limit[MEAN]
        limit[MEAN] += share * gap
        limit[SQUARE] += share * (gap * gap * (1.0 - share) - limit[SQUARE])
        limit[RECORD] = max(limit[LARGEST], limit[RECORD] + (limit[MEAN] - limit[RECORD]) / BLOCK_MEMORY)
        limit[LARGEST] = 0.0
    law[BLOCKS] += 1.0
    law[FILLED] = 0.0
