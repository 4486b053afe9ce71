"""The loops of the grid: readings added to their sensor's series and laid on its bins, and what was known of them at one
moment.

A reading counts as the median of itself and its neighbours, which takes single spikes away; a series' first and newest
reading have one neighbour only and count as they are. So a bin may still change when one more reading comes, and never
after.

All times are milliseconds since the grid's first bin, so that those of a rolling grid fit into 32 bits.
"""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.kernel import aside, kernel, part

BIN_MS = 600_000
FORGOTTEN = 8  # a full series forgets its oldest so-manieth part
EARLIEST_MS = -(2**31)  # what lies further back than the clock of a rolling grid reaches lies there

Floats = NDArray[np.float64]


@part
def _calm(raw: Floats, first: int, at: int, end: int) -> float:
    """The reading at `at` of the series first..end, without a single spike."""
    if at in (first, end - 1):
        return float(raw[at])
    a, b, c = float(raw[at - 1]), float(raw[at]), float(raw[at + 1])
    return max(min(a, b), min(max(a, b), c))


@aside
def _lay(first: int, start: int, end: int, first_bin: int, raw_ms: NDArray[np.int64], raw: Floats, row: Floats) -> None:
    """Means of whole bins from the one of the reading at `start` to the last; bins outside of the row are left out."""
    at = start
    while at > first and raw_ms[at - 1] // BIN_MS == raw_ms[start] // BIN_MS:
        at -= 1
    while at < end:
        place = raw_ms[at] // BIN_MS
        until_ms = (place + 1) * BIN_MS
        total, count = 0.0, 0
        while at < end and raw_ms[at] < until_ms:
            total += _calm(raw, first, at, end)
            count += 1
            at += 1
        if 0 <= place - first_bin < len(row):
            row[place - first_bin] = total / count


@kernel
def add(
    position: NDArray[np.int32],
    ts: NDArray[np.int64],
    value: Floats,
    segments: NDArray[np.int64],
    raw_ms: NDArray[np.int64],
    raw: Floats,
    cells: Floats,
) -> None:
    """Adds readings, ordered by position and time, to the series in `raw_ms` and `raw`, and lays what changed on `cells` [s, t].

    `segments` int64[s, 3]: where the series of a sensor begins and ends, and where its room ends. A full series forgets its
    oldest eighth. Of two readings of one time the later one stays.
    """
    i = 0
    while i < len(position):
        s = position[i]
        earliest = ts[i]
        first, end, limit = segments[s, 0], segments[s, 1], segments[s, 2]
        while i < len(position) and position[i] == s:
            at = end
            while at > first and raw_ms[at - 1] > ts[i]:
                at -= 1
            if at > first and raw_ms[at - 1] == ts[i]:
                raw[at - 1] = value[i]
            elif at > first or end < limit:
                if end == limit:
                    gone = (limit - first + FORGOTTEN - 1) // FORGOTTEN
                    for k in range(first, end - gone):
                        raw_ms[k], raw[k] = raw_ms[k + gone], raw[k + gone]
                    end -= gone
                    at = max(at - gone, first)
                for k in range(end, at, -1):
                    raw_ms[k], raw[k] = raw_ms[k - 1], raw[k - 1]
                raw_ms[at], raw[at] = ts[i], value[i]
                end += 1
            i += 1
        segments[s, 1] = end
        start = end - 1
        while start > first and raw_ms[start] >= earliest:
            start -= 1
        if end > first:
            _lay(first, start, end, 0, raw_ms, raw, cells[s])


@kernel
def move_back(segments: NDArray[np.int64], raw_ms: NDArray[np.int64], by_ms: int) -> None:
    """The first bin is now so much later: all times of the series count from it."""
    for s in range(len(segments)):
        for k in range(segments[s, 0], segments[s, 1]):
            raw_ms[k] = max(raw_ms[k] - by_ms, EARLIEST_MS)


@kernel
def ends_at(chosen: NDArray[np.intp], as_of_ms: int, segments: NDArray[np.int64], raw_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of each chosen series, int64[n], where the readings end that were known at that time."""
    ends = np.empty(len(chosen), np.int64)
    for i in range(len(chosen)):
        first, end = segments[chosen[i], 0], segments[chosen[i], 1]
        ends[i] = first + np.searchsorted(raw_ms[first:end], as_of_ms, side="right")
    return ends


@kernel
def look(
    chosen: NDArray[np.intp],
    ends: NDArray[np.int64],
    patience: NDArray[np.int64],
    from_bin: int,
    first: NDArray[np.int64],
    raw: tuple[NDArray[np.int64], Floats],
    cells: Floats,
    seen: Floats,
) -> None:
    """Fills `seen` float64[n, t] with what the chosen sensors had told when their series ended at `ends`, from a bin on.

    `from_bin`: the column of `cells` that is the first of `seen`; below 0 where `seen` begins before them. Between readings the
    last mean is carried on for `patience` int64[n] bins; NaN beyond. `first` int64[s]: where the series begin.
    """
    raw_ms, value = raw
    for i in range(len(chosen)):
        s, end = chosen[i], ends[i]
        row = seen[i]
        row[:] = np.nan
        begin = first[s]
        if end == begin:
            continue
        last_bin = raw_ms[end - 1] // BIN_MS
        known = min(last_bin - from_bin, len(row))
        for k in range(max(-from_bin, 0), known):
            row[k] = cells[s, from_bin + k]
        _lay(begin, end - 1, end, from_bin, raw_ms, value, row)
        newest = -1
        for k in range(len(row)):
            if not np.isnan(row[k]):
                newest = k
            elif newest >= 0 and k - newest <= patience[i]:
                row[k] = row[newest]
