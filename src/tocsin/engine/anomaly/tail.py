"""How rare is this? The tail probability of a statistic by its own past: a forgetting histogram on a logarithmic scale, and
a Pareto tail beyond what was seen.
"""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.kernel import aside

BINS = 320
PER_OCTAVE = 8  # a bin is 9 % wide
LOWEST = -12.0  # octaves below the first statistics seen, where the histogram begins
SETTLING = 20  # statistics from which the scale of the histogram is taken
FORGET = 1.0 - 1.0 / 4000  # what is 4,000 readings old weighs 1/e

TAIL_PRIOR_WEIGHT = 4.0  # readings that the prior index of the tail is worth
TAIL_LEAST = 0.25  # share of the prior index below which no lighter tail is believed
TAIL_FEWEST = 20.0  # readings that shape a tail, where there are so many
CERTAINTY = 3.0  # after n readings nothing is rarer than 1/n to this power

# What is rare is taken in with less weight, or a lasting anomaly would soon count as ordinary; but never with none, since what
# lasts long enough is ordinary.
DOUBTED = 2.0  # -log10 of the probability from which on
LEAST_WEIGHT = 0.05

# One row of state a statistic: the histogram, and behind it how many were seen, how many of them were above 0, the weight of
# the histogram, and the mean of log2 of the first ones.
SEEN, POSITIVE, WEIGHT, SCALE = BINS, BINS + 1, BINS + 2, BINS + 3
WIDTH = BINS + 4


def new_tails(*shape: int) -> NDArray[np.float64]:
    """State of as many statistics as the shape says, float64[*shape, WIDTH], with nothing seen."""
    return np.zeros((*shape, WIDTH))


@aside
def rarity(row: NDArray[np.float64], value: float, prior: float, share: float) -> float:
    """-log10 of the probability of a statistic at least as large as `value` (>= 0) by what `row` (float64[WIDTH]) has seen
    before; then the row takes it in. 0 while the first 20 settle.

    Below the largest `share` of the past the probability is counted. Beyond, the tail is Pareto with Hill's estimator of its
    index (Hill, Annals of Statistics 3, 1975), shrunk towards `prior` while little is known.
    """
    octave = math.log2(max(value, 1e-300))
    if row[SEEN] < SETTLING:
        row[SEEN] += 1.0
        if value > 0:
            row[POSITIVE] += 1.0
            row[SCALE] += (max(octave, -300.0) - row[SCALE]) / row[POSITIVE]
        return 0.0
    if value > 0 and row[POSITIVE] == 0:  # all were 0 so far: the first one above is far out, and sets the scale
        row[POSITIVE] = 1.0
        row[SCALE] = octave - 20.0
    place = (octave - row[SCALE] - LOWEST) * PER_OCTAVE
    in_bin = min(max(int(place), 0), BINS - 1)
    rare = _rarity_of(row, place, in_bin, prior, share) if row[WEIGHT] > SETTLING else 0.0
    weight = max(10.0 ** min(DOUBTED - rare, 0.0), LEAST_WEIGHT)
    for k in range(BINS):
        row[k] *= FORGET
    row[in_bin] += weight
    row[WEIGHT] = row[WEIGHT] * FORGET + weight
    return rare


@aside
def _rarity_of(row: NDArray[np.float64], place: float, in_bin: int, prior: float, share: float) -> float:
    total = row[WEIGHT]
    tail = max(share * total, min(TAIL_FEWEST, 0.1 * total))
    above = 0.0
    threshold = BINS - 1
    while threshold > 0 and above + row[threshold] < tail:
        above += row[threshold]
        threshold -= 1
    if in_bin <= threshold:
        upper = 0.5 * row[in_bin]
        for k in range(in_bin + 1, BINS):
            upper += row[k]
        return max(-math.log10(max(upper, 0.5) / (total + 1.0)), 0.0)
    a_bin = math.log(2.0) / PER_OCTAVE
    excess = 0.0
    for k in range(threshold + 1, BINS):
        excess += row[k] * (k - threshold) * a_bin
    index = max((excess + TAIL_PRIOR_WEIGHT * prior) / (above + TAIL_PRIOR_WEIGHT), TAIL_LEAST * prior)
    beyond = (min(place, 2.0 * BINS) - threshold) * a_bin
    rare = -math.log10(max(above, 1.0) / total) + beyond / index / math.log(10.0)
    return min(rare, CERTAINTY * math.log10(total))
