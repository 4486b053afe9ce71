"""Blast of a cloud by the speed of its flame: flame speeds of Baker, Strehlow and Tang, blast by Dorofeev's correlation.

Speed of the flame by what burns, what stands in its way and where it may go: Pierorazio, Thomas, Baker & Ketchum, *An update to
the Baker-Strehlow-Tang vapor cloud explosion prediction methodology flame speed table*, Process Safety Progress 24 (2005) 59-65.

Overpressure and impulse by distance and speed: the closed correlations of the Kurchatov Institute (Dorofeev et al. 1996) as the
Russian method for fire risk at plants prescribes them (order 404 of EMERCOM, 2009, appendix 3; before, RD 03-409-01). They are
not the curves of Tang & Baker, which are printed as pictures only.

The correlations are those of a ball in free air. On the ground the same energy goes into half a ball, so it counts twice (the
same method). The energy is that of the fuel in the part of the cloud that is obstructed.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.consequences.limits import Limit, positive

Floats = NDArray[np.float64]
MODEL: Final = "flame_speed_explosion"
SOURCE: Final = "Dorofeev et al. (1996)"
ON_THE_GROUND: Final = 2.0
SOUND_M_S: Final = 340.0
DETONATION: Final = 5.2  # Mach that the table of speeds writes where the flame may turn into a detonation


class Reactivity(StrEnum):
    """Of the fuel, by its laminar burning velocity: below 45 cm/s, 45 to 75, above."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Congestion(StrEnum):
    """Share of the way that obstacles block: below 10 %, 10 to 40, above."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Confinement(StrEnum):
    """In how many directions the flame spreads: freely, below a roof that gives way or dense pipe racks, between two decks."""

    FREE = "3d"
    PARTLY = "2.5d"
    DECKS = "2d"


_IN_THE_ORDER: Final = tuple((reactivity, congestion) for reactivity in Reactivity for congestion in Congestion)
_SPEEDS: Final = {
    # fuel of low reactivity at low, medium, high congestion; of medium; of high
    Confinement.FREE: (0.026, 0.23, 0.34, 0.11, 0.44, 0.50, 0.36, DETONATION, DETONATION),
    Confinement.PARTLY: (0.053, 0.35, 0.50, 0.29, 0.55, 1.0, 0.47, DETONATION, DETONATION),
    Confinement.DECKS: (0.079, 0.47, 0.66, 0.47, 0.66, 1.6, 0.59, DETONATION, DETONATION),
}
# The method knows deflagrations from 26 m/s (class 6, 1 kg of fuel) to 500 m/s, and detonations: what is faster counts as one.
MACH: Final = Limit(MODEL, "Mach number of the flame", 26 / SOUND_M_S, DETONATION, "", SOURCE)
FASTEST_FLAME: Final = 500 / SOUND_M_S
EXPANSION: Final = Limit(MODEL, "expansion of the burnt gas", 4.0, 8.0, "", SOURCE)
NEAREST_FLAME, NEAREST_DETONATION, FARTHEST = 0.34, 0.2, 10.0  # lengths; the farthest is our own, nearer than the experiments'


def flame_mach(reactivity: Reactivity, congestion: Congestion, confinement: Confinement) -> float:
    """Speed of the flame in speeds of sound. OutsideRange where it is slower than what the blast is known for.

    >>> flame_mach(Reactivity.MEDIUM, Congestion.MEDIUM, Confinement.FREE)
    0.44
    """
    return MACH.check(_SPEEDS[confinement][_IN_THE_ORDER.index((reactivity, congestion))])


@dataclass(frozen=True)
class FlameBlast:
    """A cloud on the ground that burns with `energy_j` where it is obstructed, its flame at `mach` speeds of sound; `expansion`:
    volume of burnt over unburnt gas, 7 for gas and vapour, 4 for drops.
    """

    energy_j: float
    mach: float
    expansion: float = 7.0
    outside_pa: float = 101_325.0

    def __post_init__(self) -> None:
        MACH.check(self.mach)
        EXPANSION.check(self.expansion)
        positive(MODEL, "energy", self.energy_j, "J")

    @property
    def detonates(self) -> bool:
        """Whether the flame is faster than any deflagration that the correlation was made of."""
        return self.mach > FASTEST_FLAME

    @property
    def length_m(self) -> float:
        """(2E/p0)^(1/3), in which distances are counted."""
        return math.pow(ON_THE_GROUND * self.energy_j / self.outside_pa, 1 / 3)

    @property
    def limit(self) -> Limit:
        """Distances that the correlation holds for."""
        nearest = NEAREST_DETONATION if self.detonates else NEAREST_FLAME
        return Limit(MODEL, "distance", nearest * self.length_m, FARTHEST * self.length_m, "m", SOURCE)

    def pressure_pa(self, x_m: Floats) -> Floats:
        """Side-on overpressure at distances within the limit: no flame's is above that of a detonation."""
        lengths = self._lengths(x_m)
        detonation = np.exp(np.polynomial.polynomial.polyval(np.log(lengths), (-1.124, -1.66, 0.260)))
        if self.detonates:
            return detonation * self.outside_pa
        return np.minimum(self.mach * self._thrust * (0.83 / lengths - 0.14 / lengths**2), detonation) * self.outside_pa

    def impulse_pa_s(self, x_m: Floats) -> Floats:
        """Of the wave of pressure, in Pa s, at distances within the limit: no flame's is above that of a detonation."""
        lengths = self._lengths(x_m)
        unit = self.outside_pa * self.length_m / SOUND_M_S
        detonation = np.exp(np.polynomial.polynomial.polyval(np.log(lengths), (-3.4217, -0.898, -0.0096)))
        if self.detonates:
            return detonation * unit
        fall = 0.06 / lengths + 0.01 / lengths**2 - 0.0025 / lengths**3
        return np.minimum(self._thrust * (1 - 0.4 * self._thrust) * fall, detonation) * unit

    @property
    def _thrust(self) -> float:
        return self.mach * (self.expansion - 1) / self.expansion

    def _lengths(self, x_m: Floats) -> Floats:
        limit = self.limit
        return np.clip(np.asarray(x_m, np.float64), limit.low, limit.high) / self.length_m
