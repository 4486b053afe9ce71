"""Strengths of signs into log weights of places, those into one of the cause, and the place to name."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
AS_GOOD = 0.03  # probability that is no reason to name a less likely spot


def log_weights(strengths: Floats, present: Floats, absent: Floats) -> Floats:
    """Log weight of each place [p]: what its signs say together.

    `strengths` float64[p, s] from -1 to 1, NaN where a sign says nothing; `present`, `absent` float64[s].

    >>> log_weights(np.array([[1.0, -0.5], [np.nan, 1.0]]), np.array([2.0, 1.0]), np.array([-2.0, -4.0])).tolist()
    [0.0, 1.0]
    """
    said = np.nan_to_num(strengths)
    return np.asarray(np.maximum(said, 0.0) @ present + np.maximum(-said, 0.0) @ absent, np.float64)


def shares_of(logs: Floats, temper: float = 1.0) -> Floats:
    """Softmax of log weights [n] over `temper`: shares that sum to 1."""
    shares = np.exp((logs - logs.max()) / temper)
    return np.asarray(shares / shares.sum(), np.float64)


def spot_to_name(shares: Floats, spots_m: Floats, within_m: float) -> int:
    """The spot with the most probability within `within_m` of it: where a crew that looks around finds the fault most likely.

    `shares` float64[n] sum to 1; `spots_m` float64[n, 2], NaN for a cause without a place. Of spots as good as each other the
    likelier one is named, then the one nearest to the middle of the probability.

    >>> spot_to_name(np.array([0.4, 0.3, 0.3]), np.array([[0.0, 0.0], [500.0, 0.0], [560.0, 0.0]]), 100.0)
    1
    """
    if np.isnan(spots_m).any():
        return int(shares.argmax())
    metres = np.hypot(spots_m[:, None, 0] - spots_m[:, 0], spots_m[:, None, 1] - spots_m[:, 1])
    around = (metres <= within_m) @ shares
    good = around >= around.max() - AS_GOOD
    spread = np.minimum(metres, 3 * within_m) @ shares
    return int(np.lexsort((spread.round(6), -shares.round(9), ~good))[0])
