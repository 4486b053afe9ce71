"""A row of random choices: the same seed and stream give the same choices on every machine."""

import math
from collections.abc import Mapping, Sequence

from tocsin.simulation import noise


class Draws:
    """Choices one after the other; a stream of its own for each subject keeps subjects independent.

    >>> Draws(7, 1).between(2.0, 3.0) == Draws(7, 1).between(2.0, 3.0)
    True
    """

    def __init__(self, seed: int, stream: int) -> None:
        self.seed, self.stream = seed, stream
        self._count = 0

    def unit(self) -> float:
        """Evenly between 0 and 1."""
        self._count += 1
        return float(noise.uniform(self.seed, 88, self.stream, self._count)[0])

    def between(self, low: float, high: float) -> float:
        """Evenly between two values."""
        return low + (high - low) * self.unit()

    def spread(self, low: float, high: float) -> float:
        """Evenly in the logarithm between two positive values: as often between 1 and 10 as between 10 and 100."""
        return math.exp(self.between(math.log(low), math.log(high)))

    def normal(self) -> float:
        """Mean 0, deviation 1."""
        self._count += 1
        return float(noise.normal(self.seed, 88, self.stream, self._count)[0])

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.unit() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + min(high - low, int((high - low + 1) * self.unit()))

    def pick[Item](self, items: Sequence[Item]) -> Item:
        """One of several, all alike."""
        return items[self.whole(0, len(items) - 1)]

    def weighted[Item](self, weights: Mapping[Item, float]) -> Item:
        """One of several by its weight."""
        left = self.unit() * sum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0.0:
                return item
        return next(reversed(list(weights)))

    def shuffled[Item](self, items: Sequence[Item]) -> list[Item]:
        """All of them in a random order."""
        left = list(items)
        return [left.pop(self.whole(0, len(left) - 1)) for _ in range(len(left))]
