"""How far something reaches: the farthest distance at which a falling curve is still at or above a threshold."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.consequences.limits import Limit

Floats = NDArray[np.float64]
STEPS = 400
ROUNDS, PARTS = 4, 64  # an array is looked at as quickly as one distance


class Verdict(StrEnum):
    """What a distance says: it is the answer; it is an upper or lower bound where the model's range ends; or nothing reaches."""

    AT = "at"
    NEARER = "nearer"
    BEYOND = "beyond"
    NOWHERE = "nowhere"


@dataclass(frozen=True)
class Reach:
    """A distance in m and what it says: `nearer` than the least, `beyond` the most that the model holds for."""

    verdict: Verdict
    distance_m: float


def farthest(curve: Callable[[Floats], Floats], threshold: float, limit: Limit, *, from_m: float = 0.01) -> Reach:
    """The farthest distance within `limit` at which `curve` (of distances in m) is at least `threshold`.

    Where the curve is below it all the way, but above it nearer than the limit's least (from `from_m` on), the answer is `nearer`
    than that least. Looks at 400 distances in equal ratios, then four times at 64 between the last two.

    >>> farthest(lambda x: 1e6 / x**2, 1.0, Limit("m", "distance", 100, 10_000, "m"))
    Reach(verdict=<Verdict.AT: 'at'>, distance_m=1000.0)
    """
    distances = np.geomspace(limit.low, limit.high, STEPS)
    reached = np.flatnonzero(curve(distances) >= threshold)
    if not len(reached):
        near = np.geomspace(from_m, limit.low, STEPS) if from_m < limit.low else distances[:1]
        return Reach(Verdict.NEARER, limit.low) if (curve(near) >= threshold).any() else Reach(Verdict.NOWHERE, 0.0)
    last = int(reached[-1])
    if last == STEPS - 1:
        return Reach(Verdict.BEYOND, limit.high)
    low, high = float(distances[last]), float(distances[last + 1])
    for _turn in range(ROUNDS):
        finer = np.linspace(low, high, PARTS + 1)
        still = np.flatnonzero(curve(finer[:-1]) >= threshold)
        at = int(still[-1]) if len(still) else 0  # the first was reached before, but for its last bit
        low, high = float(finer[at]), float(finer[at + 1])
    return Reach(Verdict.AT, round(low, 6))
