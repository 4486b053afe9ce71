"""Safety commitments: beside what is seen, signed, amended, missing; the task of the day is ticked off."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.hazchem.plants import make_level, make_plant, make_tank, watch_level
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW, make_body, make_object
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.hazchem.commitments.models import CommitmentReminder, SafetyCommitment
from tocsin.hazchem.commitments.queries.commitments import choose, firms_that_commit, rows_of_day
from tocsin.hazchem.commitments.queries.seen import see_firm
from tocsin.hazchem.commitments.rules import (
    ANSWERS,
    UNIT_COUNTS,
    WORK_COUNTS,
    Seen,
    Stated,
    as_seen,
    check_stated,
    differences_of,
)
from tocsin.hazchem.commitments.services import keeping
from tocsin.hazchem.commitments.services.ringing import ring_missing_commitments
from tocsin.hazchem.commitments.services.signing import sign_commitment
from tocsin.hazchem.commitments.shown.commitments import public_line
from tocsin.hazchem.commitments.shown.notices import missing_commitments
from tocsin.notices.messages.models import Notice
from tocsin.supervision.evidence.models import EvidenceRecord
from tocsin.supervision.objects.models import KeyPerson
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.shown.tasks import describe_whole_task

EARLY = NOW - timedelta(minutes=30)  # 09:30 in Qingdao; the commitment is due by 10:00
DAY = NOW.date()
QUIET: dict[str, Any] = {"units": 2, "works": None, "permitted": None, "bypassed": 0, "beyond": 0, "alarms": 0, "gas_alarms": 0}
CLEAN: dict[str, Any] = {
    "units_running": 2,
    "units_stopped": 0,
    "units_repair": 0,
    "values_within_limits": True,
    "no_leaks": True,
}
DIFFERENCES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "nothing": ({}, {}, []),
    "units": ({"units": 3}, {}, ["units"]),
    "no unit is entered": ({"units": 0}, {}, []),
    "works": ({"works": True}, {"units_running": 0, "units_stopped": 2}, ["works"]),
    "works, and says so": ({"works": True}, {}, []),
    "stands": ({"works": False}, {}, ["stands"]),
    "more permits": ({"permitted": {"height": 2}}, {"height": 1}, ["permits"]),
    "fewer permits": ({"permitted": {}}, {"first_hot_work": 1}, ["permits"]),
    "permits unknown": ({}, {"first_hot_work": 1}, []),
    "repairs need no permit": ({"permitted": {}}, {"repair": 3}, []),
    "beyond a limit": ({"beyond": 1}, {}, ["limits"]),
    "beyond, and says so": ({"beyond": 1}, {"values_within_limits": False}, []),
    "alarms": ({"alarms": 2}, {}, ["alarms"]),
    "leaks": ({"gas_alarms": 1}, {}, ["leaks"]),
    "bypassed": ({"bypassed": 1}, {}, ["bypassed"]),
    "bypassed, and says so": ({"bypassed": 1}, {"changes": True}, []),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_statement_differs_from_what_is_seen(name: str) -> None:
    seen, stated, kinds = DIFFERENCES[name]
    assert [one.kind for one in differences_of(Stated(**(CLEAN | stated)), Seen(**(QUIET | seen)))] == kinds


@given(
    st.builds(
        Seen,
        units=st.integers(1, 99),
        works=st.sampled_from([None, True, False]),
        permitted=st.none() | st.dictionaries(st.sampled_from(["height", "lifting", "special_hot_work"]), st.integers(0, 999)),
        bypassed=st.integers(0, 3),
        beyond=st.integers(0, 3),
        alarms=st.integers(0, 3),
        gas_alarms=st.integers(0, 3),
    )
)
def test_what_a_form_begins_with_agrees_with_what_is_seen(seen: Seen) -> None:
    begun = as_seen(seen)
    check_stated(begun)
    assert differences_of(begun, seen) == []


@pytest.mark.parametrize("wrong", [{"units_running": -1}, {"height": 1000}, {"units_running": 0}])
def test_numbers_are_bounded_and_a_firm_has_units(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidInput):
        check_stated(Stated(**(CLEAN | wrong)))


def _task(firm: Any) -> Task:
    opens = NOW.replace(hour=0) - timedelta(hours=8)
    return Task.objects.create(
        object=firm, rule="commitment", met_by="commitment", key="commitment:2026-11-25", opens_at=opens, due_at=NOW, state="open"
    )


def _sign(actor: Any, firm: Any, *, now: datetime = EARLY, stated: dict[str, Any] | None = None, **more: Any) -> SafetyCommitment:
    told = Stated(**({**CLEAN, "units_running": 1} | (stated or {})))
    return sign_commitment(actor=actor, object_id=firm.pk, stated=told, principal="Wang", now=now, **more)


@pytest.mark.django_db
def test_a_commitment_in_time_ticks_off_the_task_and_is_evidence_of_work() -> None:
    firm, officer, keeper = make_plant()
    make_tank(officer, firm)
    task = _task(firm)
    made = _sign(officer, firm)
    task.refresh_from_db()
    assert (made.late, made.revision, made.differences, made.seen["units"]) == (False, 0, [], 1)
    assert set(made.stated) == {*UNIT_COUNTS, *WORK_COUNTS, *ANSWERS}
    assert (task.state, task.source, task.done_at) == ("done", "commitment", EARLY)
    record = EvidenceRecord.objects.get()
    assert (record.source, record.value, record.level) == ("commitment", 1.0, "firm")
    with pytest.raises(NotAllowed):
        _sign(keeper, firm, revision=0, reason="by the authority")


@pytest.mark.django_db
def test_the_task_of_the_day_leads_to_where_it_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, EARLY)
    firm, officer, _keeper = make_plant()
    make_tank(officer, firm)
    task, client = _task(firm), signed_in(officer)
    address = f"/api/v1/supervision/tasks/{task.pk}"
    page = client.get(address).json()["record_page"]
    assert client.get(page).status_code == 200
    assert f'href="{page}"' in client.get(f"/tasks/{task.pk}/").content.decode()
    _sign(officer, firm)
    assert client.get(address).json()["record_page"] == "", "it is done"
    assert describe_whole_task(_task(make_object("Bakery", trade="food")), ()).record_page == "", "it commits elsewhere"


@pytest.mark.django_db
def test_what_differs_is_told_before_it_is_signed_and_kept_with_its_explanation(english: None) -> None:
    firm, officer, keeper = make_plant()
    _unit, tank = make_tank(officer, firm)
    make_level(value=9.5)
    watch_level(keeper, tank, low=1.0, high=8.0)
    assert see_firm(firm, NOW).beyond == 1
    with pytest.raises(InvalidInput, match="1 points are beyond"):
        _sign(officer, firm, now=NOW)
    assert not SafetyCommitment.objects.exists()
    made = _sign(officer, firm, now=NOW, explanation="the tank is being tested")
    assert [one["kind"] for one in made.differences] == ["limits"]
    assert made.explanation == "the tank is being tested"
    assert "differs in 1" in public_line(firm, DAY)


@pytest.mark.django_db
def test_an_amendment_needs_a_reason_and_what_was_signed_stays(english: None) -> None:
    firm, officer, _keeper = make_plant()
    make_tank(officer, firm)
    first = _sign(officer, firm)
    with pytest.raises(InvalidInput, match="reason"):
        _sign(officer, firm, revision=0)
    with pytest.raises(Conflict):
        _sign(officer, firm, reason="hot work")
    second = _sign(officer, firm, now=NOW + timedelta(hours=3), revision=0, reason="hot work", stated={"first_hot_work": 1})
    first.refresh_from_db()
    assert (first.current, first.stated["first_hot_work"]) == (False, 0)
    assert (second.revision, second.late, second.current) == (1, False, True)
    assert "hot work, grade 1 × 1" in public_line(firm, DAY)
    assert public_line(firm, DAY - timedelta(days=1)) == ""


@pytest.mark.django_db
def test_the_principal_signs_from_the_own_account_where_there_is_one() -> None:
    firm, officer, _keeper = make_plant()
    make_tank(officer, firm)
    principal = make_named_person("principal-a", "firm_officer", firm.organisation)
    KeyPerson.objects.create(object=firm, role="hazard_principal", name="Wang", user=principal)
    with pytest.raises(NotAllowed):
        _sign(officer, firm)
    assert _sign(principal, firm).signed_by == principal


def _permitted(firm_id: UUID, _start: datetime, _end: datetime) -> dict[str, int]:
    return {"height": 2}


@pytest.mark.django_db
def test_permits_are_seen_where_somebody_keeps_them() -> None:
    firm, officer, _keeper = make_plant()
    make_tank(officer, firm)
    assert see_firm(firm, NOW).permitted is None
    with override_settings(WORKS_AT_FIRM=("tests.hazchem.test_commitments:_permitted",) * 2):
        assert see_firm(firm, NOW).permitted == {"height": 4}
        with pytest.raises(InvalidInput):
            _sign(officer, firm, stated={"height": 3})
        assert _sign(officer, firm, stated={"height": 4}).differences == []


@pytest.mark.django_db
def test_a_missing_commitment_rings_the_firm_then_its_supervisor_each_once() -> None:
    firm, officer, keeper = make_plant()
    make_tank(officer, firm)
    given, _officer, _keeper = make_plant("Second Chemicals", "plant-b")
    _sign(_officer, given, stated={"units_running": 3})
    told = make_object("Told by a platform", organisation=make_body("plant-c"))
    Task.objects.filter(pk=_task(told).pk).update(state="done")
    ring_missing_commitments(now=EARLY)
    assert not CommitmentReminder.objects.exists()
    for minutes in (0, 5, 60, 65):
        ring_missing_commitments(now=NOW + timedelta(minutes=minutes))
    rung = Notice.objects.filter(purpose="safety_commitment")
    assert [(one.organisation, one.urgent) for one in rung.order_by("pk")] == [(firm.organisation, True), (firm.competent, True)]
    assert CommitmentReminder.objects.count() == 2
    assert [one.object for one in missing_commitments(keeper, NOW + timedelta(hours=2))] == [firm]
    late = _sign(officer, firm, now=NOW + timedelta(hours=2))
    assert late.late and missing_commitments(keeper, NOW + timedelta(hours=2)) == []
    rows = rows_of_day(list(firms_that_commit(keeper)), DAY, now=NOW + timedelta(hours=3))
    assert {one.firm.name: one.state for one in rows} == {
        firm.name: "late",
        given.name: "given",
        told.name: "elsewhere",
    }
    assert [one.firm for one in choose(rows, "given")] == [firm, given]


@pytest.mark.django_db
def test_commitments_go_with_their_amendments_and_reminders_after_their_days() -> None:
    firm, officer, _keeper = make_plant()
    make_tank(officer, firm)
    _sign(officer, firm)
    _sign(officer, firm, revision=0, reason="hot work", stated={"first_hot_work": 1})
    CommitmentReminder.objects.create(object=firm, day=DAY, to="own_firm", at=NOW)
    assert keeping.KEPT.count is not None and keeping.KEPT.forget is not None
    assert (keeping.KEPT.count(NOW), keeping.KEPT.forget(NOW)) == (0, 0)
    later = NOW + timedelta(days=1)
    assert (keeping.KEPT.count(later), keeping.KEPT.forget(later), keeping.KEPT.forget(later)) == (3, 3, 0)


@pytest.mark.django_db
def test_page_list_and_api_serve_the_same(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, EARLY)
    firm, officer, keeper = make_plant()
    make_tank(officer, firm)
    client = signed_in(officer)
    page = f"/commitments/of/{firm.pk}/"
    assert "units running" in client.get(page).content.decode()
    form = {**{name: "1" if name == "units_running" else "0" for name in (*UNIT_COUNTS, *WORK_COUNTS)}, "no_leaks": "yes"}
    form |= {"principal": "Wang", "explanation": "", "reason": "", "revision": "-1"}
    wrong = client.post(page, {**form, "units_running": "7"})
    assert wrong.status_code == 400 and "7 stated, 1 entered" in wrong.content.decode()
    assert client.post(page, form).status_code == 302
    assert "given" in client.get(page).content.decode()
    desk = signed_in(keeper)
    listed = desk.get("/commitments/?which=given").content.decode()
    assert firm.name in listed and "Wang" in listed
    assert "Wang" in desk.get("/commitments/?format=csv").getvalue().decode()
    rows = desk.get("/api/v1/hazchem/safety-commitments?which=given").json()
    assert [(one["firm"], one["state"]) for one in rows] == [(firm.name, "given")]
    facts = client.get(f"/api/v1/hazchem/objects/{firm.pk}/commitment-facts").json()
    assert facts["proposed"]["units_running"] == 1 and facts["today"]["principal"] == "Wang"
    body = {"object_id": str(firm.pk), "stated": {**facts["proposed"], "height": 2}, "principal": "Wang", "revision": 0}
    answer = client.post("/api/v1/hazchem/safety-commitments", body, content_type="application/json")
    assert answer.status_code == 400 and "reason" in answer.content.decode()
    body["reason"] = "scaffold"
    assert client.post("/api/v1/hazchem/safety-commitments", body, content_type="application/json").status_code == 201
    history = desk.get(f"/api/v1/hazchem/objects/{firm.pk}/safety-commitments").json()
    assert [(one["revision"], one["reason"]) for one in history] == [(1, "scaffold"), (0, "")]
