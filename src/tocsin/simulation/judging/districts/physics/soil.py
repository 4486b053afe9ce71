"""Gas in the ground: diffusion and advection in shells around a leak, under a cap that the weather opens and shuts."""

from dataclasses import dataclass

import numpy as np

from tocsin.base.geometry import Floats

FREE_DIFFUSION_M2_H = 0.079  # methane in air at 20 °C, 2.2e-5 m2/s


@dataclass(frozen=True)
class Soil:
    """`air`: share of the volume that is air; `pores`: share that is air or water; `cap_per_h`: loss through the surface."""

    air: float
    pores: float
    cap_per_h: float

    @property
    def diffusion_m2_h(self) -> float:
        """Effective diffusion in the ground: Millington and Quirk (1961), air^(10/3) / pores^2 of that in free air."""
        return float(FREE_DIFFUSION_M2_H * self.air ** (10 / 3) / self.pores**2)


def cap_factor(rain_mm_h: Floats, air_c: Floats, step_h: float) -> Floats:
    """How open the surface is, over a dry and thawed one: shut by rain of the last day and by frost, float64[steps]."""
    wet = np.empty(len(rain_mm_h))
    held = 0.0
    keep = np.exp(-step_h / 18.0)
    frost, cold = np.empty(len(rain_mm_h)), 0.0
    for i in range(len(rain_mm_h)):
        held = held * keep + rain_mm_h[i] * step_h
        cold = max(0.0, min(1.0, cold - air_c[i] * step_h / 240.0))
        wet[i], frost[i] = held, cold
    return np.asarray((1.0 - 0.75 * np.clip(wet / 12.0, 0, 1)) * (1.0 - 0.7 * frost))


@dataclass(frozen=True)
class Shells:
    """What came of a leak: `share` float64[steps, shells] of gas in the soil's air, `edges_m`, and sums over all steps in m3:
    `let_in`, `lost` through the surface and the outer edge, `held` at the end.
    """

    share: Floats
    edges_m: Floats
    let_in: float
    lost: float
    held: float


def spread_in_soil(
    leak_m3_h: Floats, soil: Soil, cap: Floats, reach_m: float, angle: float, step_h: float, shells: int = 24
) -> Shells:
    """Gas shares around a leak, by an implicit upwind scheme of finite volumes that loses nothing.

    `leak_m3_h`, `cap` float64[steps]. `angle`: solid angle in steradians that the gas fills; below 4 pi it is led along a
    trench or under a pavement.
    """
    edges = np.concatenate([[0.0], np.geomspace(0.25, reach_m * 1.35, shells)])
    volume = angle / 3 * np.diff(edges**3) * soil.air
    middle = 0.5 * (edges[1:] + edges[:-1])
    face = angle * edges[1:] ** 2
    between = soil.diffusion_m2_h * face[:-1] / np.diff(middle)
    share = np.zeros((len(leak_m3_h), shells))
    now = np.zeros(shells)
    lost = 0.0
    loss = soil.cap_per_h * np.clip(edges[1:] / 1.0, 0.0, 1.0) * volume
    rows = np.arange(shells)
    for step, leak in enumerate(leak_m3_h):
        matrix = np.zeros((shells, shells))
        own = loss * cap[step]
        matrix[rows, rows] = volume / step_h + own + leak
        matrix[rows[:-1], rows[:-1]] += between
        matrix[rows[1:], rows[1:]] += between
        matrix[rows[:-1], rows[1:]] -= between
        matrix[rows[1:], rows[:-1]] -= between + leak
        known = volume / step_h * now
        known[0] += leak
        now = np.linalg.solve(matrix, known)
        share[step] = now
        lost += float((own @ now + leak * now[-1]) * step_h)
    return Shells(share, edges, float(leak_m3_h.sum() * step_h), lost, float(volume @ now))
