"""Dynamic risk of units, firms and areas: what each is by itself, raised by what stands badly now.

A unit's risk is `100·(1 − (1 − s)^(1 + Σ wᵢ·xᵢ))`: s its static share, xᵢ the shares of what raises it, wᵢ their weights. For
small s that is `100·s·(1 + Σ wᵢ·xᵢ)`, the index of practice; it never passes 100, and what has no risk by itself has none.
A firm's risk is that of its gravest unit. An area's is its gravest firm's for one part, for the rest the mean of its gravest few.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Indexes = NDArray[np.int64]


@dataclass(frozen=True)
class Judged:
    """`value`: 0 to 100, float64[n]; `drops`: by how much it would fall without each of the raising shares, float64[n, m]."""

    value: Floats
    drops: Floats


def judge_units(static: Floats, raising: Floats, weights: Floats) -> Judged:
    """Units from their static shares [n], the raising shares [n, m] and the weights [m].

    ValueError for other shapes, shares beyond [0, 1], a static share of 1, and weights below 0.

    >>> judged = judge_units(np.array([0.3]), np.array([[1.0, 0.5]]), np.array([1.0, 0.4]))
    >>> judged.value.round(1).tolist(), judged.drops.round(1).tolist()
    ([54.4], [[19.6, 3.4]])
    """
    if static.ndim != 1 or weights.ndim != 1 or raising.shape != (len(static), len(weights)):
        raise ValueError("static is [n], weights [m], raising [n, m]")
    if not (
        _within(static) and _within(raising) and np.all(static < 1) and np.all(weights >= 0) and np.all(np.isfinite(weights))
    ):
        raise ValueError("shares lie from 0 to 1, static ones below 1, weights at 0 or above")
    added = raising * weights
    power = 1.0 + added.sum(axis=1)
    rest = np.log1p(-static)
    value = -100.0 * np.expm1(power * rest)
    without = -100.0 * np.expm1((power[:, None] - added) * rest[:, None])
    return Judged(value, np.maximum(value[:, None] - without, 0.0))


def judge_firms(units: Judged, firm: Indexes, count: int) -> Judged:
    """Firms from their units: `firm` [n] says whose each is, from 0 to `count` - 1. A firm without units has 0.

    A drop is what the firm's value falls by when that share is 0 in all of its units.
    """
    if firm.shape != units.value.shape or (len(firm) and not 0 <= firm.min() <= firm.max() < count):
        raise ValueError("firm is [n] of numbers from 0 to count - 1")
    value = np.zeros(count)
    np.maximum.at(value, firm, units.value)
    without = np.zeros((count, units.drops.shape[1]))
    np.maximum.at(without, firm, units.value[:, None] - units.drops)
    return Judged(value, np.maximum(value[:, None] - without, 0.0))


def judge_areas(value: Floats, area: Indexes, count: int, *, head: float, top: int) -> Floats:
    """Areas from their firms' values: `head` of the gravest, and the rest of the mean of the gravest `top`, missing ones as 0.

    >>> judge_areas(np.array([80.0, 40.0, 10.0]), np.array([0, 0, 1]), 2, head=0.5, top=2).tolist()
    [70.0, 7.5]
    """
    if area.shape != value.shape or not 0 <= head <= 1 or top < 1 or (len(area) and not 0 <= area.min() <= area.max() < count):
        raise ValueError("area is [n] of numbers from 0 to count - 1, head from 0 to 1, top at least 1")
    order = np.lexsort((-value, area))
    sorted_area, sorted_value = area[order], value[order]
    first = np.searchsorted(sorted_area, np.arange(count))
    rank = np.arange(len(value)) - first[sorted_area]
    among = rank < top
    few = np.bincount(sorted_area[among], weights=sorted_value[among], minlength=count) / top
    gravest = np.zeros(count)
    np.maximum.at(gravest, area, value)
    return head * gravest + (1.0 - head) * few


def shares_of(counts: Floats, full: Floats) -> Floats:
    """Counts [n, m] as shares: at `full` [m] and above 1."""
    if not np.all(full > 0) or not np.all(counts >= 0):
        raise ValueError("full is above 0, counts are 0 or above")
    return np.minimum(counts / full, 1.0)


def bands_of(value: Floats, limits: Floats) -> Indexes:
    """How many of the rising limits each value reaches: 0 blue, 1 yellow, 2 orange, 3 red for three of them."""
    return np.searchsorted(limits, value, side="right").astype(np.int64)


def _within(shares: Floats) -> bool:
    return bool(np.all((shares >= 0) & (shares <= 1)))
