"""Random numbers of the judging world: the same for the same key, whatever was drawn elsewhere."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from tocsin.base.geometry import Floats


class Draws:
    """A stream of random numbers named by whole numbers, such as a seed and the number of a part.

    >>> Draws(7, 1).unit() == Draws(7, 1).unit(), Draws(7, 1).unit() == Draws(7, 2).unit()
    (True, False)
    """

    def __init__(self, *key: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))

    def unit(self) -> float:
        """A number from 0 to below 1."""
        return float(self._generator.random())

    def units(self, count: int) -> Floats:
        """As many such numbers."""
        return self._generator.random(count)

    def normal(self, count: int) -> Floats:
        """Standard normal numbers by the transform of Box and Muller, which no version of NumPy changes."""
        radius = np.sqrt(-2.0 * np.log1p(-self._generator.random(count)))
        return np.asarray(radius * np.cos(2 * math.pi * self._generator.random(count)))

    def between(self, low: float, high: float) -> float:
        """Even between two bounds."""
        return low + (high - low) * self.unit()

    def spread(self, low: float, high: float) -> float:
        """Even in the logarithm between two bounds above zero."""
        return math.exp(self.between(math.log(low), math.log(high)))

    def whole(self, low: int, high: int) -> int:
        """A whole number, both bounds included."""
        return low + int(self.unit() * (high - low + 1))

    def chance(self, share: float) -> bool:
        """True in this share of draws."""
        return self.unit() < share

    def pick[Item](self, items: Sequence[Item]) -> Item:
        """One of several, all alike."""
        return items[int(self.unit() * len(items))]

    def weighted[Item](self, shares: Mapping[Item, float]) -> Item:
        """One of several by their shares, which need not sum to one."""
        left = self.unit() * sum(shares.values())
        for item, share in shares.items():
            left -= share
            if left < 0:
                return item
        return next(reversed(list(shares)))

    def order[Item](self, items: Sequence[Item]) -> list[Item]:
        """All of them in a drawn order."""
        return [items[i] for i in np.argsort(self._generator.random(len(items)), kind="stable").tolist()]
