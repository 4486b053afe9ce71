"""Clouds heavier than air: Britter & McQuaid, *Workbook on the Dispersion of Dense Gases* (HSE report 17/1988).

The curves are those digitised in CCPS, *Guidelines for Consequence Analysis* (1999), tables 2.16 and 2.17 (Crowl & Louvar,
tables 5-4 to 5-7; EPA's TSCREEN): the distance at which the concentration has fallen to a share of the first, over a parameter
of wind and buoyancy. Between the curves the logarithm of the concentration goes straight over the logarithm of the distance;
past the last one it falls with the square of the distance, as the workbook proposes. Means of ten minutes over flat rural
ground; the workbook's own scatter is a factor of two.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.consequences.limits import Limit, OutsideRange, positive
from tocsin.engine.consequences.weather import GRAVITY

Floats = NDArray[np.float64]
type Pieces = tuple[tuple[float, float, float], ...]  # up to this parameter: slope, intercept

PLUME_CURVES: dict[float, Pieces] = {
    0.1: ((-0.55, 0.0, 1.75), (-0.14, 0.24, 1.88), (1.0, -0.50, 1.78)),
    0.05: ((-0.68, 0.0, 1.92), (-0.29, 0.36, 2.16), (-0.18, 0.0, 2.06), (1.0, -0.56, 1.96)),
    0.02: ((-0.69, 0.0, 2.08), (-0.31, 0.45, 2.39), (-0.16, 0.0, 2.25), (1.0, -0.54, 2.16)),
    0.01: ((-0.70, 0.0, 2.25), (-0.29, 0.49, 2.59), (-0.20, 0.0, 2.45), (1.0, -0.52, 2.35)),
    0.005: ((-0.67, 0.0, 2.40), (-0.28, 0.59, 2.80), (-0.15, 0.0, 2.63), (1.0, -0.49, 2.56)),
    0.002: ((-0.69, 0.0, 2.60), (-0.25, 0.39, 2.87), (-0.13, 0.0, 2.77), (1.0, -0.50, 2.71)),
}
PUFF_CURVES: dict[float, Pieces] = {
    0.1: ((-0.44, 0.0, 0.70), (0.43, 0.26, 0.81), (1.0, 0.0, 0.93)),
    0.05: ((-0.56, 0.0, 0.85), (0.31, 0.26, 1.00), (1.0, -0.12, 1.12)),
    0.02: ((-0.66, 0.0, 0.95), (0.32, 0.36, 1.19), (1.0, -0.26, 1.38)),
    0.01: ((-0.71, 0.0, 1.15), (0.37, 0.34, 1.39), (1.0, -0.38, 1.66)),
    0.005: ((-0.52, 0.0, 1.48), (0.24, 0.26, 1.62), (1.0, -0.30, 1.75)),
    0.002: ((0.27, 0.0, 1.83), (1.0, -0.32, 1.92)),
    0.001: ((-0.10, 0.0, 2.075), (1.0, -0.27, 2.05)),
}
PARAMETER = Limit("dense", "the parameter of wind and buoyancy", -1.5, 1.0, "", "Britter & McQuaid, figures 8 and 9")
DENSER_PLUME, DENSER_PUFF = 0.15, 0.20
PAST_CURVES = 30.0  # how many times as far as the last curve the square law is used
NEAR_PLUME = 30.0  # in lengths of the source: nearer, the workbook's own formula


@dataclass(frozen=True)
class DenseSource:
    """What leaves: density in kg/m3 at `temperature_k`, in air of `air_kg_m3` and `air_k`; `wind_m_s` at 10 m."""

    density_kg_m3: float
    temperature_k: float
    air_kg_m3: float
    air_k: float
    wind_m_s: float

    @property
    def buoyancy_m_s2(self) -> float:
        """Reduced gravity; OutsideRange where the gas is no heavier than air."""
        reduced = GRAVITY * (self.density_kg_m3 - self.air_kg_m3) / self.air_kg_m3
        if reduced <= 0:
            raise OutsideRange(
                "dense: the gas has %(value)s kg/m3, %(by)s kg/m3 below the air; take a Gaussian model.",
                value=f"{self.density_kg_m3:.4g}",
                by=f"{self.air_kg_m3 - self.density_kg_m3:.4g}",
            )
        return reduced

    def at_air_temperature(self, share: float) -> float:
        """The effective share of volume that has to be looked up for a real one: a cold gas takes air's heat and swells.

        C* = C / (C + (1 - C) Ta/T0), Crowl & Louvar eq. 5-74.
        """
        return share / (share + (1 - share) * self.air_k / self.temperature_k)

    def real_share(self, effective: Floats) -> Floats:
        """The same turned around."""
        ratio = self.air_k / self.temperature_k
        real: Floats = effective * ratio / (1 + effective * (ratio - 1))
        return real


@dataclass(frozen=True)
class DensePlume:
    """A steady release of `flow_m3_s` (of gas, at its temperature)."""

    source: DenseSource
    flow_m3_s: float

    def __post_init__(self) -> None:
        positive("dense_plume", "flow", self.flow_m3_s, "m3/s")
        needed = (self.source.buoyancy_m_s2 * self.flow_m3_s / (self.source.wind_m_s**3 * self.length_m)) ** (1 / 3)
        _must_be_dense("dense_plume", needed, DENSER_PLUME)

    @property
    def length_m(self) -> float:
        """Of the source: sqrt(flow / wind)."""
        return math.sqrt(self.flow_m3_s / self.source.wind_m_s)

    @property
    def parameter(self) -> float:
        """(g'2 q / u5)^(1/5), as a logarithm."""
        return PARAMETER.check(0.2 * math.log10(self.source.buoyancy_m_s2**2 * self.flow_m3_s / self.source.wind_m_s**5))

    @cached_property
    def _curve(self) -> tuple[Floats, Floats]:
        near = 306 / NEAR_PLUME**2
        return curve_at(PLUME_CURVES, self.parameter, (math.log10(NEAR_PLUME), math.log10(near / (1 + near))))

    @property
    def limit(self) -> Limit:
        """Distances that the curves were drawn for."""
        return Limit("dense_plume", "distance", 0.01 * self.length_m, 10 ** float(self._curve[0][-1]) * self.length_m, "m")

    def share(self, x_m: Floats) -> Floats:
        """Share of volume on the middle line near the ground, by distance in m (> 0)."""
        scaled = np.asarray(x_m, np.float64) / self.length_m
        near = 306 / scaled**2
        far = 10 ** np.interp(np.log10(scaled), *self._curve)
        return self.source.real_share(np.where(scaled < NEAR_PLUME, near / (1 + near), far))

    def half_width(self, x_m: Floats) -> Floats:
        """To each side in m: Lh0 + 2.5 lb^(1/3) x^(2/3), with Lh0 = D + 2 lb and lb = g' q / u3."""
        buoyancy = self.source.buoyancy_m_s2 * self.flow_m3_s / self.source.wind_m_s**3
        spread: Floats = np.asarray(x_m, np.float64) ** (2 / 3)
        return self.length_m + 2 * buoyancy + 2.5 * math.pow(buoyancy, 1 / 3) * spread


@dataclass(frozen=True)
class DensePuff:
    """A release of `volume_m3` of gas at one moment."""

    source: DenseSource
    volume_m3: float

    def __post_init__(self) -> None:
        positive("dense_puff", "volume", self.volume_m3, "m3")
        needed = math.sqrt(self.source.buoyancy_m_s2 * self.volume_m3) / (self.source.wind_m_s * self.length_m)
        _must_be_dense("dense_puff", needed, DENSER_PUFF)

    @property
    def length_m(self) -> float:
        """Of the source: the cube root of its volume."""
        return math.pow(self.volume_m3, 1 / 3)

    @property
    def parameter(self) -> float:
        """(g' V^(1/3) / u2)^(1/2), as a logarithm."""
        return PARAMETER.check(0.5 * math.log10(self.source.buoyancy_m_s2 * self.length_m / self.source.wind_m_s**2))

    @cached_property
    def _curve(self) -> tuple[Floats, Floats]:
        return curve_at(PUFF_CURVES, self.parameter, None)

    @property
    def limit(self) -> Limit:
        """Distances that the curves were drawn for."""
        distances = 10 ** self._curve[0] * self.length_m
        return Limit("dense_puff", "distance", float(distances[0]), float(distances[-1]), "m")

    def share(self, x_m: Floats) -> Floats:
        """Highest share of volume near the ground, by distance in m (> 0); nearer than the curves that of their first."""
        scaled = np.asarray(x_m, np.float64) / self.length_m
        return self.source.real_share(10 ** np.interp(np.log10(scaled), *self._curve))

    def arrival_s(self, x_m: float) -> float:
        """When the cloud's middle has come so far: it drifts with 0.4 of the wind while its edge spreads ahead of it.

        x = 0.4 u t + (R0^2 + 1.2 t sqrt(g' V))^(1/2), solved for t by halving.
        """
        radius2 = (3 * self.volume_m3 / (4 * math.pi)) ** (2 / 3)
        growth = 1.2 * math.sqrt(self.source.buoyancy_m_s2 * self.volume_m3)
        low, high = 0.0, x_m / (0.4 * self.source.wind_m_s)
        for _turn in range(80):
            middle = 0.5 * (low + high)
            edge = 0.4 * self.source.wind_m_s * middle + math.sqrt(radius2 + growth * middle)
            low, high = (middle, high) if edge < x_m else (low, middle)
        return 0.5 * (low + high)


def _must_be_dense(model: str, value: float, least: float) -> None:
    if value < least:
        raise OutsideRange(
            "%(model)s: the workbook's measure of denseness is %(value)s, %(by)s below %(least)s: take a Gaussian model.",
            model=model,
            value=f"{value:.3g}",
            by=f"{least - value:.3g}",
            least=least,
        )


def curve_at(curves: dict[float, Pieces], parameter: float, first: tuple[float, float] | None) -> tuple[Floats, Floats]:
    """Logarithms of distances (rising) and of shares of volume."""
    points = [] if first is None else [first]
    for share, pieces in curves.items():
        slope, intercept = next((slope, intercept) for upper, slope, intercept in pieces if parameter <= upper)
        points.append((slope * parameter + intercept, math.log10(share)))
    last_distance, last_share = points[-1]
    points.append((last_distance + math.log10(PAST_CURVES), last_share - 2 * math.log10(PAST_CURVES)))
    distances, shares = (np.array(one) for one in zip(*points, strict=True))
    return distances, shares
