"""The slow twin of `engine.alarm_quality`: minute by minute and alarm by alarm."""

from collections.abc import Sequence

MINUTE_MS = 60_000


def load(
    raised_ms: Sequence[int], begin_ms: int, end_ms: int, operators: float, window_min: int, above: float, below: float
) -> tuple[list[int], list[bool], int]:
    """Alarms in each window, whether each minute is in a flood, and how many floods began."""
    counts, flags, flooded, floods = [], [], False, 0
    for minute in range((end_ms - begin_ms) // MINUTE_MS):
        end = begin_ms + MINUTE_MS * (minute + 1)
        count = sum(end - window_min * MINUTE_MS <= one < end for one in raised_ms)
        if count / operators > above:
            floods += not flooded
            flooded = True
        elif count / operators < below:
            flooded = False
        counts.append(count)
        flags.append(flooded)
    return counts, flags, floods


def chattering(events: Sequence[tuple[int, int]], raises: int, within_ms: int) -> list[int]:
    """Points of (point, time) with so many raises within that time."""
    found = set()
    for point, begin in events:
        inside = [at for other, at in events if other == point and begin <= at <= begin + within_ms]
        if len(inside) >= raises:
            found.add(point)
    return sorted(found)
