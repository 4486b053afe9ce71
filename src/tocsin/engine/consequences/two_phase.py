"""A saturated liquid that boils on its way out: how much leaves, how much flashes.

Rates by Leung's omega method (*AIChE J.* 32 (1986) 1743; 33 (1987) 524), which for a liquid at its boiling point meets Fauske's
equilibrium rate (Crowl & Louvar, eq. 4-104): G = dH/v sqrt(1 / (T c)). A pipe of less than 0.1 m leaves no time for boiling
(Fauske): up to that length the rate goes over from that of the liquid.
"""

import math
from dataclasses import dataclass

from tocsin.engine.consequences.limits import Limit, OutsideRange, positive
from tocsin.engine.consequences.release import DISCHARGE, hole_area_m2, liquid_hole
from tocsin.engine.consequences.substance import Substance
from tocsin.engine.consequences.weather import GAS_CONSTANT

EQUILIBRIUM_M = 0.1
REDUCED = Limit("two_phase_hole", "temperature over the critical one", 0.4, 0.9, "", "Leung (1986)")
HALVINGS = 100


def flash_share(substance: Substance, temperature_k: float, outside_pa: float) -> float:
    """Share of mass that turns to vapour where the pressure falls: 1 - exp(-c (T - Tb) / dH), Crowl & Louvar eq. 4-88."""
    boiling = substance.boiling_at(outside_pa)
    if temperature_k <= boiling:
        return 0.0
    heat = substance.figure("heat_liquid_j_kg_k") * (temperature_k - boiling)
    return -math.expm1(-heat / substance.latent_heat_j_kg(0.5 * (temperature_k + boiling)))


def fauske(*, latent_j_kg: float, expansion_m3_kg: float, temperature_k: float, heat_j_kg_k: float, area_m2: float) -> float:
    """Rate in kg/s of a saturated liquid in equilibrium, eq. 4-104; `expansion_m3_kg` is the vapour's volume less the liquid's.

    >>> round(fauske(latent_j_kg=3.34e5, expansion_m3_kg=0.042, temperature_k=298, heat_j_kg_k=2180, area_m2=7.85e-5), 3)
    0.775
    """
    positive("two_phase_hole", "expansion", expansion_m3_kg, "m3/kg")
    return area_m2 * latent_j_kg / expansion_m3_kg / math.sqrt(temperature_k * heat_j_kg_k)


def critical_ratio(omega: float) -> float:
    """Pressure in the throat over that in the vessel: n2 + (w2 - 2 w)(1 - n)2 + 2 w2 ln n + 2 w2 (1 - n) = 0.

    >>> round(critical_ratio(1.0), 3)
    0.607
    """
    positive("two_phase_hole", "omega", omega, "")

    def balance(ratio: float) -> float:
        return ratio**2 + (omega**2 - 2 * omega) * (1 - ratio) ** 2 + 2 * omega**2 * math.log(ratio) + 2 * omega**2 * (1 - ratio)

    low, high = 1e-9, 1.0
    for _turn in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if balance(middle) < 0 else (low, middle)
    return 0.5 * (low + high)


@dataclass(frozen=True)
class TwoPhase:
    """What leaves: rate in kg/s, the share of it that is vapour once outside, omega, the pressure in the throat."""

    rate_kg_s: float
    flash_share: float
    omega: float
    throat_pa: float


def two_phase_hole(
    substance: Substance, *, temperature_k: float, outside_pa: float, diameter_m: float, length_m: float, discharge: float
) -> TwoPhase:
    """A saturated liquid at `temperature_k` through a hole or a short pipe of `length_m` (none: it leaves as liquid)."""
    REDUCED.check(temperature_k / substance.figure("critical_k"))
    DISCHARGE.check(discharge)
    pressure = substance.vapour_pressure_pa(temperature_k)
    if pressure <= outside_pa:
        raise OutsideRange(
            "two_phase_hole: the liquid's vapour has %(value)s Pa, %(by)s Pa below the air; it does not boil on its way.",
            value=f"{pressure:.6g}",
            by=f"{outside_pa - pressure:.6g}",
        )
    liquid, latent = substance.liquid_density_kg_m3(temperature_k), substance.latent_heat_j_kg(temperature_k)
    heat = substance.figure("heat_liquid_j_kg_k")
    expansion = GAS_CONSTANT * temperature_k / (substance.molar_mass_kg_mol * pressure) - 1 / liquid
    omega = heat * temperature_k * pressure * liquid * (expansion / latent) ** 2
    throat = max(critical_ratio(omega), outside_pa / pressure)
    flux = mass_flux(omega, throat) * math.sqrt(pressure * liquid)
    boiled = discharge * hole_area_m2(diameter_m) * flux
    unboiled = liquid_hole(
        pressure_pa=pressure,
        outside_pa=outside_pa,
        head_m=0.0,
        density_kg_m3=liquid,
        diameter_m=diameter_m,
        discharge=0.61,
    )
    share = min(max(length_m, 0.0) / EQUILIBRIUM_M, 1.0)
    rate = 1 / math.sqrt(share / boiled**2 + (1 - share) / unboiled**2)
    return TwoPhase(rate, flash_share(substance, temperature_k, outside_pa), omega, throat * pressure)


def mass_flux(omega: float, ratio: float) -> float:
    """Mass flux over sqrt(p0 rho0) at a ratio of pressures (throat over vessel)."""
    driving = -2 * (omega * math.log(ratio) + (omega - 1) * (1 - ratio))
    return math.sqrt(max(driving, 0.0)) / (omega * (1 / ratio - 1) + 1)
