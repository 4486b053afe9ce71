"""How much comes out of the end of a pipe: friction slows it, and a gas chokes at the end instead of at the hole.

Crowl & Louvar, *Chemical Process Safety* (3rd ed.), sections 4.4 and 4.6: friction factors by Fanning, fully turbulent, eq. 4-31;
adiabatic gas eq. 4-63 to 4-66, with an isentropic inlet from the vessel (Levenspiel, 1977).
"""

import math
from collections.abc import Callable

from tocsin.engine.consequences.limits import Limit, OutsideRange, positive
from tocsin.engine.consequences.release import GAMMA, GasRelease, hole_area_m2
from tocsin.engine.consequences.weather import GAS_CONSTANT, GRAVITY

LENGTH = Limit("pipe", "length", 0.0, 100_000.0, "m")
ROUGHNESS = Limit("pipe", "roughness over diameter", 0.0, 0.05, "")
HALVINGS = 200
SMALLEST_MACH = 1e-6


def fanning(diameter_m: float, roughness_m: float) -> float:
    """Friction factor of fully turbulent flow: 1/sqrt(f) = 4 log10(3.7 d/roughness).

    >>> round(fanning(0.1, 4.6e-5), 5)
    0.0041
    """
    ROUGHNESS.check(positive("pipe", "roughness", roughness_m, "m") / positive("pipe", "diameter", diameter_m, "m"))
    return (4 * math.log10(3.7 * diameter_m / roughness_m)) ** -2


def liquid_pipe(
    *,
    pressure_pa: float,
    outside_pa: float,
    drop_m: float,
    density_kg_m3: float,
    diameter_m: float,
    length_m: float,
    roughness_m: float = 4.6e-5,
    losses: float = 0.5,
) -> float:
    """Rate in kg/s: u = sqrt(2 (dp/rho + g drop) / (1 + losses + 4 f L/d)); `losses` are those of inlet and fittings."""
    driving = (pressure_pa - outside_pa) / positive("liquid_pipe", "density", density_kg_m3, "kg/m3") + GRAVITY * drop_m
    if driving <= 0:
        raise OutsideRange(
            "liquid_pipe: pressure and drop drive nothing out; %(by)s Pa are missing.", by=f"{-driving * density_kg_m3:.6g}"
        )
    resistance = 1 + losses + 4 * fanning(diameter_m, roughness_m) * LENGTH.check(length_m) / diameter_m
    return density_kg_m3 * hole_area_m2(diameter_m) * math.sqrt(2 * driving / resistance)


def gas_pipe(
    *,
    pressure_pa: float,
    outside_pa: float,
    temperature_k: float,
    molar_mass_kg_mol: float,
    gamma: float,
    diameter_m: float,
    length_m: float,
    roughness_m: float = 4.6e-5,
    losses: float = 0.0,
) -> GasRelease:
    """An ideal gas from a vessel through a pipe without heat from outside (adiabatic, Fanno); pressures are absolute.

    Where the gas would leave at the speed of sound below the pressure outside, the speed at the end is the one that meets it.
    """
    GAMMA.check(gamma)
    if pressure_pa <= outside_pa:
        raise OutsideRange(
            "gas_pipe: pressure is %(by)s Pa below that outside; nothing flows out.", by=f"{outside_pa - pressure_pa:.6g}"
        )
    resistance = losses + 4 * fanning(diameter_m, roughness_m) * LENGTH.check(length_m) / diameter_m
    start = _solve(lambda mach: _fanno(mach, gamma) - resistance, SMALLEST_MACH, 1.0)
    end = 1.0
    choked = _exit_pressure(pressure_pa, start, end, gamma) >= outside_pa
    if not choked:
        start = _solve(lambda mach: _pressure_reached(pressure_pa, mach, resistance, gamma) - outside_pa, SMALLEST_MACH, start)
        end = _mach_after(start, resistance, gamma)
    inlet_pa = pressure_pa * _warmth(start, gamma) ** (-gamma / (gamma - 1))
    inlet_k = temperature_k / _warmth(start, gamma)
    flux = start * inlet_pa * math.sqrt(gamma * molar_mass_kg_mol / (GAS_CONSTANT * inlet_k))
    leaving = _exit_pressure(pressure_pa, start, end, gamma)
    return GasRelease(flux * hole_area_m2(diameter_m), choked, leaving, temperature_k / _warmth(end, gamma))


def _warmth(mach: float, gamma: float) -> float:
    """Temperature at rest over that in flow."""
    return 1 + (gamma - 1) / 2 * mach * mach


def _fanno(mach: float, gamma: float) -> float:
    """Resistance (losses + 4 f L/d) from a Mach number below 1 to the speed of sound."""
    squared = mach * mach
    return (1 - squared) / (gamma * squared) + (gamma + 1) / (2 * gamma) * math.log(
        (gamma + 1) * squared / (2 * _warmth(mach, gamma))
    )


def _mach_after(start: float, resistance: float, gamma: float) -> float:
    left = _fanno(start, gamma) - resistance
    return _solve(lambda mach: _fanno(mach, gamma) - left, start, 1.0)


def _exit_pressure(pressure_pa: float, start: float, end: float, gamma: float) -> float:
    inlet = pressure_pa * math.pow(_warmth(start, gamma), -gamma / (gamma - 1))
    return inlet * start / end * math.sqrt(_warmth(start, gamma) / _warmth(end, gamma))


def _pressure_reached(pressure_pa: float, start: float, resistance: float, gamma: float) -> float:
    return _exit_pressure(pressure_pa, start, _mach_after(start, resistance, gamma), gamma)


def _solve(falling: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling function is 0, by halving."""
    for _turn in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
        if high - low <= 1e-15 * high:
            break
    return 0.5 * (low + high)
