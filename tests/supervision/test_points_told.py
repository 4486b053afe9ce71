"""What follows a night: the firm hears of its colour, the system does what it can of what the colour asks, records close it."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, make_named_person, make_person, signed_in
from tests.supervision.firms import make_body
from tests.supervision.points import DAY, at, certify, make_object, make_tasks
from tocsin.jurisdiction.people.models import User
from tocsin.notices.face import Notice
from tocsin.notices.messages.shown import acted_on, text_of
from tocsin.supervision.inspections.models import Inspection
from tocsin.supervision.objects.models import LedgerDay, PointsEvent, SupervisedObject
from tocsin.supervision.points.models import Consequence, PointsRun
from tocsin.supervision.points.services.appeals import answer_appeal, make_appeal
from tocsin.supervision.points.services.following import close_by_records, follow_colours
from tocsin.supervision.points.services.night import assign_points

NIGHT = at(DAY + timedelta(days=1), 1)


@pytest.fixture
def firm(db: None, monkeypatch: pytest.MonkeyPatch) -> SupervisedObject:
    """A firm with an account whose red line makes it red tonight, below a bureau with two inspectors."""
    stand_at(monkeypatch, NIGHT)
    bureau = make_body("bureau")
    found = make_object("Hongda", organisation=make_body("hongda"), competent=bureau)
    certify(found)
    make_tasks(found, DAY, "ddm")
    PointsEvent.objects.create(object=found, kind="refused_inspection", key="r1", began_on=DAY, entered_at=at(DAY))
    make_named_person("officer", "firm_officer", found.organisation)
    for name in ("wang", "zhao"):
        make_named_person(name, "inspector", bureau)
    make_named_person("stranger", "inspector", make_body("other"))
    return found


def follow() -> None:
    assign_points(day=DAY, now=NIGHT)
    while follow_colours(now=NIGHT):
        pass


def told(purpose: str, body: Any) -> list[str]:
    return [text_of(one) for one in Notice.objects.filter(purpose=purpose, organisation=body).order_by("pk")]


def test_the_firm_hears_of_its_colour_with_the_reasons_and_the_way_out(firm: SupervisedObject) -> None:
    follow()
    follow()
    (text,) = told("colour", firm.organisation)
    for words in ("Hongda", "red", "daily tasks", "same-day notice", "objection is possible until 2026-11-30"):
        assert words in text
    notice = Notice.objects.get(purpose="colour")
    assert notice.urgent and acted_on(notice) == f"/points/objects/{firm.pk}/"
    assert PointsRun.objects.get().followed_at == NIGHT


def test_the_system_does_what_it_can_of_what_the_colour_asks(firm: SupervisedObject) -> None:
    follow()
    rows = {one.kind: one for one in Consequence.objects.filter(object=firm)}
    assert rows["notice"].done_at == NIGHT and rows["notice"].words == "bureau" and rows["key_supervision"].done_at == NIGHT
    assert "24" in told("red", firm.competent)[0] or told("red", firm.competent)
    inspection = Inspection.objects.get()
    (waits,) = signed_in(User.objects.get(username="wang")).get("/api/v1/command/waiting?kind=consequence").json()
    assert waits["address"] == f"/inspections/{inspection.pk}/"
    assert rows["urgent_check"].inspection == inspection and rows["urgent_check"].done_at is None
    assert (inspection.source, inspection.state) == ("colour", "planned")
    assert {inspection.first_inspector.username, str(getattr(inspection.second_inspector, "username", ""))} == {"wang", "zhao"}


def test_the_confirmed_record_closes_what_asked_for_a_check(firm: SupervisedObject, monkeypatch: pytest.MonkeyPatch) -> None:
    follow()
    later = NIGHT + timedelta(hours=9)
    stand_at(monkeypatch, later)
    Inspection.objects.update(state="signed", ended_at=later)
    assert close_by_records(now=later) == 0  # the second inspector has not confirmed
    Inspection.objects.update(state="confirmed", confirmed_at=later)
    assert close_by_records(now=later) == 1
    row = Consequence.objects.get(kind="urgent_check")
    assert (row.done_at, row.words, row.done_by) == (later, Inspection.objects.get().number, None)


def test_without_inspectors_the_check_waits_for_a_person(firm: SupervisedObject) -> None:
    User.objects.exclude(username="officer").update(is_active=False)
    follow()
    assert Consequence.objects.get(kind="urgent_check").inspection is None
    assert not Inspection.objects.exists()


def test_an_old_night_is_told_to_nobody(firm: SupervisedObject) -> None:
    assign_points(day=DAY, now=NIGHT)
    assert follow_colours(now=NIGHT + timedelta(days=9)) == 0
    assert not Notice.objects.exists()


def test_who_appeals_hears_the_answer(firm: SupervisedObject) -> None:
    follow()
    officer = User.objects.get(username="officer")
    appeal = make_appeal(actor=officer, object_id=firm.pk, day=DAY, reason_code="tasks", text="the oven stood still")
    (asked,) = told("appeal", firm.competent)
    assert "daily tasks" in asked and "the oven stood still" in asked
    answer_appeal(actor=make_person("supervisor", LICANG), appeal_id=appeal.pk, won=True, answer="the record shows it")
    (answered,) = told("appeal", firm.organisation)
    assert "won" in answered and "the record shows it" in answered


def test_a_firm_of_which_nothing_is_known_is_grey_from_the_first_night(db: None) -> None:
    new = make_object("New", created=DAY)
    known = make_object("Known", created=DAY)
    certify(known)
    assign_points(day=DAY, now=NIGHT)
    assert LedgerDay.objects.get(object=new).colour == "grey"
    assert LedgerDay.objects.get(object=known).colour == "blue"


def test_what_the_authority_owes_takes_no_points(db: None) -> None:
    found = make_object("Owed")
    certify(found)
    make_tasks(found, DAY, "dd")
    before = assign_points(day=date(2026, 11, 23), now=NIGHT) and LedgerDay.objects.get().score
    make_tasks(found, DAY, "mm", rule="half_yearly_visit", weight=0)
    assign_points(day=DAY, now=NIGHT)
    assert LedgerDay.objects.get(day=DAY).score >= before
