"""How a firm worked on a day: what its sources say together, and what none of them may do."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.work.days.drawing import FIRST_MS, WEEK, Workshop, at, workshop
from tocsin.engine.work.days.figures import DayFigures
from tocsin.engine.work.days.judge import judge_days
from tocsin.engine.work.decision import seen_until
from tocsin.engine.work.firm import WHOLE, Day, Order, OrderKind, Source, WorkState
from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.load.load import production_load

BEFORE = WEEK * 4
LAST = len(BEFORE)  # the day asked about, a Monday
TOLD = [Source.GAS_USE, Source.WATER_USE, Source.TRUCK_COUNT, Source.GATE_HEADCOUNT, Source.VIDEO]


def order(kind: OrderKind, first: int = LAST, last: int = LAST + 20) -> tuple[Order, ...]:
    begin = date(2025, 11, 10)
    return (Order("O", WHOLE, begin + timedelta(days=first), begin + timedelta(days=last), kind),)


def odds(day: Day) -> float:
    return float(np.log(day.p_working / (1.0 - day.p_working)))


@pytest.mark.parametrize(
    ("letters", "orders", "state"),
    [
        ("F", (), WorkState.FULL),
        ("p", (), WorkState.PARTIAL),
        ("o", (), WorkState.OVER),
        ("_", (), WorkState.STOPPED),
        ("i", (), WorkState.IDLE),
        ("F_", order(OrderKind.ORDERED_STOP), WorkState.STOPPED),
        ("F_p", order(OrderKind.ORDERED_STOP), WorkState.PARTIAL),
        ("F_F", order(OrderKind.ORDERED_STOP), WorkState.FULL),
        ("VV", order(OrderKind.OVERHAUL), WorkState.IDLE),
        ("__", order(OrderKind.PLANNED_STOP), WorkState.STOPPED),
    ],
)
def test_states(letters: str, orders: tuple[Order, ...], state: WorkState) -> None:
    made = workshop(BEFORE + letters, orders).judged()
    assert made[-1].state is state
    assert (made[-1].p_working > 0.5) == (state in (WorkState.PARTIAL, WorkState.FULL, WorkState.OVER))


def test_a_rest_day_is_learnt() -> None:
    days = workshop(WEEK * 5).judged()
    assert [d.state for d in days[28:]] == [WorkState.FULL] * 6 + [WorkState.STOPPED]


def test_longer_days_at_first_do_not_become_normal() -> None:
    days = workshop("LLLLLL_" + WEEK * 3 + "L").judged()
    assert [d.state for d in days[21:]] == [WorkState.FULL] * 6 + [WorkState.STOPPED, WorkState.OVER]


def test_weeks_at_a_lower_rate_do_not_become_normal() -> None:
    days = workshop(WEEK * 3 + "pppppp_" * 3 + "Fo").judged()
    assert [d.state for d in days[-2:]] == [WorkState.FULL, WorkState.OVER]


@pytest.mark.parametrize(("letter", "state"), [("F", WorkState.FULL), ("p", WorkState.PARTIAL), ("i", WorkState.IDLE)])
def test_heat_held_between_shifts_is_no_output(letter: str, state: WorkState) -> None:
    assert replace(workshop(BEFORE + letter), held=0.2).judged()[-1].state is state


@pytest.mark.parametrize(("trade", "hot"), [("glass_furnace", True), ("something new", False)])
def test_a_furnace_kept_hot_makes_nothing(trade: str, hot: bool) -> None:
    stop = order(OrderKind.PLANNED_STOP)
    states = [day.state for day in replace(workshop(BEFORE + "hhhhhh", stop), trade=trade).judged()[LAST + 1 :]]
    assert (states == [WorkState.IDLE] * 5) == hot
    worked = replace(workshop(BEFORE + "hhpp", stop), trade=trade).judged()[-2:]
    assert [day.state for day in worked] == [WorkState.PARTIAL] * 2


def test_a_furnace_kept_hot_for_weeks_is_not_learnt_as_rest() -> None:
    stop = order(OrderKind.PLANNED_STOP, last=LAST + 30)
    made = replace(workshop(BEFORE + "h" * 25 + "___", stop), trade="glass_furnace").judged()[LAST + 1 :]
    assert [day.state for day in made] == [WorkState.IDLE] * 24 + [WorkState.STOPPED] * 3


def test_a_furnace_kept_hot_by_power_alone_burns_no_gas() -> None:
    drawn = replace(workshop(BEFORE + "hhhhhh", order(OrderKind.PLANNED_STOP)), trade="glass_furnace")
    dark = [(Source.GAS_USE, "city", at(day + 1, 3), 100.0) for day in range(LAST, LAST + 6)]
    kept = tuple(record for record in drawn.records if record[0] is not Source.GAS_USE or record[2] < at(LAST + 1, 0))
    assert [day.state for day in replace(drawn, records=kept).adding(*dark).judged()[LAST + 1 :]] == [WorkState.IDLE] * 5


def test_lines_that_are_told_to_stop_say_nothing_of_those_without_a_meter() -> None:
    """Half of the connection is a line without a meter; the metered one rests by an order of its own."""
    drawn = replace(workshop(BEFORE + "p"), beside=200.0)
    named = Order("O", "L", date(2025, 12, 8), None, OrderKind.ORDERED_STOP)
    stopped = replace(drawn, orders=(named,), halted=frozenset({LAST}))
    assert stopped.judged()[-1].state is WorkState.PARTIAL
    assert replace(stopped, orders=()).judged()[-1].p_working < stopped.judged()[-1].p_working


@pytest.mark.parametrize("letter", ["F", "_"])
def test_what_no_source_tells_is_unknown(letter: str) -> None:
    made = replace(workshop(BEFORE + letter), dark=frozenset({LAST}))
    assert made.judged()[-1].state is not WorkState.UNKNOWN  # the others still tell
    assert made.without(*TOLD, day=LAST).judged()[-1].state is WorkState.UNKNOWN
    assert made.without(*TOLD[1:], day=LAST).judged()[-1].state is WorkState.UNKNOWN  # one alone is not enough


@given(st.integers(8, 33), st.sampled_from([WEEK * 5, "FFFpF__" * 5, WEEK * 2 + "_" * 14 + WEEK]))
@settings(max_examples=12, deadline=None)
def test_nothing_later_counts_but_late_records_of_the_day(day: int, letters: str) -> None:
    whole = workshop(letters)
    firm = seen_until(whole.firm(), FIRST_MS + (day + 4) * 86_400_000 - 1)
    cut = judge_days(firm, production_load(firm, LoadFigures()), DayFigures())
    assert cut[day] == whole.judged()[day]


def test_copies_of_one_origin_are_one() -> None:
    plain = workshop(BEFORE + "F")
    copies = [
        (source, "province", stamp + 4 * 3_600_000, round(value, -1))
        for source, _level, stamp, value in plain.records
        if source in (Source.GATE_HEADCOUNT, Source.VIDEO, Source.DECLARATION, Source.PERMITS)
    ]
    assert plain.adding(*copies).judged() == plain.judged()


@pytest.mark.parametrize("letter", ["F", "_"])
@pytest.mark.parametrize("source", TOLD)
def test_a_lost_source_never_makes_surer(letter: str, source: Source) -> None:
    """Where all agree, each that is lost leaves the day at most as sure as before."""
    made = workshop(BEFORE + letter)
    assert abs(odds(made.without(source, day=LAST).judged()[-1])) <= abs(odds(made.judged()[-1])) + 0.1


def test_sources_that_clash_are_both_shown() -> None:
    made = workshop(BEFORE + "F").without(Source.GAS_USE, day=LAST)
    votes = dict(made.adding((Source.GAS_USE, "city", at(LAST + 1, 3), 100.0)).judged()[-1].votes)
    assert votes["power"] > 1.0
    assert votes["gas_use"] < -1.0


@pytest.mark.parametrize(("letter", "word"), [("F", 0.0), ("_", 1.0)])
def test_a_statement_against_machines_is_shown_and_not_averaged(letter: str, word: float) -> None:
    silent = workshop(BEFORE + letter).without(Source.DECLARATION, day=LAST)
    said = silent.adding((Source.DECLARATION, "firm", at(LAST, 8), word)).judged()[-1]
    assert said.conflict == ("declaration",)
    assert replace(said, conflict=()) == silent.judged()[-1]


def test_a_statement_counts_where_nothing_else_speaks() -> None:
    dead = replace(workshop(BEFORE + "F"), dark=frozenset({LAST})).without(*TOLD, Source.DECLARATION, day=LAST)
    stopped, producing = (
        dead.adding((Source.DECLARATION, "firm", at(LAST, 8), word)).judged()[-1].p_working for word in (0.0, 1.0)
    )
    assert stopped < dead.judged()[-1].p_working < producing


def test_the_firms_word_is_one_however_often_given() -> None:
    dead = replace(workshop(BEFORE + "F"), dark=frozenset({LAST})).without(*TOLD, Source.DECLARATION, day=LAST)
    once = dead.adding((Source.DECLARATION, "firm", at(LAST, 8), 0.0))
    twice = once.adding((Source.COMMITMENT, "county", at(LAST, 9), 0.0))
    assert twice.judged()[-1].p_working == once.judged()[-1].p_working


def emissions(letters: str, value: float | None = None) -> list[tuple[Source, str, int, float]]:
    flow = {"F": 20_000.0, "_": 1_500.0}
    return [
        (Source.EMISSION_MONITOR, "city", at(day, hour), flow[letter] * (1.0 + 0.03 * np.sin(day + hour)))
        if value is None or day < LAST
        else (Source.EMISSION_MONITOR, "city", at(day, hour), value)
        for day, letter in enumerate(letters)
        for hour in (12, 18)
    ]


def test_a_stuck_analyser_is_not_believed() -> None:
    letters = BEFORE + "__"
    free = workshop(letters).adding(*emissions(letters))
    stuck = workshop(letters).adding(*emissions(letters, 21_000.0))
    assert "emission_monitor" in dict(free.judged()[-1].votes)
    assert "emission_monitor" not in dict(stuck.judged()[-1].votes)


def test_an_order_makes_quiet_sources_prove_less() -> None:
    """Power shows slow work against an order; that gas and gate show none does not clear the firm."""

    def odds_of_gas(made: Workshop) -> float:
        return dict(made.judged()[-1].votes)["gas_use"]

    assert odds_of_gas(workshop(BEFORE + "F_", order(OrderKind.ORDERED_STOP))) > odds_of_gas(workshop(BEFORE + "F_"))
