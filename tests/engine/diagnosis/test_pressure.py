"""A break that only the gauges of the water net feel: by the ways from the source it is found streets away from what rings.

J20 -- J21 -- J22 -- J23 -- J24
 |      |      |      |      |       200 m apart, a gauge at every second joint;
J10 -- J11 -- J12 -- J13 -- J14      PS feeds J00
 |      |      |      |      |
J00 -- J01 -- J02 -- J03 -- J04
"""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.engine.drawing import line, point
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.judge import diagnose
from tocsin.engine.diagnosis.model import Hypothesis, SensorColumns
from tocsin.engine.hydraulics import PressureNet
from tocsin.engine.network import Network
from tocsin.warning.causes.policy.causes import shipped_templates

HOUR_MS = 3_600_000
START_MS = 1_768_000_000_000 - 1_768_000_000_000 % 86_400_000
ASKED_MS = START_MS + 245 * HOUR_MS
GAUGES = ("J00", "J02", "J04", "J11", "J13", "J20", "J22", "J24")


def network(*, fed: bool = True) -> Network:
    joint = {
        f"J{row}{column}": point(f"J{row}{column}", "valve", 200.0 * column, 200.0 * row, owner="water_company", buried=True)
        for row in range(3)
        for column in range(5)
    }
    station = point("PS", "pump_station", -50.0, 0.0, owner="water_company")
    pairs = [(f"J{r}{c}", f"J{r}{c + 1}") for r in range(3) for c in range(4)]
    pairs += [(f"J{r}{c}", f"J{r + 1}{c}") for r in range(2) for c in range(5)]
    main = {"owner": "water_company", "diameter_mm": 200}
    mains = [line(f"{a}-{b}", "water_main", joint[a], joint[b], **main) for a, b in pairs]
    feed = [line("feed", "water_main", station, joint["J00"], owner="water_company", diameter_mm=400)] if fed else []
    return Network.from_features([*joint.values(), station, *mains, *feed])


def told(mains: Network, falls: NDArray[np.float64], *, asked: str) -> Hypothesis:
    """What is said of a burst, one hour after every gauge fell by so many kPa."""
    place = {code: mains.position[code] for code in GAUGES}
    sensors = SensorColumns.build(
        mains,
        index=list(range(len(GAUGES))),
        asset_code=list(GAUGES),
        quantity=["pressure"] * len(GAUGES),
        interval_s=[600.0] * len(GAUGES),
        accuracy=[np.nan] * len(GAUGES),
        alarm_low=[380.0] * len(GAUGES),
        alarm_high=[np.nan] * len(GAUGES),
        lon=[float(mains.lon[place[code]]) for code in GAUGES],
        lat=[float(mains.lat[place[code]]) for code in GAUGES],
    )
    ts = np.arange(START_MS, ASKED_MS + 1, HOUR_MS // 6)
    noise = np.random.default_rng(1).normal(0.0, 1.0, (len(GAUGES), len(ts)))
    value = 400.0 + noise - falls[:, None] * np.clip((ts - ASKED_MS) / HOUR_MS + 1.0, 0.0, 0.5) / 0.5
    readings = Readings.concatenate([Readings.of(np.full(len(ts), k), ts, value[k]) for k in range(len(GAUGES))])
    grid = Grid.build(sensors, readings, ts_ms=ASKED_MS)
    answer = diagnose(mains, grid, shipped_templates(), sensor=GAUGES.index(asked), ts_ms=ASKED_MS)
    return next(one for one in answer.hypotheses if one.cause == "water_main_burst")


def net_around(mains: Network) -> PressureNet | None:
    return PressureNet.around(mains, 0.0, 0.0, within_m=2000.0, most_joints=800)


def falls_of_break(mains: Network, main: str, most_kpa: float) -> NDArray[np.float64]:
    net = net_around(mains)
    assert net is not None
    gauges = np.array([mains.position[code] for code in GAUGES], np.intp)
    lost = net.along(net.lost_at(gauges), np.array([mains.position[main]], np.intp), np.array([0.5]))[0]
    return np.asarray(most_kpa * lost / lost.max(), np.float64)


@pytest.mark.parametrize(("main", "asked"), [("J12-J13", "J24"), ("J03-J04", "J24"), ("J20-J21", "J22"), ("J13-J23", "J04")])
def test_it_is_found_streets_away_from_the_gauge_that_rings(main: str, asked: str) -> None:
    mains = network()
    burst = told(mains, falls_of_break(mains, main, 40.0), asked=asked)
    x_m, y_m = mains.plane.to_metres(burst.lon, burst.lat)
    broken = mains.position[main]
    assert math.hypot(x_m - mains.x_m[broken], y_m - mains.y_m[broken]) <= 150.0
    codes = [item.code for item in burst.evidence]
    assert "pressure_pattern.present" in codes
    assert "pressure_falls.present" in codes


def test_a_net_that_falls_as_a_whole_broke_beside_its_source() -> None:
    """What all gauges do at the same time is no habit of theirs; the source is the one that does not fall."""
    mains = network()
    burst = told(mains, np.full(len(GAUGES), 60.0), asked="J22")
    x_m, y_m = mains.plane.to_metres(burst.lon, burst.lat)
    beside = mains.position["J00"]
    assert math.hypot(x_m - mains.x_m[beside], y_m - mains.y_m[beside]) <= 100.0, "streets away from what rings"
    assert "pressure_pattern.present" in [item.code for item in burst.evidence]


def test_noise_alone_compares_no_places() -> None:
    burst = told(network(), np.zeros(len(GAUGES)), asked="J24")
    assert not [item for item in burst.evidence if item.code.startswith("pressure_pattern")]


def test_a_net_whose_source_is_not_on_the_map_is_judged_by_distance_from_the_break() -> None:
    mains = network()
    falls = falls_of_break(mains, "J13-J23", 40.0)
    unfed = network(fed=False)
    assert net_around(unfed) is None
    burst = told(unfed, falls, asked="J24")
    assert "pressure_falls.present" in [item.code for item in burst.evidence]
