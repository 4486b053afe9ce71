"""In how many of its reporting periods each sensor reported, over many sensors at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Periods:
    """Of each sensor, int64 each: periods in which it was expected, of these those in which it reported, and planned ones that
    are left out.
    """

    expected: NDArray[np.int64]
    reported: NDArray[np.int64]
    planned: NDArray[np.int64]


def count_periods(
    sensor: NDArray[np.integer],
    ts: NDArray[np.int64],
    *,
    period_ms: NDArray[np.int64],
    begin_ms: NDArray[np.int64],
    end_ms: int,
    outages: NDArray[np.int64],
    slack: float,
) -> Periods:
    """Counts whole periods between `begin_ms` and `end_ms`, of sensors numbered from 0.

    A reading counts for the period in which it lies, and for a neighbour from whose edge it is at most `slack` (below 0.5) of a
    period away, so that a clock that wavers is no gap. `sensor`, `ts` (UTC ms) in any order; `period_ms`, `begin_ms` int64, one
    for each sensor; `outages` int64 [n, 3] of sensor, from, to (UTC ms): a period that one of them touches is not expected.

    >>> found = count_periods(
    ...     np.array([0, 0, 0]), np.array([5, 31, 59]), period_ms=np.array([10]), begin_ms=np.array([0]), end_ms=60,
    ...     outages=np.array([[0, 45, 48]]), slack=0.2,
    ... )
    >>> found.expected.tolist(), found.reported.tolist(), found.planned.tolist()
    ([5], [4], [1])
    """
    counts = np.maximum(0, (end_ms - begin_ms) // period_ms)
    offsets = np.concatenate(([0], np.cumsum(counts)))
    reported, planned = np.zeros(offsets[-1], np.bool_), np.zeros(offsets[-1], np.bool_)
    place = (ts - begin_ms[sensor]) / period_ms[sensor]
    own = np.floor(place)
    rest = place - own
    for number, counted in ((own, True), (own - 1, rest <= slack), (own + 1, rest >= 1 - slack)):
        there = (number >= 0) & (number < counts[sensor]) & counted
        reported[offsets[sensor[there]] + number[there].astype(np.int64)] = True
    for one, begins, ends in outages.tolist():
        first = max(0, (begins - int(begin_ms[one])) // int(period_ms[one]))
        last = min(int(counts[one]), -((int(begin_ms[one]) - ends) // int(period_ms[one])))
        planned[offsets[one] + first : offsets[one] + max(first, last)] = True
    return Periods(
        expected=_sums(~planned, offsets), reported=_sums(reported & ~planned, offsets), planned=_sums(planned, offsets)
    )


def _sums(mask: NDArray[np.bool_], offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many are true between each two offsets."""
    running = np.concatenate(([0], np.cumsum(mask)))
    return running[offsets[1:]] - running[offsets[:-1]]
