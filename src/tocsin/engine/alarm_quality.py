"""How good alarms are for the person who has to answer them: load, floods, standing and chattering alarms.

Figures after EEMUA 191 and ISA-18.2 / IEC 62682 (GB/T 41261): a flood begins when more than ten alarms come to one operator
within ten minutes, and ends when fewer than five do.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.int64]
Members = NDArray[np.int32]

MINUTE_MS = 60_000


@dataclass(frozen=True)
class FloodRule:
    """In `window_min` minutes more than `begins_above` alarms for an operator begin a flood, fewer than `ends_below` end it."""

    window_min: int = 10
    begins_above: float = 10.0
    ends_below: float = 5.0


@dataclass(frozen=True, eq=False)
class Load:
    """`per_window` int32[m]: alarms of the last `window_min` minutes at the end of each minute; `in_flood` bool[m]: that minute
    is part of a flood; `floods`: how many began; `per_hour`: mean rate for one operator.
    """

    per_window: Members
    in_flood: NDArray[np.bool_]
    floods: int
    per_hour: float

    @property
    def flood_minutes(self) -> int:
        """How long floods lasted."""
        return int(np.count_nonzero(self.in_flood))


def load_of(raised_ms: Times, *, begin_ms: int, end_ms: int, operators: float, rule: FloodRule | None = None) -> Load:
    """The load of `operators` who share the alarms raised at int64[n] (any order) from `begin_ms` to `end_ms`, in whole minutes.

    Alarms of the minutes just before count in the first windows. ValueError for no time or no operator.

    >>> load = load_of(np.arange(11) * 30_000, begin_ms=0, end_ms=20 * 60_000, operators=1)
    >>> load.floods, load.flood_minutes, load.per_hour
    (1, 8, 33.0)
    """
    rule = rule or FloodRule()
    minutes = (end_ms - begin_ms) // MINUTE_MS
    if minutes < 1 or operators <= 0:
        raise ValueError("a load needs at least a minute and an operator")
    raised = np.sort(raised_ms)
    ends = begin_ms + MINUTE_MS * np.arange(1, minutes + 1, dtype=np.int64)
    inside = np.searchsorted(raised, ends, "left") - np.searchsorted(raised, ends - rule.window_min * MINUTE_MS, "left")
    each = inside / operators
    in_flood = _between(each > rule.begins_above, each < rule.ends_below)
    began = np.count_nonzero(in_flood & ~np.concatenate(([False], in_flood[:-1])))
    count = np.count_nonzero((raised >= begin_ms) & (raised < ends[-1]))
    return Load(inside.astype(np.int32), in_flood, int(began), float(60 * count / minutes / operators))


def chattering(point: Members, at_ms: Times, *, raises: int, within_ms: int) -> Members:
    """The points, ascending, whose condition was met `raises` times within that time; `point` int32[n], `at_ms` int64[n], in any
    order.

    >>> chattering(np.array([7, 7, 8, 7], np.int32), np.array([0, 20_000, 30_000, 59_000]), raises=3, within_ms=60_000)
    array([7], dtype=int32)
    """
    order = np.lexsort((at_ms, point))
    points, times = point[order], at_ms[order]
    last = len(points) - raises + 1
    if last <= 0:
        return np.empty(0, np.int32)
    same = points[:last] == points[raises - 1 :]
    near = times[raises - 1 :] - times[:last] <= within_ms
    return np.unique(points[:last][same & near]).astype(np.int32)


def standing(raised_ms: Times, closed_ms: Times, *, at_ms: int, longer_ms: int) -> NDArray[np.bool_]:
    """Which alarms are open at that moment and have been for longer than that; `closed_ms` is -1 for an open one. bool[n]."""
    is_open = (raised_ms <= at_ms) & ((closed_ms < 0) | (closed_ms > at_ms))
    return is_open & (at_ms - raised_ms > longer_ms)


def busiest(point: Members, most: int) -> tuple[Members, Members]:
    """The points with the most alarms, and how many each; of equals the smaller point first."""
    points, counts = np.unique(point, return_counts=True)
    order = np.lexsort((points, -counts))[:most]
    return points[order].astype(np.int32), counts[order].astype(np.int32)


def share_within(durations_ms: Times, share: float) -> float:
    """The time in ms within which that share of these durations lay (nearest rank); NaN for none.

    >>> share_within(np.array([4, 1, 3, 2]), 0.5)
    2.0
    """
    if not len(durations_ms):
        return float("nan")
    rank = max(int(np.ceil(share * len(durations_ms))), 1)
    return float(np.sort(durations_ms)[rank - 1])


def _between(begins: NDArray[np.bool_], ends: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """True from a beginning on until the next end: at each place what the last of the two marks at or before it says."""
    places = np.arange(len(begins))
    marked = np.where(begins | ends, places, -1)
    last = np.maximum.accumulate(marked)
    return (last >= 0) & begins[np.maximum(last, 0)]
