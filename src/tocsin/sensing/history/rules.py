"""Readings thinned out for a curve."""

from collections.abc import Sequence
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
    known: NDArray[np.int64]
    """How many known values are in `value`."""


def thin_out(readings: Readings, most: int) -> Curve:
    """At most `most` points of one sensor's readings, ascending by time, without losing an extreme.

    >>> spike = Readings.of(sensor=[7] * 4, ts=[0, 10, 20, 30], value=[1.0, 9.0, 1.0, 1.0])
    >>> thin_out(spike, 2).high.tolist()
    [9.0, 1.0]
    """
    value = readings.value
    return thin_curve(Curve(readings.ts, value, readings.quality, value, value, np.isfinite(value).astype(np.int64)), most)


def join_curves(curves: Sequence[Curve], most: int) -> Curve:
    """One curve of at most `most` points from curves of times that follow each other: the same mean, no extreme lost.

    >>> first = Readings.of(sensor=[7, 7], ts=[0, 10], value=[1.0, 9.0])
    >>> second = Readings.of(sensor=[7, 7], ts=[20, 30], value=[1.0, 1.0])
    >>> join_curves([thin_out(first, 1), thin_out(second, 1)], 1).value.tolist()
    [3.0]
    """
    columns = zip(*((one.ts, one.value, one.quality, one.low, one.high, one.known) for one in curves), strict=True)
    return thin_curve(Curve(*(np.concatenate(column) for column in columns)), most)


def thin_curve(curve: Curve, most: int) -> Curve:
    """A curve with at most `most` points of it, ascending by time."""
    ts = curve.ts
    if len(ts) <= most:
        return curve
    width = int(ts[-1] - ts[0]) // most + 1
    number = (ts - ts[0]) // width
    start = np.flatnonzero(np.append(True, number[1:] != number[:-1]))
    known = curve.known > 0
    count = np.add.reduceat(curve.known, start)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.add.reduceat(np.where(known, curve.value, 0.0) * curve.known, start) / count
    low = np.minimum.reduceat(np.where(known, curve.low, np.inf), start)
    high = np.maximum.reduceat(np.where(known, curve.high, -np.inf), start)
    nothing = count == 0
    low[nothing] = high[nothing] = np.nan
    return Curve(ts[start], mean, np.maximum.reduceat(curve.quality, start), low, high, count)


def reading_key(sensor: int, ts: int) -> str:
    """The name of one reading: its sensor's index and its time.

    >>> reading_key(17, 1764000000000)
    '17-1764000000000'
    """
    return f"{sensor}-{ts}"


def read_reading_key(key: str) -> tuple[int, int] | None:
    """Sensor and time of such a name; None where it is none."""
    sensor, dash, ts = key.partition("-")
    if not dash or not all(part.isascii() and part.isdigit() for part in (sensor, ts)) or len(sensor) > 9 or len(ts) > 15:
        return None
    return int(sensor), int(ts)
