"""A stream: one figure of a channel that is followed by means over short and long times, each against the largest that the
stream's own past has shown.
"""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.anomaly.records import keep
from tocsin.engine.kernel import aside

Floats = NDArray[np.float64]

SCALES = np.array([2.0, 8.0, 32.0, 128.0, 512.0])  # readings that an exponential mean is long
WIDE = len(SCALES)
MEMORY = 4000.0  # readings that mean and deviation remember
BLOCK_MEMORY = 60.0  # blocks that the largest means are remembered
BLOCK_LEAST = 32.0  # readings of a block; twice the scale where that is more
CLIPPED = 6.0  # deviations beyond which a reading counts no further
CLIPPED_LARGEST = 1.5  # thresholds beyond which the largest of a block does not bend their mean
BENT, BENT_FROM = 2.5, 1000.0  # deviations beyond which a reading bends mean and deviation no further, once so many are known
SETTLING = 8.0  # readings before which a stream says nothing
SPREADS = 3.1  # of the largest of a block above their mean: about one block in a hundred, by Gumbel's law
LEAST_SIGMAS = 2.5  # of the mean of independent readings, below which no threshold lies
RECORDS_KNOWN = 20.0  # blocks from which on what was reached twice counts as ordinary
PRIOR_BLOCKS = 3.0  # blocks that the prior of their largest is worth
RENEWED = 100.0  # readings that the reference is worth after a new level was taken over
NOW = 1.0 / 100  # what a reading counts in the level that may be taken over

# State of one stream, float64 each. WHOLE is the shortest mean with nothing clipped; behind the means of all scales stand
# SCALE_WIDTH entries for each scale.
SEEN, MEAN, VARIANCE, NOW_MEAN, NOW_VARIANCE, WHOLE = range(6)
LATELY = 6
PER_SCALE = LATELY + WIDE
FILLED, BLOCKS, SQUARE, UP, DOWN, UP_MEAN, DOWN_MEAN, UP_SQUARE, DOWN_SQUARE, SAVED, STRANGE_UP, STRANGE_DOWN = range(12)
RECORDS, KEPT = 12, 2  # of each side
SCALE_WIDTH = RECORDS + 2 * KEPT
STREAM_WIDTH = PER_SCALE + WIDE * SCALE_WIDTH


@aside
def follow(row: Floats, value: float, least: float, out: Floats) -> None:
    """Takes `value` into the means of the stream `row` float64[STREAM_WIDTH] and writes into `out` float64[WIDE] how far each
    of them is from the stream's mean, in units of its threshold; 0 where too little is known.

    `least`: a deviation below which the stream's is not believed. A threshold is what the largest mean of a block of readings
    (twice the scale, at least 32) exceeds about once in a hundred blocks, if block maxima follow Gumbel's law, and no less than
    what two blocks have reached; each side has its own.
    """
    out[:] = 0.0
    if row[SEEN] == 0:
        row[NOW_MEAN] = value
    gap = value - row[NOW_MEAN]
    row[NOW_MEAN] += NOW * gap
    row[NOW_VARIANCE] += NOW * (gap * gap * (1.0 - NOW) - row[NOW_VARIANCE])
    if row[SEEN] < SETTLING:
        return
    deviation = max(math.sqrt(row[VARIANCE]), least, 1e-9 * (1.0 + abs(row[MEAN])))
    off = (value - row[MEAN]) / deviation
    row[WHOLE] += (off - row[WHOLE]) / SCALES[0]
    off = min(max(off, -CLIPPED), CLIPPED)
    for k in range(WIDE):
        lately = row[LATELY + k] + (off - row[LATELY + k]) / SCALES[k]
        row[LATELY + k] = lately
        at = PER_SCALE + k * SCALE_WIDTH
        if row[at + BLOCKS] < 2:
            continue
        side = 0 if lately >= 0 else 1
        threshold = _threshold(row, at, side, SCALES[k])
        out[k] = abs(lately) / threshold
        row[at + STRANGE_UP + side] = max(row[at + STRANGE_UP + side], abs(lately))


@aside
def size(row: Floats) -> float:
    """How far the last two readings are from the stream's mean, in thresholds, however far that is; 0 while little is known."""
    if row[PER_SCALE + BLOCKS] < 2:
        return 0.0
    return float(abs(row[WHOLE]) / _threshold(row, PER_SCALE, 0 if row[WHOLE] >= 0 else 1, SCALES[0]))


@aside
def _threshold(row: Floats, at: int, side: int, scale: float) -> float:
    known = row[at + BLOCKS] / (row[at + BLOCKS] + PRIOR_BLOCKS)
    usual = math.sqrt(row[at + SQUARE])
    middle = known * row[at + UP_MEAN + side] + (1.0 - known) * 2.5 * usual
    spread = math.sqrt(known * row[at + UP_SQUARE + side] + (1.0 - known) * usual * usual + 1e-4)
    reached = row[at + RECORDS + (side + 1) * KEPT - 1] if row[at + BLOCKS] >= RECORDS_KNOWN else 0.0
    return float(max(middle + SPREADS * spread, 2.0 * usual, reached, LEAST_SIGMAS / math.sqrt(2.0 * scale - 1.0)))


@aside
def learn(row: Floats, value: float) -> None:
    """Takes an ordinary `value` into mean, deviation and block maxima of the stream."""
    seen = row[SEEN]
    step = max(1.0 / MEMORY, 1.0 / (seen + 1.0))
    off = value - row[MEAN]
    limit = (BENT if seen >= BENT_FROM else CLIPPED) * math.sqrt(row[VARIANCE])
    if seen > 30 and limit > 0:
        off = min(max(off, -limit), limit)
    row[MEAN] += step * off
    row[VARIANCE] += step * (off * off * (1.0 - step) - row[VARIANCE]) if seen > 0 else 0.0
    row[SEEN] = seen + 1.0
    if seen < SETTLING:
        return
    for k in range(WIDE):
        at = PER_SCALE + k * SCALE_WIDTH
        lately = row[LATELY + k]
        row[at + SAVED] = lately
        row[at + SQUARE] += max(1.0 / MEMORY, 1.0 / (seen - SETTLING + 1.0)) * (lately * lately - row[at + SQUARE])
        row[at + UP] = max(row[at + UP], lately)
        row[at + DOWN] = max(row[at + DOWN], -lately)
        row[at + FILLED] += 1.0
        if row[at + FILLED] >= max(BLOCK_LEAST, 2.0 * SCALES[k]):
            _close_block(row, at, SCALES[k])


@aside
def _close_block(row: Floats, at: int, scale: float) -> None:
    share = max(1.0 / BLOCK_MEMORY, 1.0 / (row[at + BLOCKS] + 1.0))
    for side in range(2):
        largest = row[at + UP + side]
        held = min(largest, CLIPPED_LARGEST * _threshold(row, at, side, scale)) if row[at + BLOCKS] >= 2 else largest
        gap = held - row[at + UP_MEAN + side]
        row[at + UP_MEAN + side] += share * gap
        row[at + UP_SQUARE + side] += share * (gap * gap * (1.0 - share) - row[at + UP_SQUARE + side])
        first = at + RECORDS + side * KEPT
        keep(row[first : first + KEPT], largest, row[at + UP_MEAN + side])
        row[at + UP + side] = 0.0
        row[at + STRANGE_UP + side] = 0.0
    row[at + BLOCKS] += 1.0
    row[at + FILLED] = 0.0


@aside
def settle(row: Floats, carrier: int) -> None:
    """After an anomaly: means longer than scale number `carrier` go on from where they stood before it. The most that was
    seen of it counts as one block, so that what recurs becomes ordinary.
    """
    for k in range(WIDE):
        at = PER_SCALE + k * SCALE_WIDTH
        for side in range(2):
            row[at + UP + side] = max(row[at + UP + side], row[at + STRANGE_UP + side])
        if row[at + BLOCKS] >= 2:
            row[at + FILLED] = max(BLOCK_LEAST, 2.0 * SCALES[k])
        if k > carrier:
            row[LATELY + k] = row[at + SAVED]


@aside
def take_over(row: Floats) -> None:
    """The level of the last 100 readings becomes the reference, and their spread where it is the larger: a pump that never ran
    and now does by turns would else be strange again at once. Both are soon moved by what comes.
    """
    row[MEAN] = row[NOW_MEAN]
    row[VARIANCE] = max(row[VARIANCE], row[NOW_VARIANCE])
    row[SEEN] = min(row[SEEN], RENEWED)
    row[LATELY : LATELY + WIDE] = 0.0
