"""What a tank holds at a level, and when it would be full at the inflow of now: geometry of vessels, nothing else."""

import math
from enum import StrEnum
from typing import Final

from tocsin.base.errors import InvalidInput


class TankShape(StrEnum):
    """How the filled share follows from the level: a standing cylinder, a lying one with flat heads, a sphere."""

    VERTICAL = "vertical"
    HORIZONTAL = "horizontal"
    SPHERE = "sphere"


STEADY_M3_H: Final = 1e-6
"""A slower flow than this fills nothing."""


def filled_share(shape: TankShape, level_share: float) -> float:
    """The share of the volume below a level that is told as a share of the height; below 0 is empty, above 1 is full.

    Exact: of a lying cylinder the segment of a circle (θ − sin θ)/2π with cos(θ/2) = 1 − 2x, of a sphere the cap 3x² − 2x³.

    >>> filled_share(TankShape.HORIZONTAL, 0.5), filled_share(TankShape.SPHERE, 0.5)
    (0.5, 0.5)
    """
    x = min(max(level_share, 0.0), 1.0)
    match shape:
        case TankShape.VERTICAL:
            return x
        case TankShape.SPHERE:
            return x * x * (3 - 2 * x)
        case TankShape.HORIZONTAL:
            half = math.acos(1 - 2 * x)
            return (half - math.sin(half) * math.cos(half)) / math.pi


def mass_t(shape: TankShape, level_share: float, volume_m3: float, density_kg_m3: float) -> float:
    """Tonnes of liquid below a level. InvalidInput for a volume or a density that is none.

    >>> mass_t(TankShape.VERTICAL, 0.5, 100.0, 800.0)
    40.0
    """
    for name, value in (("volume", volume_m3), ("density", density_kg_m3)):
        if not (math.isfinite(value) and value > 0):
            raise InvalidInput("%(name)s: %(value)s is no number above 0", name=name, value=value)
    return filled_share(shape, level_share) * volume_m3 * density_kg_m3 / 1000


def hours_until(shape: TankShape, level_share: float, limit_share: float, volume_m3: float, inflow_m3_h: float) -> float | None:
    """Hours until a level is reached at an inflow that stays as it is; 0 where it is reached, None where it never is.

    >>> hours_until(TankShape.VERTICAL, 0.5, 0.9, 100.0, 20.0)
    2.0
    """
    if level_share >= limit_share:
        return 0.0
    if inflow_m3_h <= STEADY_M3_H:
        return None
    room = filled_share(shape, limit_share) - filled_share(shape, level_share)
    return round(room * volume_m3 / inflow_m3_h, 6)
