"""Rows of random numbers beside the single choices of `Draws`: noise, and walks that come back to their mean."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from tocsin.simulation import noise
from tocsin.simulation.draws import Draws

Floats = NDArray[np.float64]
MANY = 30.0


class Dice(Draws):
    """Choices and rows of noise of one subject; the same seed and stream give the same on every machine."""

    def __init__(self, seed: int, stream: int) -> None:
        super().__init__(seed, stream)
        self._rows = 0

    def units(self, count: int) -> Floats:
        """Evenly between 0 and 1, float64[count]."""
        self._rows += 1
        return noise.uniform(self.seed, 89, self.stream, self._rows, np.arange(count))

    def normals(self, count: int) -> Floats:
        """Mean 0, deviation 1, float64[count]."""
        self._rows += 1
        return noise.normal(self.seed, 89, self.stream, self._rows, np.arange(count))

    def walk(self, count: int, memory: float) -> Floats:
        """Mean 0, deviation 1, float64[count]; what is seen after `memory` steps resembles now by a share of 1/e."""
        keep = float(np.exp(-1.0 / memory))
        steps = self.normals(count) * np.sqrt(1.0 - keep * keep)
        steps[:1] /= np.sqrt(1.0 - keep * keep)
        walked: Floats = lfilter([1.0], [1.0, -keep], steps)
        return walked

    def count(self, mean: float) -> int:
        """One whole number around the mean, spread as Poisson's."""
        if mean > MANY:
            return max(round(mean + math.sqrt(mean) * self.normal()), 0)
        unit, number = self.unit(), 0
        weight = below = math.exp(-mean)
        while unit > below and weight > 0.0:
            number += 1
            weight *= mean / number
            below += weight
        return number

    def counts(self, mean: Floats) -> NDArray[np.int64]:
        """Whole numbers around the means, spread as Poisson's; by the normal approximation above `MANY`."""
        unit = self.units(len(mean))
        rough = np.rint(mean + np.sqrt(mean) * self.normals(len(mean)))
        exact = np.zeros(len(mean), dtype=np.int64)
        weight = np.exp(-np.minimum(mean, MANY))
        below = weight.copy()
        for number in range(1, 80):
            exact += unit > below
            weight = weight * np.minimum(mean, MANY) / number
            below = below + weight
        return np.where(mean > MANY, np.maximum(rough, 0.0), exact).astype(np.int64)
