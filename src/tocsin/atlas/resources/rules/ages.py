"""How old the rows of a resource may be."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Freshness(StrEnum):
    """How a resource stands against its update cycle."""

    FRESH = "fresh"
    LATE = "late"
    DEAD = "dead"
    NO_CYCLE = "no_cycle"
    """It changes whenever something changes: nothing is ever late."""
    EMPTY = "empty"
    """Nothing was ever delivered."""


@dataclass(frozen=True)
class Patience:
    """`grace`: share of a cycle beyond it before a delivery is late; `dead_cycles`: cycles after which the resource is dead."""

    grace: float
    dead_cycles: float


def due_at(delivered_at: datetime, cycle_h: float, patience: Patience) -> datetime:
    """Until when the next delivery has to be there."""
    return delivered_at + timedelta(hours=cycle_h * (1 + patience.grace))


def freshness_of(delivered_at: datetime | None, cycle_h: float | None, patience: Patience, now: datetime) -> Freshness:
    """The verdict.

    >>> from datetime import UTC
    >>> begin = datetime(2026, 1, 1, tzinfo=UTC)
    >>> patience = Patience(grace=0.25, dead_cycles=3)
    >>> [freshness_of(begin, 24, patience, begin + timedelta(hours=h)).value for h in (29, 31, 73)]
    ['fresh', 'late', 'dead']
    """
    if delivered_at is None:
        return Freshness.EMPTY
    if cycle_h is None:
        return Freshness.NO_CYCLE
    if now > delivered_at + timedelta(hours=cycle_h * patience.dead_cycles):
        return Freshness.DEAD
    return Freshness.LATE if now > due_at(delivered_at, cycle_h, patience) else Freshness.FRESH
