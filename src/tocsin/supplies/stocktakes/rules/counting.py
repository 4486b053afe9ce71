"""What a count says: which of two counts holds, how large a difference is, and out of which states a loss is taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tocsin.supplies.stock.rules.ledger import State

STOCKTAKE: Final = "stocktake"  # the subject's name in the catalogue

ON_SHELF: Final = (State.FREE, State.RESERVED, State.RETURNED, State.EXPIRED, State.OVERDUE)
"""What whoever counts finds in the store: not what is on its way, nor what is away for repair."""
LOST_FROM: Final = (State.FREE, State.RETURNED, State.EXPIRED, State.OVERDUE)
"""The states that a loss is taken out of, in this order. What is reserved is promised to somebody and stays."""


class Extent(StrEnum):
    """What of a store is counted."""

    ALL = "all"
    CATEGORY = "category"
    DUE = "due"


class TakeState(StrEnum):
    """How far a stock-take is."""

    COUNTING = "counting"
    BOOKED = "booked"
    DROPPED = "dropped"


class CountAct(StrEnum):
    """What somebody enters at a stock-take; NOTE and FINISH are about the whole of it."""

    COUNT = "count"
    REASON = "reason"
    NOTE = "note"
    FINISH = "finish"


class CountVerdict(StrEnum):
    """What an entry does."""

    HOLDS = "holds"
    CONFIRMS = "confirms"  # a second person counted the same
    BEHIND = "behind"  # a later count of the same person is known
    BESIDE = "beside"  # somebody else counted differently, and neither knew of the other
    KEPT = "kept"  # a reason, a note, the end


@dataclass(frozen=True)
class KnownCount:
    """The count that a lot has: by whom on which phone, when, what it differs by, in which version of the line."""

    counter: object
    device: str
    at: datetime
    difference: int
    version: int


@dataclass(frozen=True)
class WeighedCount:
    """What a new count does; `holds`: the list shows it from now on, `conflict`: two counts differ and somebody must decide."""

    verdict: CountVerdict
    holds: bool
    conflict: bool = False


def weigh_count(
    known: KnownCount | None, *, counter: object, device: str, at: datetime, difference: int, seen: int
) -> WeighedCount:
    """Which count a lot has after a new one. `seen`: the version of the line that the person saw on the phone.

    Differences are compared, not amounts: between two counts goods may have moved.

    >>> first = KnownCount("Li", "phone 1", datetime(2026, 11, 28, 8), -2000, 1)
    >>> told = {"counter": "Wang", "device": "phone 2", "at": datetime(2026, 11, 28, 9), "seen": 0}
    >>> weigh_count(first, difference=-2000, **told).verdict
    <CountVerdict.CONFIRMS: 'confirms'>
    >>> weigh_count(first, difference=0, **told)
    WeighedCount(verdict=<CountVerdict.BESIDE: 'beside'>, holds=False, conflict=True)
    """
    if known is None:
        return WeighedCount(CountVerdict.HOLDS, holds=True)
    if counter != known.counter and difference == known.difference:
        return WeighedCount(CountVerdict.CONFIRMS, holds=False)
    elsewhere = counter != known.counter or device != known.device
    if elsewhere and seen < known.version:
        same = difference == known.difference
        return WeighedCount(CountVerdict.BEHIND if same else CountVerdict.BESIDE, holds=False, conflict=not same)
    if at < known.at:
        return WeighedCount(CountVerdict.BEHIND, holds=False)
    return WeighedCount(CountVerdict.HOLDS, holds=True)


class Difference(StrEnum):
    """What a count makes of the book."""

    AGREES = "agrees"
    WITHIN = "within"
    OVER = "over"


def judge_difference(expected: int, counted: int, percent: float) -> Difference:
    """Whether a count agrees, differs within the limit, or over it. Of nothing every find is over it.

    >>> [judge_difference(100_000, one, 1.0).value for one in (100_000, 99_000, 98_999)]
    ['agrees', 'within', 'over']
    """
    if counted == expected:
        return Difference.AGREES
    return Difference.WITHIN if abs(counted - expected) * 100 <= percent * expected else Difference.OVER


def on_shelf(amounts: Mapping[State, int]) -> int:
    """How much of a lot lies in the store."""
    return sum(amounts[one] for one in ON_SHELF)


@dataclass(frozen=True)
class Losses:
    """What is taken out of which state; `short`: so much is reserved and can't be written off before that is freed."""

    parts: tuple[tuple[State, int], ...]
    short: int


def losses_of(amounts: Mapping[State, int], missing: int) -> Losses:
    """Out of which states a loss is taken.

    >>> amounts = {State.FREE: 3000, State.RETURNED: 0, State.EXPIRED: 2000, State.OVERDUE: 0}
    >>> losses_of(amounts, 4000)
    Losses(parts=((<State.FREE: 1>, 3000), (<State.EXPIRED: 6>, 1000)), short=0)
    """
    parts: list[tuple[State, int]] = []
    left = missing
    for state in LOST_FROM:
        taken = min(left, amounts[state])
        if taken:
            parts.append((state, taken))
            left -= taken
    return Losses(tuple(parts), left)
