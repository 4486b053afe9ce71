"""When an anomaly begins and when it is over: two states, by how far the means of all streams are from normal."""

import math
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.anomaly.records import keep
from tocsin.engine.anomaly.streams import BLOCK_LEAST, BLOCK_MEMORY, PRIOR_BLOCKS, SCALES, WIDE
from tocsin.engine.kernel import aside

Floats = NDArray[np.float64]


class Turn(IntEnum):
    """What a reading changes."""

    NONE = 0
    BEGAN = 1
    ENDED = 2
    TAKEN_OVER = 3  # it lasted so long that the new level is normal now
    GREW = 4  # it lasts, and is far worse than when that was told


PACES = np.concatenate((np.ones(1), SCALES))  # readings: of a broken law, then of the means
BEGINS = 1.0  # thresholds
ENDS = 0.9
GROWS = 2.0  # times as far as when it was told, from which on an anomaly is told again
# An anomaly that has shrunk to this share of its size at its height is over, though normal is not reached yet; to up to twice
# the share, the longer it lasts.
RETURNED = 0.35
LARGEST = 12.0  # thresholds that count towards the size
SIZED = 16.0  # readings that the size is the mean of
# An anomaly lasts as long as what carries it is quiet for no longer than would happen in one like this once in ten times: at
# least eight readings (two of laws), at most sixteen.
PAUSE, PAUSE_LEAST, HELD_LEAST, HELD_MOST = 0.1, 2.0, 8.0, 16.0
LEAST_TAKEN = 144.0  # readings before which no level is taken over by its days
UNHEARD = 1.17  # times the largest of the past, beyond which all is strange, whatever mean and deviation of blocks say
BLOCKS_KNOWN = 20.0  # from which on that is believed
SPREADS_AT_FIRST, SPREADS_GROW = 1.3, 0.6  # of block maxima, more for each e-fold of the past: rarer than once in all of it

# State of the machine, float64 each: behind HITS one entry a scale, behind TOP six.
ON, SINCE, QUIET, CARRIER, BEGAN_AT, SIZE, HEIGHT, AFTER, LAST, FIRST_DAY, READINGS, GROWN = range(12)
HITS = 12
TOP = HITS + 1 + WIDE
FILLED, BLOCKS, LARGE, MEAN, SQUARE, RECORD = range(6)
TOP_WIDTH = 6
MACHINE_WIDTH = TOP + WIDE * TOP_WIDTH


@aside
def measure(machine: Floats, ratios: Floats) -> None:
    """`ratios` float64[1 + WIDE]: behind that of the laws those of the streams, the largest at each scale, become multiples of
    what such a largest one has been: many streams make large ones common.
    """
    for k in range(WIDE):
        at = TOP + k * TOP_WIDTH
        blocks = machine[at + BLOCKS]
        known = blocks / (blocks + PRIOR_BLOCKS)
        middle = known * machine[at + MEAN] + (1.0 - known) * 0.9
        spread = math.sqrt(known * machine[at + SQUARE] + (1.0 - known) * 0.03)
        spreads = SPREADS_AT_FIRST + SPREADS_GROW * math.log(blocks + 1.0)
        threshold = middle + spreads * spread
        if blocks >= BLOCKS_KNOWN:
            threshold = min(threshold, UNHEARD * machine[at + RECORD])
        threshold = max(threshold, 0.7) * (1.0 + 1.0 / (blocks + 0.5))
        top = ratios[1 + k]
        ratios[1 + k] = top / threshold if blocks >= 1 else 0.0
        if machine[ON] > 0 or top <= 0:
            continue
        machine[at + LARGE] = max(machine[at + LARGE], min(top, 1.2 * threshold))
        machine[at + FILLED] += 1.0
        if machine[at + FILLED] >= max(BLOCK_LEAST, 2.0 * SCALES[k]):
            share = max(1.0 / BLOCK_MEMORY, 1.0 / (blocks + 1.0))
            gap = machine[at + LARGE] - machine[at + MEAN]
            machine[at + MEAN] += share * gap
            machine[at + SQUARE] += share * (gap * gap * (1.0 - share) - machine[at + SQUARE])
            keep(machine[at + RECORD : at + RECORD + 1], machine[at + LARGE], machine[at + MEAN])
            machine[at + BLOCKS] = blocks + 1.0
            machine[at + FILLED] = machine[at + LARGE] = 0.0


@aside
def turn(machine: Floats, ratios: Floats, minute: float, normal_after: float, days: float) -> tuple[float, int]:
    """How far all is from normal (1 is the threshold), and what changes; `minute` counts from any moment.

    While an anomaly lasts it is judged by the shortest means that carry it, or by the laws: the shortest scale that was
    beyond its threshold for half of the time, so that a large shift is over within a few readings and a small one is held by
    longer means. Laws tell reading by reading that it lasts, however little they are broken. It is taken over after
    `normal_after` readings, or after `days` and 144 readings.
    """
    if machine[ON] == 0:
        far = ratios.max()
        machine[AFTER] *= 0.99
        if far < max(BEGINS, machine[AFTER]):
            return far, Turn.NONE
        machine[ON] = 1.0
        machine[SINCE] = machine[QUIET] = 0.0
        machine[SIZE], machine[HEIGHT], machine[BEGAN_AT], machine[GROWN] = far, far, minute, GROWS * far
        machine[HITS : HITS + 1 + WIDE] = 0.0
        machine[HITS] = 1.0 if ratios[0] >= BEGINS else 0.0
        machine[CARRIER] = WIDE
        return far, Turn.BEGAN
    machine[SINCE] += 1.0
    for k in range(1 + WIDE):
        machine[HITS + k] += 1.0 if ratios[k] >= (BEGINS if k > 0 else ENDS) else 0.0
    carrier = _carrier(machine)
    machine[CARRIER] = carrier
    far = ratios[: carrier + 1].max()
    lasted = max(machine[SINCE] / normal_after, min((minute - machine[BEGAN_AT]) / 1440.0 / days, 1.0))
    size = (RETURNED + RETURNED * lasted) * machine[HEIGHT] if carrier > 0 else 0.0
    machine[QUIET] = 0.0 if far >= max(ENDS, size) else machine[QUIET] + 1.0
    machine[SIZE] += (min(far, LARGEST) - machine[SIZE]) / SIZED
    machine[HEIGHT] = max(machine[HEIGHT], machine[SIZE])
    if machine[QUIET] >= _held(machine, carrier):
        machine[ON] = 0.0
        machine[AFTER] = 1.5 * size
        return far, Turn.ENDED
    by_days = machine[SINCE] >= LEAST_TAKEN and minute - machine[BEGAN_AT] >= days * 1440.0
    if machine[SINCE] >= normal_after or by_days:
        machine[ON] = machine[AFTER] = 0.0
        return 0.0, Turn.TAKEN_OVER
    if far >= machine[GROWN]:
        machine[GROWN] = GROWS * far
        return far, Turn.GREW
    return far, Turn.NONE


@aside
def _held(machine: Floats, carrier: int) -> float:
    """Readings that all must be quiet until the anomaly is over."""
    beyond = machine[HITS + carrier] / (machine[SINCE] - machine[QUIET] + 2.0)  # share of its readings
    pause = min(math.log(PAUSE) / math.log(1.0 - beyond), HELD_MOST)
    return float(max(pause, HELD_LEAST, PACES[carrier]) if carrier > 0 else max(pause, PAUSE_LEAST))


@aside
def _carrier(machine: Floats) -> int:
    best = 1
    for k in range(1 + WIDE):
        if machine[HITS + k] >= 0.5 * machine[SINCE]:
            return k
        if machine[HITS + k] > machine[HITS + best]:
            best = k
    return best
