"""A cause whose likeliest signs any day brings is told only where one of those that it needs is there."""

import math
from dataclasses import replace

import pytest

from tocsin.engine.diagnosis.model import Hypothesis
from tocsin.engine.watch.gathering import Gathering, Opinion, Round
from tocsin.warning.early_signs.policy import WATCH_FILE, read_watch_figures, shipped_watch_figures

BURST = Hypothesis("water_main_burst", "W1", 120.4, 36.2, "water_company", 0.9, 3.0, ())
OPINION = Opinion(7, "level", BURST, 0.9, frozenset({7, 8}), frozenset(), 0.0, 0.0, 0.5, math.inf)


def told(opinion: Opinion, rounds: int) -> int:
    gathering = Gathering(shipped_watch_figures())
    signs = 0
    for number in range(rounds):
        at_ms = number * 600_000
        signs += len(gathering.take(Round(at_ms, at_ms, frozenset({7}), frozenset(), (opinion,))))
    return signs


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        (set(), 0),
        ({"supply_rises", "water_main_near"}, 0),  # the morning's demand
        ({"supply_rises", "pressure_falls"}, 1),
        ({"chamber_fills"}, 1),
    ],
    ids=["nothing", "demand", "pressure", "chamber"],
)
def test_a_burst_needs_more_than_demand(signs: set[str], expected: int) -> None:
    assert told(replace(OPINION, signs=frozenset(signs)), rounds=3) == expected


def test_a_burst_is_told_once_diagnoses_agree() -> None:
    assert told(replace(OPINION, share=0.65, signs=frozenset({"chamber_fills"})), rounds=1) == 0


SHOWN = [
    ("sewer_biogas", {"sulphide_in_sewer", "next_below"}, 0),  # any sewer has gas
    ("sewer_biogas", {"sulphide_in_sewer", "level_above"}, 1),
    ("heat_main_leak_biogas", {"makeup_rises", "heating_season"}, 0),  # it leaks, but where
    ("heat_main_leak_biogas", {"makeup_rises", "warm_chambers"}, 1),
    ("heat_main_leak_biogas", {"asked_gets_warm"}, 1),
]


@pytest.mark.parametrize(("cause", "signs", "expected"), SHOWN)
def test_a_cause_is_told_by_what_shows_it_there(cause: str, signs: set[str], expected: int) -> None:
    opinion = replace(OPINION, hypothesis=replace(BURST, cause=cause), signs=frozenset(signs))
    assert told(opinion, rounds=1) == expected


SAID_BEFORE = [
    # what the sensor said ten minutes ago: cause, metres away, share; is a second diagnosis needed
    ("water_main_burst", 0.0, 0.45, False),
    ("water_main_burst", 500.0, 0.45, True),
    ("gas_main_leak", 0.0, 0.15, True),
    ("unknown", 0.0, 0.9, True),
]


@pytest.mark.parametrize(("cause", "metres", "share", "awaited"), SAID_BEFORE)
def test_what_a_sensor_said_before_agrees_though_it_was_too_little_to_tell(
    cause: str, metres: float, share: float, awaited: bool
) -> None:
    gathering, stirs = Gathering(shipped_watch_figures()), frozenset({7})
    before = replace(OPINION, hypothesis=replace(BURST, cause=cause), x_m=metres, share=share)
    burst = replace(OPINION, share=0.65, signs=frozenset({"chamber_fills"}))
    assert gathering.take(Round(0, 0, stirs, frozenset(), (before,))) == []
    assert bool(gathering.take(Round(600_000, 600_000, stirs, frozenset(), (burst,)))) is not awaited
    assert bool(gathering.take(Round(1_200_000, 1_200_000, stirs, frozenset(), (burst,)))) is awaited


SURE = [
    # share, sensors that speak for it, rounds, signs
    (0.9, 1, 1, 1),
    (0.8, 1, 3, 0),
    (0.65, 2, 1, 0),
    (0.65, 2, 2, 1),
]


@pytest.mark.parametrize(("share", "witnesses", "rounds", "expected"), SURE)
def test_a_burst_that_is_sure_needs_no_second_sensor_and_no_second_round(
    share: float, witnesses: int, rounds: int, expected: int
) -> None:
    speaking = frozenset(range(7, 7 + witnesses))
    opinion = replace(OPINION, share=share, witnesses=speaking, signs=frozenset({"chamber_fills"}))
    assert told(opinion, rounds=rounds) == expected


NEAR = [
    # cause, share, way, sensors that speak for it, rounds, signs
    ("gas_main_leak", 0.3, 0.85, 1, 3, 0),
    ("gas_main_leak", 0.1, 0.95, 1, 3, 0),
    ("gas_main_leak", 0.55, 0.2, 1, 3, 0),  # one well alone
    ("gas_main_leak", 0.55, 0.2, 2, 1, 1),
    ("gas_main_leak", 0.7, 0.2, 1, 1, 1),
    ("water_main_burst", 0.45, 0.95, 1, 3, 1),  # nothing of what it needs is there
    ("water_main_burst", 0.55, 0.85, 1, 3, 0),
    ("water_main_burst", 0.35, 0.95, 1, 3, 0),
    ("power_cable_fault_heating", 0.45, 0.95, 1, 3, 1),  # smoke alone
    ("power_cable_fault_heating", 0.35, 0.95, 1, 3, 0),
    ("sewer_surcharge_rain", 0.55, 0.95, 1, 1, 1),  # no rain gauge speaks
    ("sewer_biogas", 0.55, 0.95, 1, 3, 1),  # no level gauge speaks
    ("sewer_biogas", 0.55, 0.85, 1, 3, 0),
    ("industrial_discharge", 0.85, 0.95, 1, 1, 1),  # vapours at one gauge alone
    ("industrial_discharge", 0.75, 0.95, 1, 1, 0),
    ("industrial_discharge", 0.55, 0.95, 1, 1, 0),
    ("industrial_discharge", 0.85, 0.85, 1, 1, 0),
]


@pytest.mark.parametrize(("cause", "share", "way", "witnesses", "rounds", "expected"), NEAR)
def test_what_is_about_to_reach_its_limit_is_told_for_less(
    cause: str, share: float, way: float, witnesses: int, rounds: int, expected: int
) -> None:
    hypothesis, speaking = replace(OPINION.hypothesis, cause=cause), frozenset(range(7, 7 + witnesses))
    assert told(replace(OPINION, hypothesis=hypothesis, share=share, way=way, witnesses=speaking), rounds=rounds) == expected


BY_DEGREES = [
    # cause, quantity of the sensor near its limit, minutes for which it stirred, is it told
    ("gas_main_leak", "methane", 20, True),
    ("gas_main_leak", "methane", 10, False),  # a jump within a round, as instruments make it
    ("gas_main_leak", "oxygen", 20, True),
    ("gas_main_leak", "pressure", 60, False),  # of the main, not of a well
    ("water_main_burst", "level", 10, True),
    ("water_main_burst", "level", 0, False),
    ("power_cable_fault_heating", "carbon_monoxide", 10, False),
    ("power_cable_fault_heating", "carbon_monoxide", 20, True),
    ("sewer_biogas", "methane", 10, False),
    ("heat_main_leak_biogas", "methane", 10, False),
    ("sewer_surcharge_rain", "level", 0, True),  # rises as fast as it rains
    ("water_main_burst", "pressure", 60, False),  # one gauge that creeps
]


@pytest.mark.parametrize(("cause", "quantity", "minutes", "expected"), BY_DEGREES)
def test_near_its_limit_a_cause_is_told_for_less_by_what_shows_it_and_came_by_degrees(
    cause: str, quantity: str, minutes: int, expected: bool
) -> None:
    gathering, stirs = Gathering(shipped_watch_figures()), frozenset({7})
    share = 0.3 if cause == "gas_main_leak" else 0.55
    far = replace(
        OPINION, hypothesis=replace(BURST, cause=cause), quantity=quantity, share=share, way=0.5, witnesses=frozenset({7})
    )
    near = replace(far, way=0.95)
    at_ms = minutes * 60_000
    for before_ms in range(0, at_ms, 600_000):
        assert gathering.take(Round(before_ms, before_ms, stirs, frozenset(), (far,))) == []
    assert bool(gathering.take(Round(at_ms, at_ms, stirs, frozenset(), (near,)))) is expected


def test_a_burst_near_the_limit_is_still_asked_twice() -> None:
    gathering, stirs = Gathering(shipped_watch_figures()), frozenset({7})
    burst = replace(OPINION, share=0.55, way=0.95)
    told_at = [
        bool(gathering.take(Round(at_ms, at_ms, stirs, frozenset(), (burst,) if at_ms >= 1_800_000 else ())))
        for at_ms in range(0, 3_000_000, 600_000)
    ]
    assert told_at == [False, False, False, False, True]


def test_a_sensor_that_was_calm_in_between_begins_anew() -> None:
    gathering = Gathering(shipped_watch_figures())
    gas = replace(OPINION, hypothesis=replace(BURST, cause="gas_main_leak"), quantity="methane", share=0.3, way=0.95)
    for at_ms, stirs in ((0, {7}), (600_000, set()), (1_200_000, {7}), (1_800_000, {7})):
        assert gathering.take(Round(at_ms, at_ms, frozenset(stirs), frozenset(), (gas,) if stirs else ())) == []
    assert gathering.take(Round(2_400_000, 2_400_000, frozenset({7}), frozenset(), (gas,)))


YIELDS = [
    # hours between the two, share of the second, is it told
    (1.0, 0.8, False),
    (1.0, 0.95, True),
    (13.0, 0.8, True),
]


@pytest.mark.parametrize(("hours", "share", "expected"), YIELDS)
def test_another_cause_in_its_place_is_told_when_likelier_or_when_the_first_is_old(
    hours: float, share: float, expected: bool
) -> None:
    gathering = Gathering(shipped_watch_figures())
    leak = replace(OPINION, hypothesis=replace(OPINION.hypothesis, cause="gas_main_leak"))
    burst = replace(OPINION, share=share, signs=frozenset({"chamber_fills"}))
    stirs, later_ms = frozenset({7}), round(hours * 3_600_000)
    assert len(gathering.take(Round(0, 0, stirs, frozenset(), (leak,)))) == 1
    rounds = [Round(at_ms, at_ms, stirs, frozenset(), (burst,)) for at_ms in (later_ms - 600_000, later_ms)]
    assert any(gathering.take(one) for one in rounds) is expected


ANEW = [
    # cause, metres from the first place, share, way, sensors beyond a limit, is it told anew
    ("water_main_burst", 300.0, 0.97, 0.95, set(), True),
    ("water_main_burst", 100.0, 0.97, 0.95, set(), False),  # a crew looks around so far
    ("water_main_burst", 300.0, 0.90, 0.95, set(), False),
    ("water_main_burst", 300.0, 0.97, 0.80, set(), False),
    ("water_main_burst", 300.0, 0.97, 0.95, {8}, False),  # there is an alarm
    ("sewer_surcharge_rain", 300.0, 0.97, 0.95, set(), False),  # it lifts many drains
]


@pytest.mark.parametrize(("cause", "metres", "share", "way", "rings", "expected"), ANEW)
def test_a_place_elsewhere_is_told_anew_by_a_sensor_near_its_limit_that_is_sure_of_it(
    cause: str, metres: float, share: float, way: float, rings: set[int], expected: bool
) -> None:
    gathering, stirs = Gathering(shipped_watch_figures()), frozenset({6, 7})
    hypothesis = replace(OPINION.hypothesis, cause=cause)
    first = replace(OPINION, hypothesis=hypothesis, signs=frozenset({"pressure_falls"}))
    there = replace(first, sensor=6, x_m=metres, share=share, way=way, witnesses=frozenset({6, 8}))
    assert len(gathering.take(Round(0, 0, stirs, frozenset(), (first,)))) == 1
    told_anew = gathering.take(Round(600_000, 600_000, stirs, frozenset(rings), (there,)))
    assert bool(told_anew) is expected
    assert gathering.take(Round(1_200_000, 1_200_000, stirs, frozenset(rings), (there,))) == []


AGED = [
    # hours since a sign was last confirmed, part of the way to its limit, is it told anew
    (23.0, 0.95, False),
    (25.0, 0.95, True),
    (25.0, 0.85, False),
]


@pytest.mark.parametrize(("hours", "way", "expected"), AGED)
def test_a_sign_of_long_ago_is_told_anew_by_a_sensor_near_its_limit(hours: float, way: float, expected: bool) -> None:
    gathering, stirs = Gathering(shipped_watch_figures()), frozenset({7})
    burst, later_ms = replace(OPINION, signs=frozenset({"chamber_fills"})), round(hours * 3_600_000)
    assert gathering.take(Round(0, 0, stirs, frozenset(), (burst,)))
    assert bool(gathering.take(Round(later_ms, later_ms, stirs, frozenset(), (replace(burst, way=way),)))) is expected


ALARMS = [
    # hours of the alarm's rounds before the opinion, hours for which the asked sensor stirs, does the sign come
    ([0.0], 0.0, False),
    ([23.0, 12.0, 0.0], 0.0, False),
    ([25.0, 12.5, 1.0, 0.0], 0.0, False),  # after a calm of half a day it is another alarm
    ([25.0, 14.0, 3.0, 0.0], 0.0, True),  # it has stood for a day
    ([25.0, 14.0, 3.0, 0.0], 3.0, False),  # not when the asked sensor began to stir
    ([25.0], 0.0, True),
]


@pytest.mark.parametrize(("hours", "stirs_h", "expected"), ALARMS)
def test_an_alarm_of_long_standing_silences_nothing_that_begins(hours: list[float], stirs_h: float, expected: bool) -> None:
    gathering, now_ms = Gathering(shipped_watch_figures()), 100 * 3_600_000
    burst = replace(OPINION, signs=frozenset({"chamber_fills"}))
    for before_h in hours:
        at_ms = now_ms - round(before_h * 3_600_000)
        stirs = frozenset({7, 8} if before_h <= stirs_h else {8})
        assert gathering.take(Round(at_ms, at_ms, stirs, frozenset({8}), ())) == []
    assert bool(gathering.take(Round(now_ms, now_ms, frozenset({7, 8}), frozenset(), (burst,)))) is expected


def test_of_those_that_agree_one_near_its_limit_speaks() -> None:
    """What it is sure of 300 m from what was told is told anew, though another, far from its limit, is as sure."""
    gathering, stirs = Gathering(shipped_watch_figures()), frozenset({5, 6, 7})
    told_of = replace(OPINION, signs=frozenset({"chamber_fills"}))
    far = replace(told_of, sensor=5, x_m=300.0, share=0.99, witnesses=frozenset({5, 8}))
    near = replace(far, sensor=6, share=0.97, way=0.95, witnesses=frozenset({6, 8}))
    assert gathering.take(Round(0, 0, stirs, frozenset(), (told_of,)))
    assert gathering.take(Round(600_000, 600_000, stirs, frozenset(), (far,))) == []
    (sign,) = gathering.take(Round(1_200_000, 1_200_000, stirs, frozenset(), (near,)))
    assert sign.sensor == 6


def test_a_quantity_that_nobody_knows_is_refused() -> None:
    text = WATCH_FILE.read_text(encoding="utf-8").replace('near_of = ["level"]', 'near_of = ["depth"]')
    with pytest.raises(ValueError, match="depth"):
        read_watch_figures(text.encode(), "watch.toml")


def test_a_sign_that_nobody_knows_is_refused() -> None:
    text = WATCH_FILE.read_text(encoding="utf-8").replace('"pressure_falls"', '"pressure_fells"')
    with pytest.raises(ValueError, match="pressure_fells"):
        read_watch_figures(text.encode(), "watch.toml")


@pytest.mark.parametrize("looks", [0, 7])
def test_looks_that_do_not_divide_ten_minutes_are_refused(looks: int) -> None:
    text = WATCH_FILE.read_text(encoding="utf-8").replace("looks = 2 ", f"looks = {looks} ")
    with pytest.raises(ValueError, match="looks"):
        read_watch_figures(text.encode(), "watch.toml")
