"""Stops: served before they count, judged never backwards, ended by two persons with an inspection that shows it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW, make_body, make_object
from tests.supervision.work import PDF, signed_inspection
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.engine.work.firm import OrderKind
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.codes import screen_token
from tocsin.supervision.stops.models import StopOrder
from tocsin.supervision.stops.queries import in_force
from tocsin.supervision.stops.rules import ServiceVerdict, judge_service
from tocsin.supervision.stops.services.orders import record_stop, serve_order, take_over_stop
from tocsin.supervision.stops.services.resumptions import (
    answer_condition,
    apply_for_resumption,
    approve_resumption,
    attach_to_condition,
    propose_resumption,
    refuse_resumption,
)
from tocsin.supervision.work.queries.firms import orders_of
from tocsin.supervision.work.services.found import bans_of

TODAY = date(2026, 11, 25)
HOUR = timedelta(hours=1)

SERVED = [
    ("now", NOW, None, ServiceVerdict.GOOD),
    ("yesterday, written down in time", NOW - 23 * HOUR, None, ServiceVerdict.GOOD),
    ("two days ago", NOW - 48 * HOUR, None, ServiceVerdict.TOO_OLD),
    ("ahead", NOW + HOUR, None, ServiceVerdict.AHEAD),
    ("twice", NOW, NOW - HOUR, ServiceVerdict.ALREADY),
]


@pytest.mark.parametrize(("name", "at", "known", "verdict"), SERVED, ids=[one[0] for one in SERVED])
def test_a_service_is_written_down_in_time(name: str, at: datetime, known: datetime | None, verdict: ServiceVerdict) -> None:
    assert judge_service(at, now=NOW, known=known, within=24 * HOUR) is verdict


@pytest.fixture
def firm(db: None) -> SupervisedObject:
    return make_object("甲厂", organisation=make_body("firm-a"), competent=make_body("bureau"), trade="fine_chemical_batch")


@pytest.fixture
def supervisor(firm: SupervisedObject) -> User:
    return make_named_person("supervisor", "supervisor", firm.competent)


@pytest.fixture
def officer(firm: SupervisedObject) -> User:
    return make_named_person("officer", "firm_officer", firm.organisation)


def ordered(firm: SupervisedObject, actor: User, **fields: Any) -> StopOrder:
    given: dict[str, Any] = {"number": "1", "kind": "ordered stop", "first": TODAY, "now": NOW}
    return record_stop(actor=actor, object_id=firm.pk, **{**given, **fields})


def test_a_stop_is_ordered_by_a_head_of_supervision_and_planned_by_the_firm(
    firm: SupervisedObject, supervisor: User, officer: User
) -> None:
    with pytest.raises(NotAllowed):
        ordered(firm, officer)
    planned = ordered(firm, officer, number="2", kind="overhaul", last=TODAY)
    assert (planned.last, ordered(firm, supervisor).last) == (TODAY, None)
    stranger = make_named_person("stranger", "firm_officer", make_body("firm-b"))
    with pytest.raises(NotAllowed):
        ordered(firm, stranger, number="3", kind="overhaul")
    with pytest.raises(Conflict):
        ordered(firm, supervisor)
    with pytest.raises(InvalidInput):
        ordered(firm, supervisor, number="4", last=TODAY - timedelta(days=1))
    with pytest.raises(InvalidInput, match="past"):
        ordered(firm, supervisor, number="5", first=TODAY - timedelta(days=1))


def test_an_order_counts_from_its_service_and_the_firm_is_told(firm: SupervisedObject, supervisor: User, officer: User) -> None:
    order = ordered(firm, supervisor)
    told = Notice.objects.filter(purpose="stop_order")
    assert {one.organisation for one in told} == {firm.organisation, firm.competent}
    assert orders_of(firm) == () and not StopOrder.objects.filter(in_force(TODAY)).exists() and bans_of(firm) == []
    with pytest.raises(NotAllowed):
        serve_order(actor=officer, order_id=order.pk, receipt="refused", name="", now=NOW)
    tomorrow = NOW + 25 * HOUR
    serve_order(actor=officer, order_id=order.pk, receipt="received", name="", now=tomorrow)
    assert [(one.first, one.kind) for one in orders_of(firm)] == [(TODAY + timedelta(days=1), OrderKind.ORDERED_STOP)]
    assert [one.begin for one in bans_of(firm)] == [tomorrow]
    assert not StopOrder.objects.filter(in_force(TODAY)).exists()
    assert StopOrder.objects.filter(in_force(TODAY + timedelta(days=1))).exists()
    assert set(told.values_list("fate", flat=True)) <= {"superseded", "read"}
    with pytest.raises(Conflict):
        serve_order(actor=officer, order_id=order.pk, receipt="received", name="", now=tomorrow)


def test_a_refused_order_is_left_before_a_witness(firm: SupervisedObject, supervisor: User) -> None:
    order = ordered(firm, supervisor)
    given: dict[str, Any] = {"actor": supervisor, "order_id": order.pk, "receipt": "refused", "name": "厂长 王某", "now": NOW}
    with pytest.raises(InvalidInput, match="witness"):
        serve_order(**given)
    served = serve_order(**given, words="left on the desk, witness Li of the street office", served_at=NOW - HOUR)
    assert (served.served_at, served.receipt, served.receipt_by) == (NOW - HOUR, "refused", supervisor)


def test_work_is_resumed_by_two_persons_an_inspection_and_what_shows_each_condition(
    firm: SupervisedObject, supervisor: User, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ordered(firm, supervisor)
    serve_order(actor=officer, order_id=order.pk, receipt="received", name="", now=NOW)
    later = NOW + 50 * HOUR
    day = TODAY + timedelta(days=2)
    with pytest.raises(Conflict):  # nobody has applied
        propose_resumption(actor=supervisor, order_id=order.pk, first_day=day, now=later)
    apply_for_resumption(actor=officer, order_id=order.pk, now=later)
    with pytest.raises(Conflict):
        apply_for_resumption(actor=officer, order_id=order.pk, now=later)
    codes = list(order.conditions.values_list("code", flat=True))
    assert "stop_and_restart_table" in codes and "assessment_after_six_months" not in codes
    given: dict[str, Any] = {"actor": supervisor, "order_id": order.pk, "now": later}
    with pytest.raises(NotAllowed):
        answer_condition(**{**given, "actor": officer}, code=codes[0], met=True)
    with pytest.raises(Conflict):  # the law asks for it
        answer_condition(**given, code="hazard_removed", met=False, words="later")
    with pytest.raises(InvalidInput):  # without a reason
        answer_condition(**given, code="training_before_restart", met=False)
    with pytest.raises(InvalidInput, match="Nothing shows"):
        answer_condition(**given, code=codes[0], met=True)
    attach_to_condition(actor=officer, order_id=order.pk, code=codes[0], data=PDF, name="plan.pdf", now=later)
    for code in codes:
        with pytest.raises(Conflict, match="open"):
            propose_resumption(**given, first_day=day)
        answer_condition(**given, code=code, met=code != "training_before_restart", words="" if code == codes[0] else "seen")
    with pytest.raises(InvalidInput, match="inspection"):
        propose_resumption(**given, first_day=day)
    stand_at(monkeypatch, later)
    inspection = signed_inspection(firm, supervisor)
    propose_resumption(**given, first_day=day, inspection_id=inspection.pk)
    with pytest.raises(NotAllowed):
        approve_resumption(**given)
    other = make_named_person("other", "supervisor", firm.competent)
    approved = approve_resumption(actor=other, order_id=order.pk, now=later + HOUR)
    assert (approved.resumed_on, approved.resumed_at) == (day, later + HOUR)  # of that day from this moment, not from midnight
    told = Notice.objects.filter(purpose="resumption", organisation=firm.organisation).get()
    assert told.figures["what"] == "approved"
    days = [one.first for one in orders_of(firm) if one.kind is OrderKind.RESUMPTION]
    assert days == [day + timedelta(days=1)]  # what was done on that day before is not judged anew
    assert [one.first for one in orders_of(firm, now=later + 2 * HOUR)][-1] == day  # and from then on nothing is forbidden
    with pytest.raises(Conflict):
        approve_resumption(actor=other, order_id=order.pk, now=later)


def test_a_refused_resumption_is_told_and_begins_anew(firm: SupervisedObject, supervisor: User, officer: User) -> None:
    order = ordered(firm, supervisor)
    serve_order(actor=officer, order_id=order.pk, receipt="received", name="", now=NOW)
    apply_for_resumption(actor=officer, order_id=order.pk, now=NOW)
    answer_condition(actor=supervisor, order_id=order.pk, code="hazard_removed", met=True, words="seen", now=NOW)
    with pytest.raises(InvalidInput):
        refuse_resumption(actor=supervisor, order_id=order.pk, words=" ", now=NOW)
    refuse_resumption(actor=supervisor, order_id=order.pk, words="the interlock is still bridged", now=NOW)
    assert set(order.conditions.values_list("state", flat=True)) == {"open"}
    told = Notice.objects.get(purpose="resumption", organisation=firm.organisation)
    assert told.figures["words"] == "the interlock is still bridged"
    apply_for_resumption(actor=officer, order_id=order.pk, now=NOW + HOUR)


def test_a_mine_stopped_for_half_a_year_needs_an_assessment(db: None) -> None:
    mine = make_object("矿", trade="mine")
    manager, supervisor = make_named_person("keeper", "system_administrator"), make_named_person("head", "supervisor")
    first = TODAY - timedelta(days=200)
    order = take_over_stop(actor=manager, object_id=mine.pk, number="9", kind="ordered stop", first=first, now=NOW)
    apply_for_resumption(actor=supervisor, order_id=order.pk, now=NOW)
    assert order.conditions.filter(code="assessment_after_six_months").exists()


def test_a_stop_of_another_system_is_taken_over_by_page_and_program(
    firm: SupervisedObject, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(monkeypatch, NOW)
    client = signed_in(supervisor)
    form = {"number": "A", "kind": "ordered stop", "first": "2026-11-01", "served_at": "2026-11-02T09:00", "scope": "whole"}
    posted = client.post(f"/work/firms/{firm.pk}/held-stop/", {**form, "last": "", "resumed_on": "", "basis": ""})
    assert posted.status_code == 302
    body = {"object_id": str(firm.pk), "number": "B", "kind": "ordered stop", "first": "2026-11-01", "resumed_on": "2026-11-10"}
    told = client.post("/api/v1/supervision/stops/held", body, content_type="application/json").json()
    assert (told["standing"], told["served_at"]) == ("resumed", "2026-11-01T00:00:00+08:00")
    assert [one["number"] for one in client.get("/api/v1/supervision/stops?which=standing").json()] == ["A"]
    page = client.get("/work/stops/").content.decode()
    assert "A" in page and "works again" in page


def test_the_page_of_a_stop_serves_it_to_each_of_the_two_sides(
    firm: SupervisedObject, supervisor: User, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(monkeypatch, NOW)
    order = ordered(firm, supervisor)
    head, own = signed_in(supervisor), signed_in(officer)
    assert "Write the service down" in head.get(f"/work/stops/{order.pk}/").content.decode()
    own.post(f"/work/stops/{order.pk}/receive/")
    order.refresh_from_db()
    assert order.served_at is not None and order.receipt_by == officer
    own.post(f"/work/stops/{order.pk}/apply/")
    page = own.get(f"/work/stops/{order.pk}/").content.decode()
    assert "Attach what shows it" in page and "(A)" not in page  # neither marks nor the other language


def test_the_public_page_says_that_a_firm_is_ordered_to_stop(
    firm: SupervisedObject, supervisor: User, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_at(monkeypatch, NOW)
    page = f"/q/{screen_token(firm, now=NOW)}"
    order = ordered(firm, supervisor)
    client = Client(headers={"accept-language": "en"})
    assert "Ordered to stop" not in client.get(page, follow=True).content.decode()  # it is not served yet
    serve_order(actor=officer, order_id=order.pk, receipt="received", name="", now=NOW)
    assert "Ordered to stop since 2026-11-25." in client.get(page, follow=True).content.decode()
