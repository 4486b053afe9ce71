"""The value that stands at a place in the order of others, without sorting them all."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.kernel import aside

Floats = NDArray[np.float64]


@aside
def in_order(values: Floats, count: int, place: int) -> float:
    """The value at `place` (from 0) of the first `count` values in ascending order, by Hoare's selection (CACM 4, 1961). The
    values are put into another order: no smaller one stands behind that place, no larger one before it. None may be NaN.
    """
    left, right = 0, count - 1
    while left < right:
        pivot, i, j = values[(left + right) // 2], left, right
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if place <= j:
            right = j
        elif place >= i:
            left = i
        else:
            break
    return float(values[place])
