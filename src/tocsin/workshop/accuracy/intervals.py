"""How sure a measured score is, by bootstrap over whole firms or series (Efron 1979, Ann. Stat. 7:1)."""

from collections.abc import Callable, Sequence

import numpy as np

DRAWS = 1_000


def bootstrap[T](units: Sequence[T], score: Callable[[list[T]], float], draws: int = DRAWS) -> tuple[float, float]:
    """95 % percentile interval of `score`, (low, high): whole units (firms, series) are drawn with replacement, as
    cases of one hang together.

    The draws are the same each time. Draws without a score (NaN) do not count.
    """
    random = np.random.default_rng(95)
    scores = [score([units[place] for place in random.integers(0, len(units), len(units))]) for _ in range(draws)]
    low, high = np.nanquantile(scores, [0.025, 0.975]) if not np.all(np.isnan(scores)) else (np.nan, np.nan)
    return float(low), float(high)
