"""Firms hear of their tasks once a day and of every decision at once; what the authority owes is on nobody's list."""

from datetime import timedelta
from typing import Any

import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import make_named_person, make_person, signed_in
from tests.supervision.firms import NOW, act, make_body, make_object
from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.people.models import User
from tocsin.notices.face import Notice
from tocsin.notices.messages.shown import acted_on, text_of
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.queries.tasks import due_of_firm
from tocsin.supervision.tasks.services.acts import decide_deferral, enter_task, exempt_task
from tocsin.supervision.tasks.services.assignment import make_tasks
from tocsin.supervision.tasks.services.telling import tell_tasks


@pytest.fixture
def firm(db: None, monkeypatch: pytest.MonkeyPatch) -> SupervisedObject:
    stand_at(monkeypatch, MORNING)
    return make_object("Hongda Chemicals", organisation=make_body("hongda"))


@pytest.fixture
def officer(firm: SupervisedObject) -> User:
    return make_named_person("officer", "firm_officer", firm.organisation)


MORNING = NOW - timedelta(hours=1, minutes=30)  # half past eight


def make_all() -> None:
    while make_tasks(now=MORNING):
        pass


def task_of(firm: SupervisedObject, key: str, **fields: Any) -> Task:
    told = {"rule": "self_check_week", "met_by": "entry", "state": "open", "opens_at": NOW - timedelta(days=1)}
    return Task.objects.create(object=firm, key=key, **{**told, "due_at": NOW + timedelta(days=9), **fields})


def test_a_firm_hears_of_its_day_once(firm: SupervisedObject, officer: User) -> None:
    make_object("without an account")
    make_all()
    for _ in range(4):
        tell_tasks(now=MORNING)
    text = text_of(Notice.objects.get(purpose="tasks"))
    assert "Safety tasks of Hongda Chemicals" in text and "Daily risk judgement" in text
    assert "Inspection every half year" not in text
    assert tell_tasks(now=MORNING - timedelta(hours=1)) == 0  # before eight


def test_what_the_authority_owes_is_its_own(firm: SupervisedObject, officer: User) -> None:
    make_all()
    owed = Task.objects.get(met_by="inspection", object=firm)
    assert owed.weight == 0 and owed not in due_of_firm([firm], now=NOW)
    with pytest.raises(InvalidInput):
        enter_task(actor=officer, act=act(owed.pk, "done", text="we were there"))
    kinds = {one["kind"] for one in signed_in(make_person("inspector")).get("/api/v1/command/waiting").json()}
    assert "visit" in kinds


def test_a_commitment_is_given_by_hand_where_no_platform_tells_it(firm: SupervisedObject, officer: User) -> None:
    make_all()
    commitment = Task.objects.get(rule="commitment", object=firm)
    told = signed_in(officer).get("/api/v1/supervision/firm").json()
    assert next(one["by_hand"] for one in told["tasks"] if one["id"] == str(commitment.pk))
    with pytest.raises(InvalidInput, match="promised"):
        enter_task(actor=officer, act=act(commitment.pk, "done"))
    enter_task(actor=officer, act=act(commitment.pk, "done", text="risks judged, all plants safe"))
    commitment.refresh_from_db()
    assert commitment.state == "done" and commitment.source == "phone"


def test_of_several_periods_of_one_subject_one_stands_on_the_list(firm: SupervisedObject, officer: User) -> None:
    task_of(firm, "self_check:2026-11", rule="self_check_month")
    week = task_of(firm, "self_check:2026-W48", due_at=NOW + timedelta(days=2))
    danger = [task_of(firm, f"electrical_danger:{place}", rule="electrical_danger") for place in ("a", "b")]
    assert due_of_firm([firm], now=NOW) == [week, *danger]
    enter_task(actor=officer, act=act(danger[0].pk, "done"))
    assert due_of_firm([firm], now=NOW) == [week, danger[1]]  # another place is another danger
    enter_task(actor=officer, act=act(week.pk, "done"))
    assert due_of_firm([firm], now=NOW) == [danger[1]]


DECISIONS = [(True, "", "more time is granted, until 2026-12-06"), (False, "too often", "more time is refused; its end stays")]


@pytest.mark.parametrize(("granted", "text", "words"), DECISIONS)
def test_the_firm_hears_what_became_of_its_wish(firm: SupervisedObject, granted: bool, text: str, words: str) -> None:
    task = task_of(firm, "self_check:2026-W48", asked_to=NOW.replace(hour=16) + timedelta(days=11))
    decide_deferral(actor=make_person("supervisor"), task_id=task.pk, granted=granted, text=text)
    notice = Notice.objects.get()
    assert words in text_of(notice) and text in text_of(notice)
    assert acted_on(notice) == f"/firm/#{task.pk}"


def test_several_firms_get_more_time_at_once_each_judged_alone(firm: SupervisedObject) -> None:
    asked_to = NOW.replace(hour=16) + timedelta(days=11)
    week, month = task_of(firm, "self_check:2026-W48", asked_to=asked_to), task_of(firm, "self_check:2026-W49")
    client = signed_in(make_person("supervisor"))
    page = client.get("/tasks/").content.decode()
    assert f'name="row" value="{week.pk}"' in page and f'name="row" value="{month.pk}"' not in page, "only who asked"
    asked = {"path": "/tasks/", "query": "page=1", "act": "grant", "row": [str(week.pk), str(month.pk)], "text": "storm"}
    told = client.post("/account/list-acts/", asked, follow=True).content.decode()
    assert "Done for 1 row" in told and "Nobody waits for more time here." in told
    week.refresh_from_db()
    assert (week.deferred_to, week.asked_to) == (asked_to, None)
    assert 'name="row"' not in signed_in(make_person("viewer")).get("/tasks/").content.decode()


def test_the_firm_hears_of_an_exemption(firm: SupervisedObject) -> None:
    task = task_of(firm, "self_check:2026-W48")
    exempt_task(actor=make_person("supervisor"), task_id=task.pk, text="stands still")
    assert "exempt" in text_of(Notice.objects.get())


def test_a_firm_that_comes_today_has_its_tasks_at_once(firm: SupervisedObject) -> None:
    make_all()
    new = make_object("Came later", created_at=MORNING + timedelta(minutes=5))
    assert make_tasks(now=MORNING + timedelta(minutes=6)) > 0
    assert Task.objects.filter(object=new).exists()
    assert make_tasks(now=MORNING + timedelta(minutes=6)) == 0


def test_whoever_supervises_the_firm_hears_that_it_asks_for_time(firm: SupervisedObject, officer: User) -> None:
    firm.competent = make_body("bureau")
    firm.save()
    task = task_of(firm, "self_check:2026-W48")
    enter_task(actor=officer, act=act(task.pk, "ask_deferral", text="the oven is cold", until="2026-12-10"))
    notice = Notice.objects.get(purpose="deferral")
    assert notice.organisation == firm.competent and "until 2026-12-10" in text_of(notice)
    assert acted_on(notice) == f"/tasks/{task.pk}/"
