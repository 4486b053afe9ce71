"""Stops and resumptions, episodes, and who may do what with them."""

from datetime import date, timedelta

import pytest
from django.test import Client

from tests.clocks import stand_at
from tests.people import make_named_person
from tests.supervision.firms import NOW, make_body, make_object
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.command.casebook.models import Case
from tocsin.command.handling.services.demands import open_demanded_cases
from tocsin.engine.work.firm import EpisodeKind
from tocsin.jurisdiction.people.models import User
from tocsin.supervision.objects.models import PointsEvent, SupervisedObject
from tocsin.supervision.objects.rules.hours import read_hours
from tocsin.supervision.stops.services import (
    answer_condition,
    apply_for_resumption,
    approve_resumption,
    record_stop,
    take_over_stop,
)
from tocsin.supervision.work.models import Episode
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.queries.board import entries_of, visible_episodes
from tocsin.supervision.work.rules.episodes import CLOSED, EpisodeAct, EpisodeState, FirstStep, first_step, step
from tocsin.supervision.work.services.episodes import act_on_episode, follow_found, follow_further, run_episode_clocks

STATES = [
    ("found", "ask", "asked"),
    ("found", "answer", None),
    ("asked", "answer", "answered"),
    ("answered", "ask", "asked"),
    ("asked", "lapse", "unanswered"),
    ("answered", "lapse", None),
    ("unanswered", "answer", "answered"),  # late, but said
    ("unanswered", "send", "inspection"),
    ("answered", "send", "inspection"),
    ("inspection", "send", None),
    ("inspection", "confirm", "confirmed"),
    ("asked", "explain", "explained"),
    ("found", "dismiss", "false"),
    ("confirmed", "dismiss", None),
    ("confirmed", "note", "confirmed"),
]


@pytest.mark.parametrize(("state", "act", "after"), STATES)
def test_what_may_be_done_with_an_episode(state: str, act: str, after: str | None) -> None:
    assert step(EpisodeState(state), EpisodeAct(act)) == (None if after is None else EpisodeState(after))


def test_a_closed_episode_only_takes_notes() -> None:
    for state in CLOSED:
        assert [act for act in EpisodeAct if step(state, act) is not None] == [EpisodeAct.NOTE]


FIRST = [
    ("hidden_production", {"power"}, FirstStep.ASK),  # one kind of evidence is a question
    ("hidden_production", {"power", "video"}, FirstStep.INSPECT),
    ("night_production", {"power", "video"}, FirstStep.ASK),
    ("meter_trouble", {"power", "video"}, FirstStep.MAINTAIN),  # nobody's fault
    ("essential_load_lost", {"power"}, FirstStep.ASK),
]


@pytest.mark.parametrize(("kind", "evidence", "expected"), FIRST)
def test_two_independent_kinds_before_anybody_is_sent(kind: str, evidence: set[str], expected: FirstStep) -> None:
    following = work_policy().following
    told = following.first_step(EpisodeKind(kind), evidence)
    assert told is expected
    assert first_step(EpisodeKind(kind), independent=[*evidence, *evidence], asks_two=(), maintains=()) is FirstStep.ASK


def test_every_kind_of_episode_has_a_level() -> None:
    assert set(work_policy().level) == set(EpisodeKind)


HOURS = [
    ("08:00-17:30", ((480, 1050),)),
    ("21:00-05:00;05:00-09:00", ((1260, 1740), (300, 540))),
    ("16:00-24:00", ((960, 1440),)),
    ("", ()),
]


@pytest.mark.parametrize(("text", "shifts"), HOURS)
def test_registered_hours_are_read(text: str, shifts: tuple[tuple[int, int], ...]) -> None:
    assert read_hours(text) == shifts


@pytest.mark.parametrize("text", ["8-17", "25:00-26:00", "08:00-24:30", "08:00"])
def test_hours_that_are_none_are_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidInput, match=text.split(";")[0]):
        read_hours(text)


@pytest.fixture
def firm(db: None) -> SupervisedObject:
    return make_object("甲厂", organisation=make_body("firm-a"), trade="fine_chemical_batch")


@pytest.fixture
def supervisor(db: None) -> User:
    return make_named_person("supervisor", "supervisor")


@pytest.fixture
def officer(firm: SupervisedObject) -> User:
    return make_named_person("officer", "firm_officer", firm.organisation)


TODAY = date(2026, 11, 25)


def test_a_stop_is_ordered_by_a_head_of_supervision_and_planned_by_the_firm(
    firm: SupervisedObject, supervisor: User, officer: User
) -> None:
    with pytest.raises(NotAllowed):
        record_stop(actor=officer, object_id=firm.pk, number="1", kind="ordered stop", first=TODAY, now=NOW)
    planned = record_stop(actor=officer, object_id=firm.pk, number="2", kind="overhaul", first=TODAY, last=TODAY, now=NOW)
    ordered = record_stop(actor=supervisor, object_id=firm.pk, number="1", kind="ordered stop", first=TODAY, now=NOW)
    assert (planned.last, ordered.last) == (TODAY, None)
    stranger = make_named_person("stranger", "firm_officer", make_body("firm-b"))
    with pytest.raises(NotAllowed):
        record_stop(actor=stranger, object_id=firm.pk, number="3", kind="overhaul", first=TODAY, now=NOW)
    with pytest.raises(Conflict):
        record_stop(actor=supervisor, object_id=firm.pk, number="1", kind="ordered stop", first=TODAY, now=NOW)
    with pytest.raises(InvalidInput):
        record_stop(
            actor=supervisor, object_id=firm.pk, number="4", kind="ordered stop", first=TODAY, last=date(2026, 11, 24), now=NOW
        )


def test_work_is_resumed_only_after_its_list_of_conditions(firm: SupervisedObject, supervisor: User, officer: User) -> None:
    order = record_stop(actor=supervisor, object_id=firm.pk, number="1", kind="ordered stop", first=TODAY, now=NOW)
    first_day = TODAY + timedelta(days=10)
    with pytest.raises(Conflict):  # nobody has applied
        approve_resumption(actor=supervisor, order_id=order.pk, first_day=first_day, now=NOW)
    apply_for_resumption(actor=officer, order_id=order.pk, now=NOW)
    apply_for_resumption(actor=officer, order_id=order.pk, now=NOW)  # twice lays one list
    codes = list(order.conditions.values_list("code", flat=True))
    assert "stop_and_restart_table" in codes and "assessment_after_six_months" not in codes
    assert len(codes) == len(set(codes))
    with pytest.raises(NotAllowed):
        answer_condition(actor=officer, order_id=order.pk, code=codes[0], met=True, now=NOW)
    with pytest.raises(Conflict):  # the law asks for it
        answer_condition(actor=supervisor, order_id=order.pk, code="hazard_removed", met=False, words="later", now=NOW)
    with pytest.raises(InvalidInput):  # without a reason
        answer_condition(actor=supervisor, order_id=order.pk, code="training_before_restart", met=False, now=NOW)
    for code in codes:
        with pytest.raises(Conflict):
            approve_resumption(actor=supervisor, order_id=order.pk, first_day=first_day, now=NOW)
        met = code != "training_before_restart"
        answer_condition(actor=supervisor, order_id=order.pk, code=code, met=met, words="seen", now=NOW)
    order = approve_resumption(actor=supervisor, order_id=order.pk, first_day=first_day, now=NOW)
    assert order.resumed_on == first_day
    with pytest.raises(Conflict):
        approve_resumption(actor=supervisor, order_id=order.pk, first_day=first_day, now=NOW)


def test_a_mine_stopped_for_half_a_year_needs_an_assessment(supervisor: User) -> None:
    mine = make_object("矿", trade="mine")
    manager = make_named_person("keeper", "system_administrator")
    order = take_over_stop(
        actor=manager, object_id=mine.pk, number="9", kind="ordered stop", first=TODAY - timedelta(days=200), now=NOW
    )
    apply_for_resumption(actor=supervisor, order_id=order.pk, now=NOW)
    assert order.conditions.filter(code="assessment_after_six_months").exists()


def episode_of(firm: SupervisedObject, kind: str = "hidden_production", state: str = "found") -> Episode:
    return Episode.objects.create(
        id=new_id(),
        object=firm,
        kind=kind,
        level=work_policy().level[EpisodeKind(kind)],
        region_code=firm.region_code,
        start_at=NOW - timedelta(hours=5),
        detected_at=NOW - timedelta(hours=2),
        probability=0.93,
        why=[["process_share", 0.62]],
        state=state,
    )


def test_the_firm_answers_what_it_was_asked_and_reads_nothing_else(firm: SupervisedObject, officer: User) -> None:
    inspector = make_named_person("inspector", "inspector")
    episode = episode_of(firm)
    assert not visible_episodes(officer).exists()  # nobody has asked it yet
    with pytest.raises(NotAllowed):
        act_on_episode(actor=officer, episode_id=episode.pk, act="explain", text="ours", now=NOW)
    act_on_episode(actor=inspector, episode_id=episode.pk, act="note", text="look at the gate", now=NOW)
    act_on_episode(actor=inspector, episode_id=episode.pk, act="ask", now=NOW)
    assert visible_episodes(officer).get() == episode
    with pytest.raises(InvalidInput):
        act_on_episode(actor=officer, episode_id=episode.pk, act="answer", text=" ", now=NOW)
    act_on_episode(actor=officer, episode_id=episode.pk, act="answer", text="pump test", now=NOW)
    assert [entry.act for entry in entries_of(officer, episode)] == ["ask", "answer"]
    assert [entry.act for entry in entries_of(inspector, episode)] == ["note", "ask", "answer"]
    stranger = make_named_person("stranger", "firm_officer", make_body("firm-b"))
    assert not visible_episodes(stranger).exists()
    with pytest.raises(NotAllowed):
        act_on_episode(actor=stranger, episode_id=episode.pk, act="answer", text="x", now=NOW)


def test_the_firm_answers_from_its_phone_once_and_a_late_answer_is_kept(
    firm: SupervisedObject, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(monkeypatch, NOW)
    episode = episode_of(firm)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer)
    assert client.get("/api/v1/supervision/firm").json()["questions"] == []  # nobody has asked yet
    follow_found(episode, first=FirstStep.ASK, now=NOW)
    (asked,) = client.get("/api/v1/supervision/firm").json()["questions"]
    assert asked["waits"] and asked["why"]
    sent = {"id": str(new_id()), "subject": "episode", "subject_id": str(episode.pk), "act": "answer", "at": NOW.isoformat()}
    body = {"channel": "phone", "entries": [{**sent, "data": {"text": "a pump was tested"}}]}
    for _delivery in range(2):
        (told,) = client.post("/api/v1/supervision/entries", body, content_type="application/json").json()
        assert (told["taken"], told["verdict"], told["version"]) == (True, "goes_on", 2)
    assert Episode.objects.get().state == "answered"
    body["entries"] = [{**sent, "id": str(new_id()), "data": {"text": "again"}}]
    (told,) = client.post("/api/v1/supervision/entries", body, content_type="application/json").json()
    assert (told["taken"], told["verdict"]) == (True, "already")
    (shown,) = client.get("/api/v1/supervision/firm").json()["questions"]
    assert [bool(one["conflict"]) for one in shown["entries"]] == [False, False, True]
    stranger = make_named_person("stranger", "firm_officer", make_body("firm-b"))
    client.force_login(stranger)
    body["entries"] = [{**sent, "id": str(new_id()), "data": {"text": "not ours"}}]
    assert not client.post("/api/v1/supervision/entries", body, content_type="application/json").json()[0]["taken"]


def test_silence_of_a_firm_is_marked_and_looked_at_where_it_may_be_an_accident(firm: SupervisedObject, officer: User) -> None:
    hidden, sudden, fresh = episode_of(firm), episode_of(firm, "sudden_stop"), episode_of(firm)
    for one in (hidden, sudden):
        follow_found(one, first=FirstStep.ASK, now=NOW)
    later = NOW + timedelta(hours=work_policy().following.answer_within_h)
    follow_found(fresh, first=FirstStep.ASK, now=later)
    assert (run_episode_clocks(now=later), run_episode_clocks(now=later)) == (2, 0)
    states = {one.pk: one.state for one in Episode.objects.all()}
    assert states == {hidden.pk: "unanswered", sudden.pk: "inspection", fresh.pk: "asked"}
    assert [one.act for one in sudden.entries.order_by("at", "pk")] == ["ask", "lapse", "send"]
    with pytest.raises(InvalidInput):
        act_on_episode(actor=officer, episode_id=fresh.pk, act="lapse", now=later)
    act_on_episode(actor=officer, episode_id=hidden.pk, act="answer", text="a pump was tested", now=later)  # late, but said


def test_a_second_kind_of_evidence_makes_an_inspection_of_a_question(firm: SupervisedObject) -> None:
    episode = follow_found(episode_of(firm), first=FirstStep.ASK, now=NOW)
    follow_further(episode, first=FirstStep.ASK, now=NOW)
    assert episode.state == "asked"
    for _again in range(2):
        follow_further(episode, first=FirstStep.INSPECT, now=NOW)
    assert episode.state == "inspection" and episode.entries.count() == 2
    assert episode.due_at == NOW + timedelta(hours=work_policy().following.inspect_within_h)


def test_a_confirmed_breach_turns_the_code_red_and_a_lawful_reason_does_not(firm: SupervisedObject) -> None:
    inspector = make_named_person("inspector", "inspector")
    for act, events in (("explain", 0), ("dismiss", 0), ("confirm", 1)):
        episode = episode_of(firm)
        act_on_episode(actor=inspector, episode_id=episode.pk, act=act, text="seen on site", now=NOW)
        assert PointsEvent.objects.filter(object=firm, kind="production_during_stop").count() == events
        with pytest.raises(Conflict):
            act_on_episode(actor=inspector, episode_id=episode.pk, act="ask", now=NOW)


def test_an_inspection_that_is_demanded_becomes_one_case(firm: SupervisedObject) -> None:
    episode = follow_found(episode_of(firm), first=FirstStep.INSPECT, now=NOW)
    asked = follow_found(episode_of(firm), first=FirstStep.ASK, now=NOW)
    assert (episode.state, asked.state) == ("inspection", "asked")
    assert episode.due_at == NOW + timedelta(hours=work_policy().following.inspect_within_h)
    assert (open_demanded_cases(now=NOW), open_demanded_cases(now=NOW)) == (1, 0)
    case = Case.objects.get()
    episode.refresh_from_db()
    assert (episode.case_number, case.origin, case.level) == (case.number, "capability", 4)
    assert case.begun_at == NOW  # its clocks run from the demand, not from what was found in older records
    assert firm.name in case.title and "62 %" in case.changes.get(act="opened_by_hand").text
    Episode.objects.update(case_number="")  # the worker died before it had noted the number
    open_demanded_cases(now=NOW)
    assert Case.objects.count() == 1
