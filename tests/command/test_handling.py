"""A case from its opening to its end, and again: what persons decide, by a clock that stands where the test puts it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.clocks import stand_at
from tests.command.street import START, Timeline, case_of
from tests.languages import english as english
from tests.people import LICANG, make_person
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case, Clock
from tocsin.command.casebook.queries.notices import notices_of
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import CaseState, DeclarationKind, OutcomeKind
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.declarations import Terms
from tocsin.command.casebook.shown.time_line import describe_change
from tocsin.command.escalation.queries import dry_run
from tocsin.command.escalation.rules import GoingUp, going_up
from tocsin.command.escalation.services import next_level as upward
from tocsin.command.escalation.services import stages as services
from tocsin.command.handling.services import declaring, handling
from tocsin.command.plans.services.starts import start_plan
from tocsin.command.routing.rules import Purpose
from tocsin.jurisdiction.people.models import User
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import text_of
from tocsin.screens.timeline import sentence_of
from tocsin.screens.waiting import rows_of, waiting_kinds
from tocsin.warning.alarms.models import Alarm

GAS = [("gas_main_leak", 0.8, "G1")]
WARNING, SETTLED = DeclarationKind.WARNING, OutcomeKind.SETTLED


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, time: Timeline) -> Any:
    """Puts the judging clock, and the timeline's, at so many minutes after `START`."""

    def put(minutes: float) -> datetime:
        now = START + timedelta(minutes=minutes)
        stand_at(monkeypatch, now)
        time.now = now
        return now

    put(0)
    return put


@pytest.fixture
def case(street: None, at: Any, time: Timeline) -> Case:
    """A red gas alarm in well 2, without bodies that could be called."""
    alarm = time.rings(2, GAS, level=4)
    time.looks()
    return case_of(alarm)


@pytest.fixture
def leader(db: None) -> User:
    return make_person("shift_leader")


def lines(case: Case) -> list[str]:
    return list(case.changes.values_list("act", flat=True))


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def due_minutes(case: Case) -> dict[str, float]:
    return {one.step: round((one.due_at - START).total_seconds() / 60, 1) for one in Clock.objects.filter(case=case)}


def test_clocks_count_from_the_first_signal_and_confirming_meets_one(case: Case, officer: User, at: Any) -> None:
    assert due_minutes(case)["confirm"] == 3
    assert due_minutes(case)["arrive"] == 30
    assert Clock.objects.get(case=case, step=Step.JUDGE).met_at == START
    at(2)
    handling.take_case(actor=officer, case_id=case.pk)
    assert Clock.objects.get(case=case, step=Step.CONFIRM).met_at == START + timedelta(minutes=2)
    assert again(case).state == CaseState.ANALYSING


def test_a_clock_fires_without_a_message_and_survives_that_nobody_looked(case: Case, at: Any) -> None:
    fired = at(1.6)
    while services.run_clocks(now=fired):
        pass
    confirm = Clock.objects.get(case=case, step=Step.CONFIRM)
    assert confirm.stage == 50
    at(400)
    services.run_clocks(now=at(400))
    confirm.refresh_from_db()
    assert confirm.stage > 150  # at once the highest stage: what lies between is past
    while services.run_clocks(now=at(400)):
        pass
    confirm.refresh_from_db()
    assert confirm.next_at is not None and confirm.next_at > at(400)  # a clock that nobody meets is never silent
    assert lines(case).count("clock") >= 2


def test_where_no_body_is_known_the_time_line_says_that_nobody_was_called(case: Case, at: Any) -> None:
    services.run_clocks(now=at(2))
    told = case.changes.filter(act="clock").first()
    assert told is not None and told.figures["called"] == []
    assert describe_change(told).sentence.endswith("–")


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("12345-77 Ms Li 0532-1", "Case taken in 12345-77 Ms Li 0532-1"),
        ("episode:e7848ac5-489a-58b4-b357-fd611e5196bc", "Case taken in"),
        ("door:e7848ac5-489a-58b4-b357-fd611e5196bc Ms Li", "Case taken in Ms Li"),
    ],
)
def test_a_key_of_another_part_is_nothing_to_read(english: None, reference: str, sentence: str) -> None:
    assert sentence_of("opened_by_hand", {"reference": reference}, {}) == sentence


def test_the_ladder_calls_desk_above_and_leader(street: None, at: Any, time: Timeline, leader: User) -> None:
    usual_bodies(LICANG)
    alarm = time.rings(2, GAS, level=4)
    time.looks()
    case = case_of(alarm)
    planned = dry_run(case, now=START)
    assert all(one.called for one in planned)
    assert any(called.person == leader for one in planned for called in one.called)
    assert not Notice.objects.filter(purpose__in=("remind", "escalate", "supervise")).exists()  # a dry run sends nothing
    now = at(46)
    while services.run_clocks(now=now):
        pass
    assert notices_of(case).filter(purpose="supervise", person=leader).exists()


def test_a_rise_tightens_and_never_gives_more_time(street: None, at: Any, time: Timeline, officer: User) -> None:
    alarm = time.rings(2, GAS, level=2)
    time.looks()
    case = case_of(alarm)
    assert due_minutes(case)["arrive"] == 240
    at(10)
    handling.set_level(actor=officer, case_id=case.pk, level=AlarmLevel.RED, text="children play here")
    assert due_minutes(case)["arrive"] == 40  # 10 + 30
    at(20)
    handling.set_level(actor=officer, case_id=case.pk, level=AlarmLevel.YELLOW, text="fenced")
    assert due_minutes(case)["arrive"] == 40
    handling.set_level(actor=officer, case_id=case.pk, level=None, text="as measured")
    assert again(case).level == 2


def test_a_suspension_silences_clocks_and_moves_no_due(case: Case, officer: User, at: Any) -> None:
    before = due_minutes(case)
    at(1)
    handling.suspend_case(actor=officer, case_id=case.pk, until=START + timedelta(hours=5), text="the owner comes at ten")
    assert services.run_clocks(now=at(200)) == 0
    services.run_clocks(now=at(301))
    assert again(case).suspended_until is None
    assert {"suspended", "resumed", "clock"} <= set(lines(case))
    after, moved = (
        due_minutes(case),
        {"confirm", "progress"},
    )  # confirmed by the suspension; a new report is waited for at the end
    assert after["progress"] == 331 and {step for step in after if after[step] != before[step]} <= moved


def test_a_false_alarm_of_an_upper_level_takes_two_persons(case: Case, officer: User, leader: User, at: Any) -> None:
    with pytest.raises(InvalidInput):
        handling.close_case(actor=officer, case_id=case.pk, kind=OutcomeKind.FALSE_ALARM, code="dog", text="a dog")
    handling.close_case(actor=officer, case_id=case.pk, kind=OutcomeKind.FALSE_ALARM, code="calibration", text="being calibrated")
    assert again(case).state == CaseState.ANALYSING
    with pytest.raises(NotAllowed):
        handling.answer_outcome(actor=officer, case_id=case.pk, agree=True)
    handling.answer_outcome(actor=leader, case_id=case.pk, agree=False, text="call the crew first")
    assert again(case).state == CaseState.ANALYSING
    handling.close_case(actor=officer, case_id=case.pk, kind=OutcomeKind.FALSE_ALARM, code="calibration", text="crew called")
    handling.answer_outcome(actor=leader, case_id=case.pk, agree=True)
    assert again(case).state == CaseState.CLOSED
    assert not Clock.objects.filter(case=case, met_at__isnull=True, stopped_at__isnull=True).exists()


def test_the_second_person_hears_of_it_and_the_first_of_the_answer(case: Case, officer: User, leader: User, at: Any) -> None:
    def propose(minutes: float, text: str) -> None:
        at(minutes)
        handling.close_case(actor=officer, case_id=case.pk, kind=OutcomeKind.FALSE_ALARM, code="calibration", text=text)

    asked = notices_of(case).filter(purpose=Purpose.CLOSING, person=leader)
    told = notices_of(case).filter(purpose=Purpose.CLOSING, person=officer)
    propose(20, "being calibrated")
    assert "proposes to close it: false alarm" in text_of(asked.get()) and not told.exists()
    waiting = next(one for one in waiting_kinds() if one.code == "outcome")
    assert [one.since for one in rows_of(waiting, leader, at(25))] == [START + timedelta(minutes=20)], "since it was proposed"
    handling.answer_outcome(actor=leader, case_id=case.pk, agree=False, text="call the crew first")
    assert "does not agree to close it: call the crew first" in text_of(told.get())
    assert not asked.get().sendings.filter(fate=Fate.QUEUED).exists(), "nobody is asked any more"
    propose(30, "crew called")
    handling.answer_outcome(actor=leader, case_id=case.pk, agree=True)
    assert "agreed: it is closed, false alarm" in text_of(told.get(key__contains="answered", written_at=at(30)))


def test_settled_asks_the_closing_rule_and_a_leader_may_close_despite_it(
    case: Case, officer: User, leader: User, at: Any
) -> None:
    with pytest.raises(Conflict):
        handling.close_case(actor=officer, case_id=case.pk, kind=OutcomeKind.SETTLED)
    with pytest.raises(NotAllowed):
        handling.close_case(actor=officer, case_id=case.pk, kind=OutcomeKind.SETTLED, text="fine", despite=True)
    handling.close_case(actor=leader, case_id=case.pk, kind=OutcomeKind.SETTLED, text="the sensor was torn out", despite=True)
    assert again(case).state == CaseState.CLOSED
    assert "despite" in case.changes.get(act="ended").figures


def test_a_case_is_opened_again_with_clocks_of_its_own(case: Case, leader: User, at: Any) -> None:
    handling.close_case(actor=leader, case_id=case.pk, kind=OutcomeKind.SETTLED, text="done", despite=True)
    at(60 * 24 * 31)
    with pytest.raises(Conflict):
        handling.reopen_case(actor=leader, case_id=case.pk, text="it smells again")
    at(600)
    handling.reopen_case(actor=leader, case_id=case.pk, text="it smells again")
    found = again(case)
    assert (found.state, found.reopenings, found.closed_at) == (CaseState.ANALYSING, 1, None)
    arrive = Clock.objects.get(case=case, step=Step.ARRIVE, subject="1")
    assert arrive.due_at == START + timedelta(minutes=630)


def test_the_same_point_rings_again_in_its_case(case: Case, leader: User, at: Any, time: Timeline) -> None:
    handling.close_case(actor=leader, case_id=case.pk, kind=OutcomeKind.SETTLED, text="done", despite=True)
    Alarm.objects.update(state="normal", closed_at=time.now)
    at(60 * 24 * 3)
    later = time.rings(2, GAS, level=4)
    time.looks()
    assert case_of(later) == case
    assert again(case).reopenings == 1
    other = time.rings(5, [("blockage", 0.9, "S5")], level=4)
    time.looks()
    assert case_of(other) != case


GOING_UP = [
    ("all is well", True, True, True, True, GoingUp.ALLOWED),
    ("policy keeps it off", False, True, True, True, GoingUp.SWITCHED_OFF),
    ("an alarm that nobody has verified", True, False, True, True, GoingUp.UNVERIFIED),
    ("not the leader on duty", True, True, False, True, GoingUp.NOT_ON_DUTY),
    ("the top", True, True, True, False, GoingUp.NOBODY_ABOVE),
]


@pytest.mark.parametrize(
    ("on", "verified", "duty", "above", "verdict"), [row[1:] for row in GOING_UP], ids=[row[0] for row in GOING_UP]
)
def test_what_may_climb_beyond_its_level(on: bool, verified: bool, duty: bool, above: bool, verdict: GoingUp) -> None:
    assert going_up(switched_on=on, verified=verified, on_duty=duty, above=above) is verdict


def test_a_verified_event_is_handed_to_the_level_above_once(case: Case, leader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    usual_bodies(LICANG)
    with pytest.raises(Conflict):
        upward.hand_upward(actor=leader, case_id=case.pk, text="beyond our means")  # off as shipped
    monkeypatch.setattr(upward, "escalation", lambda *_case: SimpleNamespace(beyond_level=True))
    with pytest.raises(Conflict):
        upward.hand_upward(actor=leader, case_id=case.pk, text="beyond our means")  # nobody has verified it
    declaring.declare(actor=leader, case_id=case.pk, kind=DeclarationKind.INCIDENT, level="ordinary", text="two hurt")
    upward.hand_upward(actor=leader, case_id=case.pk, text="beyond our means")
    told = notices_of(case).get(why="level_above")
    assert told.organisation is not None and told.organisation.region_id == "370200" and told.urgent
    assert lines(case).count("handed_upward") == 1
    with pytest.raises(Conflict):
        upward.hand_upward(actor=leader, case_id=case.pk, text="again")


def test_a_declaration_is_a_leaders_act_of_its_own(case: Case, officer: User, leader: User) -> None:
    with pytest.raises(NotAllowed):
        declaring.declare(actor=officer, case_id=case.pk, kind=DeclarationKind.WARNING, level="red", text="it spreads")
    with pytest.raises(InvalidInput):
        declaring.declare(actor=leader, case_id=case.pk, kind=DeclarationKind.INCIDENT, level="red", text="two hurt")
    declaring.declare(actor=leader, case_id=case.pk, kind=DeclarationKind.INCIDENT, level="ordinary", text="two hurt")
    declaring.declare(actor=leader, case_id=case.pk, kind=DeclarationKind.INCIDENT, level="larger", text="three dead")
    standing = case.declarations.filter(ended_at__isnull=True)
    assert [one.level for one in standing] == ["larger"]
    declaring.end_declaration(actor=leader, case_id=case.pk, kind=DeclarationKind.INCIDENT, text="over")
    assert not case.declarations.filter(ended_at__isnull=True).exists()


def test_a_declaration_says_where_and_until_when_and_is_prolonged(case: Case, leader: User, at: Any) -> None:
    declaring.declare(actor=leader, case_id=case.pk, kind=WARNING, level="yellow", text="gas in the sewer")
    made = case.declarations.get()
    assert made.area and made.measures and made.cautions and made.ends_at == START + timedelta(hours=24)
    with pytest.raises(InvalidInput, match="Missing"):
        terms = Terms(area="Shiniushan Road", ends_at=START + timedelta(hours=2), cautions="no fire")
        declaring.declare(actor=leader, case_id=case.pk, kind=WARNING, level="red", text="it spreads", terms=terms)
    same = Terms(area="Shiniushan Road", ends_at=START + timedelta(hours=2), cautions="no fire", measures="cordon")
    with pytest.raises(Conflict, match="later end"):
        declaring.declare(actor=leader, case_id=case.pk, kind=WARNING, level="yellow", text="again", terms=same)
    later = replace(same, ends_at=START + timedelta(hours=30))
    declaring.declare(actor=leader, case_id=case.pk, kind=WARNING, level="yellow", text="it goes on", terms=later)
    assert [one.ended_at is None for one in case.declarations.order_by("ends_at")] == [False, True]
    kind = next(one for one in waiting_kinds() if one.code == "declaration")
    assert [rows_of(kind, leader, START + timedelta(hours=hours)) != [] for hours in (29, 31)] == [False, True]


def test_a_case_made_by_hand(db: None, street: None, at: Any, officer: User) -> None:
    now = at(5)
    found = handling.open_case_by_hand(
        actor=officer,
        region_code=LICANG,
        title="Smell of gas",
        place="Shiniushan Road 12",
        level=AlarmLevel.ORANGE,
        kind="gas",
        began_at=now - timedelta(minutes=4),
        origin_reference="12345-7",
    )
    assert (found.state, found.level, found.lead) == (CaseState.ANALYSING, 3, None)
    assert due_minutes(found)["notify_owner"] == 11  # from what the caller said, not from the call
    with pytest.raises(NotAllowed):
        handling.open_case_by_hand(actor=make_person("viewer"), region_code=LICANG, title="x", place="y", level=AlarmLevel.RED)
    with pytest.raises(InvalidInput, match="manhole"):
        handling.open_case_by_hand(
            actor=officer, region_code=LICANG, title="x", place="y", level=AlarmLevel.RED, place_kind="cellar"
        )


def test_a_standing_declaration_is_ended_before_the_case(case: Case, officer: User, leader: User, at: Any) -> None:
    handling.close_case(actor=officer, case_id=case.pk, kind=OutcomeKind.FALSE_ALARM, code="calibration", text="being calibrated")
    declaring.declare(actor=leader, case_id=case.pk, kind=DeclarationKind.WARNING, level="orange", text="gas in the sewer")
    with pytest.raises(Conflict, match=r"warning orange \(II\)"):
        handling.answer_outcome(actor=leader, case_id=case.pk, agree=True)
    handling.answer_outcome(actor=leader, case_id=case.pk, agree=False, text="it is real")
    with pytest.raises(Conflict, match="A leader ends it first"):
        handling.close_case(actor=leader, case_id=case.pk, kind=OutcomeKind.SETTLED, text="done", despite=True)
    declaring.end_declaration(actor=leader, case_id=case.pk, kind=DeclarationKind.WARNING, text="lifted")
    handling.close_case(actor=leader, case_id=case.pk, kind=OutcomeKind.SETTLED, text="done", despite=True)
    case.declarations.update(ended_at=None)  # as one stood that was closed before the rule
    found = declaring.end_declaration(actor=leader, case_id=case.pk, kind=DeclarationKind.WARNING, text="lifted")
    assert (found.state, case.declarations.filter(ended_at__isnull=True).count()) == (CaseState.CLOSED, 0)


IN_A_NAMED_PERSONS_OFFICE: list[tuple[str, Callable[[User, Case], Any]]] = [
    ("declares", lambda who, case: declaring.declare(actor=who, case_id=case.pk, kind=WARNING, level="red", text="it spreads")),
    ("ends what is declared", lambda who, case: declaring.end_declaration(actor=who, case_id=case.pk, kind=WARNING, text="over")),
    (
        "closes despite",
        lambda who, case: handling.close_case(actor=who, case_id=case.pk, kind=SETTLED, text="fine", despite=True),
    ),
    ("agrees as the second person", lambda who, case: handling.answer_outcome(actor=who, case_id=case.pk, agree=True)),
    ("starts a plan", lambda who, case: start_plan(actor=who, case_id=case.pk, code="gas_in_closed_space")),
]


def test_no_token_signs_in_a_named_persons_office(case: Case, leader: User, subtests: pytest.Subtests) -> None:
    leader.token_scopes = frozenset((rights.SEE, rights.HANDLE, rights.LEAD))
    for name, does in IN_A_NAMED_PERSONS_OFFICE:
        with subtests.test(name), pytest.raises(NotAllowed, match="sign in"):
            does(leader, case)


def test_a_level_once_held_takes_two_persons_for_good(street: None, at: Any, time: Timeline, officer: User, leader: User) -> None:
    alarm = time.rings(2, GAS, level=2)
    time.looks()
    case = case_of(alarm)
    handling.set_level(actor=officer, case_id=case.pk, level=AlarmLevel.RED, text="children play here")
    handling.set_level(actor=officer, case_id=case.pk, level=AlarmLevel.YELLOW, text="fenced")
    assert (again(case).level, again(case).peak_level) == (2, 4)
    handling.close_case(actor=officer, case_id=case.pk, kind=OutcomeKind.FALSE_ALARM, code="test", text="a test")
    assert again(case).state == CaseState.ANALYSING
    handling.answer_outcome(actor=leader, case_id=case.pk, agree=True)
    assert again(case).state == CaseState.CLOSED
