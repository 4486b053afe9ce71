"""The trades of made-up firms: how their lines draw power, when they work, and what platforms know of them.

Figures are estimates of what is usual (confidence C), wide on purpose: what is judged on such firms has to hold for others.
"""

from dataclasses import dataclass
from enum import StrEnum


class Shape(StrEnum):
    """How a running line draws power."""

    STEADY = "steady"  # electrolysis, mills: almost constant
    BATCH = "batch"  # vessels heated, stirred, cooled, emptied
    MELT = "melt"  # furnaces: full power and holding by turns
    ROUGH = "rough"  # hoists, crushers, saws: up and down from quarter to quarter
    PACKING = "packing"  # light machines and conveyors


DAY = ("08:00-17:30", "07:30-16:30", "08:30-17:30", "08:00-12:00;13:30-17:30", "09:00-18:00")
TWO = ("07:00-15:00;15:00-23:00", "06:00-14:00;14:00-22:00", "08:00-16:00;16:00-24:00", "08:00-20:00")
THREE = ("00:00-08:00;08:00-16:00;16:00-24:00", "08:00-20:00;20:00-08:00", "07:00-15:00;15:00-23:00;23:00-07:00")
CHEAP = ("21:00-05:00;05:00-09:00", "22:00-06:00", "23:00-07:00", "20:00-08:00", "22:00-06:00;06:00-08:00")


@dataclass(frozen=True)
class Trade:
    """`line_kw`: mean power of a running line, drawn evenly in the logarithm. `base`: what a stopped plant still draws, by the
    power of its lines. `auxiliary`: compressed air, dust removal and conveying without a meter of their own, by the same.
    `ramp_h`: from the first quarter to full load. `essential`: name of a load that may never fail, and its share. `sources`:
    chance that a platform knows the firm.
    """

    name: str
    shape: Shape
    shifts: dict[str, float]
    lines: tuple[int, int]
    line_kw: tuple[float, float]
    employees: tuple[int, int]
    base: tuple[float, float] = (0.01, 0.03)
    auxiliary: tuple[float, float] = (0.05, 0.2)
    ramp_h: tuple[float, float] = (0.0, 0.5)
    holding: tuple[float, float] = (0.0, 0.0)
    essential: str = ""
    essential_share: tuple[float, float] = (0.0, 0.0)
    protective_share: tuple[float, float] = (0.0, 0.0)
    shutdown_days: int = 0
    solar: float = 0.2
    sources: tuple[str, ...] = ()
    commitment: float = 0.9


def _by(*groups: tuple[tuple[str, ...], float]) -> dict[str, float]:
    return {shifts: weight / len(group) for group, weight in groups for shifts in group}


TRADES = (
    Trade(
        "chlor_alkali", Shape.STEADY, _by((THREE, 1.0)), (1, 3), (1800.0, 9000.0), (150, 500), (0.02, 0.05), (0.05, 0.12),
        ramp_h=(2.0, 7.0), essential="cooling water", essential_share=(0.005, 0.02), protective_share=(0.006, 0.015),
        shutdown_days=2, solar=0.1, sources=("gas_use", "emission_monitor", "tank_movement"),
    ),
    Trade(
        "fine_chemical_batch", Shape.BATCH, _by((THREE, 0.45), (TWO, 0.55)), (2, 5), (20.0, 160.0), (60, 260), (0.08, 0.3),
        (0.1, 0.3), ramp_h=(0.25, 1.0), essential="cooling water", essential_share=(0.05, 0.12),
        protective_share=(0.06, 0.2), shutdown_days=2, sources=("gas_use", "emission_monitor", "tank_movement"),
    ),
    Trade(
        "foundry", Shape.MELT, _by((CHEAP, 0.6), (TWO, 0.3), (THREE, 0.1)), (1, 3), (300.0, 2000.0), (50, 160), (0.015, 0.05),
        (0.05, 0.15), holding=(0.0, 0.16), protective_share=(0.03, 0.07), solar=0.4, sources=("gas_use", "emission_monitor"),
    ),
    Trade(
        "cold_store", Shape.PACKING, _by((DAY, 0.5), (TWO, 0.5)), (1, 3), (20.0, 120.0), (30, 130), (0.05, 0.12), (0.05, 0.2),
        essential="refrigeration", essential_share=(0.6, 2.2), protective_share=(0.05, 0.12), commitment=0.35,
    ),
    Trade(
        "cement_grinding", Shape.STEADY, _by((CHEAP, 0.5), (THREE, 0.5)), (1, 2), (700.0, 4500.0), (60, 120), (0.008, 0.03),
        (0.08, 0.2), ramp_h=(0.0, 0.5), protective_share=(0.02, 0.05), solar=0.2, sources=("emission_monitor",),
    ),
    Trade(
        "fireworks", Shape.ROUGH, _by((DAY, 1.0)), (1, 3), (10.0, 40.0), (80, 230), (0.1, 0.3), (0.1, 0.3),
        protective_share=(0.08, 0.2), solar=0.35,
    ),
    Trade(
        "mine", Shape.ROUGH, _by((THREE, 0.5), (TWO, 0.5)), (1, 3), (200.0, 1000.0), (150, 320), (0.02, 0.05), (0.1, 0.25),
        essential="main fan", essential_share=(0.2, 0.7), protective_share=(0.03, 0.06), shutdown_days=2, solar=0.4,
    ),
    Trade(
        "woodworking", Shape.ROUGH, _by((DAY, 0.5), (TWO, 0.45), (CHEAP, 0.05)), (1, 4), (25.0, 180.0), (50, 140),
        (0.02, 0.08), (0.1, 0.3), protective_share=(0.1, 0.3), solar=0.3, commitment=0.35,
    ),
)  # fmt: skip


def minutes_of(shifts: str) -> tuple[tuple[int, int], ...]:
    """Shifts as (begin, end) minutes of the day on which the first begins, each after the one before, behind 1,440 past midnight.

    >>> minutes_of("21:00-05:00;05:00-09:00")
    ((1260, 1740), (1740, 1980))
    """
    pairs: list[tuple[int, int]] = []
    for part in shifts.split(";"):
        begin, end = (int(moment[:2]) * 60 + int(moment[3:]) for moment in part.split("-"))
        later = 1440 if pairs and begin < pairs[-1][0] else 0
        pairs.append((begin + later, (end if end > begin else end + 1440) + later))
    return tuple(pairs)
