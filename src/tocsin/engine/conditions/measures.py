"""What terms measure on hourly values: totals, distance from the learnt band, the night's minimum, the balance of a section."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.baselines.classic import night_minimum
from tocsin.engine.baselines.hours import Hours

Floats = NDArray[np.float64]
LEAST_KNOWN = 0.5  # of a section's hours, at each of its sensors


def totals(hours: Hours, last: int) -> Floats:
    """The last `last` hourly values added up, float64[s]: of those that are known, the least it can be; NaN of nothing."""
    part = hours.middle[:, -last:]
    known = np.isfinite(part)
    return np.where(known.any(axis=1), np.where(known, part, 0.0).sum(axis=1), np.nan)


def deviations(value: Floats, middle: Floats, low: Floats, high: Floats) -> Floats:
    """How far outside their band sensors have been through all hours, float64[s] of float64[s, t] each.

    1 is the edge of the band, negative below its middle; the least of the hours counts, 0 where they lie on both sides, and NaN
    where an hour or its band is unknown.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.where(value >= middle, (value - middle) / (high - middle), (value - middle) / (middle - low))
    away = np.where(np.isfinite(away), away, np.nan)
    least = np.where(np.all(away > 0, axis=1), away.min(axis=1), np.where(np.all(away < 0, axis=1), away.max(axis=1), 0.0))
    return np.where(np.isnan(away).any(axis=1), np.nan, least)


def night_shares(hours: Hours, local_h: int = 8) -> Floats:
    """Last night's least flow by the median of the fourteen nights before, float64[s]; NaN where either is unknown or 0."""
    last, usual = night_minimum(hours, local_h)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(usual > 0, last / usual, np.nan)


def balance(into: Floats, out: Floats) -> float:
    """What enters a section and does not leave it, as a share of what enters, of flows float64[s, t] in and out.

    Hours at which every sensor is known are compared; NaN where those are fewer than half, or nothing enters.
    """
    known = np.isfinite(into).all(axis=0) & np.isfinite(out).all(axis=0)
    if known.mean() < LEAST_KNOWN:
        return np.nan
    entered, left = float(into[:, known].sum()), float(out[:, known].sum())
    return (entered - left) / entered if entered > 0 else np.nan
