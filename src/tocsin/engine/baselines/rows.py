"""The row that a fit leaves for each sensor."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.baselines.circumstances import DAY_H, FAST, SLOW

Floats = NDArray[np.float64]
Row = Any  # one record of FITTED, inside a kernel

FASTS, SLOWS = len(FAST), len(SLOW)
FITTED = np.dtype(
    [
        ("level", "f8"),  # at the end of the readings, free of weather
        ("patience", "f8"),  # weight of a day's level against those before it
        ("wander", "f8"),  # typical change of the level from day to day
        ("noise", "f8"),  # standard deviation of an hour around the fit, outliers aside
        ("lowest", "f8"),  # the floor it stands on now and then (a dry level, no gas), -inf for none
        ("below", "f8"),  # how far a single reading lies below and above what was expected a day ahead, in 95 of 100
        ("above", "f8"),
        ("curve", "f8", (2, DAY_H)),  # worked days, rest days
        ("fast", "f8", (FASTS,)),
        ("fast_known", "f8", (FASTS,)),  # information about each response: 1 / variance
        ("slow", "f8", (SLOWS,)),
        ("slow_known", "f8", (SLOWS,)),
        ("days", "i4"),  # with readings
        ("rest_days", "i4"),
        ("silent_h", "i4"),  # since the last reading
    ],
    align=True,
)
