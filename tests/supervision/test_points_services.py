"""What people do with points: lift a firm, appeal, enter and end facts, close consequences, edit the policy."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, SHINAN, make_named_person
from tests.supervision.firms import DATA
from tests.supervision.points import DAY, at, certify, ledger, make_object, make_task, make_tasks, score_day, tried
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.engine.points.ledger import read_lines
from tocsin.fieldwork.rules import ActData, NewAct
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.records.versions.models import PolicyVersion
from tocsin.supervision.inspections.models import Finding, Penalty
from tocsin.supervision.inspections.services.findings import enter_finding
from tocsin.supervision.objects.models import LedgerDay, PointsEvent, SupervisedObject
from tocsin.supervision.objects.services.ledger import note_event
from tocsin.supervision.points.models import Appeal, Consequence, PointsRun
from tocsin.supervision.points.policy import read_draft, shipped_rules, shipped_text
from tocsin.supervision.points.queries.key_checks import key_units
from tocsin.supervision.points.queries.ledger import count_colours, recompute
from tocsin.supervision.points.queries.lift import lift_of
from tocsin.supervision.points.services.appeals import answer_appeal, make_appeal
from tocsin.supervision.points.services.consequences import close_consequence
from tocsin.supervision.points.services.facts import end_event, enter_event
from tocsin.supervision.points.services.trial import POINTS
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.services.acts import enter_task
from tocsin.supervision.versions.services import draft_version, switch_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_to(moment: datetime) -> None:
        stand_at(monkeypatch, moment)

    set_to(at(DAY + timedelta(days=1), 9))
    return set_to


def firm_with_person(name: str = "A") -> tuple[SupervisedObject, User]:
    """A firm with its own organisation and somebody who works for it."""
    found = make_object(name)
    body = Organisation.objects.create(code=f"firm-{name}", name_zh=name, name_en=name, region_id=LICANG, kind="firm")
    found.organisation = body
    found.save()
    return found, make_named_person(f"worker-{name}", "firm_officer", organisation=body)


def act(actor: User, service: Any, subject: Any, name: str, **data: Any) -> None:
    new = NewAct(new_id(), subject.pk, name, settings.CONFIGURATION.clock.now(), DATA.get(name, ActData)(**data))
    service(actor=actor, act=new)


def test_what_lifts_one_band_is_cheapest_and_doing_it_lifts(set_clock: Any) -> None:
    firm, worker = firm_with_person()
    certify(firm)
    make_tasks(firm, DAY - timedelta(days=4), "dddddddmm", weight=2)
    for back in (3, 2, 1):  # overdue, can still be done
        make_task(firm, DAY - timedelta(days=back), "overdue", weight=2)
    make_task(firm, DAY + timedelta(days=1), "open", rule="self_check_month", weight=3)
    finding = Finding.objects.create(
        number="F1", object=firm, region_code=LICANG, grade="ordinary", state="open", text="x", found_at=at(DAY, -300), due_on=DAY
    )
    finding.due_on = DAY - timedelta(days=2)
    finding.save()
    for back in (1, 0):
        score_day(DAY - timedelta(days=back))
    assert ledger(firm).colour == "yellow"
    now = at(DAY + timedelta(days=1), 9)
    plan = lift_of(firm, now=now)
    assert plan is not None
    assert (plan.standing, plan.target, plan.reachable) == ("yellow", "blue", True)
    assert plan.score >= plan.need == 7500
    # dearer than nothing, cheaper than everything; without any one of its acts it does not reach
    kinds = {one.act.key.partition(":")[0] for one in plan.acts}
    assert kinds <= {"task", "finding"}
    for one in plan.acts:
        if one.kind == "task":
            if Task.objects.get(pk=one.subject.pk).done_at is None:
                act(worker, enter_task, one.subject, "done")
        else:
            act(worker, enter_finding, one.subject, "rectify", text="cleared")
    for ahead in (1, 2, 3):
        score_day(DAY + timedelta(days=ahead))
    assert [ledger(firm, DAY + timedelta(days=ahead)).colour for ahead in (1, 2, 3)] == ["yellow", "yellow", "blue"]


def test_nothing_lifts_above_green_and_what_cannot_be_reached_is_said(set_clock: Any) -> None:
    green, hopeless = make_object("A"), make_object("B")
    certify(green)
    make_tasks(green, DAY, "d" * 10)
    make_tasks(hopeless, DAY, "m" * 10)
    score_day()
    now = at(DAY + timedelta(days=1), 9)
    assert lift_of(green, now=now) is None
    plan = lift_of(hopeless, now=now)
    assert plan is not None
    assert (plan.reachable, plan.acts) == (False, ())


def test_a_won_appeal_scores_again_from_that_day_on_with_a_line(set_clock: Any) -> None:
    firm, worker = firm_with_person()
    lead = make_named_person("lead", "supervisor")
    certify(firm)
    make_tasks(firm, DAY, "d" * 10)
    note_event(supervised_object=firm, kind="false_data", key="camera", began_on=DAY - timedelta(days=1), now=at(DAY))
    for back in (1, 0):
        score_day(DAY - timedelta(days=back))
    first, before = ledger(firm, DAY - timedelta(days=1)), ledger(firm)
    with pytest.raises(InvalidInput, match="no such line"):
        make_appeal(actor=worker, object_id=firm.pk, day=DAY, reason_code="penalty", text="no")
    appeal = make_appeal(
        actor=worker,
        object_id=firm.pk,
        day=DAY - timedelta(days=1),
        reason_code="false_data",
        line_key="camera",
        text="it was fog",
    )
    with pytest.raises(Conflict, match="already"):
        make_appeal(
            actor=worker,
            object_id=firm.pk,
            day=DAY - timedelta(days=1),
            reason_code="false_data",
            line_key="camera",
            text="again",
        )
    assert appeal.due_on == DAY + timedelta(days=8)  # five working days after a Wednesday
    with pytest.raises(NotAllowed):
        answer_appeal(actor=worker, appeal_id=appeal.pk, won=True, answer="mine")
    answer_appeal(actor=lead, appeal_id=appeal.pk, won=True, answer="the weather record agrees")
    again = ledger(firm)
    assert (again.revision, again.score) == (1, before.score + 2000 - (2000 - 1989))
    lines = read_lines(again.lines)
    assert sum(line.hundredths for line in lines) == again.score
    assert [line.hundredths for line in lines if line.code in ("false_data", "appeal")] == [-1989, 1989]
    assert LedgerDay.objects.get(day=first.day, object_id=firm.pk, revision=0).lines == first.lines  # the first writing stays
    assert recompute(again).lines == again.lines
    score_day(DAY + timedelta(days=1))
    assert [line.code for line in read_lines(ledger(firm, DAY + timedelta(days=1)).lines)][-2:] == ["false_data", "appeal"]
    for run in PointsRun.objects.all():
        assert run.tallies == count_colours(run.day)
    assert AuditEntry.objects.filter(action="appeal.answered").exists()
    with pytest.raises(Conflict, match="answered"):
        answer_appeal(actor=lead, appeal_id=appeal.pk, won=False, answer="no")


def test_an_appeal_against_a_part_gives_points_back_and_a_lost_one_changes_nothing(set_clock: Any) -> None:
    firm, worker = firm_with_person()
    lead = make_named_person("lead", "supervisor")
    make_tasks(firm, DAY, "dddddddddm")
    score_day()
    before = ledger(firm)
    appeal = make_appeal(actor=worker, object_id=firm.pk, day=DAY, reason_code="tasks", text="the system was down")
    answer_appeal(actor=lead, appeal_id=appeal.pk, won=True, answer="true", points=2.5)
    assert ledger(firm).score == before.score + 250
    other = make_appeal(actor=worker, object_id=firm.pk, day=DAY, reason_code="hazards", text="no")
    answer_appeal(actor=lead, appeal_id=other.pk, won=False, answer="the photo shows it")
    assert ledger(firm).revision == 1
    assert Appeal.objects.get(pk=other.pk).won is False


APPEAL_DAYS = [("on the third working day", 6, True), ("after it", 7, False)]


@pytest.mark.parametrize(("name", "days", "in_time"), APPEAL_DAYS, ids=[one[0] for one in APPEAL_DAYS])
def test_the_clock_of_an_appeal(name: str, days: int, in_time: bool, set_clock: Any) -> None:
    """The points of Tuesday 24 November are known on Wednesday; three working days later it is Monday the 30th."""
    firm, worker = firm_with_person()
    make_tasks(firm, DAY, "dm")
    score_day()
    set_clock(at(DAY + timedelta(days=days), 9))
    given: dict[str, Any] = {"actor": worker, "object_id": firm.pk, "day": DAY, "reason_code": "tasks", "text": "no"}
    if in_time:
        assert make_appeal(**given).won is None
    else:
        with pytest.raises(Conflict, match="over"):
            make_appeal(**given)


def test_facts_are_entered_by_inspectors_and_ended_by_those_who_lead(set_clock: Any) -> None:
    firm, _worker = firm_with_person()
    inspector, lead = make_named_person("inspector", "inspector"), make_named_person("lead", "supervisor")
    stranger = make_named_person("stranger", "supervisor", region=SHINAN)
    make_tasks(firm, DAY, "d" * 10)
    with pytest.raises(SupervisedObject.DoesNotExist):
        enter_event(actor=stranger, object_id=firm.pk, kind="refused_inspection", began_on=DAY, text="x")
    with pytest.raises(InvalidInput, match="no fact of the kind"):
        enter_event(actor=inspector, object_id=firm.pk, kind="ugly_sign", began_on=DAY, text="x")
    event = enter_event(actor=inspector, object_id=firm.pk, kind="refused_inspection", began_on=DAY, text="the gate stayed shut")
    score_day()
    assert ledger(firm).colour == "red"
    with pytest.raises(NotAllowed):
        end_event(actor=inspector, event_id=event.pk, ended_on=DAY + timedelta(days=1), text="let in")
    with pytest.raises(InvalidInput, match="between"):
        end_event(actor=lead, event_id=event.pk, ended_on=DAY - timedelta(days=1), text="let in")
    end_event(actor=lead, event_id=event.pk, ended_on=DAY + timedelta(days=1), text="let in")
    score_day(DAY + timedelta(days=1))
    assert ledger(firm, DAY + timedelta(days=1)).band != "red"
    assert PointsEvent.objects.get().evidence == {"text": "the gate stayed shut", "end": "let in"}


def test_a_consequence_is_closed_with_words_and_a_regular_one_comes_again(set_clock: Any) -> None:
    firm = make_object("A", created=DAY)
    certify(firm)
    inspector = make_named_person("inspector", "inspector")
    score_day()  # blue: a monthly remote look, an inspection in six months
    look = Consequence.objects.get(kind="remote_look")
    with pytest.raises(InvalidInput, match="what was done"):
        close_consequence(actor=inspector, consequence_id=look.pk, words=" ")
    close_consequence(actor=inspector, consequence_id=look.pk, words="cameras seen, all quiet")
    with pytest.raises(Conflict):
        close_consequence(actor=inspector, consequence_id=look.pk, words="again")
    open_looks = Consequence.objects.filter(object=firm, kind="remote_look", done_at=None)
    assert [one.due_at.date().isoformat() for one in open_looks] == ["2026-12-25"]


KEY_UNITS = [
    ("a high-risk trade", {"trade": "fireworks"}, 0, [], True),
    ("a crowded place", {"trade": "shopping_centre"}, 0, [], True),
    ("a major hazard installation", {"major_hazard": True}, 0, [], True),
    ("two penalties", {}, 2, [], True),
    ("one penalty", {}, 1, [], False),
    ("an accident", {}, 0, ["accident"], True),
    ("a proved report", {}, 0, ["proved_report"], True),
    ("nothing", {}, 0, ["false_data"], False),
]


@pytest.mark.parametrize(("name", "fields", "penalties", "events", "listed"), KEY_UNITS, ids=[one[0] for one in KEY_UNITS])
def test_who_is_on_the_key_check_list(name: str, fields: dict[str, Any], penalties: int, events: list[str], listed: bool) -> None:
    firm = make_object("A", created=DAY, **fields)
    certify(firm)
    for number in range(penalties):
        given = {"kind": "fine", "document_number": f"P{number}", "decided_on": DAY - timedelta(days=9), "entered_at": at(DAY)}
        Penalty.objects.create(object=firm, **given)
    for kind in events:
        note_event(supervised_object=firm, kind=kind, key=kind, began_on=DAY - timedelta(days=9), now=at(DAY))
    assert key_units([firm.pk], day=DAY, rules=shipped_rules()) == ({firm.pk} if listed else set())
    score_day()
    assert Consequence.objects.filter(object=firm, kind="key_check").exists() == (listed and ledger(firm).colour != "red")


def changed_text(old: str, new: str) -> str:
    assert old in shipped_text()
    return shipped_text().replace(old, new)


REFUSED = [
    ("weights that do not sum", ("weight = 0.40", "weight = 0.45"), "sum to 1"),
    ("a band above another", ("blue = 75.0", "blue = 95.0"), "bands must rise"),
    ("an unknown key", ("step_days = 3", "step_days = 3\nmagic = 1"), "magic"),
    ("a colour that is none", ('colours = ["green"]', 'colours = ["pink"]'), "colours are"),
    ("two times at once", ("months = 12", "months = 12\ndays = 3"), "exactly one"),
    ("a window without end", ("window_days = 30", "window_days = 1000000000"), "window_days is"),
    ("no number", ("points = 80.0", "points = nan"), "no points"),
    ("more than any number", ("green = 90.0", "green = inf"), "no points"),
    ("words for a number", ("window_days = 30", 'window_days = "many"'), "window_days"),
]


@pytest.mark.parametrize(("name", "change", "words"), REFUSED, ids=[one[0] for one in REFUSED])
def test_a_draft_that_does_not_fit_together_is_refused_by_name(name: str, change: tuple[str, str], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read_draft(changed_text(*change))


def test_a_policy_is_drafted_tried_and_switched_on_by_another_and_never_rewrites_the_past(set_clock: Any) -> None:
    author, lead = make_named_person("author", "rule_engineer"), make_named_person("lead", "supervisor")
    firms = [make_object(f"F{number}") for number in range(6)]
    for number, firm in enumerate(firms):
        certify(firm)
        make_tasks(firm, DAY, "m" * number + "d" * (10 - number))
    for back in (3, 2, 1, 0):
        score_day(DAY - timedelta(days=back))
    before = list(LedgerDay.objects.order_by("day", "object_id").values())
    text = changed_text("green = 90.0", "green = 97.0")
    policy = draft_version(POINTS, actor=author, region_code=LICANG, version="licang-1", text=text, reason="stricter")
    tomorrow = DAY + timedelta(days=1)
    with pytest.raises(Conflict, match="Try it first"):
        switch_on(POINTS, actor=lead, version_id=policy.pk, effective_from=tomorrow)
    found = tried(author, policy).trial
    green = LedgerDay.objects.filter(day=DAY, colour="green").count()
    assert green
    assert (found["objects"], found["looked_at"], found["changed"]) == (6, 6, green)
    assert found["matrix"]["green>blue"] == green
    assert sum(found["matrix"].values()) == 6
    assert {one["after"] for one in found["list"]} == {"blue"}
    assert json.loads(json.dumps(found)) == found
    author_leads = User.objects.get(pk=author.pk)
    with pytest.raises(NotAllowed):
        switch_on(POINTS, actor=author_leads, version_id=policy.pk, effective_from=tomorrow)
    with pytest.raises(InvalidInput, match="Past days"):
        switch_on(POINTS, actor=lead, version_id=policy.pk, effective_from=DAY)
    switch_on(POINTS, actor=lead, version_id=policy.pk, effective_from=tomorrow)
    assert list(LedgerDay.objects.order_by("day", "object_id").values()) == before
    elsewhere = make_object("ELSEWHERE", region=SHINAN)
    make_tasks(elsewhere, DAY, "d" * 10)
    score_day(tomorrow)
    versions = dict(LedgerDay.objects.filter(day=tomorrow).values_list("object_id", "rule_version"))
    assert {versions[firm.pk] for firm in firms} == {"licang-1"}
    assert versions[elsewhere.pk].startswith("shipped-")
    for row in LedgerDay.objects.all():
        assert recompute(row).lines == row.lines


def test_who_drafts_and_leads_is_still_not_the_one_who_switches_on(set_clock: Any) -> None:
    both = make_named_person("both", "supervisor")
    make_object("A")
    score_day()
    policy = draft_version(POINTS, actor=both, region_code=LICANG, version="mine-1", text=shipped_text())
    tried(both, policy)
    with pytest.raises(Conflict, match="Another person"):
        switch_on(POINTS, actor=both, version_id=policy.pk, effective_from=DAY + timedelta(days=1))
    with pytest.raises(NotAllowed):
        draft_version(POINTS, actor=both, region_code=SHINAN, version="theirs-1", text=shipped_text())
    with pytest.raises(InvalidInput, match="name of 3"):
        draft_version(POINTS, actor=both, region_code=LICANG, version="shipped-x", text=shipped_text())
    assert PolicyVersion.objects.get(version="mine-1").effective_from is None


def test_the_shipped_policy_is_whole() -> None:
    rules = shipped_rules()
    assert rules.figures().bands == (6000, 7500, 9000)
    assert {colour for row in rules.consequence for colour in row.colours} == {"green", "blue", "yellow", "red"}
