"""Response plans as data: drafts, the second person, versions by area and date, and cases that keep what they began with."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import lxml.html
import pytest
from django.test import Client
from django.utils import timezone, translation

from tests.clocks import SetClock
from tests.command.street import START
from tests.people import LICANG, SHINAN, make_person
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case
from tocsin.command.handling.services import handling
from tocsin.command.plans.policy import plan_from, plan_of, shipped_cards, shipped_plans
from tocsin.command.plans.queries.plans import plans_of
from tocsin.command.plans.queries.versions import in_force
from tocsin.command.plans.rules import Change, Plan, Version, changes_between, plans_in_force
from tocsin.command.plans.services import starts as plans
from tocsin.command.plans.services import versions as services
from tocsin.command.plans.shown.versions import card_values
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.records.versions.models import PolicyVersion

QINGDAO, CODE = "370200", "gas_main_leak"
HOUR = timedelta(hours=1)


def content(**changes: Any) -> dict[str, Any]:
    """The shipped plan with a task more."""
    found = json.loads(json.dumps(card_values(shipped_cards()[CODE])))
    words = {"zh": "通知学校", "en": "call the school", "source": "city plan", "confidence": "B"}
    found["task"].append({"code": "school", "who": "government", "within_min": {"red": 5, "orange": 10}, **words})
    return found | changes


def plan(version: int) -> Plan:
    return plan_from(content(), version)


def version(number: int, area: str, hours: float, *, withdrawn: bool = False) -> Version:
    return Version(plan(number), area, START + hours * HOUR, withdrawn)


IN_FORCE = {
    "nothing edited": ([], 1),
    "edited for the city": ([version(2, QINGDAO, -1)], 2),
    "not yet": ([version(2, QINGDAO, 1)], 1),
    "the newer of one area": ([version(3, QINGDAO, -2), version(2, QINGDAO, -1)], 2),
    "the narrower, though older": ([version(2, LICANG, -5), version(3, QINGDAO, -1)], 2),
    "another county's": ([version(2, SHINAN, -1)], 1),
    "withdrawn here": ([version(2, QINGDAO, -2), version(3, LICANG, -1, withdrawn=True)], 0),
}


@pytest.mark.parametrize(("versions", "number"), IN_FORCE.values(), ids=IN_FORCE)
def test_which_version_is_in_force(versions: list[Version], number: int) -> None:
    found = {one.code: one.version for one in plans_in_force(shipped_plans(), versions, region_code=LICANG, at=START)}
    assert found.get(CODE, 0) == number
    assert len(found) == len(shipped_plans()) - (number == 0)


def test_what_changes_between_two_versions() -> None:
    before = plan_from(card_values(shipped_cards()[CODE]), 1)
    task = content()["task"]
    task[0]["within_min"] = {"red": 1}
    del task[1]
    after = plan_from(content(task=task), 2)
    codes = [one.code for one in before.tasks]
    assert changes_between(before, after) == {"school": Change.ADDED, codes[0]: Change.CHANGED, codes[1]: Change.REMOVED}
    assert set(changes_between(None, after).values()) == {Change.ADDED}


WRONG = {
    "an unknown class": {"needs": ["weather"]},
    "no task": {"task": []},
    "a task twice": {"task": [*content()["task"], content()["task"][-1]]},
    "a task of no level": {"task": [content()["task"][-1] | {"within_min": {}}]},
    "a level that is none": {"task": [content()["task"][-1] | {"within_min": {"green": 5}}]},
    "no time": {"task": [content()["task"][-1] | {"within_min": {"red": 0}}]},
    "not a number": {"task": [content()["task"][-1] | {"within_min": {"red": float("nan")}}]},
    "nobody": {"task": [content()["task"][-1] | {"who": "somebody"}]},
    "one language": {"task": [content()["task"][-1] | {"en": " "}]},
    "half a check line": {"task": [content()["task"][-1] | {"check": [{"zh": "一", "en": ""}]}]},
    "an unknown key": {"colour": "red"},
    "no name": {"zh": ""},
    "a code of another alphabet": {"code": "плана"},
}


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def editor(db: None, clock: SetClock) -> User:
    ensure_regions()
    return make_person("rule_engineer", QINGDAO)


@pytest.fixture
def leader(db: None) -> User:
    return make_person("shift_leader", QINGDAO)


def draft(editor: User, area: str = QINGDAO, **more: Any) -> PolicyVersion:
    return services.save_draft(actor=editor, region_code=area, content=content(**more), reason="the school by the main")


def switch(actor: User, area: str = QINGDAO, *, seen_at: datetime | None = None, at: datetime | None = None) -> PolicyVersion:
    seen = seen_at or PolicyVersion.objects.get(region_code=area, effective_from=None).made_at
    return services.switch_on(actor=actor, code=CODE, region_code=area, seen_at=seen, effective_from=at)


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_draft_that_does_not_fit_is_refused_with_its_name(editor: User, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        draft(editor, **wrong)
    assert not PolicyVersion.objects.exists()


@pytest.mark.django_db
def test_a_draft_holds_once_a_second_person_has_switched_it_on(editor: User, leader: User, clock: SetClock) -> None:
    made = draft(editor)
    assert (made.version, in_force(CODE, LICANG, at=START)) == ("2", shipped_plans()[1])
    with pytest.raises(Conflict, match="Another person"):
        switch(editor)
    with pytest.raises(NotAllowed):
        switch(make_person("viewer", QINGDAO))
    with pytest.raises(NotAllowed):
        switch(make_person("shift_leader", LICANG))
    clock(START + HOUR)
    anew = draft(editor, en="Leaking gas main, with schools")
    assert (anew.pk, anew.version) == (made.pk, "2")
    with pytest.raises(Conflict, match="meanwhile"):
        switch(leader, seen_at=made.made_at)
    with pytest.raises(InvalidInput, match="later time"):
        switch(leader, at=START)
    switch(leader, at=START + 2 * HOUR)
    assert [in_force(CODE, LICANG, at=START + hours * HOUR).version for hours in (1, 2)] == [1, 2]  # type: ignore[union-attr]
    with pytest.raises(Conflict, match="no draft"):
        switch(leader, seen_at=START + HOUR)
    entry = AuditEntry.objects.get(action="plan.switched_on")
    assert (entry.actor_id, entry.details["tasks"], entry.details["version"]) == (leader.pk, {"school": "added"}, 2)
    assert AuditEntry.objects.filter(action="plan.drafted").count() == 2


@pytest.mark.django_db
def test_who_may_edit_where(editor: User, leader: User) -> None:
    for actor, area in ((leader, QINGDAO), (editor, "370000"), (make_person("rule_engineer", SHINAN), LICANG)):
        with pytest.raises(NotAllowed):
            draft(actor, area)
    draft(editor, LICANG)
    services.drop_draft(actor=editor, code=CODE, region_code=LICANG)
    assert not PolicyVersion.objects.exists()
    assert AuditEntry.objects.filter(action="plan.draft_dropped").exists()


@pytest.mark.django_db
def test_a_running_case_keeps_the_version_it_began_with(editor: User, leader: User, officer: User, clock: SetClock) -> None:
    usual_bodies(LICANG)
    case = handling.open_case_by_hand(
        actor=officer, region_code=LICANG, title="smell of gas", place="Shiniushan Road", level=AlarmLevel.RED, kind="gas"
    )
    start = plans.start_plan(actor=leader, case_id=case.pk, code=CODE, version=1)
    draft(editor)
    switch(leader)
    other = handling.open_case_by_hand(
        actor=officer, region_code=LICANG, title="smell of gas", place="Wells Road", level=AlarmLevel.RED, kind="gas"
    )
    with pytest.raises(Conflict, match="another version"):
        plans.start_plan(actor=leader, case_id=other.pk, code=CODE, version=1)
    second = plans.start_plan(actor=leader, case_id=other.pk, code=CODE, version=2)
    start.refresh_from_db()
    assert (plan_of(start.plan).version, plan_of(second.plan).version) == (1, 2)
    assert not start.tasks.filter(code="school").exists()
    assert second.tasks.filter(code="school").exists()
    services.save_draft(actor=editor, region_code=LICANG, content=content(), reason="handled by the city", withdrawn=True)
    switch(leader, LICANG)
    assert CODE not in {one.code for one in plans_of(LICANG, at=START)}
    assert CODE in {one.code for one in plans_of(SHINAN, at=START)}
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer)
    page = client.get(f"/cases/{Case.objects.get(pk=other.pk).number}/").content.decode()
    assert "call the school" in page


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_from_the_shipped_plan_to_the_switched_version(editor: User, leader: User, language: str) -> None:
    client, lead = Client(headers={"Accept-Language": language}), Client(headers={"Accept-Language": language})
    client.force_login(editor)
    lead.force_login(leader)
    address = f"/plans/cards/{CODE}/?region={QINGDAO}"
    assert f"/plans/cards/{CODE}/" in client.get("/plans/cards/").content.decode()
    form = _fields(client.get(address).content.decode())
    form |= {"reason": "schools"}
    number = int(form["rows"]) - 1
    words = {"zh": "通知<学校>", "en": "call the <b>school</b>", "check": "校长 | headmaster\n", "source": "city plan"}
    form |= {f"{number}-{name}": text for name, text in {"code": "school", "who": "government", "red": "5", **words}.items()}
    form |= {f"{number}-confidence": "B", "0-left-out": "on"}
    wrong = client.post(address, form | {f"{number}-red": "soon"})
    assert (wrong.status_code, PolicyVersion.objects.exists()) == (200, False)
    assert "call the &lt;b&gt;school&lt;/b&gt;" in wrong.content.decode()
    assert client.post(address, form).status_code == 302
    page = lead.get(address).content.decode()
    assert page.count("school") > 2 and "<b>school" not in page
    assert f"/plans/cards/{CODE}/switch-on/" in page
    assert f"/plans/cards/{CODE}/switch-on/" not in client.get(address).content.decode()
    seen = timezone.localtime(PolicyVersion.objects.get().made_at).isoformat()
    assert lead.post(f"/plans/cards/{CODE}/switch-on/?region={QINGDAO}", {"seen_at": seen}).status_code == 302
    found = in_force(CODE, LICANG, at=START)
    assert found is not None and found.version == 2
    assert [task.code for task in found.tasks][-1] == "school"
    assert len(found.tasks) == len(shipped_cards()[CODE].task)
    assert client.get(f"/plans/cards/{CODE}/?region=370600").status_code == 404
    assert client.get("/plans/cards/?open=landslide").headers["Location"] == f"/plans/cards/landslide/?region={QINGDAO}"
    assert client.get(f"/plans/cards/landslide/?region={QINGDAO}").status_code == 200
    assert lead.get(f"/plans/cards/landslide/?region={QINGDAO}").status_code == 404


def _fields(page: str) -> dict[str, Any]:
    """What a browser sends of the page's untouched form."""
    form = next(one for one in lxml.html.fromstring(page).forms if "rows" in one.fields)
    return dict(form.form_values())


@pytest.mark.django_db
def test_programs_edit_plans_too(editor: User, leader: User) -> None:
    def ask(person: User, method: str, path: str, body: Any = None) -> Any:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(person)
        return client.generic(method, f"/api/v1/command/{path}", json.dumps(body), content_type="application/json")

    given = {name: value for name, value in content().items() if name != "code"} | {"region_code": QINGDAO, "reason": "schools"}
    written = ask(editor, "PUT", f"plans/{CODE}/draft", given).json()
    assert [one["change"] for one in written["changes"]] == ["added"]
    seen = written["versions"][0]["edited_at"]
    switched = ask(leader, "POST", f"plans/{CODE}/switch-on", {"region_code": QINGDAO, "seen_at": seen})
    assert switched.status_code == 200, switched.content
    assert switched.json()["in_force"]["version"] == 2
    listed = ask(leader, "GET", f"plans?region_code={LICANG}").json()
    assert {one["code"]: one["version"] for one in listed}[CODE] == 2
    assert ask(leader, "GET", f"plans/{CODE}?region_code=370600").status_code == 404
    assert ask(editor, "PUT", f"plans/{CODE}/draft", given | {"needs": ["weather"]}).status_code == 400
    assert ask(editor, "POST", f"plans/{CODE}/drop-draft", {"region_code": QINGDAO}).status_code == 409
