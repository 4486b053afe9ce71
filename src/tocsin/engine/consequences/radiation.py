"""Heat that a flame sends out: what the air lets through, and how much of the sight a flame fills."""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.consequences.limits import Limit

Floats = NDArray[np.float64]
WATER_PATH = Limit("transmissivity", "water in the way", 1e4, 1e5, "Pa m", "TNO Yellow Book, eq. 6.29")


def transmissivity(path_m: Floats, water_pa: float) -> Floats:
    """Share of heat that the air lets through: 2.02 (pw x)^-0.09, at most 1 (TNO Yellow Book, eq. 6.29; CCPS eq. 2.2.42).

    Made for 10^4 to 10^5 Pa m of water; with less it goes on to 1, with more it goes on falling.

    >>> round(float(transmissivity(np.array([100.0]), 1580.0)[0]), 3)
    0.688
    """
    return np.minimum(2.02 * np.maximum(water_pa * np.asarray(path_m, np.float64), 1.0) ** -0.09, 1.0)


def sphere_view(centre_m: Floats, radius_m: float) -> Floats:
    """Share of sight of a sphere for a surface that faces it: (r / distance of the centre)^2, at most 1."""
    return np.minimum((radius_m / np.asarray(centre_m, np.float64)) ** 2, 1.0)


def cylinder_view(distance_m: Floats, height_m: float, radius_m: float, tilt_rad: float) -> Floats:
    """Share of sight of a tilted cylinder for whoever stands downwind of it on the ground, facing best: sqrt(Fv^2 + Fh^2).

    Mudan, *Fire Safety Journal* 12 (1987) 19; TNO Yellow Book, appendix 6.A. `distance_m` is from the cylinder's axis (more than
    its radius); a tilt of 0 gives the upright one.
    """
    a = height_m / radius_m
    b = np.maximum(np.asarray(distance_m, np.float64) / radius_m, 1.0 + 1e-9)
    sin, cos = math.sin(tilt_rad), math.cos(tilt_rad)
    big_a = np.sqrt(a * a + (b + 1) ** 2 - 2 * a * (b + 1) * sin)
    big_b = np.sqrt(a * a + (b - 1) ** 2 - 2 * a * (b - 1) * sin)
    big_c = np.sqrt(1 + (b * b - 1) * cos * cos)
    ratio = np.sqrt((b - 1) / (b + 1))
    edge = np.sqrt(b * b - 1)
    through = np.arctan((a * b - edge**2 * sin) / (edge * big_c)) + np.arctan(edge * sin / big_c)
    lean = (a * a + (b + 1) ** 2 - 2 * b * (1 + a * sin)) / (big_a * big_b)
    slope = np.arctan(big_a * ratio / big_b)
    upright = (
        a * cos / (b - a * sin) * lean * slope + cos / big_c * through - a * cos / (b - a * sin) * np.arctan(ratio)
    ) / np.pi
    tilted = (a * a + (b + 1) ** 2 - 2 * (b + 1 + a * b * sin)) / (big_a * big_b)
    flat = (np.arctan(1 / ratio) + sin / big_c * through - tilted * slope) / np.pi
    both: Floats = np.sqrt(np.maximum(upright, 0.0) ** 2 + np.maximum(flat, 0.0) ** 2)
    return np.clip(both, 0.0, 1.0)
