"""Where equipment stands in a mimic: columns along the pipes, no two in one place. Values in, values out."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from statistics import fmean


def lay_out[T: Hashable](parts: Sequence[T], pipes: Iterable[tuple[T, T]], most_rows: int = 6) -> dict[T, tuple[int, int]]:
    """(column, row) of each part: what a pipe leads to stands right of what it leads from, except where pipes run in a circle;
    parts of a column stand by the middle of what leads to them. What would stand lower than `most_rows` begins a column of its
    own, before the next.

    >>> lay_out(["V-1", "R-1", "V-2"], [("V-1", "R-1"), ("V-2", "R-1")])
    {'V-1': (0, 0), 'V-2': (0, 1), 'R-1': (1, 0)}
    """
    order = {part: place for place, part in enumerate(parts)}
    ahead, behind = defaultdict[T, list[T]](list), defaultdict[T, list[T]](list)
    for source, target in _without_circles(parts, [(a, b) for a, b in pipes if a in order and b in order and a != b]):
        ahead[source].append(target)
        behind[target].append(source)
    depth: dict[T, int] = {}
    for part in _in_order(parts, ahead, behind):
        depth[part] = max((depth[one] + 1 for one in behind[part]), default=0)
    rows: dict[T, float] = {}
    places: dict[T, tuple[int, int]] = {}
    column = 0
    for level in sorted(set(depth.values())):
        here = [part for part in parts if depth[part] == level]
        here.sort(key=lambda part: (fmean(rows[one] for one in behind[part]) if behind[part] else 0.0, order[part]))
        for number, part in enumerate(here):
            rows[part] = float(number % most_rows)
            places[part] = (column + number // most_rows, number % most_rows)
        column += (len(here) + most_rows - 1) // most_rows
    return places


def _without_circles[T: Hashable](parts: Sequence[T], pipes: Sequence[tuple[T, T]]) -> list[tuple[T, T]]:
    """The pipes without those that lead back to what leads to them, found depth first in the order of the parts."""
    ahead = defaultdict[T, list[T]](list)
    for source, target in pipes:
        ahead[source].append(target)
    state: dict[T, int] = {}  # 1: on the way, 2: done
    kept: list[tuple[T, T]] = []
    for start in parts:
        if start in state:
            continue
        state[start] = 1
        way = [(start, iter(ahead[start]))]
        while way:
            at, rest = way[-1]
            after = next(rest, None)
            if after is None:
                state[at] = 2
                way.pop()
            elif state.get(after) != 1:
                kept.append((at, after))
                if after not in state:
                    state[after] = 1
                    way.append((after, iter(ahead[after])))
    return kept


def _in_order[T: Hashable](parts: Sequence[T], ahead: dict[T, list[T]], behind: dict[T, list[T]]) -> list[T]:
    left = {part: len(behind[part]) for part in parts}
    ready = [part for part in parts if not left[part]]
    done = []
    while ready:
        part = ready.pop(0)
        done.append(part)
        for after in ahead[part]:
            left[after] -= 1
            if not left[after]:
                ready.append(after)
    return done
