"""The shipped stories: each rings when its clock says, and the diagnosis names what is really wrong."""

import math

import numpy as np
import pytest

from tocsin.base.geometry import distance_m
from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.judge import diagnose
from tocsin.engine.diagnosis.model import Diagnosis, SensorColumns
from tocsin.engine.network import Network
from tocsin.simulation.city import City
from tocsin.simulation.world import World
from tocsin.warning.causes.policy.causes import load_templates
from tocsin.workshop.demo.scenarios import load_scenario, shipped

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
NEAR_M = 1000.0
STATIONS = ("heat_station", "pump_station", "gas_regulator", "substation")


@pytest.fixture(scope="module")
def city() -> City:
    return City.build()


@pytest.fixture(scope="module")
def network(city: City) -> Network:
    return Network.from_features(list(city.features))


def first_ring(world: World) -> tuple[int, int]:
    """The channel that the first incident drives over its limit first, and when."""
    outcome, sensors = world.outcomes[0], world.city.sensors
    touched = {effect.sensor for effect in outcome.effects}
    readings = world.readings(outcome.truth.onset_ms, outcome.truth.onset_ms + 96 * HOUR_MS, touched)
    beyond = (readings.value >= sensors.alarm_high[readings.sensor]) | (readings.value <= sensors.alarm_low[readings.sensor])
    at = int(np.argmax(beyond))
    assert beyond[at]
    return int(readings.sensor[at]), int(readings.ts[at])


def diagnosed(world: World, network: Network, sensor: int, ts_ms: int) -> Diagnosis:
    """What the diagnosis says a quarter of an hour later, from all that is measured near by and at the stations."""
    city, sensors = world.city, world.city.sensors
    here = city.place[sensors.asset[sensor]]
    near = [
        i
        for i, (asset, place) in enumerate(zip(sensors.asset, sensors.place, strict=True))
        if place in STATIONS or math.dist(city.place[asset], here) <= NEAR_M
    ]
    lonlat = {f["properties"]["id"]: f["geometry"]["coordinates"] for f in city.features if f["geometry"]["type"] == "Point"}
    columns = SensorColumns.build(
        network,
        index=np.arange(len(sensors), dtype=np.int32),
        asset_code=list(sensors.asset),
        quantity=list(sensors.quantity),
        interval_s=sensors.interval_s.astype(np.float64),
        accuracy=sensors.accuracy,
        alarm_low=sensors.alarm_low,
        alarm_high=sensors.alarm_high,
        lon=np.array([lonlat[asset][0] for asset in sensors.asset]),
        lat=np.array([lonlat[asset][1] for asset in sensors.asset]),
    )
    until_ms = ts_ms + 15 * MINUTE_MS
    grid = Grid.build(columns, world.readings(ts_ms - 240 * HOUR_MS, until_ms, near), ts_ms=until_ms)
    return diagnose(network, grid, load_templates(None), sensor=sensor, ts_ms=ts_ms)


@pytest.mark.parametrize(
    ("story", "well", "cause", "within_m"),
    [
        ("gas-main", "永平路 15 号通信井", "gas_main_leak", 30.0),
        ("blocked-sewer", "向阳路 12 号窨井", "sewer_biogas", 100.0),
        ("lying-sensor", "夏庄路 12 号热力小室", "sensor_fault", 1.0),
    ],
)
def test_a_story_rings_when_its_clock_says_and_is_named_right(
    city: City, network: Network, story: str, well: str, cause: str, within_m: float
) -> None:
    scenario = load_scenario(story)
    world = World(city, scenario)
    sensor, ts_ms = first_ring(world)
    assert city.sensors.asset[sensor] == city.asset(well)
    assert 5 * MINUTE_MS < ts_ms - scenario.begin_ms < 40 * MINUTE_MS
    first = diagnosed(world, network, sensor, ts_ms).hypotheses[0]
    truth = world.truths[0]
    assert first.cause == truth.cause == cause
    assert distance_m(first.lon, first.lat, truth.lon, truth.lat) <= within_m


def test_all_stories_are_shipped() -> None:
    assert {"shiniushan-road", "gas-main", "blocked-sewer", "lying-sensor"} <= set(shipped())
