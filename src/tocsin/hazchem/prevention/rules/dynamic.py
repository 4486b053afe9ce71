"""What raises the risk of a unit beyond what it is by itself, and how one line of it is told."""

from enum import StrEnum
from typing import Annotated

import msgspec


class RiskFactor(StrEnum):
    """What stands badly now, in the order of the columns that are judged."""

    ALARMS = "alarms"  # not acknowledged, at the unit's points
    PERMITS = "permits"  # special operations that go on
    BYPASSES = "bypasses"  # interlocks bypassed or failed
    FAILED = "failed"  # measures whose hidden danger is not closed
    OVERDUE = "overdue"  # checks whose day is over
    COMMITMENT = "commitment"  # today's is missing
    HEAT = "heat"  # the air is hot


type Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
type Positive = Annotated[float, msgspec.Meta(gt=0)]


class FactorRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A factor's weight, and the count at which it is whole."""

    weight: Annotated[float, msgspec.Meta(ge=0, le=10)]
    full: Positive


class RiskLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One factor of a risk: how much of it there is, the share it comes to, and what the value would fall by without it."""

    factor: RiskFactor
    count: float
    share: float
    drop: float


COLOURS = ("blue", "yellow", "orange", "red")
"""Colours by how many limits a value reaches."""
GRAVE = ("orange", "red")
"""Of these firm and supervisor are told."""


def lines_of(counts: "list[float]", shares: "list[float]", drops: "list[float]") -> list[RiskLine]:
    """The lines of a risk, of its factors that are there, the greatest drop first.

    >>> [one.factor.value for one in lines_of([1, 0, 2, 0, 0, 0, 0], [0.3, 0, 1, 0, 0, 0, 0], [5.0, 0, 9.0, 0, 0, 0, 0])]
    ['bypasses', 'alarms']
    """
    rows = zip(RiskFactor, counts, shares, drops, strict=True)
    found = [RiskLine(one, round(count, 2), round(share, 4), round(drop, 2)) for one, count, share, drop in rows if count > 0]
    return sorted(found, key=lambda one: (-one.drop, one.factor))
