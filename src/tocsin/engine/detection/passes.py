"""The two passes: one over a batch of readings, one over all sensors when time moves on. Nothing else is compiled by itself."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.detection import catalogue
from tocsin.engine.detection.prefetch import prefetch
from tocsin.engine.detection.rule import CAPACITY, DOUBTED, NEVER, Book, Edge, Limits, Line, is_raised, switch, tell, whole
from tocsin.engine.kernel import aside, kernel

AHEAD = 12  # readings whose state is fetched in advance; measured, 8 to 24 are alike
ROOM = 64  # detections that one sensor can give in one step, amply
_CLEAR = int(Edge.CLEAR)


@aside
def _withdraw(line: Line, limits: Limits, book: Book) -> None:
    """Clears what stands raised by a rule that the sensor's profile does not have (any more); its limit is then not a number."""
    nothing = (0.0, 0.0, 0.0, 0.0)
    for side in range(2):
        if line.level_on[side] and not (whole(limits.rules) >> side) & 1:
            line.level_on[side] = 0
            line.level_run[side] = 0
            tell(book, side, _CLEAR, 0, line.ts, line.value, np.nan, nothing)
    orphans = whole(line.raised) & ~whole(limits.rules)
    for rule in range(DOUBTED):
        if (orphans >> rule) & 1:
            switch(line, rule)
            tell(book, rule, _CLEAR, 0, line.ts, line.value, np.nan, nothing)


@kernel
def pass_readings(
    sensor: NDArray[np.int32],
    ts: NDArray[np.int64],
    value: NDArray[np.float64],
    quality: NDArray[np.uint8],
    lines: NDArray[np.void],
    rests: NDArray[np.void],
    table: NDArray[np.void],
    start: int,
    book: Book,
) -> int:
    """Judges readings from `start` on, in their order; returns the index at which the book was full, else their number."""
    rules = 0
    for row in range(len(table)):
        rules |= whole(table[row].rules)
    for i in range(start, len(sensor)):
        first = book.count
        if first + ROOM > CAPACITY:
            return i
        ahead = i + AHEAD
        if ahead < len(sensor) and 0 <= sensor[ahead] < len(lines):
            prefetch(lines, sensor[ahead])
            if rules & catalogue.RARE:
                prefetch(rests, sensor[ahead])
        if sensor[i] < 0 or sensor[i] >= len(lines) or lines[sensor[i]].profile < 0:
            book.unknown += 1
            continue
        line = lines[sensor[i]]
        rest = rests[sensor[i]]
        if ts[i] <= line.ts:
            if ts[i] == line.ts:
                book.duplicate += 1
            else:
                book.late += 1
            continue
        limits = table[line.profile]
        if (limits.timed or line.silence_allowed_ms) and line.ts != NEVER:
            catalogue.elapse(line, rest, limits, ts[i], book)
        if catalogue.judge(line, rest, limits, ts[i], value[i], quality[i], book):
            book.judged += 1
            line.value = value[i]
            if is_raised(line, DOUBTED):
                switch(line, DOUBTED)
            if line.readings < 65_535:
                line.readings += 1
        elif not is_raised(line, DOUBTED):
            switch(line, DOUBTED)
            rest.value_ts = line.ts
        line.ts = ts[i]
        for k in range(first, book.count):
            book.told[k].sensor = sensor[i]
    return len(sensor)


@kernel
def pass_time(
    lines: NDArray[np.void], rests: NDArray[np.void], table: NDArray[np.void], now_ms: int, start: int, book: Book
) -> int:
    """Completes what time alone completes before `now_ms`, and clears rules that a profile no longer has; returns as above."""
    for index in range(start, len(lines)):
        first = book.count
        if first + ROOM > CAPACITY:
            return index
        line = lines[index]
        rest = rests[index]
        limits = table[line.profile]
        if line.profile >= 0 and line.ts == NEVER and rest.silence_watched_since == NEVER:
            rest.silence_watched_since = now_ms
        if line.profile >= 0:
            catalogue.elapse(line, rest, limits, now_ms, book)
        _withdraw(line, limits, book)
        for k in range(first, book.count):
            book.told[k].sensor = index
    return len(lines)
