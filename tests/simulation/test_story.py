"""The story: wells grow warm, and at 05:00 the manhole on Shiniushan Road passes its limit; the main is 200 m away."""

from importlib import resources

import numpy as np
import pytest

from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import distance_m
from tocsin.simulation.city import City
from tocsin.simulation.scenario import Scenario, parse_scenario
from tocsin.simulation.world import World

MINUTE_MS, HOUR_MS = 60_000, 3_600_000
WELL = "石牛山路 7 号窨井"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    text = (resources.files("tocsin.simulation") / "scenarios" / "shiniushan-road.toml").read_text("utf-8")
    return parse_scenario(text, "shiniushan-road")


@pytest.fixture(scope="module")
def world(scenario: Scenario) -> World:
    return World(City.build(), scenario)


def values(world: World, quantity: str, from_ms: int, to_ms: int) -> tuple[np.ndarray, np.ndarray]:
    channel = world.city.channel(world.city.asset(WELL), quantity)
    readings = world.readings(from_ms, to_ms)
    chosen = readings.sensor == channel
    return readings.ts[chosen], readings.value[chosen]


def test_the_manhole_passes_its_limit_at_five_and_not_before(world: World, scenario: Scenario) -> None:
    five = scenario.begin_ms + 20 * MINUTE_MS
    ts, methane = values(world, "methane", five - 240 * HOUR_MS, five + 4 * HOUR_MS)
    first = int(ts[np.argmax(methane >= 25.0)])
    assert abs(first - five) <= 5 * MINUTE_MS
    assert methane.max() > 50.0
    assert methane[ts < five - 6 * HOUR_MS].max() < 15.0


def test_warmth_comes_before_gas(world: World, scenario: Scenario) -> None:
    before = scenario.begin_ms - 72 * HOUR_MS
    _, usual = values(world, "temperature", before, before + 24 * HOUR_MS)
    ts, warm = values(world, "temperature", before + 24 * HOUR_MS, scenario.begin_ms + HOUR_MS)
    gas_ts, gas = values(world, "methane", before + 24 * HOUR_MS, scenario.begin_ms + HOUR_MS)
    warmer = ts[np.argmax(warm > np.median(usual) + 5.0)]
    risen = gas_ts[np.argmax(gas > 20.0)]
    assert warmer < risen - 30 * MINUTE_MS


def test_the_heating_main_is_200_m_away_and_has_no_ethane(world: World, scenario: Scenario) -> None:
    truth = world.truths[0]
    lon, lat = next(
        feature["geometry"]["coordinates"]
        for feature in world.city.features
        if feature["properties"]["id"] == world.city.asset(WELL)
    )
    assert truth.cause == "heat_main_leak_biogas"
    assert truth.owner == "heating_company"
    assert 180.0 <= distance_m(lon, lat, truth.lon, truth.lat) <= 220.0
    _, ethane = values(world, "ethane_ratio", scenario.begin_ms, scenario.begin_ms + HOUR_MS)
    assert np.median(ethane) < 0.3


def test_the_feeding_station_makes_up_the_loss(world: World, scenario: Scenario) -> None:
    channels = [e.sensor for e in world.outcomes[0].effects if world.city.sensors.quantity[e.sensor] == "makeup_flow"]
    assert len(channels) == 1
    readings = world.readings(scenario.begin_ms, scenario.begin_ms + HOUR_MS)
    usual = world.readings(scenario.begin_ms - 96 * HOUR_MS, scenario.begin_ms - 95 * HOUR_MS)
    now = np.median(readings.value[readings.sensor == channels[0]])
    then = np.median(usual.value[usual.sensor == channels[0]])
    assert now > 2.0 * then


def test_every_incident_can_be_seen(world: World) -> None:
    assert len({truth.cause for truth in world.truths}) == 9  # every cause but no_event and unknown
    for outcome in world.outcomes:
        assert outcome.effects, outcome.truth.cause
        assert outcome.truth.alarmed_asset is not None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("begin = 3", "'begin' must be"),
        ("begin = 2026-01-15T04:40:00+08:00\nnonsense = 1", "unknown nonsense"),
        ('begin = 2026-01-15T04:40:00+08:00\n[[incident]]\nkind = "meteor"', "unknown kind 'meteor'"),
        ('begin = 2026-01-15T04:40:00+08:00\n[[incident]]\nkind = "gas_main_leak"\nat = "x"', "missing"),
        ("begin = [", "scenario s"),
    ],
)
def test_a_scenario_that_cannot_be_read_says_why(text: str, complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        parse_scenario(text, "s")


def test_after_the_repair_the_wells_keep_the_closing_rule_on_the_same_day(world: World, scenario: Scenario) -> None:
    """At 16:00: gas has been low for two hours, and every well that grew warm is as cool as on the days before."""
    at = scenario.begin_ms + 20 * MINUTE_MS + 11 * HOUR_MS
    _ts, methane = values(world, "methane", at - 2 * HOUR_MS, at)
    assert methane.max() < 5.0
    kinds = world.city.sensors.quantity
    warmed = [effect.sensor for effect in world.outcomes[0].effects if kinds[effect.sensor] == "temperature"]
    now = world.readings(at - HOUR_MS, at, warmed)
    past = [world.readings(at - (24 * days + 1) * HOUR_MS, at - (24 * days - 1) * HOUR_MS, warmed) for days in range(2, 7)]
    assert len(warmed) > 3
    for sensor in warmed:
        usual = np.median(np.concatenate([one.value[one.sensor == sensor] for one in past]))
        assert abs(now.value[now.sensor == sensor][-1] - usual) < 5.0
