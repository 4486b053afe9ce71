"""A burst of alarms put in order: what came first stays on top, what follows from it is folded beneath, with the reason.

A burst is read from its beginning. An alarm whose equipment lies downstream of equipment that rang before it, or is the same,
is a consequence, and goes beneath the alarm that it follows from; but never one of a safety function, and never one that is
graver than what it would go beneath. Of what remains the most important stay on top. No alarm is lost: each is on top, among
the others, or beneath one of them.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.int64]
Levels = NDArray[np.int8]
Places = NDArray[np.int32]
Flags = NDArray[np.bool_]
Order = NDArray[np.int32]

NOWHERE = -1  # place of an alarm whose equipment is not known: it follows from nothing, and nothing from it


@dataclass(frozen=True)
class FoldRule:
    """`fold_s`: a consequence comes at most so much after what it follows from; `together_s`: of alarms that began within so much
    of each other the one upstream came first; `most_steps`: so far along the equipment a consequence reaches; `top`: so many
    stay on top.
    """

    fold_s: float = 600.0
    together_s: float = 5.0
    most_steps: int = 6
    top: int = 12


class OnTop(StrEnum):
    """Why an alarm stays on top."""

    FIRST = "first"  # the first of the burst
    UPSTREAM = "upstream"  # rang together with the first ones, and lies upstream of them
    SAFETY = "safety"  # of a safety function: gas, flame, interlock
    HIGHEST = "highest"  # of the highest level in the burst
    GRAVER = "graver"  # follows from another one, and is graver than that
    MANY = "many"  # other alarms follow from it


class Beneath(StrEnum):
    """Why an alarm is folded beneath another one."""

    SAME_PLACE = "same_place"  # a further alarm of the same equipment
    DOWNSTREAM = "downstream"  # of equipment that the other's feeds


@dataclass(frozen=True, eq=False)
class Folded:
    """A burst in order. `top`, `others`: indexes of alarms, the most important first; `beneath`: int32[n], the alarm that each is
    a consequence of, -1 for those on top and the others; `why`: of those on top every reason; `followed`: of folded ones the
    reason.
    """

    top: list[int]
    others: list[int]
    beneath: Order
    why: dict[int, tuple[OnTop, ...]] = field(default_factory=dict)
    followed: dict[int, Beneath] = field(default_factory=dict)


def fold(
    at_ms: Times, level: Levels, place: Places, safety: Flags, feeds: Mapping[int, Iterable[int]], rule: FoldRule | None = None
) -> Folded:
    """The alarms of one burst, any order: when each began int64[n], its level int8[n] (higher is graver), the equipment that it
    is at int32[n] (`NOWHERE` for none), whether it is of a safety function bool[n]; `feeds`: by equipment what it feeds.

    ValueError where the arrays have different lengths.

    >>> two = fold(np.array([0, 9_000]), np.array([2, 2], np.int8), np.array([1, 2]), np.array([False, False]), {1: [2]})
    >>> two.top, two.beneath.tolist(), two.why[0]
    ([0], [-1, 0], (<OnTop.FIRST: 'first'>, <OnTop.HIGHEST: 'highest'>, <OnTop.MANY: 'many'>))
    """
    rule = rule or FoldRule()
    count = len(at_ms)
    if not count == len(level) == len(place) == len(safety):
        raise ValueError("a burst needs a time, a level, a place and a mark of safety for each alarm")
    if count == 0:
        return Folded([], [], np.empty(0, np.int32))
    reach = _Reach(feeds, rule.most_steps)
    order = _order(at_ms, level, place, reach, rule)
    beneath = np.full(count, -1, np.int32)
    followed: dict[int, Beneath] = {}
    graver: set[int] = set()
    heads: list[int] = []
    for alarm in order:
        causes = [] if safety[alarm] else _causes_of(alarm, heads, at_ms, place, reach, rule)
        head = next((one for one in causes if level[one] >= level[alarm]), None)
        if head is None:
            heads.append(alarm)
            graver |= {alarm} if causes else set()
            continue
        beneath[alarm] = head
        followed[alarm] = Beneath.SAME_PLACE if place[alarm] == place[head] else Beneath.DOWNSTREAM
    return _ranked(order[0], heads, graver, (at_ms, level, safety), beneath, followed, rule)


def _causes_of(alarm: int, heads: list[int], at_ms: Times, place: Places, reach: "_Reach", rule: FoldRule) -> list[int]:
    """The alarms so far that this one follows from, the first of them first."""
    here, oldest = int(place[alarm]), at_ms[alarm] - rule.fold_s * 1000
    return [head for head in heads if at_ms[head] >= oldest and here in reach.of(int(place[head]))]


def _order(at_ms: Times, level: Levels, place: Places, reach: "_Reach", rule: FoldRule) -> list[int]:
    """By time; of those that began together the one upstream of most others first, then the graver one."""
    by_time = np.argsort(at_ms, kind="stable")
    found: list[int] = []
    together = rule.together_s * 1000
    start = 0
    while start < len(by_time):
        end = start + 1
        while end < len(by_time) and at_ms[by_time[end]] - at_ms[by_time[start]] <= together:
            end += 1
        group = [int(one) for one in by_time[start:end]]
        places = {int(place[one]) for one in group}
        below = {one: len(places & reach.of(one).keys() - {one}) for one in places}
        found += sorted(group, key=lambda one: (-below[int(place[one])], -int(level[one]), int(at_ms[one]), one))
        start = end
    return found


def _ranked(
    first: int,
    heads: list[int],
    graver: set[int],
    columns: tuple[Times, Levels, Flags],
    beneath: Order,
    followed: dict[int, Beneath],
    rule: FoldRule,
) -> Folded:
    """What stays on top, with every reason: the first of all, those of safety functions, then by level, what follows, time."""
    at_ms, level, safety = columns
    size = np.bincount(beneath[beneath >= 0], minlength=len(at_ms))
    heads = sorted(
        heads, key=lambda one: (one != first, not safety[one], -int(level[one]), -int(size[one]), int(at_ms[one]), one)
    )
    earliest, highest = int(at_ms.min()), int(level.max())
    why = {}
    for one in heads[: rule.top]:
        marks = (
            (OnTop.FIRST, one == first and int(at_ms[one]) == earliest),
            (OnTop.UPSTREAM, one == first and int(at_ms[one]) != earliest),
            (OnTop.SAFETY, bool(safety[one])),
            (OnTop.HIGHEST, int(level[one]) == highest),
            (OnTop.GRAVER, one in graver),
            (OnTop.MANY, int(size[one]) > 0),
        )
        why[one] = tuple(reason for reason, holds in marks if holds)
    return Folded(heads[: rule.top], heads[rule.top :], beneath, why, followed)


class _Reach:
    """By equipment what lies downstream of it and how many steps away, itself at 0; looked up once for each."""

    def __init__(self, feeds: Mapping[int, Iterable[int]], most_steps: int) -> None:
        self._feeds = feeds
        self._most = most_steps
        self._known: dict[int, dict[int, int]] = {NOWHERE: {}}

    def of(self, place: int) -> dict[int, int]:
        """What the alarm's equipment reaches; nothing where it is not known."""
        known = self._known.get(place)
        if known is None:
            known = self._known[place] = {place: 0}
            waiting = deque([place])
            while waiting:
                here = waiting.popleft()
                if known[here] < self._most:
                    for one in self._feeds.get(here, ()):
                        if one not in known:
                            known[one] = known[here] + 1
                            waiting.append(one)
        return known


# --- figures of a time ---


@dataclass(frozen=True)
class Shares:
    """Alarms by level, as shares of all: EEMUA 191 asks for few high and many low ones."""

    red: float
    orange: float
    yellow: float
    blue: float


def priority_shares(level: Levels) -> Shares | None:
    """The share of each level among alarms int8[n] (1 blue to 4 red); None for no alarm.

    >>> priority_shares(np.array([1, 1, 1, 4], np.int8))
    Shares(red=0.25, orange=0.0, yellow=0.0, blue=0.75)
    """
    if not len(level):
        return None
    counts = np.bincount(level, minlength=5)[1:5] / len(level)
    blue, yellow, orange, red = (float(one) for one in counts)
    return Shares(red, orange, yellow, blue)
