"""Firms that only judge: a seed gives the same set, truth fits orders, curves and files, meters add up."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest

from tocsin.engine.work.firm import DayKind, Days, EpisodeKind, OrderKind, Role, Source, WorkState
from tocsin.simulation.judging.firms import tricks
from tocsin.simulation.judging.firms.course import make_course, runs_of, scope_rate
from tocsin.simulation.judging.firms.loads import make_loads
from tocsin.simulation.judging.firms.metering import MEASURED
from tocsin.simulation.judging.firms.plan import REGIONS, draw_firm
from tocsin.simulation.judging.firms.sets import Made, make_firm, make_judging_set
from tocsin.simulation.judging.firms.stops import ORDERED, OVERHAUL, PLANNED
from tocsin.simulation.judging.firms.trades import STEPS, STEPS_OF_QUARTER, TRADES
from tocsin.simulation.judging.firms.truth import day_states, episodes, share_of_normal
from tocsin.simulation.judging.firms.weather import make_weather

pytestmark = pytest.mark.one_database


def days_of(first: date, count: int) -> Days:
    """Days by the week alone."""
    dates = tuple(first + timedelta(days=k) for k in range(count))
    kinds = [DayKind.WEEKEND if day.weekday() > 4 else DayKind.WORKING_DAY for day in dates]
    return Days((first - date(1970, 1, 1)).days * 86_400_000 - 28_800_000, dates, np.array(kinds, dtype=np.uint8))


DAYS = days_of(date(2026, 3, 2), 120)


@pytest.fixture(scope="module")
def made() -> list[Made]:
    """Thirty firms, three of each trade."""
    weather = {f"R{region:02d}": make_weather(11, region, DAYS) for region in range(1, REGIONS + 1)}
    return [make_firm(draw_firm(11, number), DAYS, weather) for number in range(1, 31)]


def test_a_seed_gives_the_same_set() -> None:
    days = days_of(date(2026, 3, 2), 40)
    once, again, other = (make_judging_set(seed, 3, days).tables for seed in (7, 7, 8))
    for name, table in once.items():
        for column, values in table.items():
            np.testing.assert_array_equal(np.asarray(values), np.asarray(again[name][column]), err_msg=f"{name}.{column}")
    assert len(once["power"]["kw"]) != len(other["power"]["kw"])


def test_a_set_is_written_in_the_words_of_the_format() -> None:
    tables = make_judging_set(7, 10, days_of(date(2026, 3, 2), 60)).tables
    assert set(tables["firms"]["trade"]) == {trade.name for trade in TRADES}
    for name, column, words in (
        ("meters", "role", Role),
        ("orders", "kind", OrderKind),
        ("evidence", "source", Source),
        ("truth/daily_state", "state", WorkState),
        ("truth/episodes", "kind", EpisodeKind),
    ):
        assert set(tables[name][column]) <= {str(word.value) for word in words}, name


def test_hidden_production_lies_inside_an_order_after_its_first_day(made: Sequence[Made]) -> None:
    seen = 0
    for one in made:
        orders = [stop for stop in one.course.stops if stop.kind == ORDERED]
        for episode in one.course.episodes:
            if episode.kind in (tricks.HIDDEN, tricks.PARTIAL):
                seen += 1
                assert any((o.first + 1) * STEPS <= episode.first and episode.end <= (o.last + 1) * STEPS for o in orders)
        for stop in orders:
            inside = scope_rate(one.course, stop)[(stop.first + 1) * STEPS : (stop.last + 1) * STEPS]
            told = np.zeros(one.course.steps, np.bool_)
            for episode in one.course.episodes:
                if episode.kind in (tricks.HIDDEN, tricks.PARTIAL):
                    told[episode.first : episode.end] = True
            assert told[(stop.first + 1) * STEPS : (stop.last + 1) * STEPS][inside > 0].all(), one.course.firm.id
    assert seen > 5


def test_states_follow_output(made: Sequence[Made]) -> None:
    low = {"stopped": 0.0, "idle": 0.0, "partial": 0.05, "full": 0.7, "over": 1.15}
    for one in made:
        for state, share in zip(day_states(one.course), share_of_normal(one.course), strict=True):
            assert share >= low[state] - 1e-9
            assert state != "stopped" or share <= 0.004
    everything = [state for one in made for state in day_states(one.course)]
    assert set(everything) == set(low)


def test_a_crew_that_cleans_a_shut_plant_holds_nothing_ready(made: Sequence[Made]) -> None:
    cleaned = 0
    for one in made:
        states, crew = day_states(one.course), one.course.crew.reshape(-1, STEPS).any(axis=1)
        for stop in one.course.stops:
            if stop.kind != OVERHAUL and stop.line is None and not one.course.hot[(stop.first + 1) * STEPS]:
                made_nothing = share_of_normal(one.course)[stop.first + 1 : stop.last + 1] == 0.0
                assert {state for state, none in zip(states[stop.first + 1 :], made_nothing, strict=False) if none} <= {"stopped"}
                cleaned += int((crew[stop.first + 1 : stop.last + 1] & made_nothing).sum())
    assert cleaned > 10


def test_a_furnace_is_held_hot_from_the_first_day_of_a_plan() -> None:
    furnaces = [draw_firm(11, number) for number in range(1, 200) if draw_firm(11, number).trade.holds_heat]
    seen = [
        day_states(course)[stop.first]
        for course in (make_course(firm, DAYS) for firm in furnaces)
        for stop in course.stops
        if stop.kind == PLANNED and course.hot[stop.first * STEPS]
    ]
    assert seen
    assert set(seen) == {"idle"}


def test_a_protective_device_is_off_only_while_its_line_runs(made: Sequence[Made]) -> None:
    for one in made:
        for episode in episodes(one.course):
            if episode.kind == "protective_off":
                off = (one.course.fans[:, episode.first : episode.end] < 0.1).all(1)
                assert (one.course.rate[off, episode.first : episode.first + 1] > 0).any()
                assert episode.end - episode.first > 6


def test_a_power_cut_of_more_than_half_an_hour_is_a_lost_supply_in_every_firm(made: Sequence[Made]) -> None:
    cuts = [(one.course, first, end) for one in made for first, end in runs_of(one.course.cut, 0) if end - first > 6]
    assert any(course.firm.essential_kw == 0 for course, _, _ in cuts)
    for course, first, end in cuts:
        assert ("essential_load_lost", first, end) in [(each.kind, each.first, each.end) for each in course.episodes]


def test_a_sudden_stop_breaks_off_work(made: Sequence[Made]) -> None:
    stops = [(one.course, episode) for one in made for episode in one.course.episodes if episode.kind == "sudden_stop"]
    assert stops
    for course, episode in stops:
        assert (course.rate[:, episode.first - 12 : episode.first] > 0).any()
        assert not (course.rate[:, episode.first : episode.end] > 0).any()


def test_meters_add_up(made: Sequence[Made]) -> None:
    """Where nobody cheats, the connection shows what hangs behind it, less own generation; a line's meter shows its line."""
    for one in made:
        if one.course.shunted.any() or one.course.unseen.any() or one.course.on_lessee.any():
            continue
        weather = make_weather(11, int(one.course.firm.region[1:]), DAYS)
        loads = make_loads(one.course, *weather)
        behind = loads.lines.sum(0) + loads.fans.sum(0) + loads.essential + loads.office + loads.charging
        behind = behind + loads.lessee + loads.base - loads.solar
        totals = sum(meter.true_kw for meter in one.meters if meter.role == "total")
        np.testing.assert_allclose(totals, behind.reshape(-1, STEPS_OF_QUARTER).mean(1), rtol=1e-9, atol=1e-6)
        for meter in one.meters:
            if meter.role == "process" and meter.line is not None:
                own = loads.lines[meter.line].reshape(-1, STEPS_OF_QUARTER).mean(1)
                np.testing.assert_allclose(meter.true_kw, own, rtol=1e-9, atol=1e-6)


def test_readings_stay_with_the_truth_where_no_trouble_is_told(made: Sequence[Made]) -> None:
    for one in made:
        troubled = np.zeros(one.course.steps // STEPS_OF_QUARTER, np.bool_)
        for episode in one.course.episodes:
            if episode.kind == "meter_trouble":
                troubled[episode.first // STEPS_OF_QUARTER : episode.end // STEPS_OF_QUARTER + 1] = True
        for meter in one.meters:
            sound = (meter.quality == MEASURED) & ~troubled
            error = np.abs(meter.kw[sound] - meter.true_kw[sound])
            assert error.max() <= 0.011 * meter.multiplier + 1e-6, (meter.id, meter.role)


def test_pauses_join_runs() -> None:
    active = np.array([1, 0, 0, 1, 1, 0, 0, 0, 1], dtype=np.bool_)
    assert runs_of(active, 2) == [(0, 5), (8, 9)]
    assert runs_of(active, 3) == [(0, 9)]


def test_own_generation_shows_elsewhere(made: Sequence[Made]) -> None:
    """What no meter carries, gas, water, trucks or the stack still tell of: what nobody could tell is rare."""
    hidden = [one for one in made if one.course.unseen.any()]
    blind = [one for one in hidden if not one.records.live]
    assert len(blind) <= 1
