"""Clouds that are no heavier than air: Gaussian plume and puff.

Spreads of a plume: Briggs, *Diffusion estimation for small emissions* (1973), as in Crowl & Louvar, *Chemical Process Safety*
(3rd ed.), table 5-2, and CCPS, *Guidelines for Consequence Analysis* (1999), table 2.13; made for 100 m to 10 km and means of ten
minutes. Spreads of a puff: table 5-3 there (Slade, *Meteorology and Atomic Energy*, 1968). Roughness and averaging time: TNO
*Yellow Book* (CPR 14E, 3rd ed.), section 4.5.3: the vertical spread times (10 z0) to the power 0.53 x^-0.22, the horizontal one
times (t/600 s)^0.2.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.consequences.limits import Limit, positive
from tocsin.engine.consequences.weather import Stability, Terrain, Weather

Floats = NDArray[np.float64]

DISTANCE = Limit("gaussian", "distance", 100.0, 10_000.0, "m", "Briggs (1973)")
AVERAGING = Limit("gaussian_plume", "averaging time", 18.75, 3600.0, "s", "TNO Yellow Book 4.5.3")
HEIGHT = Limit("gaussian", "height of release", 0.0, 200.0, "m")
MEAN_OF_S = 600.0  # the spreads of a plume are means of ten minutes
REFERENCE_ROUGHNESS_M = 0.1
PASSAGE_SHARE = 0.1  # of the highest concentration: from there on a cloud counts as being at a place
GRID = 1001

# sigma = a x (1 + b x)^c, x in m
_PLUME: dict[Terrain, dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]]] = {
    Terrain.RURAL: {
        "A": ((0.22, 1e-4, -0.5), (0.20, 0.0, 1.0)),
        "B": ((0.16, 1e-4, -0.5), (0.12, 0.0, 1.0)),
        "C": ((0.11, 1e-4, -0.5), (0.08, 2e-4, -0.5)),
        "D": ((0.08, 1e-4, -0.5), (0.06, 1.5e-3, -0.5)),
        "E": ((0.06, 1e-4, -0.5), (0.03, 3e-4, -1.0)),
        "F": ((0.04, 1e-4, -0.5), (0.016, 3e-4, -1.0)),
    },
    Terrain.URBAN: {
        "A": ((0.32, 4e-4, -0.5), (0.24, 1e-3, 0.5)),
        "B": ((0.32, 4e-4, -0.5), (0.24, 1e-3, 0.5)),
        "C": ((0.22, 4e-4, -0.5), (0.20, 0.0, 1.0)),
        "D": ((0.16, 4e-4, -0.5), (0.14, 3e-4, -0.5)),
        "E": ((0.11, 4e-4, -0.5), (0.08, 1.5e-3, -0.5)),
        "F": ((0.11, 4e-4, -0.5), (0.08, 1.5e-3, -0.5)),
    },
}
# sigma = a x^b, x in m: along and across the wind, and upwards
_PUFF: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "A": ((0.18, 0.92), (0.60, 0.75)),
    "B": ((0.14, 0.92), (0.53, 0.73)),
    "C": ((0.10, 0.92), (0.34, 0.71)),
    "D": ((0.06, 0.92), (0.15, 0.70)),
    "E": ((0.04, 0.92), (0.10, 0.65)),
    "F": ((0.02, 0.89), (0.05, 0.61)),
}


def plume_spreads(
    x_m: Floats,
    stability: Stability,
    terrain: Terrain,
    *,
    roughness_m: float = REFERENCE_ROUGHNESS_M,
    averaging_s: float = MEAN_OF_S,
) -> tuple[Floats, Floats]:
    """Spreads across the wind and upwards in m, of the shape of `x_m` (> 0). Roughness counts in open country only: the town's
    coefficients hold theirs already.

    >>> across, up = plume_spreads(np.array([500.0]), Stability.D, Terrain.RURAL)
    >>> round(float(across[0]), 1), round(float(up[0]), 1)
    (39.0, 22.7)
    """
    (a, b, c), (d, e, f) = _PLUME[terrain][stability]
    across = a * x_m * (1 + b * x_m) ** c * (averaging_s / MEAN_OF_S) ** 0.2
    up = d * x_m * (1 + e * x_m) ** f
    if terrain is Terrain.RURAL and roughness_m != REFERENCE_ROUGHNESS_M:
        up = up * (roughness_m / REFERENCE_ROUGHNESS_M) ** (0.53 * x_m**-0.22)
    return across, up


def puff_spreads(x_m: Floats, stability: Stability) -> tuple[Floats, Floats]:
    """Spreads along and across the wind (the same) and upwards in m, of the shape of `x_m` (> 0).

    >>> across, up = puff_spreads(np.array([500.0]), Stability.F)
    >>> round(float(across[0]), 2), round(float(up[0]), 2)
    (5.05, 2.21)
    """
    (a, b), (c, d) = _PUFF[stability]
    return a * x_m**b, c * x_m**d


@dataclass(frozen=True)
class Plume:
    """A steady release: `rate_kg_s` at `height_m`, in `weather`; concentrations are means over `averaging_s`."""

    rate_kg_s: float
    weather: Weather
    height_m: float = 0.0
    averaging_s: float = MEAN_OF_S

    def __post_init__(self) -> None:
        positive("gaussian_plume", "rate", self.rate_kg_s, "kg/s")
        HEIGHT.check(self.height_m)
        AVERAGING.check(self.averaging_s)

    def concentration(self, x_m: Floats, y_m: Floats, z_m: Floats) -> Floats:
        """In kg/m3 at points x downwind, y across, z above the ground (arrays that broadcast); 0 upwind.

        c = Q / (2 pi u sy sz) exp(-y2/2sy2) (exp(-(z-h)2/2sz2) + exp(-(z+h)2/2sz2)); Crowl & Louvar eq. 5-49.
        """
        x, y, z = np.broadcast_arrays(*(np.asarray(one, np.float64) for one in (x_m, y_m, z_m)))
        downwind = np.where(x > 0, x, 1.0)
        across, up = self._spreads(downwind)
        upwards = np.exp(-0.5 * ((z - self.height_m) / up) ** 2) + np.exp(-0.5 * ((z + self.height_m) / up) ** 2)
        full = self.rate_kg_s / (2 * np.pi * self._wind * across * up) * np.exp(-0.5 * (y / across) ** 2) * upwards
        return np.where(x > 0, full, 0.0)

    def course(self, x_m: Floats, y_m: Floats, z_m: Floats, t_s: Floats, duration_s: float) -> Floats:
        """In kg/m3 at points and times since the release began (arrays that broadcast); it ends after `duration_s`.

        The steady concentration times half of erf((x - u t1) / (2^1/2 sx)) - erf((x - u t) / (2^1/2 sx)), t1 the time since its
        end and 0 before that: puffs one after the other, each as long as it is wide where it passes. Palazzi, De Faveri, Fumarola
        & Ferraiolo, *Atmos. Environ.* 16 (1982) 2785; sx is that of a puff (table 5-3).
        """
        from scipy.special import erf  # a third of a second of every start

        x, y, z, t = np.broadcast_arrays(*(np.asarray(one, np.float64) for one in (x_m, y_m, z_m, t_s)))
        steady = self.concentration(x, y, z)
        along, _up = puff_spreads(np.where(x > 0, x, 1.0), self.weather.stability)
        since_end = np.clip(t - duration_s, 0.0, None)
        passed = erf((x - self._wind * since_end) / (np.sqrt(2) * along)) - erf((x - self._wind * t) / (np.sqrt(2) * along))
        return np.where(t > 0, steady * 0.5 * np.clip(passed, 0.0, None), 0.0)

    def passage_s(self, x_m: float, duration_s: float, share: float = PASSAGE_SHARE) -> tuple[float, float, float]:
        """For a distance: from when until when the concentration is at least `share` of its highest, and that highest as a share
        of the steady one; s, s, 1. Found on a grid of a thousandth of the time that it takes to pass.
        """
        along, _up = puff_spreads(np.array([x_m]), self.weather.stability)
        reach = 4 * float(along[0])
        first, last = max(x_m - reach, 0.0) / self._wind, (x_m + reach) / self._wind + duration_s
        times = np.linspace(first, last, GRID)
        passed = self.course(np.array([x_m]), np.zeros(1), np.array([self.height_m]), times, duration_s)
        steady = float(self.concentration(np.array([x_m]), np.zeros(1), np.array([self.height_m]))[0])
        above = times[passed >= share * passed.max()]
        return float(above[0]), float(above[-1]), float(passed.max()) / steady

    def half_width(self, x_m: Floats, concentration: float, z_m: float = 0.0) -> Floats:
        """How far to each side in m the concentration (kg/m3) is reached, by distance; 0 where it is not. Closed form."""
        zero = np.zeros_like(x_m)
        centre = self.concentration(x_m, zero, zero + z_m)
        across, _up = self._spreads(x_m)
        over = np.maximum(centre / concentration, 1.0)
        return across * np.sqrt(2 * np.log(over))

    @property
    def _wind(self) -> float:
        return self.weather.wind_at(self.height_m)

    def _spreads(self, x_m: Floats) -> tuple[Floats, Floats]:
        weather = self.weather
        return plume_spreads(
            x_m, weather.stability, weather.terrain, roughness_m=weather.roughness_m, averaging_s=self.averaging_s
        )


@dataclass(frozen=True)
class Puff:
    """A release at one moment: `mass_kg` at `height_m`, in `weather`."""

    mass_kg: float
    weather: Weather
    height_m: float = 0.0

    def __post_init__(self) -> None:
        positive("gaussian_puff", "mass", self.mass_kg, "kg")
        HEIGHT.check(self.height_m)

    @property
    def wind_m_s(self) -> float:
        """That carries the puff."""
        return self.weather.wind_at(self.height_m)

    def concentration(self, x_m: Floats, y_m: Floats, z_m: Floats, t_s: Floats) -> Floats:
        """In kg/m3 at points and times (arrays that broadcast): spreads are those of where the puff's centre is by then.

        Crowl & Louvar eq. 5-38, with the ground as a mirror; 0 before the release.
        """
        x, y, z, t = np.broadcast_arrays(*(np.asarray(one, np.float64) for one in (x_m, y_m, z_m, t_s)))
        centre = np.where(t > 0, self.wind_m_s * t, 1.0)
        level, up = puff_spreads(centre, self.weather.stability)
        upwards = np.exp(-0.5 * ((z - self.height_m) / up) ** 2) + np.exp(-0.5 * ((z + self.height_m) / up) ** 2)
        around = np.exp(-0.5 * (((x - centre) / level) ** 2 + (y / level) ** 2))
        full = self.mass_kg / ((2 * np.pi) ** 1.5 * level**2 * up) * around * upwards
        return np.where(t > 0, full, 0.0)

    def peak(self, x_m: Floats, y_m: Floats, z_m: Floats) -> Floats:
        """The concentration in kg/m3 while the centre passes; 0 upwind."""
        x = np.asarray(x_m, np.float64)
        passing = np.where(x > 0, x, 1.0) / self.wind_m_s
        return np.where(x > 0, self.concentration(x, y_m, z_m, passing), 0.0)

    def half_width(self, x_m: Floats, concentration: float, z_m: float = 0.0) -> Floats:
        """How far to each side in m the peak reaches a concentration (kg/m3) by distance; 0 where it does not."""
        zero = np.zeros_like(x_m)
        centre = self.peak(x_m, zero, zero + z_m)
        level, _up = puff_spreads(x_m, self.weather.stability)
        side: Floats = level * np.sqrt(2 * np.log(np.maximum(centre / concentration, 1.0)))
        return side

    def passage_s(self, x_m: Floats, exponent: float = 1.0) -> Floats:
        """How long the peak would have to last at a distance for the load C^n t that the passing puff leaves there.

        The integral of exp(-n (u t)^2 / 2 s^2): sqrt(2 pi / n) s / u, with the spread s frozen while it passes.
        """
        level, _up = puff_spreads(x_m, self.weather.stability)
        frozen: Floats = np.sqrt(2 * np.pi / exponent) * level / self.wind_m_s
        return frozen
