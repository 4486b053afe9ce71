"""Blast: TNT equivalence, and the multi-energy method for clouds of gas.

TNT: Crowl & Louvar, eq. 6-24 (mass), 4,686 kJ/kg; overpressure after Kingery & Bulmash (ARBRL-TR-02555, 1984) in the form that
Swisdak, *Simplified Kingery Airblast Calculations* (NSWC, 1994) gives for a half sphere on the ground, or by Crowl & Louvar,
eq. 6-23.

Multi-energy: van den Berg, *J. Hazardous Materials* 12 (1985) 1; curves as power laws (Assael & Kakosimos, *Fires, Explosions
and Toxic Gas Dispersions*, 2010): a plateau, then a R^b of the distance R in lengths (E/p0)^(1/3). Strengths 2 and 3 lie
between 1 and 4 as their plateaus do. From 2.5 lengths on strengths 7 to 10 run together; nearer, 8 to 10 are refused, as their
curves were not at hand.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.consequences.limits import Limit, OutsideRange, positive

Floats = NDArray[np.float64]
TNT_J_KG = 4.686e6
SCALED = Limit("tnt_explosion", "distance over the cube root of the mass", 0.2, 198.5, "m/kg^(1/3)", "Swisdak (1994)")
EFFICIENCY = Limit("tnt_explosion", "efficiency", 0.001, 1.0, "of 1", "CCPS: 0.01 to 0.1 for clouds of gas")
LENGTHS = Limit("multi_energy_explosion", "distance over (E/p0)^(1/3)", 0.23, 70.0, "")
STOICHIOMETRIC_J_M3 = 3.5e6  # of most fuels mixed with air, TNO Yellow Book 5.3
_KINGERY = (
    # up to this scaled distance: coefficients of ln(kPa) over powers of ln(Z)
    (2.9, (7.2106, -2.1069, -0.3229, 0.1117, 0.0685)),
    (23.8, (7.5938, -3.0523, 0.40977, 0.0261, -0.01267)),
    (math.inf, (6.0536, -1.4066, 0.0, 0.0, 0.0)),
)
# plateau of p/p0, and a R^b beyond it
_ENERGY = {
    1: (0.01, 0.0064, -0.97),
    2: (0.02, 0.0128, -0.98),
    3: (0.05, 0.0321, -0.98),
    4: (0.10, 0.0644, -0.99),
    5: (0.20, 0.117, -0.99),
    6: (0.50, 0.301, -1.11),
    7: (1.00, 0.406, -1.20),
}
TOGETHER_FROM = 2.5
WEAKER = 6


def tnt_mass_kg(mass_kg: float, combustion_j_kg: float, efficiency: float) -> float:
    """That makes the same blast.

    >>> round(tnt_mass_kg(1000, 818.7e3 / 0.016, 0.02))
    218
    """
    EFFICIENCY.check(efficiency)
    return efficiency * positive("tnt_explosion", "mass", mass_kg, "kg") * combustion_j_kg / TNT_J_KG


@dataclass(frozen=True)
class TntBlast:
    """A charge of `mass_kg` of TNT on the ground."""

    mass_kg: float

    @property
    def limit(self) -> Limit:
        """Distances that the curve holds for."""
        root = math.pow(positive("tnt_explosion", "mass", self.mass_kg, "kg"), 1 / 3)
        return Limit("tnt_explosion", "distance", SCALED.low * root, SCALED.high * root, "m", SCALED.source)

    def pressure_pa(self, x_m: Floats) -> Floats:
        """Side-on overpressure at distances within the limit (nearer and farther as at its ends)."""
        scaled = np.clip(np.asarray(x_m, np.float64) / math.pow(self.mass_kg, 1 / 3), SCALED.low, SCALED.high)
        log = np.log(scaled)
        kilopascals = np.zeros_like(scaled)
        for upper, coefficients in reversed(_KINGERY):
            kilopascals = np.where(scaled <= upper, np.exp(np.polynomial.polynomial.polyval(log, coefficients)), kilopascals)
        return kilopascals * 1000


def crowl_pressure_pa(scaled: float, outside_pa: float = 101_325.0) -> float:
    """Overpressure of TNT on the ground by Crowl & Louvar eq. 6-23, by scaled distance in m/kg^(1/3): to compare with."""
    above = 1616 * (1 + (scaled / 4.5) ** 2)
    below = math.sqrt((1 + (scaled / 0.048) ** 2) * (1 + (scaled / 0.32) ** 2) * (1 + (scaled / 1.35) ** 2))
    return outside_pa * above / below


@dataclass(frozen=True)
class EnergyBlast:
    """A cloud that burns with `energy_j` where it is hemmed in, at one of the strengths 1 to 10."""

    energy_j: float
    strength: int
    outside_pa: float = 101_325.0

    def __post_init__(self) -> None:
        Limit("multi_energy_explosion", "strength", 1, 10, "").check(self.strength)
        positive("multi_energy_explosion", "energy", self.energy_j, "J")

    @property
    def length_m(self) -> float:
        """(E/p0)^(1/3), in which distances are counted."""
        return math.pow(self.energy_j / self.outside_pa, 1 / 3)

    @property
    def limit(self) -> Limit:
        """Distances that the curve of this strength holds for."""
        least = TOGETHER_FROM if self.strength > max(_ENERGY) else LENGTHS.low
        return Limit("multi_energy_explosion", "distance", least * self.length_m, LENGTHS.high * self.length_m, "m")

    def pressure_pa(self, x_m: Floats) -> Floats:
        """Side-on overpressure at distances within the limit."""
        plateau, a, b = _ENERGY[min(self.strength, max(_ENERGY))]
        lengths = np.clip(np.asarray(x_m, np.float64) / self.length_m, LENGTHS.low, LENGTHS.high)
        falling = a * lengths**b
        if self.strength > WEAKER:  # far away its curve comes back to that of strength 6, not below it
            falling = np.maximum(falling, _ENERGY[WEAKER][1] * lengths ** _ENERGY[WEAKER][2])
        return np.minimum(plateau, falling) * self.outside_pa


def energy_of(
    *,
    volume_m3: float | None,
    mass_kg: float | None,
    combustion_j_kg: float | None,
    model: str = "multi_energy_explosion",
) -> float:
    """Of the part of a cloud that is hemmed in: of its volume as a stoichiometric mixture, or of the fuel in it."""
    if (volume_m3 is None) == (mass_kg is None):
        raise OutsideRange("%(model)s: one of volume_m3 and mass_kg is needed.", model=model)
    if volume_m3 is not None:
        return STOICHIOMETRIC_J_M3 * positive(model, "volume", volume_m3, "m3")
    if mass_kg is None or combustion_j_kg is None:
        raise OutsideRange("%(model)s: the heat of combustion is needed.", model=model)
    return positive(model, "mass", mass_kg, "kg") * combustion_j_kg
