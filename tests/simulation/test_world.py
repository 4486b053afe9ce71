"""Readings are a function of time: the same whatever else is asked, and ordinary days look ordinary."""

import itertools

import numpy as np
import pytest

from tocsin.engine.columns import Readings
from tocsin.simulation.city import City
from tocsin.simulation.faults import Rates
from tocsin.simulation.scenario import QUIET, Scenario
from tocsin.simulation.world import World

HOUR_MS = 3_600_000
BEGIN = QUIET.begin_ms


@pytest.fixture(scope="module")
def world() -> World:
    return World(City.build())


def same(one: Readings, other: Readings) -> bool:
    return all(np.array_equal(getattr(one, column), getattr(other, column)) for column in ("sensor", "ts", "value", "quality"))


def test_cutting_time_into_pieces_changes_nothing(world: World) -> None:
    whole = world.readings(BEGIN, BEGIN + 5 * HOUR_MS)
    cuts = [BEGIN, BEGIN + 7_301, BEGIN + 61_000, BEGIN + HOUR_MS, BEGIN + 4 * HOUR_MS + 1, BEGIN + 5 * HOUR_MS]
    pieces = [world.readings(start, end) for start, end in itertools.pairwise(cuts)]
    assert same(whole, Readings.concatenate(pieces))


def test_another_process_gives_the_same(world: World) -> None:
    again = World(City.build())
    assert same(world.readings(BEGIN, BEGIN + HOUR_MS), again.readings(BEGIN, BEGIN + HOUR_MS))


def test_an_empty_stretch_has_no_readings(world: World) -> None:
    assert len(world.readings(BEGIN, BEGIN)) == 0


def test_readings_come_in_order_and_once(world: World) -> None:
    readings = world.readings(BEGIN, BEGIN + 2 * HOUR_MS)
    assert (np.diff(readings.ts) >= 0).all()
    assert readings.ts.min() >= BEGIN
    assert readings.ts.max() < BEGIN + 2 * HOUR_MS
    assert len({*zip(readings.sensor.tolist(), readings.ts.tolist(), strict=True)}) == len(readings)


def test_channels_of_a_device_report_together(world: World) -> None:
    readings = world.readings(BEGIN, BEGIN + HOUR_MS)
    device = world.city.devices[0]
    times = [set(readings.ts[readings.sensor == sensor].tolist()) for sensor in device.sensors]
    assert all(one == times[0] for one in times)


def test_most_reports_get_through(world: World) -> None:
    sensors = world.city.sensors
    readings = world.readings(BEGIN, BEGIN + 24 * HOUR_MS)
    wanted = (86_400 / sensors.interval_s).sum()
    assert 0.97 * wanted < len(readings) < 0.999 * wanted


def test_winter_is_cold_and_houses_are_heated(world: World) -> None:
    readings = world.readings(BEGIN, BEGIN + 24 * HOUR_MS)
    sensors = world.city.sensors
    medians: dict[tuple[str, str], float] = {}
    places = [("temperature", "substation"), ("temperature", "heat"), ("temperature", "telecom")]
    for quantity, place in [*places, ("supply_temperature", "heat_station")]:
        chosen = [i for i in range(len(sensors)) if (sensors.quantity[i], sensors.place[i]) == (quantity, place)]
        medians[quantity, place] = float(np.median(readings.value[np.isin(readings.sensor, chosen)]))
    assert -10 < medians["temperature", "substation"] < 8
    assert 6 < medians["temperature", "telecom"] < medians["temperature", "heat"] < 30
    assert 75 < medians["supply_temperature", "heat_station"] < 100


def test_perfect_instruments_neither_stick_nor_miss(world: World) -> None:
    perfect = World(world.city, Scenario("perfect", "", BEGIN, rates=Rates(gaps=0, stuck=0, spikes=0, drift=0)))
    readings = perfect.readings(BEGIN, BEGIN + 6 * HOUR_MS)
    wanted = (6 * 3_600 / world.city.sensors.interval_s).sum()
    assert abs(len(readings) - wanted) <= len(world.city.sensors)
