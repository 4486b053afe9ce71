"""How each quantity behaves when nothing is wrong: a base, shares of what drives a city, a slow walk and noise.

An ordinary value is `base + Σ share × driver(t) + slow × walk(t) + noise`. The drivers are those of `signals.Drivers`;
ranges here are drawn once per sensor, so that no two wells are alike.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from tocsin.simulation.weather import QINGDAO, Climate

DRIVERS = (
    "year_cos",  # 1 on the coldest day
    "year_sin",
    "outdoor",  # °C
    "outdoor_slow",  # °C without the daily swing
    "water",  # use of the hour, relative to its mean
    "gas",
    "traffic",
    "afternoon",  # 1 at 15 h, -1 at 3 h
    "rain",  # mm/h
    "runoff",  # mm/h
    "wet",  # 0 to 1
    "cold",  # need of heat: 0 at 18 °C outdoors, 1 at -2 °C
)

Range = tuple[float, float]


@dataclass(frozen=True)
class Behaviour:
    """Ranges from which a sensor's figures are drawn, in the unit of its quantity.

    `share` are absolute, `relative` are multiples of the sensor's base. `logarithmic`: the base is drawn evenly in its logarithm.
    """

    base: Range
    share: Mapping[str, Range] = field(default_factory=dict)
    relative: Mapping[str, Range] = field(default_factory=dict)
    logarithmic: bool = False
    slow: Range = (0.0, 0.0)
    noise: float = 0.0
    floor: float = -math.inf
    ceiling: float = math.inf


@dataclass(frozen=True)
class _Soil:
    """A well's depth, what its utility adds to the temperature of its air, how much warmer it is all the year."""

    depth_m: float
    extra: Mapping[str, Range] = field(default_factory=dict)
    warmer: Range = (0.0, 1.2)


_WELLS = {
    "": _Soil(1.8),
    "power": _Soil(1.9, {"traffic": (0.1, 0.4)}, (1.5, 4.0)),
    "heat": _Soil(2.4, {"cold": (4.0, 10.0)}, (1.0, 3.0)),
    "sewer": _Soil(2.6, {"water": (0.3, 0.9), "runoff": (-0.5, -0.1)}, (0.5, 2.0)),
}


def _air_of_well(well: _Soil, climate: Climate) -> Behaviour:
    """Air in a well takes the temperature of the soil: the year's wave damped and late (damping depth 2.45 m at 6e-7 m2/s)."""
    swing, late = climate.swing_c * math.exp(-well.depth_m / 2.45), well.depth_m / 2.45
    share = {
        "year_cos": (-swing * math.cos(late), -swing * math.cos(late)),
        "year_sin": (-swing * math.sin(late), -swing * math.sin(late)),
        "outdoor": (0.03, 0.09),
        **well.extra,
    }
    mean = climate.mean_c - 0.1
    return Behaviour((mean + well.warmer[0], mean + well.warmer[1]), share, slow=(0.1, 0.3), noise=0.08)


_DRY_LEVEL = Behaviour((-0.01, 0.004), {"wet": (0.0, 0.05)}, noise=0.003, floor=0.0)
_CLEAN_METHANE = Behaviour(
    (0.15, 0.9),
    relative={"afternoon": (0.05, 0.15), "wet": (-0.3, 0.0)},
    logarithmic=True,
    slow=(0.03, 0.1),
    noise=0.14,
    floor=0.0,
)
_PRESSURE_LOSS = {"water": (-14.0, -6.0)}

# (quantity, place) -> behaviour; place "" holds wherever no narrower line is given.
ORDINARY: dict[tuple[str, str], Behaviour] = {
    ("temperature", "substation"): Behaviour((0.0, 0.0), {"outdoor": (1.0, 1.0)}, noise=0.12),
    ("methane", ""): _CLEAN_METHANE,
    ("methane", "sewer"): Behaviour(
        (0.3, 5.5),
        relative={"afternoon": (0.08, 0.2), "wet": (-0.5, -0.2), "year_cos": (-0.4, -0.2)},
        logarithmic=True,
        slow=(0.05, 0.25),
        noise=0.14,
        floor=0.0,
    ),
    ("hydrogen_sulphide", ""): Behaviour((0.02, 0.12), slow=(0.01, 0.03), noise=0.08, floor=0.0),
    ("hydrogen_sulphide", "sewer"): Behaviour(
        (0.1, 2.2),
        relative={"water": (-0.3, -0.1), "year_cos": (-0.5, -0.2), "wet": (-0.4, 0.0)},
        logarithmic=True,
        slow=(0.02, 0.1),
        noise=0.1,
        floor=0.0,
    ),
    ("carbon_monoxide", ""): Behaviour((0.4, 1.2), {"traffic": (0.05, 0.5)}, slow=(0.1, 0.2), noise=0.4, floor=0.0),
    ("oxygen", ""): Behaviour((20.5, 20.8), {"afternoon": (-0.05, 0.0)}, slow=(0.02, 0.05), noise=0.05),
    ("ethane_ratio", ""): Behaviour((0.02, 0.08), slow=(0.01, 0.02), noise=0.05, floor=0.0),
    ("level", ""): _DRY_LEVEL,
    ("level", "sewer"): Behaviour(
        (0.05, 0.3),
        {"runoff": (0.004, 0.02)},
        {"water": (0.2, 0.4)},
        logarithmic=True,
        slow=(0.002, 0.01),
        noise=0.004,
        floor=0.0,
    ),
    ("level", "storm_drain"): Behaviour(
        (0.015, 0.06), {"runoff": (0.02, 0.07), "wet": (0.0, 0.05)}, slow=(0.001, 0.004), noise=0.004, floor=0.0
    ),
    ("flow", "sewer"): Behaviour(
        (3.0, 70.0), {"runoff": (0.2, 1.5)}, {"water": (0.5, 0.7)}, logarithmic=True, slow=(0.1, 0.3), noise=0.3, floor=0.0
    ),
    ("flow", "gas_regulator"): Behaviour(
        (700.0, 1300.0), relative={"gas": (0.4, 0.55), "cold": (0.3, 0.5)}, noise=12.0, floor=0.0
    ),
    ("flow", "pump_station"): Behaviour((550.0, 800.0), relative={"water": (0.5, 0.6)}, slow=(4.0, 8.0), noise=9.0, floor=0.0),
    ("flow", "heat_station"): Behaviour((900.0, 1200.0), {"cold": (150.0, 240.0)}, slow=(6.0, 10.0), noise=7.0, floor=0.0),
    ("pressure", "gas"): Behaviour((242.0, 252.0), {"gas": (-3.5, -1.5)}, slow=(0.2, 0.5), noise=0.5),
    ("pressure", "gas_regulator"): Behaviour((254.0, 258.0), {"gas": (-1.2, -0.4)}, slow=(0.2, 0.4), noise=0.4),
    ("pressure", "heat"): Behaviour((830.0, 880.0), {"cold": (-8.0, 8.0)}, slow=(1.0, 2.0), noise=2.2),
    ("pressure", "heat_station"): Behaviour((895.0, 915.0), {"cold": (0.0, 10.0)}, slow=(1.0, 2.0), noise=2.2),
    ("pressure", "water"): Behaviour((385.0, 455.0), _PRESSURE_LOSS, slow=(0.5, 1.5), noise=1.6),
    ("pressure", "pump_station"): Behaviour((455.0, 470.0), {"water": (-4.0, -2.0)}, slow=(0.5, 1.0), noise=1.1),
    ("makeup_flow", ""): Behaviour((3.5, 5.5), {"cold": (0.5, 1.5)}, slow=(0.15, 0.3), noise=0.2, floor=0.0),
    ("supply_temperature", ""): Behaviour((58.0, 62.0), {"cold": (24.0, 30.0)}, slow=(0.4, 0.8), noise=0.25),
    ("return_temperature", ""): Behaviour((37.0, 40.0), {"cold": (10.0, 13.0)}, slow=(0.3, 0.6), noise=0.2),
    ("rainfall", ""): Behaviour((0.0, 0.0), {"rain": (0.95, 1.05)}, floor=0.0),
    ("conductivity", ""): Behaviour(
        (980.0, 1350.0), {"water": (40.0, 90.0), "runoff": (-70.0, -30.0)}, slow=(8.0, 20.0), noise=12.0
    ),
}


def behaviour_of(quantity: str, place: str, climate: Climate = QINGDAO) -> Behaviour:
    """The behaviour of a quantity at a place; KeyError where the simulation knows none."""
    if quantity == "temperature" and place != "substation":
        return _air_of_well(_WELLS.get(place, _WELLS[""]), climate)
    return ORDINARY.get((quantity, place)) or ORDINARY[quantity, ""]
