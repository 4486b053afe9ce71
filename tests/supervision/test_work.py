"""Stops and resumptions, evidence of platforms, connectors, episodes and who may do what with them."""

import http.server
import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.supervision.firms import NOW, make_body, make_object, make_person
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.command.models import Case
from tocsin.command.services.supervised import open_demanded_cases
from tocsin.engine.work import EpisodeKind
from tocsin.jurisdiction.models import User
from tocsin.supervision.models import Connector, Episode, EvidenceRecord, PointsEvent, SupervisedObject
from tocsin.supervision.policy.platforms import read_platforms
from tocsin.supervision.policy.work import work_policy
from tocsin.supervision.queries.work import entries_of, visible_episodes
from tocsin.supervision.rules.episodes import CLOSED, EpisodeAct, EpisodeState, FirstStep, first_step, step
from tocsin.supervision.rules.hours import read_hours
from tocsin.supervision.services.connectors import run_connectors
from tocsin.supervision.services.episodes import act_on_episode, follow_found, follow_further, run_episode_clocks
from tocsin.supervision.services.evidence import NewEvidence, take_evidence
from tocsin.supervision.services.stops import (
    answer_condition,
    apply_for_resumption,
    approve_resumption,
    record_stop,
    take_over_stop,
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
    return make_person("supervisor", "supervisor")


@pytest.fixture
def officer(firm: SupervisedObject) -> User:
    return make_person("officer", "firm_officer", firm.organisation)


TODAY = date(2026, 11, 25)


def test_a_stop_is_ordered_by_a_head_of_supervision_and_planned_by_the_firm(
    firm: SupervisedObject, supervisor: User, officer: User
) -> None:
    with pytest.raises(NotAllowed):
        record_stop(actor=officer, object_id=firm.pk, number="1", kind="ordered stop", first=TODAY, now=NOW)
    planned = record_stop(actor=officer, object_id=firm.pk, number="2", kind="overhaul", first=TODAY, last=TODAY, now=NOW)
    ordered = record_stop(actor=supervisor, object_id=firm.pk, number="1", kind="ordered stop", first=TODAY, now=NOW)
    assert (planned.last, ordered.last) == (TODAY, None)
    stranger = make_person("stranger", "firm_officer", make_body("firm-b"))
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
    manager = make_person("keeper", "system_administrator")
    order = take_over_stop(
        actor=manager, object_id=mine.pk, number="9", kind="ordered stop", first=TODAY - timedelta(days=200), now=NOW
    )
    apply_for_resumption(actor=supervisor, order_id=order.pk, now=NOW)
    assert order.conditions.filter(code="assessment_after_six_months").exists()


def evidence(firm: str, **changes: Any) -> NewEvidence:
    fields = {"firm": firm, "source": "video", "at": NOW - timedelta(hours=1), "value": 3.0, "platform": "city", "level": "city"}
    return NewEvidence(**{**fields, **changes})


def test_each_record_counts_once_or_is_refused_with_its_reason(firm: SupervisedObject, supervisor: User) -> None:
    records = [
        evidence(firm.code),
        evidence(firm.code),
        evidence("nobody"),
        evidence(firm.code, source="hearsay"),
        evidence(firm.code, at=NOW + timedelta(days=1)),
        evidence(firm.code, value=float("nan")),
        evidence(firm.code, at=datetime(2026, 11, 24, 1)),  # noqa: DTZ001 - the point
        evidence(firm.code, level="province"),  # a copy of a higher level is kept; the judgement counts it once
    ]
    taken = take_evidence(actor=supervisor, records=records, now=NOW)
    assert (taken.taken, [position for position, _ in taken.refused]) == (2, [2, 3, 4, 5, 6])
    assert "match it first" in dict(taken.refused)[2] and "hearsay" in dict(taken.refused)[3]
    again = take_evidence(actor=supervisor, records=records[:1], now=NOW + timedelta(minutes=1))
    assert (again.taken, again.known) == (0, 1)
    elsewhere = make_person("far", "supervisor", region_code="370202")
    assert take_evidence(actor=elsewhere, records=records[:1], now=NOW).refused


PULL = """
[ecology]
platform = "ecology"
level = "province"
region = "370213"
way = "pull"
url = "http://127.0.0.1:{port}/records?after=$cursor"
headers = {{ Authorization = "Bearer $secret" }}
secret_env = "TOCSIN_TEST_SECRET"
private = ["127.0.0.1"]
every_s = 60
rows = "data.items"
cursor = "next"
words = {{ value = {{ "停" = 0, "产" = 1 }} }}
fields = {{ firm = "code", at = "t", value = "v", source = "=video" }}
"""


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A platform that answers what the test lays into it."""
    held: dict[str, Any] = {"status": 200, "asked": []}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held["asked"].append((self.path, self.headers["Authorization"]))
            self.send_response(held["status"])
            self.end_headers()
            self.wfile.write(held["body"] if isinstance(held["body"], bytes) else json.dumps(held["body"]).encode())

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("TOCSIN_TEST_SECRET", "s3cret")
    path = settings.CONFIGURATION.data / "platforms.toml"
    path.write_text(PULL.format(port=server.server_port), encoding="utf-8")
    yield held
    path.unlink()
    server.shutdown()


def test_a_platform_is_joined_by_configuration(firm: SupervisedObject, platform: dict[str, Any]) -> None:
    at = "2026-11-25 09:00:00"  # of Qingdao, without a zone
    rows = [{"code": firm.code, "t": at, "v": "产"}, {"code": firm.code, "t": "soon", "v": 1}, {"code": firm.code, "t": at}]
    platform["body"] = {"data": {"items": rows}, "next": "c7"}
    assert run_connectors(now=NOW) == 1
    state = Connector.objects.get(name="ecology")
    assert (state.taken, state.refused, state.cursor, state.last_error) == (1, 2, "c7", "")
    assert any("soon" in one["reason"] for one in state.last_refused)
    record = EvidenceRecord.objects.get(object=firm)
    assert (record.value, record.stamped_at) == (1.0, datetime(2026, 11, 25, 1, tzinfo=UTC))
    assert run_connectors(now=NOW + timedelta(seconds=30)) == 0  # not yet
    platform["status"] = 503
    assert run_connectors(now=NOW + timedelta(seconds=61)) == 1
    platform["status"], platform["body"] = 200, b"<html>"
    assert run_connectors(now=NOW + timedelta(seconds=122)) == 1
    state.refresh_from_db()
    assert "no JSON" in state.last_error and state.cursor == "c7"  # nothing is lost: the next request asks from there again
    assert platform["asked"][1:] == [("/records?after=c7", "Bearer s3cret")] * 2
    assert "s3cret" not in json.dumps(state.last_refused) + state.last_error


WRONG = [
    (b'[a]\nplatform = "p"', "level"),
    (PULL.format(port=1).replace('"=video"', '"=rumour"').encode(), "rumour"),
    (PULL.format(port=1).replace('firm = "code", ', "").encode(), "firm"),
    (PULL.format(port=1).replace("http://", "ftp://").encode(), "url"),
    (PULL.format(port=1).replace('way = "pull"', 'way = "bus"').encode(), "subject"),
    (PULL.format(port=1).replace("every_s", "evry_s").encode(), "evry_s"),
]


@pytest.mark.parametrize(("text", "named"), WRONG)
def test_settings_of_a_platform_that_can_not_be_read_are_named(text: bytes, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read_platforms(text, "platforms.toml")


FOLDER = """
[gate]
platform = "gate"
level = "firm"
region = "370213"
way = "folder"
every_s = 5
form = "csv"
fields = { firm = "企业", at = "时间", value = "人数", source = "=gate_headcount" }
"""


def test_files_are_read_from_a_folder_and_never_lost(firm: SupervisedObject, tmp_path: Path, monkeypatch: Any) -> None:
    data = settings.CONFIGURATION.data
    (data / "platforms.toml").write_text(FOLDER, encoding="utf-8")
    into = data / "platforms" / "gate" / "in"
    into.mkdir(parents=True, exist_ok=True)
    table = f"企业,时间,人数\n{firm.code},2026-11-25 08:00,12\n{firm.code},gestern,1\n"
    (into / "one.csv").write_bytes(table.encode("gb18030"))
    (into / "two.csv").write_bytes(b"\xff\xfe\x00")
    (into / "half.part").write_bytes(b"...")
    try:
        run_connectors(now=NOW)
    finally:
        (data / "platforms.toml").unlink()
    names = {path.name for path in (into.parent / "done").iterdir()}, {path.name for path in (into.parent / "refused").iterdir()}
    assert names == ({"one.csv", "one.csv.reasons.txt"}, {"two.csv", "two.csv.reasons.txt"})
    assert "row 2: at" in (into.parent / "done" / "one.csv.reasons.txt").read_text(encoding="utf-8")
    assert [path.name for path in into.iterdir()] == ["half.part"]
    assert EvidenceRecord.objects.get(object=firm).value == 12


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
    inspector = make_person("inspector", "inspector")
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
    stranger = make_person("stranger", "firm_officer", make_body("firm-b"))
    assert not visible_episodes(stranger).exists()
    with pytest.raises(NotAllowed):
        act_on_episode(actor=stranger, episode_id=episode.pk, act="answer", text="x", now=NOW)


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
    inspector = make_person("inspector", "inspector")
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
