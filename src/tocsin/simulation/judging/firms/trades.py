"""Trades and their machines. Shares are of a line's power at normal rate; minutes are lengths of a cycle."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Random = np.random.Generator

STEP_MINUTES = 5
STEPS = 24 * 60 // STEP_MINUTES  # of a day
STEPS_OF_HOUR = 60 // STEP_MINUTES
STEPS_OF_QUARTER = 15 // STEP_MINUTES


class Duty(Enum):
    """How a machine takes power."""

    STEADY = "steady"  # fans, pumps, drives
    CYCLE = "cycle"  # on for a share of each cycle: saws, mixers, presses
    BATCH = "batch"  # long batches with a heating phase
    FURNACE = "furnace"  # elements by thermostat: losses, goods, heating up
    COMPRESSOR = "compressor"  # loaded and unloaded between two pressures


@dataclass(frozen=True)
class Machine:
    """`duty`: share of the cycle at normal rate; `standby`: share of its power while people are there and it makes nothing."""

    kind: Duty
    share: float
    minutes: tuple[float, float] = (20.0, 40.0)
    duty: float = 0.7
    standby: float = 0.0


@dataclass(frozen=True)
class Trade:
    """Figures of a trade.

    `protective`, `essential`: power of devices as shares of the lines'; `water_m3`, `gas_m3`: a day of a line of 100 kW;
    `trucks`: a day of a firm of 500 kW; `holds_heat`: share of a line's power that keeps its furnace hot; `weather`: hall heating
    and cooling, share of the lines' power per 10 degrees.
    """

    name: str
    lines: tuple[int, int]
    line_kw: tuple[float, float]
    machines: tuple[Machine, ...]
    shifts: tuple[str, ...]
    protective: float
    essential: float
    water_m3: float
    gas_m3: float
    trucks: float
    has_stack: bool
    holds_heat: float
    weather: float
    people_per_100_kw: float


def _trade(
    name: str, lines: tuple[int, int], line_kw: tuple[float, float], shifts: str, *machines: Machine, **figures: float
) -> Trade:
    given = {"protective": 0.0, "essential": 0.0, "water_m3": 0.0, "gas_m3": 0.0, "trucks": 3.0, "holds_heat": 0.0} | figures
    return Trade(
        name=name,
        lines=lines,
        line_kw=line_kw,
        machines=machines,
        shifts=tuple(shifts.split()),
        protective=given["protective"],
        essential=given["essential"],
        water_m3=given["water_m3"],
        gas_m3=given["gas_m3"],
        trucks=given["trucks"],
        has_stack=bool(given.get("stack", 0.0)),
        holds_heat=given["holds_heat"],
        weather=given.get("weather", 0.03),
        people_per_100_kw=given.get("people", 8.0),
    )


TRADES = (
    _trade(
        "rubber_mixing",
        (2, 4),
        (180, 700),
        "two three four_two",
        Machine(Duty.CYCLE, 0.55, (12, 18), 0.65),
        Machine(Duty.CYCLE, 0.2, (25, 60), 0.6),
        Machine(Duty.COMPRESSOR, 0.13, (10, 25), 0.6),
        Machine(Duty.STEADY, 0.12, standby=0.5),
        protective=0.08,
        water_m3=14,
        trucks=5,
        stack=1,
        people=7,
    ),
    _trade(
        "glass_furnace",
        (1, 2),
        (400, 1800),
        "three",
        Machine(Duty.FURNACE, 0.45, (30, 60), 0.8, 0.5),
        Machine(Duty.STEADY, 0.3, standby=0.4),
        Machine(Duty.COMPRESSOR, 0.25, (10, 30), 0.7, 0.1),
        protective=0.06,
        essential=0.06,
        water_m3=8,
        gas_m3=900,
        trucks=5,
        stack=1,
        holds_heat=0.3,
        people=6,
    ),
    _trade(
        "paper_mill",
        (1, 2),
        (600, 3000),
        "three",
        Machine(Duty.STEADY, 0.6, standby=0.25),
        Machine(Duty.CYCLE, 0.25, (60, 140), 0.7),
        Machine(Duty.STEADY, 0.15, standby=0.5),
        protective=0.07,
        essential=0.03,
        water_m3=130,
        gas_m3=250,
        trucks=6,
        stack=1,
        people=4,
    ),
    _trade(
        "electroplating",
        (2, 4),
        (60, 300),
        "day day two",
        Machine(Duty.CYCLE, 0.5, (40, 70), 0.72),
        Machine(Duty.FURNACE, 0.3, (20, 45), 0.5, 0.35),
        Machine(Duty.STEADY, 0.2, standby=0.6),
        protective=0.14,
        essential=0.05,
        water_m3=55,
        trucks=2,
        stack=1,
        people=16,
    ),
    _trade(
        "feed_mill",
        (1, 3),
        (120, 500),
        "day two valley",
        Machine(Duty.CYCLE, 0.6, (50, 110), 0.75),
        Machine(Duty.STEADY, 0.25),
        Machine(Duty.COMPRESSOR, 0.15, (12, 25), 0.5, 0.1),
        protective=0.09,
        gas_m3=60,
        trucks=9,
        people=6,
    ),
    _trade(
        "dyeing",
        (3, 4),
        (50, 180),
        "two three four_two",
        Machine(Duty.BATCH, 0.6, (240, 480), 0.8),
        Machine(Duty.STEADY, 0.25, standby=0.2),
        Machine(Duty.COMPRESSOR, 0.15, (10, 25), 0.55),
        protective=0.1,
        essential=0.04,
        water_m3=240,
        gas_m3=420,
        trucks=3,
        stack=1,
        people=14,
    ),
    _trade(
        "cold_rolling",
        (1, 2),
        (500, 2500),
        "three valley four_two",
        Machine(Duty.CYCLE, 0.7, (18, 35), 0.72),
        Machine(Duty.STEADY, 0.2, standby=0.4),
        Machine(Duty.COMPRESSOR, 0.1, (10, 20), 0.6),
        protective=0.05,
        water_m3=18,
        trucks=6,
        stack=1,
        people=3,
    ),
    _trade(
        "lithium_cells",
        (2, 3),
        (200, 900),
        "two three",
        Machine(Duty.FURNACE, 0.4, (15, 40), 0.7, 0.2),
        Machine(Duty.BATCH, 0.35, (600, 1100), 0.7),
        Machine(Duty.STEADY, 0.25, standby=0.3),
        protective=0.08,
        essential=0.18,
        water_m3=15,
        trucks=3,
        stack=1,
        weather=0.05,
        people=10,
    ),
    _trade(
        "stone_cutting",
        (2, 4),
        (40, 180),
        "day day valley",
        Machine(Duty.CYCLE, 0.8, (70, 190), 0.78),
        Machine(Duty.STEADY, 0.12),
        Machine(Duty.COMPRESSOR, 0.08, (10, 20), 0.4),
        protective=0.07,
        water_m3=40,
        trucks=4,
        people=7,
        weather=0.0,
    ),
    _trade(
        "injection_moulding",
        (2, 4),
        (70, 320),
        "day two three",
        Machine(Duty.CYCLE, 0.45, (15, 25), 0.6),
        Machine(Duty.FURNACE, 0.25, (15, 30), 0.6, 0.3),
        Machine(Duty.STEADY, 0.15),
        Machine(Duty.COMPRESSOR, 0.15, (8, 20), 0.6, 0.05),
        protective=0.05,
        water_m3=8,
        trucks=3,
        people=9,
    ),
)
