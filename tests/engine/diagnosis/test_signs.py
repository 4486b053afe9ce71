"""What single signs see in the district: a curve written into it, and the evidence that it must leave behind."""

import math
import warnings
from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.diagnosis.district import (
    ASKED_H,
    CHANNELS,
    HOUR_MS,
    START_MS,
    Curve,
    District,
    gusting,
    rising,
    settling,
    square,
)
from tests.engine.diagnosis.incidents import discharge, gas_main_leak, surcharge
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.judge import diagnose
from tocsin.engine.diagnosis.signs.pressure import share_explained
from tocsin.engine.diagnosis.weighing import log_weights, shares_of, spot_to_name
from tocsin.warning.causes.policy.causes import shipped_templates


def outbursts(hours: np.ndarray) -> np.ndarray:
    """Ten minutes of a high value every seven hours, for two days."""
    return np.where((hours > -46) & (hours % 7 < 0.2) | (np.abs(hours) < 0.2), 30.0, 0.0)


def gusts_and_a_step(hours: np.ndarray) -> np.ndarray:
    """Gas that has come and gone for three hours, then stays high."""
    return np.where(hours > -0.1, 40.0, 16.0 * np.abs(np.sin(2.3 * hours)) * (hours > -3.5) * (hours < -0.4))


def warmth_of_day(hours: np.ndarray) -> np.ndarray:
    """From three days before on it swells at the hour of the question and is gone half a day later."""
    return np.where(hours > -80, 30.0 * np.clip(np.cos(2 * np.pi * hours / 24), 0.0, 1.0), 0.0)


def gassy() -> District:
    """Gas in S2, beside the main, and less of it in T1, farther away."""
    return District().write("S2", "methane", gusting(-4, 40, 4)).write("T1", "methane", gusting(-4, 30, 4))


def to_and_fro(hours: np.ndarray) -> np.ndarray:
    """From half an hour before the question on, high and low by turns."""
    return np.where(hours > -0.6, np.where(np.arange(len(hours)) % 2 == 0, 60.0, 6.0), 0.0)


def slow_test_gas(hours: np.ndarray) -> np.ndarray:
    """An hour of test gas of half and of full strength, told by a sensor that takes ten minutes to follow."""
    gas = np.where((hours > -0.1) & (hours < 0.5), 26.0, np.where((hours >= 0.5) & (hours < 1.2), 52.0, 0.0))
    told = np.zeros(len(gas))
    for at in range(1, len(gas)):
        told[at] = told[at - 1] + 0.7 * (gas[at] - told[at - 1])
    return told


def span_gas_by_steps(hours: np.ndarray) -> np.ndarray:
    """Test gas that a sensor tells by three steps of ten minutes, and that is gone between two readings."""
    return np.select([hours < -0.5, hours < -0.3, hours < -0.1, hours < 0.3], [0.0, 20.0, 38.0, 50.0], 0.0)


def trembling_rise(hours: np.ndarray) -> np.ndarray:
    """A climb to 30 that trembles about the height at which an outburst begins."""
    climb = np.clip((hours + 3) / 3, 0.0, 1.0) * 30.0
    return climb + np.where(hours > -3, 4.0 * np.sin(np.arange(len(hours)) * 2.2), 0.0)


def swaying_rise(hours: np.ndarray) -> np.ndarray:
    """A climb of twenty hours to 30 about which wind sways the gas by a twentieth, every three hours."""
    climb = np.clip((hours + 20) / 20, 0.0, 1.0) * 30.0
    return climb * (1 + 0.05 * np.sin(2 * np.pi * hours / 3))


def creeping(hours: np.ndarray) -> np.ndarray:
    """A zero that creeps evenly for twenty hours, a little faster at the end."""
    return 30.0 * np.clip((hours + 20) / 20, 0.0, 1.2) ** 1.4


def beyond_range(hours: np.ndarray) -> np.ndarray:
    """Gas that comes at once, farther than the sensor tells, and is let out half an hour later."""
    return np.where((hours > -0.1) & (hours < 0.5), 100.0, 0.0)


def diffusing(hours: np.ndarray) -> np.ndarray:
    """Gas let out behind three metres of soil 20 hours ago: nothing for hours, then ever faster (erfc of the distance)."""
    since_h = np.maximum(hours + 20, 1e-6)
    return 40_000 * np.vectorize(math.erfc)(3.0 / (2 * np.sqrt(0.02 * since_h)))


SEEN: list[tuple[str, Callable[[], District], tuple[str, str], str, str]] = [
    (
        "outbursts",
        lambda: District().write("T1", "methane", outbursts),
        ("T1", "methane"),
        "sensor_fault",
        "comes_and_goes.present",
    ),
    (
        "by day",
        lambda: District().write("T1", "methane", warmth_of_day),
        ("T1", "methane"),
        "sensor_fault",
        "follows_day.present",
    ),
    (
        "test gas with round edges",
        lambda: District().write("T1", "methane", slow_test_gas),
        ("T1", "methane"),
        "calibration_or_maintenance",
        "square_pulse.present",
    ),
    (
        "test gas by steps that is gone at once",
        lambda: District().write("T1", "methane", span_gas_by_steps),
        ("T1", "methane"),
        "calibration_or_maintenance",
        "square_pulse.present",
    ),
    (
        "a round of slow instruments",
        lambda: District().write("T1", "methane", slow_test_gas).write("T2", "methane", lambda hours: slow_test_gas(hours + 1.5)),
        ("T1", "methane"),
        "calibration_or_maintenance",
        "same_pulse_nearby.present",
    ),
    (
        "to and fro",
        lambda: District().write("T1", "methane", to_and_fro),
        ("T1", "methane"),
        "sensor_fault",
        "noisy_signal.present",
    ),
    (
        "a chamber fills",
        lambda: District().write("S2", "methane", rising(-1.5, 60, 2.5)),
        ("S2", "methane"),
        "gas_main_leak",
        "by_degrees.present",
    ),
    (
        "a jump fills nothing",
        lambda: District().write("T1", "methane", square(-0.1, 3, 40.0)),
        ("T1", "methane"),
        "gas_main_leak",
        "by_degrees.absent",
    ),
    (
        "walls hold warmth back",
        lambda: District().write("P2", "temperature", square(-0.1, 3, 45.0)),
        ("P2", "temperature"),
        "sensor_fault",
        "warms_at_once.present",
    ),
    (
        "a zero creeps evenly",
        lambda: District().write("T1", "methane", creeping),
        ("T1", "methane"),
        "sensor_fault",
        "steady_drift.present",
    ),
    (
        "wind stirs gas",
        lambda: District().write("T1", "methane", swaying_rise),
        ("T1", "methane"),
        "sensor_fault",
        "steady_drift.absent",
    ),
    (
        "what diffuses comes ever faster",
        lambda: District().write("T1", "methane", diffusing),
        ("T1", "methane"),
        "sensor_fault",
        "speeds_up.present",
    ),
    ("gradient", gassy, ("S2", "methane"), "gas_main_leak", "gas_gradient.present"),
    (
        "warm sewage",
        lambda: discharge().write("S2", "level", square(-0.5, 1.0, 0.1)),
        ("S1", "methane"),
        "industrial_discharge",
        "sewage_stirs.present",
    ),
]


@pytest.mark.parametrize(("district", "channel", "cause", "code"), [row[1:] for row in SEEN], ids=[row[0] for row in SEEN])
def test_it_is_seen(district: Callable[[], District], channel: tuple[str, str], cause: str, code: str) -> None:
    told = next(one for one in district().ask(*channel).hypotheses if one.cause == cause)
    assert code in [item.code for item in told.evidence]


NOT_SEEN: list[tuple[str, Curve, str]] = [
    ("a step is no outburst", square(-3, 3, 30.0), "comes_and_goes.present"),
    ("gas that comes and stays is no test", settling(-1.5, 60, 0.4), "square_pulse.present"),
    ("trembling about a height is no outburst", trembling_rise, "comes_and_goes.present"),
    ("gas that stirs is not stuck", gusting(-3, 60, 2), "stuck_value.present"),
    ("gusts are no bad contact", gusting(-3, 60, 2), "noisy_signal.present"),
    ("a steady rise follows no day", settling(-60, 30, 20), "follows_day.present"),
    ("a straight creep does not speed up", rising(-30, 30, 30), "speeds_up.present"),
    ("a fast rise is no drift", rising(-1, 30, 1), "steady_drift.present"),
    ("a climb that wind stirs is no drift", swaying_rise, "steady_drift.present"),
    ("nobody tests with gas beyond the range", beyond_range, "square_pulse.present"),
    ("after gusts there is no step", gusts_and_a_step, "sudden_step.present"),
    ("test gas has no tail", lambda hours: 60 * np.exp(-np.maximum(hours, 0) / 0.3) * (hours > -0.1), "square_pulse.present"),
    ("what climbed for long and is lost", lambda hours: 50 * np.clip(hours + 1, 0, 1) * (hours < 0.1), "square_pulse.present"),
    ("test gas has no slopes", lambda hours: 60 * np.exp(-((hours / 0.35) ** 2)), "square_pulse.present"),
]


@pytest.mark.parametrize(("curve", "code"), [row[1:] for row in NOT_SEEN], ids=[row[0] for row in NOT_SEEN])
def test_it_is_not_seen(curve: Curve, code: str) -> None:
    fault = next(
        one for one in District().write("T1", "methane", curve).ask("T1", "methane").hypotheses if one.cause == "sensor_fault"
    )
    assert code not in [item.code for item in fault.evidence]


COMPANIONS = [
    # what oxygen does as methane steps up in S4, what is said of companions
    ("displaced", -2.0, "companions_calm.absent"),
    ("rising, which no gas does", 8.0, "companions_calm.present"),
]


@pytest.mark.parametrize(("oxygen", "code"), [row[1:] for row in COMPANIONS], ids=[row[0] for row in COMPANIONS])
def test_companions_agree_only_the_right_way(oxygen: float, code: str) -> None:
    street = District().write("S4", "methane", square(-1, 3, 60.0)).write("S4", "oxygen", square(-1, 3, oxygen))
    fault = next(one for one in street.ask("S4", "methane").hypotheses if one.cause == "sensor_fault")
    assert code in [item.code for item in fault.evidence]


def test_one_well_beside_a_main_speaks_neither_for_nor_against_a_leak_there() -> None:
    """Gas that a few metres of soil let through reaches one well and no other: the calm ones around refute nothing."""
    asked = District().write("S2", "methane", diffusing).ask("S2", "methane")
    leak = next(one for one in asked.hypotheses if one.cause == "gas_main_leak")
    codes = [item.code for item in leak.evidence]
    assert "gas_gradient.present" not in codes
    assert "gas_gradient.absent" not in codes


def test_the_pipe_below_the_highest_water_is_named_whoever_rings() -> None:
    """S1 --> S2 --> S3: rain stands highest in S2, so the second pipe is too tight, also where S1 asks."""
    told = next(one for one in surcharge().ask("S1", "level").hypotheses if one.cause == "sewer_surcharge_rain")
    assert told.asset_code == "sewer2"


def test_a_break_is_found_although_most_gauges_feel_it() -> None:
    """Gauges at 0, 200, 400, 600 and 900 m, a break at 250 m; the median gauge has fallen too, so falls are told less its own."""
    gauges, spots = np.array([0.0, 200.0, 400.0, 600.0, 900.0]), np.array([0.0, 250.0, 600.0])
    fading = np.exp(-2 * np.abs(spots[:, None] - gauges) / 500)
    shares = share_explained(100 * fading[1] - 40, fading, np.ones(5))
    assert shares.argmax() == 1
    assert shares[1] == pytest.approx(1.0)


@pytest.mark.parametrize(("since_h", "seen"), [(-4.0, True), (-30.0, False)], ids=["as it rings", "all day"])
def test_gas_pressure_speaks_where_it_falls_as_the_sensor_rings(since_h: float, seen: bool) -> None:
    """What was low for a day is a cold day, a valve or the gauge."""
    told = gas_main_leak().write("G1", "pressure", rising(since_h, -60.0, 0.5)).ask("G1", "methane")
    leak = next(one for one in told.hypotheses if one.cause == "gas_main_leak")
    assert ("gas_supply_disturbed.present" in [item.code for item in leak.evidence]) is seen


STEPS = [
    # what steps to where, hours before it of which nothing came, whether that is called sudden
    ("a shift of zero", "T1", "methane", 40.0, 0.0, True),
    ("nothing is known of how it came", "T1", "methane", 40.0, 5.0, False),
    ("pressure falls at once by itself", "W1", "pressure", -60.0, 0.0, False),
]


@pytest.mark.parametrize(
    ("asset", "quantity", "step", "silent_h", "sudden"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS]
)
def test_only_what_could_not_come_at_once_is_a_sudden_step(
    asset: str, quantity: str, step: float, silent_h: float, sudden: bool
) -> None:
    network, sensors, readings = District().write(asset, quantity, square(-0.1, 3, step)).parts()
    index = CHANNELS.index((asset, quantity))
    hours = (readings.ts - START_MS) / HOUR_MS - ASKED_H
    heard = (readings.sensor != index) | (hours < -0.1 - silent_h) | (hours > -0.1)
    ts_ms = START_MS + round(ASKED_H * HOUR_MS)
    grid = Grid.build(sensors, readings.take(heard), ts_ms=ts_ms)
    told = diagnose(network, grid, shipped_templates(), sensor=index, ts_ms=ts_ms)
    fault = next(one for one in told.hypotheses if one.cause == "sensor_fault")
    assert ("sudden_step.present" in [item.code for item in fault.evidence]) is sudden


SPOTS = [
    # shares, x of the spots, named
    ("the likeliest", [0.6, 0.4], [0.0, 500.0], 0),
    ("two beside each other beat one", [0.4, 0.3, 0.3], [0.0, 500.0, 560.0], 1),
    ("nearly as good: the likelier", [0.49, 0.5, 0.01], [0.0, 90.0, -90.0], 1),
]


@pytest.mark.parametrize(("shares", "x_m", "named"), [row[1:] for row in SPOTS], ids=[row[0] for row in SPOTS])
def test_the_spot_with_the_most_probability_around_is_named(shares: list[float], x_m: list[float], named: int) -> None:
    assert spot_to_name(np.array(shares), np.column_stack((x_m, np.zeros(len(x_m)))), 100.0) == named


def test_strengths_count_by_their_side() -> None:
    weights = log_weights(np.array([[0.5, np.nan], [-0.5, 1.0]]), np.array([2.0, 1.0]), np.array([-4.0, 0.0]))
    assert weights.tolist() == [1.0, -1.0]
    assert shares_of(weights).sum() == pytest.approx(1.0)


def test_a_channel_is_no_second_witness_of_itself() -> None:
    """Warmth beside what rings says more for a cable than the temperature that rings, which may as well be wrong."""

    def weight(district: District, channel: tuple[str, str]) -> float:
        cable = next(one for one in district.ask(*channel).hypotheses if one.cause == "power_cable_fault_heating")
        return next(item.weight for item in cable.evidence if item.code == "warm_cable.present")

    alone = District().write("P2", "temperature", settling(-20, 40, 8))
    assert weight(alone, ("P2", "temperature")) < 0.6 * weight(alone, ("P2", "carbon_monoxide"))


def test_a_cable_is_placed_where_the_chamber_that_rings_measures_no_warmth() -> None:
    street = District().without(("P2", "carbon_monoxide"), ("P2", "temperature")).write("P1", "temperature", settling(-5, 20, 4))
    cable = next(one for one in street.ask("P2", "oxygen").hypotheses if one.cause == "power_cable_fault_heating")
    assert np.isfinite(cable.lon)


def test_a_stuck_value_is_told_by_its_repeats() -> None:
    """The same value again and again where the sensor used to tremble; the end of a gas detector's range is no such value."""
    for top, seen in ((43.0, True), (100.0, False)):
        network, sensors, readings = District().parts()
        ts_ms = START_MS + round(ASKED_H * HOUR_MS)
        index = CHANNELS.index(("T1", "methane"))
        value = np.where((readings.sensor == index) & (readings.ts > ts_ms - HOUR_MS), top, readings.value)
        grid = Grid.build(sensors, Readings.of(readings.sensor, readings.ts, value), ts_ms=ts_ms)
        told = diagnose(network, grid, shipped_templates(), sensor=index, ts_ms=ts_ms).hypotheses
        fault = next(one for one in told if one.cause == "sensor_fault")
        assert ("stuck_value.present" in [item.code for item in fault.evidence]) is seen


def test_what_is_told_more_often_repeats_itself_and_is_not_stuck() -> None:
    """From the alarm on a sensor tells each minute what rises by a step in ten."""
    network, sensors, readings = District().parts()
    ts_ms = START_MS + round(ASKED_H * HOUR_MS)
    index = CHANNELS.index(("T1", "methane"))
    minutes = np.arange(60)
    kept = (readings.sensor != index) | (readings.ts < ts_ms)
    often = Readings.of(
        np.concatenate([readings.sensor[kept], np.full(60, index)]),
        np.concatenate([readings.ts[kept], ts_ms + minutes * 60_000]),
        np.concatenate([readings.value[kept], 30.0 + minutes // 10]),
    )
    told = diagnose(network, Grid.build(sensors, often, ts_ms=ts_ms), shipped_templates(), sensor=index, ts_ms=ts_ms).hypotheses
    fault = next(one for one in told if one.cause == "sensor_fault")
    assert "stuck_value.present" not in [item.code for item in fault.evidence]


def test_a_climb_by_degrees_says_less_where_it_is_even_as_a_drift() -> None:
    def weight(sway: float) -> float:
        def climb(hours: np.ndarray) -> np.ndarray:
            return 30.0 * np.clip((hours + 9) / 9, 0.0, 1.1) * (1 + sway * np.sin(2 * np.pi * hours / 2))

        told = District().write("T1", "methane", climb).ask("T1", "methane").hypotheses
        fault = next(one for one in told if one.cause == "sensor_fault")
        return next(-item.weight for item in fault.evidence if item.code == "by_degrees.present")

    assert weight(0.0) < 0.5 * weight(0.06)


def test_a_sensor_that_was_hardly_heard_before_its_climb_has_no_drift() -> None:
    """It told each hour, and tells every ten seconds since it climbs: of how it swayed before hardly anything is known."""
    network, sensors, readings = District().parts()
    ts_ms = START_MS + round(ASKED_H * HOUR_MS)
    index = CHANNELS.index(("T1", "methane"))
    others = readings.sensor != index
    hours = np.concatenate([np.arange(-ASKED_H, -30.0), np.arange(-30.0, 0.001, 1 / 360)])
    climb = 40.0 * np.sqrt(np.clip((hours + 30) / 30, 0.0, 1.0))
    hasty = Readings.of(
        np.concatenate([readings.sensor[others], np.full(len(hours), index)]),
        np.concatenate([readings.ts[others], ts_ms + np.round(hours * HOUR_MS).astype(np.int64)]),
        np.concatenate([readings.value[others], climb]),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        told = diagnose(
            network, Grid.build(sensors, hasty, ts_ms=ts_ms), shipped_templates(), sensor=index, ts_ms=ts_ms
        ).hypotheses
    fault = next(one for one in told if one.cause == "sensor_fault")
    assert np.isfinite([one.probability for one in told]).all()
    assert "steady_drift.present" not in [item.code for item in fault.evidence]
