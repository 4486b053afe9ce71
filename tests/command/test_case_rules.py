"""States, clocks, closing and escalation as tables: values in, verdicts out."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.policy import policy, policy_of
from tocsin.command.casebook.rules.cases import CaseFacts, CaseState, OutcomeKind, state_of
from tocsin.command.casebook.rules.clocks import STAGES, Running, earlier_due, moment_of, next_moment, reached_stage
from tocsin.command.casebook.rules.order_states import ENDED, OrderState
from tocsin.command.closing.rules import ClosingNeed, PointReadings, calm_needs, closing_needs, is_calm
from tocsin.command.escalation.policy import escalation
from tocsin.command.escalation.rules import Whom, calls_to_come
from tocsin.command.orders.rules.acts import OrderAct, StepVerdict, step

NONE, BLUE, YELLOW, ORANGE, RED = AlarmLevel
BEGIN = datetime(2026, 1, 3, 5, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def facts(**given: object) -> CaseFacts:
    return CaseFacts(**{"any_alarm": True, "any_open": True, "peak_level": RED, "touched": False, **given})


STATES = {
    "new": (facts(), CaseState.WAITING),
    "a person has it": (facts(touched=True), CaseState.ANALYSING),
    "sent, although nobody has confirmed": (facts(lead_order=OrderState.SENT), CaseState.DISPATCHED),
    "signed": (facts(touched=True, lead_order=OrderState.ACCEPTED), CaseState.ACCEPTED),
    "left": (facts(lead_order=OrderState.LEFT), CaseState.CREW_LEFT),
    "on site": (facts(lead_order=OrderState.ON_SITE), CaseState.ON_SITE),
    "held": (facts(lead_order=OrderState.CONTROLLED), CaseState.CONTROLLED),
    "found": (facts(lead_order=OrderState.CAUSE_FOUND), CaseState.CAUSE_FOUND),
    "mended": (facts(lead_order=OrderState.MENDED), CaseState.MENDED),
    "mended and calm": (facts(lead_order=OrderState.MENDED, calm=True), CaseState.RECHECKING),
    "calm, but nothing was mended": (facts(touched=True, calm=True), CaseState.ANALYSING),
    "returned: analysis goes on": (facts(touched=True, lead_order=OrderState.RETURNED), CaseState.ANALYSING),
    "over, nobody looked, too high to end by itself": (facts(any_open=False), CaseState.WAITING),
    "over, nobody looked, low": (facts(any_open=False, peak_level=YELLOW), CaseState.CLOSED),
    "over, low, but somebody is at work": (facts(any_open=False, peak_level=YELLOW, touched=True), CaseState.ANALYSING),
    "over, low, but a crew is out": (facts(any_open=False, peak_level=YELLOW, lead_order=OrderState.LEFT), CaseState.CREW_LEFT),
    "made by hand": (facts(any_alarm=False, any_open=False, peak_level=BLUE, touched=True), CaseState.ANALYSING),
    "signed closed": (facts(lead_order=OrderState.MENDED, outcome=OutcomeKind.SETTLED), CaseState.CLOSED),
    "signed closed while it still rings": (facts(outcome=OutcomeKind.FALSE_ALARM), CaseState.CLOSED),
}


@pytest.mark.parametrize(("given_facts", "state"), STATES.values(), ids=STATES)
def test_state(given_facts: CaseFacts, state: CaseState) -> None:
    assert state_of(given_facts, closes_itself_up_to=YELLOW) is state


STEPS = {
    "sign": (OrderState.SENT, OrderAct.ACCEPT, StepVerdict.GOES_ON, OrderState.ACCEPTED),
    "sign twice": (OrderState.ACCEPTED, OrderAct.ACCEPT, StepVerdict.ALREADY, OrderState.ACCEPTED),
    "leave unsigned": (OrderState.SENT, OrderAct.LEAVE, StepVerdict.NOT_YET_SIGNED, OrderState.SENT),
    "arrive without having said that they left": (OrderState.ACCEPTED, OrderAct.ARRIVE, StepVerdict.GOES_ON, OrderState.ON_SITE),
    "back to left": (OrderState.ON_SITE, OrderAct.LEAVE, StepVerdict.ALREADY, OrderState.ON_SITE),
    "a reading moves nothing": (OrderState.ON_SITE, OrderAct.READING, StepVerdict.STAYS, OrderState.ON_SITE),
    "return unsigned": (OrderState.SENT, OrderAct.RETURN, StepVerdict.GOES_ON, OrderState.RETURNED),
    "return on site": (OrderState.ON_SITE, OrderAct.RETURN, StepVerdict.GOES_ON, OrderState.RETURNED),
    "after the end": (OrderState.RETURNED, OrderAct.ARRIVE, StepVerdict.ENDED, OrderState.RETURNED),
}


@pytest.mark.parametrize(("state", "act", "verdict", "after"), STEPS.values(), ids=STEPS)
def test_step(state: OrderState, act: OrderAct, verdict: StepVerdict, after: OrderState) -> None:
    assert step(state, act) == (verdict, after)


@given(acts=st.lists(st.sampled_from(OrderAct), max_size=20))
def test_an_order_never_goes_back(acts: list[OrderAct]) -> None:
    order, state, reached = list(OrderState), OrderState.SENT, [0]
    for act in acts:
        verdict, after = step(state, act)
        assert (after is state) or verdict is StepVerdict.GOES_ON
        assert state not in ENDED or after is state
        state = after
        reached.append(order.index(state))
    assert reached == sorted(reached)


AGAIN_FIGURES = policy().cases.again
HALF_HOUR = Running(BEGIN, BEGIN + 30 * MINUTE)


@pytest.mark.parametrize(
    ("minute", "stage"),
    [(0, 0), (14.9, 0), (15, 50), (29, 50), (30, 100), (44, 100), (45, 150), (59, 150), (60, 200), (90, 250), (150, 300)],
)
def test_stages(minute: float, stage: int) -> None:
    assert reached_stage(HALF_HOUR, BEGIN + minute * MINUTE, AGAIN_FIGURES) == stage


@given(minutes=st.floats(1, 10_000), later=st.floats(0, 20_000))
def test_a_clock_that_slept_fires_once_and_is_never_silent(minutes: float, later: float) -> None:
    clock = Running(BEGIN, BEGIN + timedelta(minutes=minutes))
    fired, now = [], BEGIN + timedelta(minutes=later)
    while next_moment(clock, lambda: AGAIN_FIGURES) <= now:
        clock = Running(clock.began_at, clock.due_at, reached_stage(clock, now, AGAIN_FIGURES))
        fired.append(clock.stage)
    assert len(fired) <= 1
    assert all(moment_of(clock, stage) > now for stage in STAGES if stage > clock.stage)


@given(first=st.floats(1, 5000), raised=st.floats(0, 5000), limit=st.floats(1, 5000))
def test_a_rise_never_gives_more_time(first: float, raised: float, limit: float) -> None:
    due = BEGIN + timedelta(minutes=first)
    assert earlier_due(due, raised_at=BEGIN + timedelta(minutes=raised), limit=timedelta(minutes=limit)) <= due


def test_limits_fall_with_the_level() -> None:
    limits = {name: policy().cases.limits_min[name] for name in ("red", "orange", "yellow")}
    for name in limits["yellow"]:
        assert limits["red"][name] <= limits["orange"][name] <= limits["yellow"][name], name


CALM = {
    "methane low": ("methane", 3.9, 20.0, True),
    "methane at the share": ("methane", 4.0, 20.0, False),
    "level below its clearing": ("water_level", 1.5, 2.0, True),
    "level at its clearing": ("water_level", 1.6, 2.0, False),
}


@pytest.mark.parametrize(("quantity", "value", "limit", "calm"), CALM.values(), ids=CALM)
def test_calm(quantity: str, value: float, limit: float, calm: bool) -> None:
    below = policy().cases.closing.calm_below(quantity, limit=limit, clear=0.8 * limit)
    assert is_calm(value, below=below, above=None) is calm


def test_calm_on_the_low_side() -> None:
    assert is_calm(20.1, below=None, above=20.0)
    assert not is_calm(20.0, below=None, above=20.0)


NOW = BEGIN + 600 * MINUTE
HOURS = timedelta(hours=1)
LONG, SHORT = NOW - 2 * HOURS, NOW - timedelta(hours=1, minutes=59)
CLOSING = {
    "made by hand": ([], set()),
    "calm": ([PointReadings(3, LONG, NOW)], set()),
    "too short": ([PointReadings(30, SHORT, NOW)], {ClosingNeed.READINGS_FEW}),
    "too few": ([PointReadings(2, LONG, NOW)], {ClosingNeed.READINGS_FEW}),
    "high": ([PointReadings(0, None, NOW)], {ClosingNeed.READINGS_HIGH}),
    "nothing was measured": ([PointReadings(0, None, None)], {ClosingNeed.READINGS_SILENT}),
    "low for ten minutes, then silent for two hours": (
        [PointReadings(3, LONG, LONG + 10 * MINUTE)],
        {ClosingNeed.READINGS_SILENT},
    ),
    "low for ten minutes, then a sample now and then": (
        [PointReadings(3, SHORT, NOW - 10 * MINUTE, 30 * MINUTE)],
        {ClosingNeed.READINGS_FEW},
    ),
    "as old as it may be": ([PointReadings(9, LONG - HOURS, NOW - 5 * MINUTE)], set()),
    "a sample older": ([PointReadings(9, LONG - HOURS, NOW - 6 * MINUTE)], {ClosingNeed.READINGS_SILENT}),
    "it measures once in an hour": ([PointReadings(4, LONG - HOURS, NOW - HOURS / 2, HOURS)], set()),
    "one of two is high": ([PointReadings(9, LONG, NOW), PointReadings(0, None, NOW)], {ClosingNeed.READINGS_HIGH}),
    "still warm": ([PointReadings(9, LONG, NOW, off_baseline_c=5.1)], {ClosingNeed.WARMTH}),
    "as warm as it may be": ([PointReadings(9, LONG, NOW, off_baseline_c=5.0)], set()),
    "colder than usual": ([PointReadings(9, LONG, NOW, off_baseline_c=-6.0)], {ClosingNeed.WARMTH}),
}


@pytest.mark.parametrize(("points", "needs"), CLOSING.values(), ids=CLOSING)
def test_closing_rule(points: list[PointReadings], needs: set[ClosingNeed]) -> None:
    assert calm_needs(points, policy().cases.closing.figures, now=NOW) == needs


def test_papers_are_needed_too() -> None:
    assert closing_needs([], proof=True, unit_signed=True, finding=True) == ()
    assert closing_needs([ClosingNeed.READINGS_HIGH], proof=False, unit_signed=False, finding=False) == (
        ClosingNeed.READINGS_HIGH,
        ClosingNeed.PROOF,
        ClosingNeed.UNIT_SIGNATURE,
        ClosingNeed.FINDING,
    )


def test_the_ladder_of_a_forgotten_clock() -> None:
    calls = calls_to_come(HALF_HOUR, escalation().rungs, AGAIN_FIGURES)
    assert [(round((call.at - BEGIN) / MINUTE), call.whom) for call in calls] == [
        (15, Whom.ON_CALL),
        (30, Whom.ON_CALL),
        (30, Whom.DESK),
        (30, Whom.SUPERIOR),
        (45, Whom.SUPERIOR),
        (45, Whom.LEADER),
        *((minute, whom) for minute in (60, 90, 150) for whom in (Whom.NEXT_ON_CALL, Whom.SUPERIOR, Whom.LEADER)),
    ]
    late = Running(HALF_HOUR.began_at, HALF_HOUR.due_at, 100)
    assert calls_to_come(late, escalation().rungs, AGAIN_FIGURES) == calls[4:]


def test_a_case_keeps_its_policy_also_when_a_version_asks_for_more() -> None:
    began_with = msgspec.to_builtins(policy().cases)
    began_with["handling"]["reopen_within_days"] = 7
    del began_with["handling"]["second_person_from"]
    began_with["closing"]["share_of_other_limits"] = 0.8  # of an older version
    began_with["limits_min"]["red"]["arrive"] = 12
    kept = policy_of(began_with)
    assert (kept.handling.reopen_within_days, kept.handling.second_person_from) == (7, "orange")
    assert kept.limits_of(RED)["arrive"] == 12
