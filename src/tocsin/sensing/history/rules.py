"""Readings thinned out for a curve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.columns import Readings


@dataclass(frozen=True, eq=False)
class Curve:
    """Readings of one sensor for a chart, or groups of them: `value` is a group's mean, `low` and `high` its extremes (NaN where
    nothing is known), `quality` its worst, `ts` its first time.
    """

    ts: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def thin_out(readings: Readings, most: int) -> Curve:
    """At most `most` points of one sensor's readings, ascending by time, without losing an extreme.

    >>> spike = Readings.of(sensor=[7] * 4, ts=[0, 10, 20, 30], value=[1.0, 9.0, 1.0, 1.0])
    >>> thin_out(spike, 2).high.tolist()
    [9.0, 1.0]
    """
    ts, value, quality = readings.ts, readings.value, readings.quality
    if len(readings) <= most:
        return Curve(ts, value, quality, value, value)
    width = int(ts[-1] - ts[0]) // most + 1
    number = (ts - ts[0]) // width
    start = np.flatnonzero(np.append(True, number[1:] != number[:-1]))
    known = np.isfinite(value)
    count = np.add.reduceat(known.astype(np.int64), start)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.add.reduceat(np.where(known, value, 0.0), start) / count
    low = np.minimum.reduceat(np.where(known, value, np.inf), start)
    high = np.maximum.reduceat(np.where(known, value, -np.inf), start)
    nothing = count == 0
    low[nothing] = high[nothing] = np.nan
    return Curve(ts[start], mean, np.maximum.reduceat(quality, start), low, high)
