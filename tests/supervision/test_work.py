"""Episodes, what persons and clocks do with them, and who may do what."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW, make_body, make_object
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case, Clock
from tocsin.command.handling.services.demands import end_decided_cases, open_demanded_cases
from tocsin.command.handling.services.handling import open_case_by_hand
from tocsin.engine.work.firm import EpisodeKind
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.notices.face import see
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.queries.contributions import purposes
from tocsin.supervision.objects.models import PointsEvent, SupervisedObject
from tocsin.supervision.objects.rules.hours import read_hours
from tocsin.supervision.work.models import Episode, EpisodeEntry
from tocsin.supervision.work.policy.judging import work_policy
from tocsin.supervision.work.queries.board import entries_of, visible_episodes
from tocsin.supervision.work.queries.episodes import with_question_counts
from tocsin.supervision.work.rules.episodes import (
    DECIDED,
    Ban,
    EpisodeAct,
    EpisodeState,
    FirstStep,
    Hold,
    banned_part,
    count_question,
    first_step,
    hold,
    kinds_for,
    step,
)
from tocsin.supervision.work.services.episodes import (
    act_on_episode,
    follow_found,
    follow_further,
    run_episode_clocks,
    withdraw,
)

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
    ("inspection", "answer", "inspection"),  # late, while somebody is on the way
    ("asked", "undelivered", "found"),
    ("inspection", "propose", "proposed"),
    ("proposed", "propose", None),
    ("proposed", "confirm", "confirmed"),
    ("asked", "withdraw", "withdrawn"),
    ("inspection", "withdraw", None),  # somebody is on the way
    ("withdrawn", "ask", "asked"),
    ("confirmed", "undo", "found"),
    ("withdrawn", "undo", None),
    ("confirmed", "dismiss", None),
    ("confirmed", "note", "confirmed"),
]


@pytest.mark.parametrize(("state", "act", "after"), STATES)
def test_what_may_be_done_with_an_episode(state: str, act: str, after: str | None) -> None:
    assert step(EpisodeState(state), EpisodeAct(act)) == (None if after is None else EpisodeState(after))


def test_a_decided_episode_takes_notes_and_its_undoing() -> None:
    for state in DECIDED:
        assert [act for act in EpisodeAct if step(state, act) is not None] == [EpisodeAct.UNDO, EpisodeAct.NOTE]


HELD = [
    ("a breach by one person", "hidden_production", "inspection", False, Hold.TWO_PERSONS),
    ("by the second person", "hidden_production", "proposed", False, Hold.GOOD),
    ("by whoever proposed it", "partial_hidden_production", "proposed", True, Hold.ONESELF),
    ("what is no breach", "night_production", "answered", False, Hold.GOOD),
]


@pytest.mark.parametrize(("name", "kind", "state", "proposed", "verdict"), HELD, ids=[one[0] for one in HELD])
def test_a_breach_needs_two_persons(name: str, kind: str, state: str, proposed: bool, verdict: Hold) -> None:
    assert hold(EpisodeKind(kind), EpisodeState(state), is_proposer=proposed) is verdict


COUNTED = [
    ("answered in time", "answered", ["ask", "answer"], False, "kept"),
    ("lapsed, answered late", "answered", ["ask", "lapse", "answer"], False, "lost"),
    ("lapsed, lawful all the same", "explained", ["ask", "lapse", "answer", "explain"], False, "kept"),
    ("a confirmed breach has its own consequence", "confirmed", ["ask", "answer", "confirm"], False, "nowhere"),
    ("wrong", "false", ["ask", "lapse", "dismiss"], False, "nowhere"),
    ("withdrawn by the machine", "withdrawn", ["ask", "withdraw"], False, "nowhere"),
    ("reached nobody", "found", ["ask", "undelivered"], False, "nowhere"),
    ("its time runs", "asked", ["ask"], False, "nowhere"),
    ("its time is over", "asked", ["ask"], True, "lost"),
    ("an inspection without a question", "inspection", ["send"], False, "nowhere"),
]


@pytest.mark.parametrize(("name", "state", "entries", "overdue", "counted"), COUNTED, ids=[one[0] for one in COUNTED])
def test_what_a_question_counts(
    name: str, state: str, entries: list[str], overdue: bool, counted: str, firm: SupervisedObject
) -> None:
    assert count_question(EpisodeState(state), entries, overdue=overdue) == counted
    episode = episode_of(firm, state=state)
    due = NOW - timedelta(minutes=1) if overdue else NOW + timedelta(hours=1)
    Episode.objects.update(due_at=due, delivered_at=NOW - timedelta(hours=1))
    for act in entries:
        EpisodeEntry.objects.create(episode=episode, act=act, at=NOW - timedelta(hours=1))
    rows = with_question_counts(Episode.objects.all(), until=NOW)
    assert [one.question_kept for one in rows] == {"kept": [True], "lost": [False], "nowhere": []}[counted]  # type: ignore[attr-defined]


HOUR = timedelta(hours=1)
BANNED = [
    ("no order", [], None),
    ("the order was served within it", [(2, None)], (2, 8)),
    ("work was allowed within it", [(-30, 3)], (0, 3)),
    ("it had been allowed before", [(-30, 0)], None),
    ("another order goes on", [(-30, 3), (-5, None)], (0, 8)),
]


@pytest.mark.parametrize(("name", "bans", "part"), BANNED, ids=[one[0] for one in BANNED])
def test_only_what_lay_under_an_order_is_a_breach(name: str, bans: list[tuple[int, int | None]], part: Any) -> None:
    given = [Ban(NOW + begin * HOUR, None if end is None else NOW + end * HOUR) for begin, end in bans]
    found = banned_part(NOW, NOW + 8 * HOUR, given)
    assert found == (None if part is None else (NOW + part[0] * HOUR, NOW + part[1] * HOUR))


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


VOTES = [
    ("a stale count is no second kind", [("power", 3.0), ("gate_headcount", 0.01)], {"power"}),
    ("two that speak", [("power", 3.0), ("video", 0.5)], {"power", "video"}),
    ("three sources of one sender", [("token:7", 2.0), ("token:7", 2.0), ("token:7", 3.0)], {"token:7"}),
    ("nothing speaks for it", [("video", -2.0)], {"power"}),
]


@pytest.mark.parametrize(("name", "votes", "kinds"), VOTES, ids=[one[0] for one in VOTES])
def test_independent_kinds_are_counted_by_the_threshold_of_the_verdict(
    name: str, votes: list[tuple[str, float]], kinds: set[str]
) -> None:
    assert kinds_for(votes, 0.5) == kinds


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
    see(list(Notice.objects.filter(purpose="work_question")), by=officer, now=NOW)
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


def test_a_lawful_reason_and_a_wrong_finding_leave_the_code(firm: SupervisedObject) -> None:
    inspector = make_named_person("inspector", "inspector")
    for act in ("explain", "dismiss"):
        episode = episode_of(firm)
        act_on_episode(actor=inspector, episode_id=episode.pk, act=act, text="seen on site", now=NOW)
        assert not PointsEvent.objects.filter(object=firm, kind="production_during_stop").exists()
        with pytest.raises(Conflict):
            act_on_episode(actor=inspector, episode_id=episode.pk, act="ask", now=NOW)


def test_a_question_runs_from_its_delivery_and_a_late_answer_is_taken(
    firm: SupervisedObject, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    following = work_policy().following
    unseen, seen = (follow_found(episode_of(firm, "sudden_stop"), first=FirstStep.ASK, now=NOW) for _ in range(2))
    Notice.objects.filter(figures__episode=str(unseen.pk)).update(organisation=make_body("nobody"))
    assert (seen.delivered_at, seen.due_at) == (None, NOW + timedelta(minutes=following.deliver_within_min))
    later = NOW + timedelta(minutes=50)
    stand_at(monkeypatch, later)
    assert len(signed_in(officer).get("/api/v1/supervision/firm").json()["questions"]) == 2  # the page has shown them
    unseen.refresh_from_db()
    seen.refresh_from_db()
    assert (seen.delivered_at, seen.due_at) == (later, later + timedelta(minutes=following.urgent_answer_min))
    assert unseen.delivered_at is None
    assert run_episode_clocks(now=NOW + timedelta(hours=2)) == 2
    assert [one.act for one in unseen.entries.order_by("at", "pk")] == ["ask", "undelivered", "send"]
    assert [one.act for one in seen.entries.order_by("at", "pk")] == ["ask", "lapse", "send"]
    act_on_episode(actor=officer, episode_id=seen.pk, act="answer", text="a fuse, all is well", now=NOW + timedelta(hours=3))
    seen.refresh_from_db()
    assert (seen.state, seen.entries.get(act="answer").data["late"]) == ("inspection", True)


def test_notices_of_an_episode_reach_the_firm_and_say_what_to_do(firm: SupervisedObject, officer: User) -> None:
    body = make_body("bureau")
    firm.competent = body
    firm.save()
    make_named_person("head", "supervisor", body)
    episode = follow_found(episode_of(firm), first=FirstStep.ASK, now=NOW)
    asked = Notice.objects.get(purpose="work_question")
    assert (asked.organisation, asked.why) == (firm.organisation, "own_firm")
    assert "24 hours" in purposes()[asked.purpose].texts([asked])[asked.pk]
    withdraw(episode, now=NOW)
    asked.refresh_from_db()
    assert (episode.state, asked.fate) == ("withdrawn", "superseded")
    told = {one.organisation for one in Notice.objects.filter(purpose="work_outcome")}
    assert told == {firm.organisation, body}
    client = signed_in(officer)
    assert "no longer found by the machine" in client.get(f"/work/episodes/{episode.pk}/").content.decode()


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


def test_a_case_of_a_firm_concerns_its_department_runs_its_own_clocks_and_ends_with_the_episode(
    firm: SupervisedObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(monkeypatch, NOW)
    bureau = usual_bodies(firm.region_code)["emergency_bureau"]
    make_named_person("desk", "duty_officer", usual_bodies(firm.region_code)["government_duty_room"])
    inspector = make_named_person("inspector", "inspector", bureau)
    gas = usual_bodies(firm.region_code)["gas_company"]
    make_named_person("crew", "unit_desk", gas)
    firm.competent = bureau
    firm.save()
    episode = follow_found(episode_of(firm), first=FirstStep.INSPECT, now=NOW)
    open_demanded_cases(now=NOW)
    case = Case.objects.get()
    told = {one.organisation.code for one in Notice.objects.filter(subject_id=case.pk) if one.organisation}
    assert "emergency_bureau" in told and "gas_company" not in told
    assert set(Clock.objects.filter(case=case).values_list("step", flat=True)) == {"notify_owner", "confirm", "close"}
    assert not case.orders.exists()
    client = signed_in(inspector)
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "Production in spite of an order" in page and "Gas in a closed space" not in page
    other = open_case_by_hand(
        actor=system_actor(), region_code=firm.region_code, title="leak", place="road", level=AlarmLevel.RED, kind="gas"
    )
    assert client.get(f"/cases/{other.number}/").status_code == 404  # an inspector sees the cases of firms
    assert end_decided_cases(now=NOW) == 0
    act_on_episode(actor=inspector, episode_id=episode.pk, act="dismiss", text="the neighbour's line", now=NOW)
    assert (end_decided_cases(now=NOW), end_decided_cases(now=NOW)) == (1, 0)
    case.refresh_from_db()
    assert case.state == "closed" and case.outcomes.get().text == "误判"
    assert not Clock.objects.filter(case=case, met_at__isnull=True, stopped_at__isnull=True).exists()
