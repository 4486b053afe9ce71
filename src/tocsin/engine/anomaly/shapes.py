"""How unlike all earlier stretches the newest stretch of a series is: the distance to its nearest neighbour in the past."""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.kernel import aside


@aside
def nearest_before(values: NDArray[np.float64], at: int, width: int, reach: int, sums: NDArray[np.float64]) -> float:
    """Root of the mean squared distance between the `width` values up to `at` and the most similar stretch that ended at
    least `width` and at most `reach` values earlier; 0 while there is none.

    `sums` float64[reach + 1] holds the squared distance at each lag and is brought up to date: one addition and one
    subtraction a lag, as in the matrix profile (Yeh et al., ICDM 2016), here of the past alone and without normalising, so
    that an unusual level counts as well as an unusual form.
    """
    new = values[at]
    least = math.inf
    for lag in range(1, min(reach, at) + 1):
        step = new - values[at - lag]
        total = sums[lag] + step * step
        gone = at - width
        if gone - lag >= 0:
            left = values[gone] - values[gone - lag]
            total -= left * left
        sums[lag] = max(total, 0.0)
        if lag >= width and at - lag >= width - 1 and sums[lag] < least:
            least = sums[lag]
    return math.sqrt(least / width) if least < math.inf else 0.0
