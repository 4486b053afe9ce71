"""Made-up firms: the truth of a set is consistent with its orders, its curves and itself."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, DayKind, Days, EpisodeKind, OrderKind, PointQuality, Role, WorkState
from tocsin.simulation.firms.climate import make_weather
from tocsin.simulation.firms.course import Course, make_course
from tocsin.simulation.firms.dice import Dice
from tocsin.simulation.firms.loads import make_loads
from tocsin.simulation.firms.metering import make_meters
from tocsin.simulation.firms.plan import FirmPlan, draw_firm
from tocsin.simulation.firms.sets import make_set
from tocsin.simulation.firms.trades import TRADES, minutes_of
from tocsin.simulation.firms.verdicts import day_states, episodes, normal_output, runs

DAY = QUARTERS_OF_A_DAY


def days_of(first: date, count: int) -> Days:
    """Days by the week alone."""
    dates = tuple(first + timedelta(days=k) for k in range(count))
    kinds = [DayKind.WEEKEND if day.weekday() > 4 else DayKind.WORKING_DAY for day in dates]
    return Days((first - date(1970, 1, 1)).days * 86_400_000 - 28_800_000, dates, np.array(kinds, dtype=np.uint8))


DAYS = days_of(date(2026, 3, 2), 70)


@pytest.fixture(scope="module")
def courses() -> list[Course]:
    """Two firms of each trade."""
    return [make_course(draw_firm(17, number), DAYS) for number in range(1, 17)]


def test_the_same_arguments_make_the_same_set_and_another_seed_another() -> None:
    one, same, other = (make_set(seed, 2, days_of(date(2026, 7, 1), 30)).tables for seed in (5, 5, 6))
    for name, table in one.items():
        for column, values in table.items():
            np.testing.assert_array_equal(np.asarray(values), np.asarray(same[name][column]))
    assert list(one["firms"]["employees"]) != list(other["firms"]["employees"])


def test_every_trade_is_drawn_in_its_turn() -> None:
    assert {draw_firm(3, number).trade.name for number in range(1, 9)} == {trade.name for trade in TRADES}


def test_hidden_production_lies_in_an_ordered_stop_after_the_safe_shut_down(courses: list[Course]) -> None:
    found = 0
    for course in courses:
        orders = [stop for stop in course.stops if stop.kind is OrderKind.ORDERED_STOP]
        for line, quarter in zip(*np.nonzero(course.hidden), strict=True):
            found += 1
            assert any(
                stop.first + course.firm.trade.shutdown_days < quarter // DAY <= stop.last and stop.line in (None, line)
                for stop in orders
            )
    assert found


def test_nothing_runs_in_a_stop_that_is_neither_hidden_nor_a_restart_nor_its_first_days(courses: list[Course]) -> None:
    for course in courses:
        allowed = course.hidden.copy()
        for first, end, _ in course.restarts:
            allowed[:, first:end] = True
        for stop in course.stops:
            lines = [stop.line] if stop.line is not None else range(len(course.firm.lines))
            begin = (stop.first + 1 + course.firm.trade.shutdown_days) * DAY
            part = slice(begin, (stop.last + 1) * DAY)
            assert not (course.rate[lines, part] * ~allowed[lines, part]).any()


def test_more_than_full_comes_in_busy_times_not_on_scattered_days() -> None:
    over = [
        day_states(make_course(draw_firm(seed, n), days_of(date(2026, 3, 2), 120))) for seed in (17, 18) for n in range(1, 17)
    ]
    busy = [sum(state == WorkState.OVER for state in states) for states in over]
    assert 0.1 < sum(days > 2 for days in busy) / len(busy) < 0.6
    assert sum(days == 1 for days in busy) <= len(busy) / 5


def test_states_follow_the_output_of_the_day(courses: list[Course]) -> None:
    for course in courses:
        weight = np.array([line.kw for line in course.firm.lines]) / course.firm.full_kw
        output = (weight @ course.rate).reshape(-1, DAY).sum(axis=1) / normal_output(course)
        for share, state in zip(output, day_states(course), strict=True):
            assert (state in (WorkState.STOPPED, WorkState.IDLE)) == (share < 0.05)
            assert (state == WorkState.OVER) == (share > 1.15)


def test_the_connection_carries_what_hangs_on_it(courses: list[Course]) -> None:
    weather = make_weather(1, 1, DAYS)
    for course in courses:
        loads = make_loads(course, *weather)
        beside = loads.lines.sum(axis=0) + loads.protective.sum(axis=0) + loads.essential + loads.office + loads.lessee
        assert (loads.total + loads.solar >= beside - 1e-6).all()
        assert loads.solar.max() <= course.firm.solar_kwp


def test_troubles_and_devices_that_are_off_show_in_readings(courses: list[Course]) -> None:
    weather = make_weather(1, 1, DAYS)
    kinds = set()
    for course in courses:
        loads = make_loads(course, *weather)
        metered = make_meters(course, loads)
        for first, end, kind, how in episodes(course, loads, metered):
            kinds.add(kind)
            assert 0 <= first < end <= DAYS.quarters
            if kind == EpisodeKind.METER_TROUBLE:
                assert end - first >= DAY
                if how == "nothing from the firm":
                    assert (metered.quality[:, first:end] >= PointQuality.MISSING).all()
        for line, first, end, how in loads.off:
            rows = [row for row, of in enumerate(loads.device_of) if of == line]
            assert (loads.protective[rows, first:end] <= course.firm.lines[line].protective_kw * 0.4).all(), how
        assert metered.rows[0].role is Role.TOTAL
    assert len(kinds) >= 5


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(0, 5))
def test_runs_agree_with_a_walk_through_the_quarters(marks: list[bool], pause: int) -> None:
    walked: list[list[int]] = []
    for quarter, marked in enumerate(marks):
        if marked and walked and quarter - walked[-1][1] <= pause:
            walked[-1][1] = quarter + 1
        elif marked:
            walked.append([quarter, quarter + 1])
    assert [list(one) for one in runs(np.array(marks), pause)] == walked


@settings(max_examples=25)
@given(st.floats(0.0, 200.0), st.integers(0, 1000))
def test_counts_are_spread_as_poisson_says(mean: float, seed: int) -> None:
    many = Dice(seed, 1).counts(np.full(400, mean))
    assert abs(many.mean() - mean) <= 5.0 * np.sqrt(max(mean, 0.1) / 400) + 0.05
    assert Dice(seed, 2).count(mean) >= 0


def test_shifts_follow_each_other() -> None:
    for trade in TRADES:
        for shifts in trade.shifts:
            pairs = minutes_of(shifts)
            assert all(end > begin for begin, end in pairs)
            assert all(later[0] >= before[1] for before, later in pairwise(pairs))
            assert pairs[-1][1] - pairs[0][0] <= 1440


def test_night_work_is_only_of_firms_registered_for_the_day(courses: list[Course]) -> None:
    many = [make_course(draw_firm(seed, 6), DAYS) for seed in range(12)]
    nights = [course for course in many + courses if course.nights]
    assert nights
    assert all(course.firm.day_only for course in nights)


def test_a_firm_knows_its_hours() -> None:
    firm: FirmPlan = draw_firm(1, 1, TRADES[0])
    assert firm.round_the_clock
    assert not firm.day_only
