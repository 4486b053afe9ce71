"""Heat in the ground: the line source and the warm plane, in closed form."""

import math

import numpy as np
from scipy.signal import lfilter
from scipy.special import erfc, exp1

from tocsin.base.geometry import Floats


def line_source(watts_per_m: float, conductivity: float, diffusivity: float, away_m: float, seconds: Floats) -> Floats:
    """Warming at a distance from a line that gives off heat since time 0: q / (4 pi k) E1(r2 / (4 a t)), kelvin; 0 before.

    Carslaw and Jaeger, Conduction of Heat in Solids, 1959, 10.4. Conductivity W/(m K), diffusivity m2/s.
    """
    since = np.maximum(seconds, 1e-3)
    warmed = watts_per_m / (4 * math.pi * conductivity) * exp1(away_m**2 / (4 * diffusivity * since))
    return np.where(seconds > 0, warmed, 0.0)


def warm_plane(step_c: float, diffusivity: float, away_m: float, seconds: Floats) -> Floats:
    """Warming at a distance from a plane that is warmer by a step since time 0: erfc(x / (2 sqrt(a t))), kelvin; 0 before."""
    since = np.maximum(seconds, 1e-3)
    return np.where(seconds > 0, step_c * erfc(away_m / (2 * np.sqrt(diffusivity * since))), 0.0)


def late(series: Floats, step_h: float, hours: float) -> Floats:
    """The series as a body follows it that takes some hours to warm (first order), from its first value on."""
    share = 1 - math.exp(-step_h / hours)
    out, _ = lfilter([share], [1.0, share - 1.0], series, zi=[(1.0 - share) * series[0]])
    return np.asarray(out)
