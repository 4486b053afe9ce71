"""How rare do a series' rarest readings habitually look? A view that finds a planned stop, or every Monday's first hour, one in a
million again and again is believed the less.
"""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.anomaly.records import keep
from tocsin.engine.kernel import aside

Floats = NDArray[np.float64]

BLOCK_READINGS = 120.0
BLOCK_MEMORY = 60.0  # blocks that are remembered
PRIOR_BLOCKS = 3.0  # blocks that the prior is worth
PRIOR_SPREAD = 0.5  # of the rarest of a block, powers of ten
PRIOR_VIEW, PRIOR_JOINED = 2.0, 1.5  # rarest of a block of 120: of one view, and of all views joined
SPREADS = 1.5  # above the mean of a block's rarest, beyond which a reading is rarer than is habitual
CLIPPED = 1.2  # habitual rarities beyond which a reading does not bend what is habitual

# State of one habit, float64 each; and of the blocks of all habits of a series. LARGEST is the rarest reading of the block,
# clipped, RAREST with nothing clipped.
MEAN, SQUARE, LARGEST, RAREST, RECORDS = range(5)
KEPT = 3  # records: what three blocks have reached is habitual
HABIT_WIDTH = RECORDS + KEPT
FILLED, BLOCKS = range(2)
BLOCKS_WIDTH = 2


@aside
def habitual(row: Floats, rare: float, prior: float, blocks: float) -> float:
    """The rarity that the rarest reading of a block reaches by habit, as -log10 of a probability; `row` float64[HABIT_WIDTH]
    then takes `rare` in. `blocks` is how many blocks are known.
    """
    known = blocks / (blocks + PRIOR_BLOCKS)
    variance = known * row[SQUARE] + (1.0 - known) * PRIOR_SPREAD * PRIOR_SPREAD
    limit = known * row[MEAN] + (1.0 - known) * prior + SPREADS * math.sqrt(variance)
    row[LARGEST] = max(row[LARGEST], min(rare, CLIPPED * limit) if blocks >= 1 else rare)
    row[RAREST] = max(row[RAREST], rare)
    return float(max(limit, row[RECORDS + KEPT - 1]))


@aside
def close_block(row: Floats, blocks: float) -> None:
    """The block is full: its rarest reading moves mean and variance of `row`. `blocks` counts those before it."""
    share = max(1.0 / BLOCK_MEMORY, 1.0 / (blocks + 1.0))
    gap = row[LARGEST] - row[MEAN]
    row[MEAN] += share * gap
    row[SQUARE] += share * (gap * gap * (1.0 - share) - row[SQUARE])
    keep(row[RECORDS:], row[RAREST], row[MEAN])
    row[LARGEST] = row[RAREST] = 0.0
