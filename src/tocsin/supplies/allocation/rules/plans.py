"""How a plan stands, and by what it is worked out."""

from enum import StrEnum
from typing import Final, TypedDict

from tocsin.engine.allocation.model import Goal


class PlanKind(StrEnum):
    """HAND: nearest first, there at once. SOONEST: the last part is there as early as can be. SPARING: minimums first."""

    HAND = "hand"
    SOONEST = "soonest"
    SPARING = "sparing"


class PlanState(StrEnum):
    """ASKED: the worker has not come to it. READY: may be accepted. DROPPED: another one was taken, or asked for anew."""

    ASKED = "asked"
    READY = "ready"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


class Shortfall(TypedDict):
    """Where a plan leaves less than shall stay, in units: a region by its level, or a store (its id) by the policy's share.

    `had`: what is there before; less than `minimum` already where stock was short before the plan.
    """

    region: str
    store: str
    item: str
    minimum: float
    left: float
    had: float


class Because(StrEnum):
    """Why something is missing: there is no more of it, no store that has it can come, or minimums and whole pieces forbid."""

    STOCK = "stock"
    WAY = "way"
    LIMITS = "limits"


GOALS: Final[dict[PlanKind, tuple[Goal, ...]]] = {
    PlanKind.HAND: ("arrival", "cost", "reserve"),
    PlanKind.SOONEST: ("arrival", "cost", "reserve"),
    PlanKind.SPARING: ("reserve", "arrival", "cost"),
}
"""Goals in the order of their weight; that as much as can be served is served stands before all of them."""
