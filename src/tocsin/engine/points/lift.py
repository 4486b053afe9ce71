"""What lifts an object by a band: the cheapest choice among things that it can do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.points.scorer import Facts, Relief

MOST_STATES: Final = 20_000
_LITTLE: Final = 1e-9  # efforts are sums of floats

type Changes = NDArray[np.int32]


@dataclass(frozen=True)
class Act:
    """One thing that can be done: `key` names it, `effort` is the city's weight of the work (policy, any unit)."""

    key: str
    effort: float


@dataclass(frozen=True)
class Choice:
    """The acts chosen, by place, rising; `proven`: no cheaper choice is enough (False only where there were too many of them)."""

    places: tuple[int, ...]
    effort: float
    proven: bool


def cheapest_choice(
    efforts: Sequence[float],
    changes: Changes,
    enough: Callable[[Changes], NDArray[np.bool_]],
    *,
    most_states: int = MOST_STATES,
) -> Choice | None:
    """The acts with the least sum of efforts whose changes together are enough; None where not even all of them are.

    `changes` int32[acts, width] is what each act adds, `enough` tells int32[n, width] sums apart and must never refuse more acts
    where it accepts fewer. Acts of the same effort and change are one class, of which only the number counts. Class after class
    every number is tried; a sum is dropped where all the rest together would not make it enough, where it costs as much as what
    is known to be enough, and where the same sum is there for less. More than `most_states` sums are cut to the cheapest.

    >>> found = cheapest_choice([1.0, 4.0, 1.0], np.array([[3], [9], [3]], np.int32), lambda sums: sums[:, 0] >= 5)
    >>> found.places, found.effort, found.proven
    ((0, 2), 2.0, True)
    """
    all_of_them = changes.sum(axis=0, dtype=np.int32)[None, :]
    if not enough(all_of_them)[0]:
        return None
    best = _without_needless(efforts, changes, enough)
    least = _effort(best, efforts)
    classes = _classes(efforts, changes)
    sums, costs = np.zeros_like(all_of_them), np.zeros(1)
    numbers = np.zeros((1, len(classes)), np.int32)
    rest, proven = all_of_them[0], True
    for at, members in enumerate(classes):
        one, effort = changes[members[0]], efforts[members[0]]
        rest = rest - one * len(members)
        number = np.tile(np.arange(len(members) + 1, dtype=np.int32), len(sums))
        sums = np.repeat(sums, len(members) + 1, axis=0) + number[:, None] * one
        costs = np.repeat(costs, len(members) + 1) + number * effort
        numbers = np.repeat(numbers, len(members) + 1, axis=0)
        numbers[:, at] = number
        kept = np.flatnonzero(costs < least - _LITTLE)
        kept = kept[enough(sums[kept] + rest)]
        done = kept[enough(sums[kept])]
        if len(done):
            cheapest = done[np.argmin(costs[done])]
            least = float(costs[cheapest])
            best = [place for row, chosen in zip(classes, numbers[cheapest], strict=True) for place in row[:chosen]]
            kept = np.setdiff1d(kept[costs[kept] < least - _LITTLE], done)
        kept = kept[np.argsort(costs[kept], kind="stable")]
        kept = kept[np.sort(np.unique(sums[kept], axis=0, return_index=True)[1])]  # of the same sums the cheapest stands first
        proven = proven and len(kept) <= most_states
        kept = kept[:most_states]
        sums, costs, numbers = sums[kept], costs[kept], numbers[kept]
        if not len(kept):
            break
    return Choice(tuple(sorted(best)), _effort(best, efforts), proven)


def repeated(facts: Facts, relief: Relief, times: int) -> tuple[Facts, Relief]:
    """The facts and reliefs of one object for as many rows of counts, so that all its choices are scored at once."""
    rows = np.arange(times, dtype=np.int32)
    many = Facts(
        kinds=facts.kinds,
        row=np.repeat(rows, len(facts.row)),
        kind=np.tile(facts.kind, times),
        since=np.tile(facts.since, times),
        ended=np.tile(facts.ended, times),
        void=np.tile(facts.void, times),
    )
    given = np.tile(relief.part, times), np.tile(relief.hundredths, times)
    return many, Relief(np.repeat(rows, len(relief.row)), *given)


def _classes(efforts: Sequence[float], changes: Changes) -> list[list[int]]:
    """Places of acts that are alike, the dearest classes first: whether those are needed is decided before the cheap ones."""
    found: dict[tuple[float, bytes], list[int]] = {}
    for place, effort in enumerate(efforts):
        found.setdefault((effort, changes[place].tobytes()), []).append(place)
    return sorted(found.values(), key=lambda one: (-efforts[one[0]], one))


def _without_needless(efforts: Sequence[float], changes: Changes, enough: Callable[[Changes], NDArray[np.bool_]]) -> list[int]:
    """All acts but those that can be left out one after another, the dearest first: enough, and something to be cheaper than."""
    chosen = list(range(len(efforts)))
    for place in sorted(chosen, key=lambda one: -efforts[one]):
        rest = [one for one in chosen if one != place]
        if enough(changes[rest].sum(axis=0, dtype=np.int32)[None, :])[0]:
            chosen = rest
    return chosen


def _effort(places: Sequence[int], efforts: Sequence[float]) -> float:
    return float(sum(efforts[place] for place in places))
