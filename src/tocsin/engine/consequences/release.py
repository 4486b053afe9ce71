"""How much comes out of a hole: liquid, gas, and a liquid that boils on its way (two-phase).

Crowl & Louvar, *Chemical Process Safety* (3rd ed.), chapter 4; DIERS/Leung's omega method for two phases.
"""

import math
from dataclasses import dataclass

from tocsin.engine.consequences.limits import Limit, OutsideRange, positive
from tocsin.engine.consequences.weather import GAS_CONSTANT, GRAVITY

HOLE = Limit("release", "hole", 0.0005, 2.0, "m")
DISCHARGE = Limit("release", "discharge coefficient", 0.1, 1.0, "")
GAMMA = Limit("gas_hole", "ratio of heat capacities", 1.0001, 1.7, "")


def hole_area_m2(diameter_m: float) -> float:
    """Of a round hole."""
    return math.pi / 4 * HOLE.check(diameter_m) ** 2


@dataclass(frozen=True)
class GasRelease:
    """What comes out, and how: `choked` at the speed of sound, at `exit_pressure_pa` and `exit_temperature_k`."""

    rate_kg_s: float
    choked: bool
    exit_pressure_pa: float
    exit_temperature_k: float


def liquid_hole(
    *, pressure_pa: float, outside_pa: float, head_m: float, density_kg_m3: float, diameter_m: float, discharge: float = 0.61
) -> float:
    """Rate in kg/s: rho A C sqrt(2 (dp/rho + g h)), eq. 4-12; `pressure_pa` is that over the liquid, both absolute.

    >>> round(liquid_hole(pressure_pa=101325, outside_pa=101325, head_m=2, density_kg_m3=1000, diameter_m=0.01), 4)
    0.3001
    """
    positive("liquid_hole", "density", density_kg_m3, "kg/m3")
    DISCHARGE.check(discharge)
    driving = (pressure_pa - outside_pa) / density_kg_m3 + GRAVITY * head_m
    if driving <= 0:
        raise OutsideRange(
            "liquid_hole: the liquid's head and pressure are %(by)s Pa below the pressure outside; nothing flows out.",
            by=f"{-driving * density_kg_m3:.6g}",
        )
    return density_kg_m3 * hole_area_m2(diameter_m) * discharge * math.sqrt(2 * driving)


def critical_ratio(gamma: float) -> float:
    """Pressure in the throat over that in the vessel where the gas just flows at the speed of sound, eq. 4-49.

    >>> round(critical_ratio(1.4), 3)
    0.528
    """
    return math.pow(2 / (GAMMA.check(gamma) + 1), gamma / (gamma - 1))


def gas_hole(
    *,
    pressure_pa: float,
    outside_pa: float,
    temperature_k: float,
    molar_mass_kg_mol: float,
    gamma: float,
    diameter_m: float,
    discharge: float = 1.0,
) -> GasRelease:
    """A gas (ideal, isentropic) through a hole: eq. 4-48 below and 4-50 at the speed of sound; pressures are absolute."""
    positive("gas_hole", "molar mass", molar_mass_kg_mol, "kg/mol")
    positive("gas_hole", "temperature", temperature_k, "K")
    positive("gas_hole", "pressure outside", outside_pa, "Pa")
    DISCHARGE.check(discharge)
    if pressure_pa <= outside_pa:
        raise OutsideRange(
            "gas_hole: pressure is %(value)s Pa, %(by)s Pa below that outside; nothing flows out.",
            value=f"{pressure_pa:.6g}",
            by=f"{outside_pa - pressure_pa:.6g}",
        )
    ratio = max(outside_pa / pressure_pa, critical_ratio(gamma))
    choked = outside_pa / pressure_pa <= critical_ratio(gamma)
    head = 2 * gamma / (gamma - 1) * (ratio ** (2 / gamma) - ratio ** ((gamma + 1) / gamma))
    density_term = molar_mass_kg_mol / (GAS_CONSTANT * temperature_k)
    rate = discharge * hole_area_m2(diameter_m) * pressure_pa * math.sqrt(density_term * head)
    return GasRelease(rate, choked, ratio * pressure_pa, temperature_k * ratio ** ((gamma - 1) / gamma))
