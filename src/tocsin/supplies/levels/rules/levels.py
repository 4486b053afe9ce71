"""What a region should have of an item, and how what it has stands to that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil, sqrt
from statistics import fmean, pstdev
from typing import Final

UNIT: Final = 1000  # thousandths of one


class Standing(StrEnum):
    """How stock stands to its levels."""

    BELOW_MINIMUM = "below_minimum"
    REORDER = "reorder"
    BELOW_TARGET = "below_target"
    ENOUGH = "enough"


@dataclass(frozen=True)
class Levels:
    """Thousandths of the item's unit."""

    minimum: int
    reorder: int
    target: int
    safety: int


def target_of(people: int, share: float, days: int, each: float, each_day: float) -> int:
    """Thousandths of a unit that so many people at risk need.

    >>> target_of(10_000, 0.1, 3, 0.0, 0.25)
    750000
    """
    return ceil(round(people * share * (each + each_day * days) * 1000, 6))


def minimum_of(target: int, share: float) -> int:
    """What shall lie there at any time.

    >>> minimum_of(100_001, 0.5)
    50001
    """
    return ceil(target * share)


def safety_stock(z: float, lead_days: float, lead_sigma: float, demand: float, demand_sigma: float) -> float:
    """SS = z·sqrt(L·σ_d² + d²·σ_L²): what covers demand and delivery that vary.

    >>> round(safety_stock(1.65, 9, 2, 10, 4), 1)
    38.5
    """
    return z * sqrt(lead_days * demand_sigma**2 + demand**2 * lead_sigma**2)


def levels_of(
    target: int, issued: Sequence[float], *, minimum_share: float, lead_days: float, lead_sigma: float, z: float
) -> Levels:
    """Minimum, reorder point and target. `issued`: thousandths given out on each day of the past. What lies above the minimum
    until a delivery comes is whole units.

    >>> levels_of(100_000, [0.0, 0.0], minimum_share=0.5, lead_days=7, lead_sigma=2, z=1.65)
    Levels(minimum=50000, reorder=50000, target=100000, safety=0)
    >>> levels_of(100_000, [0.0, 100.0], minimum_share=0.5, lead_days=7, lead_sigma=2, z=1.65).reorder
    51000
    """
    demand, sigma = (fmean(issued), pstdev(issued)) if issued else (0.0, 0.0)
    safety = ceil(safety_stock(z, lead_days, lead_sigma, demand, sigma))
    minimum = minimum_of(target, minimum_share)
    above = ceil((demand * lead_days + safety) / UNIT) * UNIT
    return Levels(minimum, minimum + above, target, safety)


def standing_of(available: int, coming: int, levels: Levels) -> Standing:
    """How what is there stands: the minimum has to lie there, what comes counts for the rest.

    >>> standing_of(49_000, 60_000, Levels(50_000, 55_000, 100_000, 0))
    <Standing.BELOW_MINIMUM: 'below_minimum'>
    """
    if available < levels.minimum:
        return Standing.BELOW_MINIMUM
    if available + coming < levels.reorder:
        return Standing.REORDER
    return Standing.BELOW_TARGET if available + coming < levels.target else Standing.ENOUGH


def is_to_rotate(begun_on: date, expires_on: date, day: date, life_share: float) -> bool:
    """Whether less than that share of its life is left; what is past its last day is no longer exchanged.

    >>> is_to_rotate(date(2026, 1, 1), date(2027, 1, 1), date(2026, 10, 1), 0.33)
    True
    """
    life = (expires_on - begun_on).days
    return 0 <= (expires_on - day).days < life * life_share
