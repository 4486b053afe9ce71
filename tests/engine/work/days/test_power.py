"""What a normal day's energy is, as the rest level comes to be known."""

import numpy as np
import pytest

from tests.engine.work.power.drawing import LEVEL, ROW, plant
from tocsin.engine.work.days.activity import SCALE
from tocsin.engine.work.days.figures import PowerFigures
from tocsin.engine.work.days.power import PowerNormal, PowerRow, power_rows, weigh_power

DAYS, SEEN = 12, 8  # rest is first seen on the day `SEEN`


def row(running_h: float, thought_kw: float, registered_h: float = 24.0) -> PowerRow:
    """200 kW for `running_h` from midnight, 20 kW else; rest is thought to be `thought_kw` until it is found to be 20 kW."""
    quarters = np.arange(96)
    drawn = np.where(quarters < running_h * 4, 200.0, 20.0)
    rest = np.where(np.arange(DAYS) < SEEN, thought_kw, 20.0)
    one = np.ones(DAYS)
    return PowerRow(
        False, drawn - rest[:, None], one, 3000.0 * one, 200.0 * one, rest - rest[0], quarters < registered_h * 4, running_h * one
    )


@pytest.mark.parametrize("thought_kw", [20.0, 60.0, 120.0])
@pytest.mark.parametrize(("running_h", "registered_h"), [(24.0, 24.0), (16.0, 24.0), (16.0, 16.0)])
def test_days_before_count_by_the_rest_level_that_was_found_since(
    thought_kw: float, running_h: float, registered_h: float
) -> None:
    made, told = PowerNormal(PowerFigures()), row(running_h, thought_kw, registered_h)
    for day in range(SEEN):
        made.learn(told, day, full=1.0, stopped=0.0, working=1.0, output=1.0)
    before = made.level(told, SEEN - 1)
    kwh, kw = made.level(told, SEEN)
    assert kwh == pytest.approx(180.0 * running_h)
    assert kw == pytest.approx(180.0)
    assert before[1] == pytest.approx(200.0 - thought_kw)
    assert made.level(told, DAYS - 1) == (kwh, kw)  # once


def test_a_rest_level_found_higher_leaves_no_day_below_nothing() -> None:
    made = PowerNormal(PowerFigures())
    told = row(24.0, 20.0)
    for day in range(SEEN):
        made.learn(told, day, full=1.0, stopped=0.0, working=1.0, output=1.0)
    higher = np.where(np.arange(DAYS) < SEEN, 0.0, 500.0)
    made.level(PowerRow(False, told.kw, told.known, told.usual_kwh, told.usual_kw, higher, told.registered, told.ran_h), SEEN)
    assert min(made.kwh.running) > 0.0
    assert min(made.kw.running) > 0.0


@pytest.mark.parametrize("times", [3.0, 12.0])
def test_a_day_far_above_a_wrong_normal_was_work_at_a_rate_that_nobody_knows(times: float) -> None:
    """A plant that was only seen in its last two hours of a week works around the clock, times as much."""
    made, told = PowerNormal(PowerFigures()), row(2.0, 20.0)
    for day in range(2):
        made.learn(told, day, full=1.0, stopped=0.0, working=1.0, output=1.0)
    odds = weigh_power(row(2.0 * times, 20.0), 2, made, ordered=False)
    assert len(set(odds[SCALE.working].tolist())) == 1
    assert odds[SCALE.working].min() > odds[~SCALE.working].max() + 3.0


def test_a_row_that_is_new_learns_only_from_full_days_where_another_row_knows_how_full_they_are() -> None:
    half = row(12.0, 20.0)
    for alone, seen in ((True, 1), (False, 0)):
        made = PowerNormal(PowerFigures())
        made.learn(half, 0, full=0.1, stopped=0.0, working=1.0, output=0.55, alone=alone)
        assert len(made.kwh.running) == seen


def test_a_line_without_readings_leaves_as_much_of_a_day_unknown_as_it_usually_makes() -> None:
    made, day = plant(), 30
    made.missing[ROW["L2"], day * 96 : (day + 1) * 96] = True
    row = power_rows(made.load(), made.shifts, PowerFigures())[0]
    assert row.known[day] == pytest.approx(LEVEL["L1"] / sum(LEVEL.values()), abs=0.05)
    assert sum(row.energy(day, 0.0)) == pytest.approx(sum(row.energy(day - 1, 0.0)), rel=0.15)
