"""Fires: a pool that burns, a jet, and the ball of fire of a vessel that bursts.

Pool: burning rate after Burgess & Zabetakis, length after Thomas (1963), tilt after Moorhouse (1982) or the American Gas
Association, emissive power after Mudan (1984). Jet: API 521 (point source). Fireball: CCPS (2000), eq. 2.2.32 to 2.2.37;
Roberts (1982).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.consequences.limits import Limit, positive
from tocsin.engine.consequences.radiation import cylinder_view, sphere_view, transmissivity
from tocsin.engine.consequences.substance import Substance
from tocsin.engine.consequences.weather import GRAVITY, Weather

Floats = NDArray[np.float64]
DIAMETER = Limit("pool_fire", "diameter", 1.0, 200.0, "m", "Thomas (1963)")
FIREBALL = Limit("fireball", "mass", 10.0, 1_000_000.0, "kg", "CCPS (2000)")
JET = Limit("jet_fire", "power", 1e5, 1e11, "W", "API 521")
SHARE = Limit("fire", "share of heat that is radiated", 0.01, 0.5, "of 1")
SOOTY_W_M2, CLEAR_W_M2, SOOT_PER_M = 20_000.0, 140_000.0, 0.12  # Mudan (1984): E = 140 exp(-0.12 D) + 20 (1 - exp(-0.12 D)) kW/m2


def burning_kg_m2_s(substance: Substance, temperature_k: float) -> float:
    """Burgess & Zabetakis (1962), as a mass: 0.001 dHc / (dHv + c (Tb - T)), CCPS eq. 2.2.52.

    >>> gasoline = Substance("x", boiling_k=363, critical_k=540, latent_boiling_j_kg=300e3, latent_exponent=0.38,
    ...     heat_liquid_j_kg_k=2500, combustion_j_kg=43.7e6)
    >>> round(burning_kg_m2_s(gasoline, 298), 4)
    0.0945
    """
    boiling = substance.figure("boiling_k")
    warming = substance.figure("heat_liquid_j_kg_k") * max(boiling - temperature_k, 0.0)
    return 1e-3 * substance.figure("combustion_j_kg") / (substance.latent_heat_j_kg(boiling) + warming)


@dataclass(frozen=True)
class PoolFire:
    """A pool of `diameter_m` that burns `burning_kg_m2_s`, in `weather`; `emissive_w_m2` where the case names one."""

    diameter_m: float
    burning_kg_m2_s: float
    weather: Weather
    emissive_w_m2: float | None = None

    def __post_init__(self) -> None:
        DIAMETER.check(self.diameter_m)
        positive("pool_fire", "burning rate", self.burning_kg_m2_s, "kg/m2 s")

    @property
    def _still(self) -> float:
        return self.burning_kg_m2_s / (self.weather.air_density_kg_m3 * math.sqrt(GRAVITY * self.diameter_m))

    @property
    def wind_number(self) -> float:
        """Wind at 10 m over the speed at which the flame rises, (g m D / air)^(1/3)."""
        rising = math.pow(GRAVITY * self.burning_kg_m2_s * self.diameter_m / self.weather.air_density_kg_m3, 1 / 3)
        return self.weather.wind_at(10.0) / rising

    @property
    def length_m(self) -> float:
        """Of the flame: Thomas in wind, 55 D (m / air sqrt(g D))^0.67 u*^-0.21; no longer than without, 42 D (...)^0.61."""
        still = 42 * self.diameter_m * math.pow(self._still, 0.61)
        if self.wind_number <= 1:
            return still
        return min(still, 55 * self.diameter_m * math.pow(self._still, 0.67) * math.pow(self.wind_number, -0.21))

    @property
    def tilt_rad(self) -> float:
        """From upright: cos = 1 / sqrt(u*), upright below u* = 1 (American Gas Association 1974, CCPS eq. 2.2.56)."""
        return math.acos(1 / math.sqrt(self.wind_number)) if self.wind_number > 1 else 0.0

    @property
    def surface_w_m2(self) -> float:
        """Emissive power of the flame, less where soot hides it."""
        if self.emissive_w_m2 is not None:
            return positive("pool_fire", "emissive power", self.emissive_w_m2, "W/m2")
        clear = math.exp(-SOOT_PER_M * self.diameter_m)
        return CLEAR_W_M2 * clear + SOOTY_W_M2 * (1 - clear)

    @property
    def rate_kg_s(self) -> float:
        """Mass that burns in kg/s."""
        return self.burning_kg_m2_s * math.pi / 4 * self.diameter_m**2

    def heat_w_m2(self, x_m: Floats) -> Floats:
        """On a surface downwind that faces the flame best, by distance in m from the pool's middle (beyond its edge)."""
        x = np.asarray(x_m, np.float64)
        view = cylinder_view(x, self.length_m, self.diameter_m / 2, self.tilt_rad)
        path = np.maximum(x - self.diameter_m / 2, 0.1)
        return self.surface_w_m2 * view * transmissivity(path, self.weather.water_pressure_pa)


@dataclass(frozen=True)
class JetFire:
    """A jet that burns with `power_w`, of which `share` is radiated from a point in the middle of its flame (API 521)."""

    power_w: float
    share: float
    weather: Weather

    def __post_init__(self) -> None:
        JET.check(self.power_w)
        SHARE.check(self.share)

    @property
    def length_m(self) -> float:
        """Of the flame, a straight line through API 521's figure of flare flames: 0.00326 Q^0.478, Q in W.

        >>> from tocsin.engine.consequences.weather import Stability
        >>> round(JetFire(2.268e9, 0.3, Weather(3.0, Stability.D)).length_m)
        97
        """
        return 0.00326 * math.pow(self.power_w, 0.478)

    def heat_w_m2(self, r_m: Floats, *, through_air: bool = True) -> Floats:
        """At distances from the flame's middle: t F Q / (4 pi r2), API 521; its example leaves the air's share t out."""
        r = np.asarray(r_m, np.float64)
        passed = transmissivity(r, self.weather.water_pressure_pa) if through_air else 1.0
        heat: Floats = passed * self.share * self.power_w / (4 * np.pi * r * r)
        return heat


@dataclass(frozen=True)
class Fireball:
    """The ball of fire of `mass_kg` that a vessel held at `burst_pa` when it burst."""

    mass_kg: float
    combustion_j_kg: float
    burst_pa: float
    weather: Weather

    def __post_init__(self) -> None:
        FIREBALL.check(self.mass_kg)
        positive("fireball", "pressure", self.burst_pa, "Pa")

    @property
    def diameter_m(self) -> float:
        """5.8 M^(1/3), CCPS eq. 2.2.32."""
        return 5.8 * math.pow(self.mass_kg, 1 / 3)

    @property
    def duration_s(self) -> float:
        """0.45 M^(1/3) up to 30 t, 2.6 M^(1/6) above, CCPS eq. 2.2.33 and 2.2.34."""
        return 0.45 * math.pow(self.mass_kg, 1 / 3) if self.mass_kg < 30_000 else 2.6 * math.pow(self.mass_kg, 1 / 6)

    @property
    def height_m(self) -> float:
        """Of its middle: 0.75 D, CCPS eq. 2.2.35."""
        return 0.75 * self.diameter_m

    @property
    def share(self) -> float:
        """Of heat that is radiated: 0.27 p^0.32, p in MPa (Roberts 1982), held between 0.1 and 0.4."""
        return min(max(0.27 * math.pow(self.burst_pa / 1e6, 0.32), 0.1), 0.4)

    @property
    def surface_w_m2(self) -> float:
        """Emissive power: share M dHc / (pi D2 t), CCPS eq. 2.2.38."""
        return self.share * self.mass_kg * self.combustion_j_kg / (math.pi * self.diameter_m**2 * self.duration_s)

    def heat_w_m2(self, x_m: Floats) -> Floats:
        """On a surface on the ground that faces it, by distance in m from below its middle."""
        centre = np.sqrt(np.asarray(x_m, np.float64) ** 2 + self.height_m**2)
        path = np.maximum(centre - self.diameter_m / 2, 0.1)
        view = sphere_view(centre, self.diameter_m / 2)
        return self.surface_w_m2 * view * transmissivity(path, self.weather.water_pressure_pa)
