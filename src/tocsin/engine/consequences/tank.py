"""A tank that runs empty through a hole in its wall or its outlet."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.consequences.limits import OutsideRange, positive
from tocsin.engine.consequences.release import DISCHARGE, hole_area_m2, liquid_hole
from tocsin.engine.consequences.weather import GAS_CONSTANT, GRAVITY

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Emptying:
    """How a vessel runs empty: rates in kg/s at times in s, all that comes out in kg, and the time until it has."""

    time_s: Floats
    rate_kg_s: Floats
    mass_kg: float
    duration_s: float


def upright_tank(
    *,
    tank_diameter_m: float,
    head_m: float,
    pressure_pa: float,
    outside_pa: float,
    density_kg_m3: float,
    diameter_m: float,
    discharge: float = 0.61,
    steps: int = 60,
) -> Emptying:
    """An upright cylinder down to its hole, with a steady pressure above the liquid (padding): Crowl & Louvar eq. 4-18 and 4-19.

    The rate falls along a straight line, Q(t) = Q0 - rho C2 g A2/At t, so that the time is closed:
    t = At / (C g A) (sqrt(2 (dp/rho + g h)) - sqrt(2 dp/rho)).
    """
    positive("tank", "diameter of the tank", tank_diameter_m, "m")
    positive("tank", "head above the hole", head_m, "m")
    if pressure_pa < outside_pa:
        raise OutsideRange(
            "tank: the pressure over the liquid is %(by)s Pa below that outside; the tank would draw in air.",
            by=f"{outside_pa - pressure_pa:.6g}",
        )
    first = liquid_hole(
        pressure_pa=pressure_pa,
        outside_pa=outside_pa,
        head_m=head_m,
        density_kg_m3=density_kg_m3,
        diameter_m=diameter_m,
        discharge=discharge,
    )
    ground, hole = math.pi / 4 * tank_diameter_m**2, hole_area_m2(diameter_m)
    padding = 2 * (pressure_pa - outside_pa) / density_kg_m3
    duration = ground / (discharge * GRAVITY * hole) * (math.sqrt(padding + 2 * GRAVITY * head_m) - math.sqrt(padding))
    time = np.linspace(0.0, duration, steps)
    rate = first - density_kg_m3 * discharge**2 * GRAVITY * hole**2 / ground * time
    return Emptying(time, np.maximum(rate, 0.0), density_kg_m3 * ground * head_m, duration)


def gas_vessel(
    *,
    volume_m3: float,
    pressure_pa: float,
    outside_pa: float,
    temperature_k: float,
    molar_mass_kg_mol: float,
    gamma: float,
    diameter_m: float,
    discharge: float = 1.0,
    steps: int = 200,
) -> Emptying:
    """A vessel of gas that cools as it empties (adiabatic, ideal gas) down to the pressure outside.

    TNO Yellow Book section 2.5.2.2: dm/dt = -Q(p, T) with p ~ m^gamma and T ~ m^(gamma-1); times are the integral of dm/Q by
    Simpson's rule over masses in equal steps of their square root below the end, where the rate goes to zero.
    """
    from tocsin.engine.consequences.release import gas_hole

    positive("gas_vessel", "volume", volume_m3, "m3")
    DISCHARGE.check(discharge)
    start = pressure_pa * volume_m3 * molar_mass_kg_mol / (GAS_CONSTANT * temperature_k)

    def rate_at(mass: float) -> float:
        share = mass / start
        return gas_hole(
            pressure_pa=pressure_pa * share**gamma,
            outside_pa=outside_pa,
            temperature_k=temperature_k * share ** (gamma - 1),
            molar_mass_kg_mol=molar_mass_kg_mol,
            gamma=gamma,
            diameter_m=diameter_m,
            discharge=discharge,
        ).rate_kg_s

    first = rate_at(start)
    end = start * (outside_pa / pressure_pa) ** (1 / gamma)
    roots = np.linspace(math.sqrt(start - end), 0.0, 2 * steps + 1)[:-1]
    masses = end + roots**2
    weights = np.array([2 * root / rate_at(float(mass)) for root, mass in zip(roots, masses, strict=True)])
    weights = np.append(weights, weights[-1])  # 2 root / rate goes to a finite number where both vanish
    width = roots[0] / (2 * steps)
    pairs = width / 3 * (weights[:-2:2] + 4 * weights[1:-1:2] + weights[2::2])
    time = np.concatenate(([0.0], np.cumsum(pairs)))
    rate = np.array([first, *(rate_at(float(mass)) for mass in masses[2::2]), 0.0])
    return Emptying(time, rate, float(start - end), float(time[-1]))
