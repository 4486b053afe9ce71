"""Task rules are edited as versions: drafted, tried on the register, switched on by a second person, by region."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.clocks import stand_at
from tests.people import LICANG, make_named_person
from tests.supervision.firms import NOW, act, make_body, make_object
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.records.versions.models import PolicyVersion
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.policy import shipped_task_text
from tocsin.supervision.tasks.services.acts import enter_task
from tocsin.supervision.tasks.services.assignment import make_tasks
from tocsin.supervision.tasks.services.matching import match_tasks
from tocsin.supervision.tasks.services.trial import TASKS
from tocsin.supervision.versions.services import draft_version, switch_on, try_version

TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)
TRAINING = 'code = "training"\nzh = "全员安全培训"\nen = "Safety training of all staff"'
DRAFT = (
    shipped_task_text()
    .replace(TRAINING, TRAINING.replace("全员安全培训", "全员安全培训（每月）").replace("of all staff", "every month"))
    .replace(
        'subject = "training"\nlevel = "town"\nevery = "half_year"', 'subject = "training"\nlevel = "county"\nevery = "month"'
    )
)


@pytest.fixture(autouse=True)
def standing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def author() -> User:
    return make_named_person("author", "rule_engineer")


@pytest.fixture
def lead() -> User:
    return make_named_person("lead", "supervisor")


def draft(author: User, text: str = DRAFT, region: str = LICANG, name: str = "licang-1") -> PolicyVersion:
    return draft_version(TASKS, actor=author, region_code=region, version=name, text=text, reason="accidents of beginners")


MONTHLY = 'subject = "training"\nlevel = "county"\nevery = "month"'
WRONG = [
    (DRAFT.replace(MONTHLY, MONTHLY.replace("month", "day")), "check in"),
    (DRAFT.replace('every = "half_year"', 'every = "half_year"\nasks_photo = true', 1), "never asked for"),
    (DRAFT.replace("late_days = 10", "late_dayz = 10"), "late_dayz"),
    (DRAFT.replace("make_at_minute = 25", "make_at_minute = 30"), "all regions|各地区"),
]


@pytest.mark.parametrize(("text", "named"), WRONG)
def test_a_draft_that_breaks_the_promise_to_firms_or_the_house_is_refused(author: User, text: str, named: str) -> None:
    assert text != DRAFT
    with pytest.raises(InvalidInput, match=named):
        draft(author, text)


def test_a_version_is_tried_and_switched_on_by_another_and_holds_for_its_region(author: User, lead: User) -> None:
    body = make_body("hongda")
    ours, theirs = make_object(organisation=body), make_object("Elsewhere", region_code="370202")
    while make_tasks(now=NOW):
        continue
    made = draft(author)
    with pytest.raises(Conflict):  # not tried
        switch_on(TASKS, actor=lead, version_id=made.pk, effective_from=TOMORROW)
    told = try_version(TASKS, actor=author, version_id=made.pk).trial
    assert (told["objects"], told["changed"]) == (1, 1)
    assert told["year_after"] - told["year_before"] == 12 - 2
    with pytest.raises(NotAllowed):  # who drafted it leads nothing
        switch_on(TASKS, actor=author, version_id=made.pk, effective_from=TOMORROW)
    with pytest.raises(InvalidInput):  # today's tasks are made
        switch_on(TASKS, actor=lead, version_id=made.pk, effective_from=TODAY)
    switch_on(TASKS, actor=lead, version_id=made.pk, effective_from=TOMORROW)
    before = dict(Task.objects.values_list("pk", "rules_version"))
    assert set(before.values()) == {""}
    while make_tasks(now=NOW + timedelta(days=1)):
        continue
    assert {pk: Task.objects.get(pk=pk).rules_version for pk in before} == before, "what was made stays as it was made"
    new = Task.objects.get(object=ours, rules_version="licang-1")
    assert (new.rule, new.key, new.met_by) == ("training", "training:2026-11", "entry")
    assert not Task.objects.filter(object=theirs).exclude(rules_version="").exists()
    officer = make_named_person("officer", "firm_officer", body)
    assert enter_task(actor=officer, act=act(new.pk, "done", at=NOW)).verdict == "goes_on"
    match_tasks(now=NOW + timedelta(days=1))


def test_versions_are_edited_on_pages_and_by_the_api(author: User, lead: User) -> None:
    make_object()
    writes, leads = Client(headers={"Accept-Language": "en"}), Client(headers={"Accept-Language": "en"})
    writes.force_login(author)
    leads.force_login(lead)
    sent: dict[str, Any] = {"region_code": LICANG, "version": "v-1", "text": DRAFT, "reason": "beginners"}
    page = writes.post("/tasks/rules/", sent, follow=True).content.decode()
    assert "Safety training every month" in page and "Switch on" not in page
    made = PolicyVersion.objects.get(version="v-1")
    assert "1 of 1 objects" in writes.post(f"/tasks/rules/{made.pk}/simulate/", follow=True).content.decode().replace(
        "<b>1</b>", "1"
    )
    leads.post(f"/tasks/rules/{made.pk}/switch-on/", {"effective_from": str(TOMORROW)})
    found = leads.get(f"/api/v1/supervision/task-policies/{made.pk}").json()
    assert (found["state"], found["simulated"]["changed"]) == ("coming", 1)
    assert leads.get(f"/api/v1/supervision/points-policies/{made.pk}").status_code == 404
