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
FARTHEST = 12.0  # standard deviations beyond which a value counts no further
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
            renew(covariance, precision, RIDGE, size)
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
def renew(covariance: NDArray[np.float64], precision: NDArray[np.float64], ridge: float, size: int) -> None:
    """The inverse of the covariance of the first `size` entries, each variance a little larger (`ridge`, a share of it), by
    unit variances: channels may be worlds apart in scale. What concerns other entries is 0.
    """
    precision[:] = 0.0
    deviation = np.empty(size)
    for k in range(size):
        deviation[k] = math.sqrt(covariance[k, k]) if covariance[k, k] > 0 else 1.0
    scaled = np.empty((size, size))
    for k in range(size):
        for j in range(size):
            scaled[k, j] = covariance[k, j] / deviation[k] / deviation[j]
        scaled[k, k] += ridge
    inverse = np.linalg.inv(scaled)
    for k in range(size):
        for j in range(size):
            precision[k, j] = inverse[k, j] / deviation[k] / deviation[j]


@aside
def relate(
    joined: NDArray[np.float64],
    weights: NDArray[np.float64],
    mean: NDArray[np.float64],
    covariance: NDArray[np.float64],
    precision: NDArray[np.float64],
    out: NDArray[np.float64],
) -> float:
    """As `departures`, with signs and without learning: distance of `joined` from its mean, and into `out` float64[c] how far
    each channel is from what the others say. `weights` float64[c] shrink what channels add; 0 while there is no precision.
    """
    out[:] = 0.0
    if precision[0, 0] == 0:
        return 0.0
    size = len(joined)
    channels = len(out)
    off = joined - mean
    for k in range(size):
        off[k] *= weights[k % channels] if k < 2 * channels else 1.0
        limit = FARTHEST * math.sqrt(covariance[k, k])
        if limit > 0:
            off[k] = min(max(off[k], -limit), limit)
    far = 0.0
    for i in range(size):
        pull = 0.0
        for k in range(size):
            pull += precision[i, k] * off[k]
        far += pull * off[i]
        if i < channels:
            out[i] = pull / math.sqrt(max(precision[i, i], 1e-300))
    return math.sqrt(max(far, 0.0))


@aside
def take_in(
    joined: NDArray[np.float64], mean: NDArray[np.float64], covariance: NDArray[np.float64], count: float, slow: float
) -> None:
    """An ordinary reading into mean and covariance, of which it becomes 1/(count + 1), at least `slow`."""
    size = len(joined)
    if count == 0:
        mean[:] = joined
    step = max(slow, 1.0 / (count + 1.0))
    off = joined - mean
    if count > 30:
        for k in range(size):
            limit = OUTLIER * math.sqrt(covariance[k, k])
            if limit > 0:
                off[k] = min(max(off[k], -limit), limit)
    for k in range(size):
        mean[k] += step * off[k]
        for j in range(size):
            covariance[k, j] += step * (off[k] * off[j] * (1.0 - step) - covariance[k, j])
