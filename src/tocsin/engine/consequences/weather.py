"""The air around a release: stability, wind by height, density, moisture."""

import math
from dataclasses import dataclass
from enum import StrEnum

from tocsin.engine.consequences.limits import Limit

GAS_CONSTANT = 8.314462618  # J/(mol K)
AIR_MOLAR_MASS = 0.028964  # kg/mol, dry
GRAVITY = 9.80665  # m/s2

WIND = Limit("weather", "wind", 0.5, 40.0, "m/s", "a plume needs a wind that carries it; calm air is no case of these models")
TEMPERATURE = Limit("weather", "temperature", 223.15, 333.15, "K")
PRESSURE = Limit("weather", "pressure", 50_000.0, 110_000.0, "Pa")
ROUGHNESS = Limit("weather", "roughness", 0.01, 3.0, "m", "TNO Yellow Book, table 4.9")


def is_calm(wind_m_s: float) -> bool:
    """Whether there is no more wind than the least that models take: what it carries goes to all sides.

    >>> is_calm(0.5), is_calm(0.6)
    (True, False)
    """
    return wind_m_s <= WIND.low


class Stability(StrEnum):
    """Pasquill's classes, from very unstable to stable."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class Terrain(StrEnum):
    """Open country, or a built-up town."""

    RURAL = "rural"
    URBAN = "urban"


WIND_EXPONENTS = {
    # CCPS, Guidelines for Consequence Analysis of Chemical Releases (1999), table 2.11; exponents of the power law by class
    Terrain.RURAL: {"A": 0.07, "B": 0.07, "C": 0.10, "D": 0.15, "E": 0.35, "F": 0.55},
    Terrain.URBAN: {"A": 0.15, "B": 0.15, "C": 0.20, "D": 0.25, "E": 0.40, "F": 0.60},
}
LEAST_HEIGHT_M = 1.0  # below it the power law gives no wind worth the name


@dataclass(frozen=True)
class Weather:
    """The air: wind in m/s at `wind_height_m`, temperature in K, pressure in Pa, humidity from 0 to 1, roughness in m."""

    wind_m_s: float
    stability: Stability
    temperature_k: float = 293.15
    pressure_pa: float = 101_325.0
    humidity: float = 0.5
    terrain: Terrain = Terrain.RURAL
    wind_height_m: float = 10.0
    roughness_m: float = 0.1

    def __post_init__(self) -> None:
        WIND.check(self.wind_m_s)
        TEMPERATURE.check(self.temperature_k)
        PRESSURE.check(self.pressure_pa)
        ROUGHNESS.check(self.roughness_m)
        Limit("weather", "humidity", 0.0, 1.0, "of 1").check(self.humidity)
        Limit("weather", "height of the wind", LEAST_HEIGHT_M, 200.0, "m").check(self.wind_height_m)

    @property
    def air_density_kg_m3(self) -> float:
        """Of dry air as an ideal gas.

        >>> round(Weather(3.0, Stability.D).air_density_kg_m3, 3)
        1.204
        """
        return self.pressure_pa * AIR_MOLAR_MASS / (GAS_CONSTANT * self.temperature_k)

    @property
    def water_pressure_pa(self) -> float:
        """Partial pressure of water vapour: humidity times Tetens' saturation pressure over water.

        >>> round(Weather(3.0, Stability.D, humidity=1.0).water_pressure_pa)
        2338
        """
        celsius = self.temperature_k - 273.15
        return self.humidity * 610.78 * math.exp(17.2694 * celsius / (celsius + 237.29))

    def wind_at(self, height_m: float) -> float:
        """Wind in m/s at a height, by the power law; below 1 m that of 1 m.

        >>> round(Weather(5.0, Stability.D).wind_at(2.0), 2)
        3.93
        """
        exponent = WIND_EXPONENTS[self.terrain][self.stability]
        return self.wind_m_s * math.pow(max(height_m, LEAST_HEIGHT_M) / self.wind_height_m, exponent)

    def gas_density_kg_m3(self, molar_mass_kg_mol: float, temperature_k: float) -> float:
        """Of an ideal gas at the pressure of this air."""
        return self.pressure_pa * molar_mass_kg_mol / (GAS_CONSTANT * temperature_k)


def neighbours(stability: Stability) -> tuple[Stability, ...]:
    """The class itself and the one on each side.

    >>> [one.value for one in neighbours(Stability.F)]
    ['E', 'F']
    """
    classes = list(Stability)
    at = classes.index(stability)
    return tuple(classes[max(0, at - 1) : at + 2])
