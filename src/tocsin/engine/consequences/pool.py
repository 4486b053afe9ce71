"""A pool of liquid: how wide it spreads, how fast it evaporates or boils.

Spread: TNO Yellow Book, section 3.5.3, a layer as deep as its ground holds. Evaporation below the boiling point: Mackay &
Matsugu (*Can. J. Chem. Eng.* 51 (1973) 434), k = 0.00482 u^0.78 d^-0.11 Sc^-0.67 in m/s (wind u in m/s, the pool's diameter d
in m), with the logarithmic correction for a vapour that is no thin one (Brighton). Boiling: heat from the ground, k (Tg - T) /
sqrt(pi a t), as by Crowl & Louvar, section 4.10.
"""

import math
from dataclasses import dataclass

from tocsin.engine.consequences.limits import Limit, positive
from tocsin.engine.consequences.substance import Substance
from tocsin.engine.consequences.weather import GAS_CONSTANT, Weather

LAYER_M = {"concrete": 0.005, "sand": 0.025, "gravel": 0.025, "soil": 0.02}  # TNO Yellow Book, table 3.1, mean depths
# conductivity W/(m K), diffusivity m2/s: TNO Yellow Book, table 3.2
GROUNDS = {"concrete": (1.1, 1.0e-6), "sand": (0.3, 2.3e-7), "gravel": (2.5, 1.1e-6), "soil": (0.9, 4.3e-7)}
AREA = Limit("pool", "area", 0.01, 1e6, "m2")
TIME = Limit("pool", "time", 1.0, 86_400.0, "s")
AIR_VISCOSITY_M2_S = 1.5e-5
REFERENCE_DIFFUSIVITY_M2_S = 2.4e-5  # of water in air
REFERENCE_MOLAR_MASS = 18.0


@dataclass(frozen=True)
class Pool:
    """A pool in m2 and m, and how much of it goes into the air in kg/s; `boiling` where the ground's heat drives it."""

    area_m2: float
    depth_m: float
    rate_kg_s: float
    boiling: bool

    @property
    def diameter_m(self) -> float:
        """Of a circle of the same area."""
        return math.sqrt(4 * self.area_m2 / math.pi)


def spread_area_m2(mass_kg: float, density_kg_m3: float, *, ground: str, bund_area_m2: float | None) -> float:
    """How wide a spill becomes: to the layer that its ground holds, or to the bund.

    >>> spread_area_m2(5000.0, 1000.0, ground="concrete", bund_area_m2=None)
    1000.0
    """
    volume = positive("pool", "mass", mass_kg, "kg") / positive("pool", "density", density_kg_m3, "kg/m3")
    free = volume / LAYER_M[ground]
    return AREA.check(free if bund_area_m2 is None else min(free, bund_area_m2))


def transfer_m_s(substance: Substance, diameter_m: float, wind_m_s: float) -> float:
    """Coefficient of mass transfer by Mackay & Matsugu; the diffusivity goes with the square root of 18 / M."""
    diffusivity = REFERENCE_DIFFUSIVITY_M2_S * math.sqrt(REFERENCE_MOLAR_MASS / substance.figure("molar_mass_g_mol"))
    schmidt = AIR_VISCOSITY_M2_S / diffusivity
    return 0.00482 * math.pow(wind_m_s, 0.78) * math.pow(diameter_m, -0.11) * math.pow(schmidt, -0.67)


def evaporating_kg_s(substance: Substance, area_m2: float, temperature_k: float, weather: Weather) -> float:
    """Rate of a pool below its boiling point, in the wind at 10 m; the pool keeps its temperature."""
    diameter = math.sqrt(4 * AREA.check(area_m2) / math.pi)
    pressure = substance.vapour_pressure_pa(temperature_k)
    share = min(pressure / weather.pressure_pa, 0.999)
    thick = -math.log1p(-share) * weather.pressure_pa  # a thick vapour blows itself off the pool
    per_area = transfer_m_s(substance, diameter, weather.wind_at(10.0)) * thick * substance.molar_mass_kg_mol
    return area_m2 * per_area / (GAS_CONSTANT * temperature_k)


def boiling_kg_s(substance: Substance, area_m2: float, weather: Weather, *, ground: str, time_s: float) -> float:
    """Mean rate over `time_s` of a pool that boils on ground as warm as the air: twice the rate at that time."""
    boiling = substance.boiling_at(weather.pressure_pa)
    warmer = positive("pool", "ground above the boiling point", weather.temperature_k - boiling, "K")
    conductivity, diffusivity = GROUNDS[ground]
    flux = 2 * conductivity * warmer / math.sqrt(math.pi * diffusivity * TIME.check(time_s))
    return AREA.check(area_m2) * flux / substance.latent_heat_j_kg(boiling)


def pool_of(
    substance: Substance,
    mass_kg: float,
    temperature_k: float,
    weather: Weather,
    *,
    ground: str,
    bund_area_m2: float | None,
    time_s: float,
) -> Pool:
    """The pool of a spill and its rate into the air, at most what lies there in `time_s`."""
    boiling = substance.boiling_at(weather.pressure_pa)
    boils = boiling < min(temperature_k, weather.temperature_k) + 0.01
    density = substance.liquid_density_kg_m3(min(temperature_k, boiling))
    area = spread_area_m2(mass_kg, density, ground=ground, bund_area_m2=bund_area_m2)
    if boils:
        rate = boiling_kg_s(substance, area, weather, ground=ground, time_s=time_s)
    else:
        rate = evaporating_kg_s(substance, area, min(temperature_k, boiling - 0.01), weather)
    return Pool(area, mass_kg / density / area, min(rate, mass_kg / time_s), boils)
