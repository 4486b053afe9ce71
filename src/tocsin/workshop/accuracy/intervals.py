"""How sure a measured score is, by bootstrap over whole firms or series (Efron 1979, Ann. Stat. 7:1)."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DRAWS = 1_000


def bootstrap(counts: Sequence[Sequence[float]], score: Callable[[Floats], float], draws: int = DRAWS) -> tuple[float, float]:
    """95 % percentile interval (low, high) of a score that follows from summed counts.

    `counts` has a row for each unit whose cases hang together (a firm, a series); whole units are drawn with replacement, and
    `score` gets the sums of the drawn rows. The draws are the same each time; those without a score (NaN) do not count.
    """
    table = np.asarray(counts, dtype=np.float64)
    random = np.random.default_rng(95)
    weights = random.multinomial(len(table), np.full(len(table), 1 / len(table)), draws)
    scores = np.array([score(sums) for sums in weights @ table])
    if np.isnan(scores).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(scores, [0.025, 0.975])
    return float(low), float(high)
