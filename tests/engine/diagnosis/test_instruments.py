"""What tells an instrument at fault, and people who test it, from what flows, fills or leaks."""

import numpy as np
import pytest

from tests.engine.diagnosis.district import (
    ASKED_H,
    CHANNELS,
    HOUR_MS,
    START_MS,
    Curve,
    District,
    Floats,
    rising,
    settling,
    square,
    wave,
)
from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.judge import diagnose
from tocsin.engine.diagnosis.model import Diagnosis
from tocsin.warning.causes.policy.causes import shipped_templates


def after_silence(street: District, asset: str, quantity: str, silent_h: float, everywhere: bool = False) -> Diagnosis:
    """The diagnosis of a channel of which, or of all of which, nothing came for so many hours before the question."""
    network, sensors, readings = street.parts()
    index = CHANNELS.index((asset, quantity))
    hours = (readings.ts - START_MS) / HOUR_MS - ASKED_H
    heard = (hours < -0.1 - silent_h) | (hours > -0.1) | ((readings.sensor != index) & (not everywhere))
    ts_ms = START_MS + round(ASKED_H * HOUR_MS)
    return diagnose(
        network, Grid.build(sensors, readings.take(heard), ts_ms=ts_ms), shipped_templates(), sensor=index, ts_ms=ts_ms
    )


def weight(told: Diagnosis, cause: str, sign: str) -> float:
    """What a sign weighs for a cause; 0 where it says nothing."""
    hypothesis = next(one for one in told.hypotheses if one.cause == cause)
    return sum(item.weight for item in hypothesis.evidence if item.code.partition(".")[0] == sign)


def codes(told: Diagnosis, cause: str) -> set[str]:
    return {item.code for one in told.hypotheses if one.cause == cause for item in one.evidence}


STEP, CLIMB = square(-0.1, 3, 40.0), rising(-5.0, 60.0, 7.0)
SILENCES = [
    # what was silent, of which quantity, how many hours, whether all were, what its curve does, how heavy that is for a fault
    ("restarted, its zero is another", "T1", "methane", 5.0, False, STEP, 2.7),
    ("no silence", "T1", "methane", 0.0, False, STEP, 0.0),
    ("everything was silent", "T1", "methane", 5.0, True, STEP, 0.0),
    ("pressure stands still after a burst, too", "W1", "pressure", 5.0, False, square(-0.1, 3, -60.0), 0.0),
    ("it goes on climbing", "T1", "methane", 5.0, False, CLIMB, 0.0),
]


@pytest.mark.parametrize(
    ("asset", "quantity", "silent_h", "everywhere", "curve", "heavy"),
    [row[1:] for row in SILENCES],
    ids=[row[0] for row in SILENCES],
)
def test_back_from_silence(asset: str, quantity: str, silent_h: float, everywhere: bool, curve: Curve, heavy: float) -> None:
    told = after_silence(District().write(asset, quantity, curve), asset, quantity, silent_h, everywhere)
    assert weight(told, "sensor_fault", "back_from_silence") == heavy


def two_levels(hours: Floats) -> Floats:
    """Test gas of two bottles, one after the other, each for fifty minutes."""
    return np.select([hours < -0.93, hours < -0.1, hours < 0.73], [0.0, 25.0, 50.0], 0.0)


BOTTLES = [
    # the curve, whether it is told as test gas beyond doubt
    ("two levels", two_levels, True),
    ("one level that lasts", square(-0.93, 3.0, 50.0), False),
    ("a steady climb is no stair", rising(-2.0, 60.0, 4.0), False),
]


@pytest.mark.parametrize(("curve", "sure"), [row[1:] for row in BOTTLES], ids=[row[0] for row in BOTTLES])
def test_gas_that_stands_on_several_levels_comes_from_bottles(curve: Curve, sure: bool) -> None:
    told = District().write("T1", "methane", curve).ask("T1", "methane")
    assert (weight(told, "calibration_or_maintenance", "square_pulse") > 1.8) is sure


def stuck(hours: Floats) -> Floats:
    """The same value for the last hours, far from the habit."""
    return np.where(hours > -4, 30.0, 0.0)


def test_an_instrument_of_coarse_steps_is_not_stuck() -> None:
    def said(curve: Curve) -> float:
        network, sensors, readings = District().write("T1", "methane", curve).parts()
        ts_ms = START_MS + round(ASKED_H * HOUR_MS)
        hours = (readings.ts - START_MS) / HOUR_MS - ASKED_H
        whole = np.where(
            (readings.sensor == CHANNELS.index(("T1", "methane"))) & (hours > -12), readings.value.round(), readings.value
        )
        grid = Grid.build(sensors, readings.of(readings.sensor, readings.ts, whole), ts_ms=ts_ms)
        index = CHANNELS.index(("T1", "methane"))
        return weight(diagnose(network, grid, shipped_templates(), sensor=index, ts_ms=ts_ms), "sensor_fault", "stuck_value")

    assert said(stuck) > 1.0
    assert said(rising(-11.0, 26.0, 20.0)) <= 0.0


def test_a_broken_wire_is_at_the_end_of_the_range_at_once() -> None:
    at_once = District().write("T1", "methane", square(-0.1, 0.5, 100.0)).ask("T1", "methane")
    by_degrees = District().write("T1", "methane", rising(-1.0, 110.0, 1.2)).ask("T1", "methane")
    assert weight(at_once, "sensor_fault", "end_of_range") == 2.5
    assert weight(by_degrees, "sensor_fault", "end_of_range") == 0.0


def test_dew_swells_and_dries() -> None:
    dew = District().write("S4", "methane", lambda hours: 40 * np.exp(-(((hours - 0.3) / 1.1) ** 2))).ask("S4", "methane")
    batch = District().write("S4", "methane", wave(-0.2, 40, 0.3)).ask("S4", "methane")
    assert weight(dew, "sensor_fault", "swells_and_fades") > 0.5
    assert weight(batch, "sensor_fault", "swells_and_fades") == 0.0


def test_a_front_comes_within_the_hour() -> None:
    slow = District().write("S4", "methane", rising(-3.0, 40, 4.0)).ask("S4", "methane")
    fast = District().write("S4", "methane", wave(-0.2, 40, 0.6)).ask("S4", "methane")
    assert weight(slow, "industrial_discharge", "within_the_hour") < -2.0
    assert "within_the_hour.absent" not in codes(fast, "industrial_discharge")


def test_sewage_stands_high_within_hours_and_its_gas_takes_a_day() -> None:
    water = District().write("S3", "level", rising(-1.5, 0.7, 2.0)).ask("S3", "level")
    gas = District().write("S3", "methane", rising(-1.5, 40.0, 2.0)).ask("S3", "methane")
    assert weight(gas, "sewer_biogas", "gas_takes_its_time") < 2 * weight(water, "sewer_biogas", "gas_takes_its_time") < 0


def test_water_that_fills_a_chamber_is_no_drift_for_being_even() -> None:
    """A chamber and a methane sensor rise alike for three hours."""
    water = District().write("T1", "level", settling(-2.8, 0.8, 4.0)).ask("T1", "level")
    gas = District().write("T1", "methane", settling(-2.8, 50.0, 4.0)).ask("T1", "methane")
    assert weight(water, "sensor_fault", "steady_drift") < 0.3 < 0.8 < weight(gas, "sensor_fault", "steady_drift")


def test_outbursts_are_no_climb_that_speeds_up() -> None:
    def outbursts(hours: Floats) -> Floats:
        """Ten minutes every three hours, higher each time."""
        return np.where((hours > -30) & (hours % 3 < 0.5), np.clip(40 + hours, 0, 40), 0.0)

    told = District().write("T1", "methane", outbursts).ask("T1", "methane")
    assert "comes_and_goes.present" in codes(told, "sensor_fault")
    assert weight(told, "sensor_fault", "speeds_up") == 0.0


def test_a_wave_that_rings_is_seen_at_the_next_manhole() -> None:
    """S1 rings; S2, 100 m below it, has long had its sewage. What it saw need not have come to S3."""
    stays = District().write("S1", "methane", wave(-0.6, 55, 0.6))
    passes = stays.write("S2", "methane", wave(-0.45, 9, 0.6))
    assert weight(stays.ask("S1", "methane"), "industrial_discharge", "wave_order") < -0.5
    assert weight(passes.ask("S1", "methane"), "industrial_discharge", "wave_order") > 0
