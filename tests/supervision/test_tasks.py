"""Tasks: rules as tables and properties, then a firm's tasks made, met by records, put off, run out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.people import make_named_person
from tests.supervision.firms import NOW, act, colour_of, make_body, make_object
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.base.policy import read_policy
from tocsin.jurisdiction.people.models import User
from tocsin.records.calendar.policy import working_days
from tocsin.supervision.evidence.models import EvidenceRecord
from tocsin.supervision.inspections.models import Inspection
from tocsin.supervision.inspections.queries.checklists import list_for
from tocsin.supervision.inspections.services.checklists import kept_list
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.posts.models import PersonCertificate
from tocsin.supervision.tasks import policy
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.queries.tasks import search_tasks, visible_tasks
from tocsin.supervision.tasks.rules.planning import Every, MetBy, Subject, TaskRule, due_after, due_day, period_of, plan
from tocsin.supervision.tasks.rules.states import TaskState, TaskTimes, state_of
from tocsin.supervision.tasks.services import assignment as services
from tocsin.supervision.tasks.services import matching as services_tasks
from tocsin.supervision.tasks.services.acts import decide_deferral, enter_task, exempt_task

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
CALENDAR = [one for one in Every if one is not Every.EVENT]


def at(day: int, hour: float = 0) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


STATES: list[tuple[str, TaskTimes, datetime, TaskState]] = [
    ("before its end", TaskTimes(at(10)), at(9), TaskState.OPEN),
    ("at its end", TaskTimes(at(10)), at(10), TaskState.OPEN),
    ("after its end", TaskTimes(at(10), missed_at=at(20)), at(11), TaskState.OVERDUE),
    ("too late", TaskTimes(at(10), missed_at=at(20)), at(21), TaskState.MISSED),
    ("never too late", TaskTimes(at(10)), at(30), TaskState.OVERDUE),
    ("done at its end", TaskTimes(at(10), done_at=at(10)), at(30), TaskState.DONE),
    ("done late", TaskTimes(at(10), done_at=at(12), missed_at=at(11)), at(30), TaskState.LATE),
    ("put off", TaskTimes(at(10), deferred_to=at(15)), at(12), TaskState.OPEN),
    ("back again", TaskTimes(at(10), deferred_to=at(15)), at(16), TaskState.OVERDUE),
    ("done within the deferral", TaskTimes(at(10), deferred_to=at(15), done_at=at(14)), at(16), TaskState.DONE),
]


@pytest.mark.parametrize(("name", "times", "now", "expected"), STATES, ids=[one[0] for one in STATES])
def test_a_task_is_what_its_times_make_it(name: str, times: TaskTimes, now: datetime, expected: TaskState) -> None:
    assert state_of(times, now) is expected


@given(st.sampled_from(CALENDAR), DAYS)
def test_periods_cover_every_day_once(every: Every, day: date) -> None:
    period = period_of(every, day)
    assert period.first <= day <= period.last
    assert period_of(every, period.first) == period == period_of(every, period.last)
    assert period_of(every, period.last + timedelta(days=1)).first == period.last + timedelta(days=1)


@given(st.sampled_from(CALENDAR), DAYS, st.integers(0, 40))
def test_a_task_is_due_on_a_working_day_of_its_period(every: Every, day: date, nth: int) -> None:
    rule = TaskRule("one", "one", "town", every, 1, MetBy.ENTRY, due_working_day=nth)
    period, worked = period_of(every, day), working_days()
    due = due_day(rule, period, worked.is_working_day)
    assert period.first <= due <= period.last
    if every not in (Every.DAY, Every.WEEK):  # a week of the Spring Festival has no working day
        assert worked.is_working_day(due)


def test_the_third_working_day_after_an_event_skips_the_holiday() -> None:
    rule = TaskRule("one", "one", "town", Every.EVENT, 1, MetBy.INSPECTION, due_working_day=3, after="resumption")
    assert due_after(rule, date(2026, 9, 29), working_days().is_working_day) > date(2026, 10, 7)


def asks(code: str, level: str, every: Every, weight: int = 1, **fields: Any) -> TaskRule:
    return TaskRule(code, "check", level, every, weight, MetBy.ENTRY, **fields)


def test_what_several_levels_ask_for_is_one_task() -> None:
    rules = [asks("a", "town", Every.MONTH), asks("b", "department", Every.WEEK, 2), asks("c", "city", Every.MONTH, 3)]
    planned = plan(rules, Subject("chemicals"))
    assert [(one.rule.code, one.levels, one.weight) for one in planned] == [("b", ("town", "department", "city"), 3)]


ASKED: list[tuple[str, dict[str, Any], Subject, bool]] = [
    ("everybody", {}, Subject("mine"), True),
    ("its trade", {"trades": ("mine",)}, Subject("mine"), True),
    ("another trade", {"trades": ("steel",)}, Subject("mine"), False),
    ("its class", {"risk_classes": ("red",)}, Subject("mine", "red"), True),
    ("its colour", {"colours": ("yellow", "red")}, Subject("mine", colour="yellow"), True),
    ("another colour", {"colours": ("yellow",)}, Subject("mine", colour="green"), False),
    ("a major hazard that it lacks", {"major_hazard": True}, Subject("mine"), False),
    ("equipment", {"kinds": ("equipment",)}, Subject("mine"), False),
]


@pytest.mark.parametrize(("name", "fields", "subject", "asked"), ASKED, ids=[one[0] for one in ASKED])
def test_a_rule_asks_by_trade_class_and_colour(name: str, fields: dict[str, Any], subject: Subject, asked: bool) -> None:
    assert bool(plan([asks("a", "town", Every.MONTH, **fields)], subject)) is asked


def test_nobody_is_asked_to_check_in_daily_nor_for_photos_or_tracks() -> None:
    """The shipped rules keep the promise to firms, and a file that breaks it is refused."""
    for rule in policy.task_policy().rules:
        assert not (rule.every is Every.DAY and rule.met_by is MetBy.ENTRY)
        assert not rule.asks_photo
        assert not rule.asks_track
    shipped = read_policy(policy.FILE.read_bytes(), policy.TaskFile, "tasks")
    for change in ({"every": Every.DAY}, {"asks_photo": True}, {"asks_track": True}):
        entry = next(one for one in shipped.task if one.met_by is MetBy.ENTRY)
        broken = msgspec.structs.replace(shipped, task=(msgspec.structs.replace(entry, **change),))
        with pytest.raises(ValueError, match=entry.code):
            policy.checked(broken, "tasks.toml")


def test_most_of_what_is_asked_is_met_by_records() -> None:
    kinds = {one.met_by for one in policy.task_policy().rules}
    assert {MetBy.COMMITMENT, MetBy.MONITORING, MetBy.INSPECTION, MetBy.CERTIFICATES, MetBy.FINDING} <= kinds


@pytest.fixture
def firm(db: None, monkeypatch: pytest.MonkeyPatch) -> SupervisedObject:
    stand_at(monkeypatch, NOW)
    return make_object(organisation=make_body("hongda"), major_hazard=True)


@pytest.fixture
def officer(firm: SupervisedObject) -> User:
    return make_named_person("firm_officer", "firm_officer", firm.organisation)


def make_all(now: datetime = NOW) -> None:
    while services.make_tasks(now=now):
        pass


def the(rule: str) -> Task:
    return Task.objects.get(rule=rule)


def test_tasks_are_made_once_whatever_happens(firm: SupervisedObject) -> None:
    make_all()
    made = set(Task.objects.values_list("key", flat=True))
    assert {"self_check:2026-11", "major_hazard_operations:2026-W48", "visit:2026-H2", "certificates:2026-11"} <= made
    assert the("self_check_month").levels == ["town", "department"]
    assert the("self_check_month").weight == 2
    make_all()
    services.TaskRun.objects.all().delete()  # a run that is lost begins anew
    make_all()
    make_all(NOW + timedelta(hours=20))
    later = set(Task.objects.values_list("key", flat=True))
    assert later - made == {"commitment:2026-11-26"}


def test_a_run_goes_on_where_it_stood(firm: SupervisedObject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 1)
    make_object("second")
    assert services.make_tasks(now=NOW) == 1
    first = Task.objects.values("object").distinct().count()
    make_all()
    assert (first, Task.objects.values("object").distinct().count()) == (1, 2)


def test_a_yellow_code_brings_weekly_tasks(firm: SupervisedObject) -> None:
    colour_of(firm, "yellow", date(2026, 11, 24))
    make_all()
    assert the("self_check_week").key == "self_check:2026-W48"
    assert the("self_check_week").levels == ["town", "department", "county"]


def test_before_the_hour_nothing_is_made(firm: SupervisedObject) -> None:
    assert services.make_tasks(now=datetime(2026, 11, 25, 16, 10, tzinfo=UTC)) == 0  # 00:10 of the 26th


def told(firm: SupervisedObject, source: str, moment: datetime) -> EvidenceRecord:
    return EvidenceRecord.objects.create(
        object=firm, source=source, level="firm", platform="p", stamped_at=moment, received_at=moment, value=1.0
    )


COMMITMENTS = [(1.5, "done"), (2.0, "done"), (2.5, "late"), (17.0, "open")]


@pytest.mark.parametrize(("hour", "state"), COMMITMENTS)  # hours of UTC: 10:00 is 2.0
def test_a_commitment_before_ten_meets_its_task(firm: SupervisedObject, hour: float, state: str) -> None:
    make_all(at(25, -7))
    told(firm, "commitment", at(25, hour))
    services_tasks.match_tasks(now=at(25, max(hour, 2.0)))
    assert the("commitment").state == state


def test_a_record_of_a_machine_meets_the_week(firm: SupervisedObject) -> None:
    make_all()
    told(firm, "tank_movement", NOW - timedelta(days=1))
    assert services_tasks.match_tasks(now=NOW) == 1
    assert (the("monitoring_weekly").state, the("monitoring_weekly").source) == ("done", "monitoring")


def test_valid_certificates_of_all_key_people_meet_the_month(firm: SupervisedObject) -> None:
    make_all()
    people = [KeyPerson.objects.create(object=firm, role="op", name=one, required_certificate="op") for one in "ab"]
    PersonCertificate.objects.create(person=people[0], name="op", status="valid", expires=date(2026, 11, 25))
    assert services_tasks.match_tasks(now=NOW) == 0
    second = PersonCertificate.objects.create(person=people[1], name="op", status="valid", expires=date(2026, 11, 24))
    assert services_tasks.match_tasks(now=NOW) == 0
    PersonCertificate.objects.filter(pk=second.pk).update(expires=None)
    assert services_tasks.match_tasks(now=NOW) == 1
    assert the("certificates").state == "done"


def test_a_signed_inspection_meets_the_visit(firm: SupervisedObject) -> None:
    make_all()
    person = make_named_person("inspector", "inspector")
    fields = {"object": firm, "check_list": kept_list(list_for(firm), now=NOW), "region_code": firm.region_code}
    Inspection.objects.create(number="JC-1", state="open", opened_at=NOW, first_inspector=person, **fields)
    Inspection.objects.create(number="JC-2", state="signed", opened_at=NOW, ended_at=NOW, first_inspector=person, **fields)
    services_tasks.match_tasks(now=NOW)
    visit = Task.objects.get(key="visit:2026-H2")
    assert (visit.state, visit.evidence) == ("done", {"inspection": "JC-2"})


def test_tasks_run_out_by_the_clock(firm: SupervisedObject) -> None:
    make_all(at(25, -7))
    services.run_task_clocks(now=at(25, 2.1))
    assert the("commitment").state == "overdue"
    services.run_task_clocks(now=at(25, 2.1) + timedelta(days=10))
    assert the("commitment").state == "missed"


def test_a_firm_ticks_off_its_own_work_and_nothing_else(firm: SupervisedObject, officer: User) -> None:
    make_all()
    task = the("self_check_month")
    done = act(task.pk, "done", text="looked at everything")
    assert enter_task(actor=officer, act=done).verdict == "goes_on"
    assert enter_task(actor=officer, act=done).version == 1  # a second delivery changes nothing
    assert the("self_check_month").state == "done"
    assert enter_task(actor=officer, act=act(task.pk, "done")).verdict == "already"
    for name, wrong in (("certificates", "done"), ("drill", "photo"), ("drill", "note")):  # no picture, no words
        with pytest.raises(InvalidInput):
            enter_task(actor=officer, act=act(the(name).pk, wrong))
    stranger = make_named_person("stranger", "firm_officer", make_body("other"))
    with pytest.raises(Task.DoesNotExist):
        enter_task(actor=stranger, act=act(task.pk, "note", text="?"))
    with pytest.raises(NotAllowed):
        enter_task(actor=officer, act=act(the("principal_check").pk, "grant_deferral"))


def test_a_device_with_a_wrong_clock_does_not_win_time(firm: SupervisedObject, officer: User) -> None:
    make_all()
    task = the("self_check_month")
    entry = enter_task(actor=officer, act=act(task.pk, "done", at=NOW + timedelta(days=400)))
    assert abs(entry.at - NOW) < timedelta(seconds=1)


def test_work_for_the_week_is_work_for_the_month(firm: SupervisedObject, officer: User) -> None:
    make_all()
    colour_of(firm, "red", date(2026, 11, 25))
    make_all(NOW + timedelta(hours=20))
    enter_task(actor=officer, act=act(the("self_check_week").pk, "done"))
    assert the("self_check_month").state == "done"


def test_a_deferral_is_asked_for_granted_and_ends(firm: SupervisedObject, officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_all()
    task = the("self_check_month")  # due on the 30th, a Monday
    leader = make_named_person("leader", "supervisor")
    for wrong in ({"until": "2026-12-05"}, {"text": "overhaul", "until": "soon"}, {"text": "overhaul", "until": "2027-03-01"}):
        with pytest.raises(InvalidInput):
            enter_task(actor=officer, act=act(task.pk, "ask_deferral", **wrong))
    enter_task(actor=officer, act=act(task.pk, "ask_deferral", text="overhaul", until="2026-12-05"))
    assert list(search_tasks(leader, state="asked")) == [task]
    with pytest.raises(NotAllowed):
        decide_deferral(actor=make_named_person("inspector", "inspector"), task_id=task.pk, granted=True)
    decide_deferral(actor=leader, task_id=task.pk, granted=True)
    later = datetime(2026, 12, 3, tzinfo=UTC)
    services.run_task_clocks(now=later)
    assert the("self_check_month").state == "open"
    services.run_task_clocks(now=later + timedelta(days=3))
    assert the("self_check_month").state == "overdue"


def test_an_exempt_task_does_not_count(firm: SupervisedObject, officer: User) -> None:
    make_all()
    leader = make_named_person("leader", "supervisor")
    with pytest.raises(InvalidInput):
        exempt_task(actor=leader, task_id=the("drill").pk, text=" ")
    exempt_task(actor=leader, task_id=the("drill").pk, text="stands still")
    assert enter_task(actor=officer, act=act(the("drill").pk, "done")).verdict == "ended"


def test_only_who_may_sees_tasks(firm: SupervisedObject, officer: User) -> None:
    make_all()
    assert visible_tasks(officer).count() == Task.objects.count()
    assert visible_tasks(make_named_person("there", "inspector", region="370202")).count() == 0
    assert visible_tasks(make_named_person("here", "inspector")).count() == Task.objects.count()
