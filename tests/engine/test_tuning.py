"""Quieter settings tried on readings: a minute apart, drawn as values; limit 20, falls below 16 at once, red at 50."""

from dataclasses import replace

import numpy as np
import pytest

from tocsin.base.levels import AlarmLevel
from tocsin.engine.columns import Readings
from tocsin.engine.detection.profiles import Profile
from tocsin.engine.detectors.levels import Level
from tocsin.engine.tuning import Trial, Way, gentlest, try_ways

YELLOW, RED = Level(level=AlarmLevel.YELLOW, limit=20, clear=16), Level(level=AlarmLevel.RED, limit=50, clear=40)
PROFILE = Profile("methane", rules={"high": (YELLOW, RED)})
LOW = Profile("oxygen", rules={"low": (Level(level=AlarmLevel.YELLOW, limit=19.5, clear=19.8),)})
MINUTE = 60_000


def tried(values: list[float], profile: Profile = PROFILE, rule: str = "high") -> dict[Way, Trial]:
    readings = Readings.of(sensor=[7] * len(values), ts=[MINUTE * k for k in range(len(values))], value=values)
    return {trial.way: trial for trial in try_ways(profile, rule, readings, interval_ms=MINUTE)}


CALM = [5.0] * 5
SAW = [*[10.0, 21.0, 15.0] * 8, *CALM]  # up for one reading, back for two
DEEP = [10.0, 21.0, 4.0, 4.0, 4.0, 4.0] * 4
CASES: list[tuple[str, list[float], dict[Way, int]]] = [
    (
        "a saw-tooth at the limit becomes one alarm",
        SAW,
        {Way.LONGER_CLEAR: 1, Way.WIDER_CLEAR: 8, Way.BOTH_CLEARS: 1, Way.ONE_MORE_READING: 0},
    ),
    (
        "shallow waves by a wider way back",
        [*[19.0, 21.0, 15.0, 15.0, 15.0, 15.0] * 4, *CALM],
        {Way.LONGER_CLEAR: 4, Way.WIDER_CLEAR: 1},
    ),
    ("real returns remain", DEEP, {Way.LONGER_CLEAR: 4, Way.WIDER_CLEAR: 4, Way.BOTH_CLEARS: 4}),
    ("one alarm is one alarm", [10.0, *[30.0] * 20, *[10.0] * 9], {Way.LONGER_CLEAR: 1, Way.ONE_MORE_READING: 1}),
]


@pytest.mark.parametrize(("name", "values", "after"), CASES, ids=[one[0] for one in CASES])
def test_alarms_that_remain(name: str, values: list[float], after: dict[Way, int]) -> None:
    found = tried(values)
    assert {way: found[way].after for way in after} == after


def test_the_gentlest_way_that_helps_is_taken() -> None:
    best = gentlest(list(tried(SAW).values()), least_share=0.5, later_s=600)
    assert best is not None and (best.way, best.before, best.after, best.later_s) == (Way.LONGER_CLEAR, 8, 1, 0.0)
    assert gentlest(list(tried(DEEP).values()), least_share=0.5, later_s=600) is not None  # one reading more: the spikes go
    assert gentlest([replace(one, lost=1) for one in tried(SAW).values()], least_share=0.5, later_s=600) is None


def test_an_alarm_that_would_never_fall_again_is_no_proposal() -> None:
    values = [10.0, *[21.0, 15.0, 15.0, 15.0] * 6]
    found = tried(values)[Way.WIDER_CLEAR]
    assert (found.after, found.left_open, found.helps(least_share=0.5, later_s=0)) == (1, True, False)


def test_waiting_for_another_reading_costs_its_time() -> None:
    values = [10.0, 30.0, 30.0, 30.0, 10.0] * 3
    assert tried(values)[Way.ONE_MORE_READING].later_s == 60.0
    assert gentlest([tried(values)[Way.ONE_MORE_READING]], least_share=0.0, later_s=30) is None


def test_a_higher_level_is_never_lost() -> None:
    values = [10.0, 60.0, 10.0, 10.0, 10.0, 10.0] * 3
    assert all(trial.lost == 0 for trial in tried(values).values())


def test_the_low_side_is_the_high_side_turned_round() -> None:
    found = tried([*[20.5, 19.4, 19.9] * 6, *[20.9] * 5], LOW, "low")
    assert (found[Way.LONGER_CLEAR].before, found[Way.LONGER_CLEAR].after) == (6, 1)
    assert found[Way.WIDER_CLEAR].profile.low[0].clear == pytest.approx(20.1)


@pytest.mark.parametrize("rule", ["silence", "low", "rate_of_rise"])
def test_what_has_no_levels_is_not_varied(rule: str) -> None:
    assert tried(SAW, rule=rule) == {}


def test_no_readings_no_alarms() -> None:
    found = try_ways(PROFILE, "high", Readings.empty(), interval_ms=MINUTE)
    assert [(one.before, one.after, one.lost) for one in found] == [(0, 0, 0)] * 4
    assert gentlest(found, least_share=0.5, later_s=np.inf) is None
