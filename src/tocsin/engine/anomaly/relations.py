"""Do the channels still fit together? Each one's departure from what all the others, and the reading before, say it should
be.
"""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.kernel import aside

REFRESH = 20  # readings between two inversions
SLOW = 1.0 / 1500
RIDGE = 0.02  # share of each variance that is added to it, for channels that say the same
OUTLIER = 4.0  # standard deviations beyond which a value does not bend mean and covariance further


@aside
def departures(
    joined: NDArray[np.float64],
    mean: NDArray[np.float64],
    covariance: NDArray[np.float64],
    precision: NDArray[np.float64],
    count: float,
    out: NDArray[np.float64],
) -> float:
    """Distance of `joined` float64[2c] (the newest reading of c channels, then the one before) from its mean, after
    Mahalanobis; and into `out` float64[c] how far each channel is from its linear expectation given all other entries, in
    standard deviations of that difference. All 0 until enough is known.

    With the precision matrix P and x less its mean, entry i given the others has the residual (Px)_i / P_ii with variance
    1 / P_ii. Mean and covariance (float64[2c], float64[2c, 2c]) then take the reading in; every 20 readings the precision is
    renewed from what was known before.
    """
    size = len(joined)
    if count == 0:
        mean[:] = joined
    off = joined - mean
    far = 0.0
    out[:] = 0.0
    if count >= 2 * REFRESH and count >= 2 * size:
        if int(count) % REFRESH == 0 or precision[0, 0] == 0:
            _renew(covariance, precision)
        for i in range(size):
            pull = 0.0
            for k in range(size):
                pull += precision[i, k] * off[k]
            far += pull * off[i]
            if i < len(out):
                out[i] = abs(pull) / math.sqrt(max(precision[i, i], 1e-300))
    step = max(SLOW, 1.0 / (count + 1.0))
    if count > 30:
        for k in range(size):
            limit = OUTLIER * math.sqrt(covariance[k, k])
            if limit > 0:
                off[k] = min(max(off[k], -limit), limit)
    for k in range(size):
        mean[k] += step * off[k]
        for j in range(size):
            covariance[k, j] += step * (off[k] * off[j] - covariance[k, j])
    return math.sqrt(max(far, 0.0))


@aside
def _renew(covariance: NDArray[np.float64], precision: NDArray[np.float64]) -> None:
    """The inverse of the covariance, each variance a little larger, by unit variances: channels may be worlds apart in
    scale.
    """
    size = len(covariance)
    deviation = np.empty(size)
    for k in range(size):
        deviation[k] = math.sqrt(covariance[k, k]) if covariance[k, k] > 0 else 1.0
    scaled = np.empty((size, size))
    for k in range(size):
        for j in range(size):
            scaled[k, j] = covariance[k, j] / deviation[k] / deviation[j]
        scaled[k, k] += RIDGE
    inverse = np.linalg.inv(scaled)
    for k in range(size):
        for j in range(size):
            precision[k, j] = inverse[k, j] / deviation[k] / deviation[j]
