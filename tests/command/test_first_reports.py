"""Reports upward before anything is declared, what they say by themselves, and what is asked of the desk after the signature."""

import json
from dataclasses import replace
from datetime import timedelta

import jsonschema_rs
import pytest
from django.utils import translation

from tests.clocks import SetClock
from tests.command.orders import do, send
from tests.command.street import START, Timeline, case_of
from tests.command.test_gathering import GAS
from tests.command.test_reports import INCIDENT, SCHEMA, sign, write
from tests.command.test_reports import case as case
from tests.command.test_reports import declared as declared
from tests.command.test_reports import leader as leader
from tests.people import LICANG
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.command.casebook.models import Case, Clock
from tocsin.command.casebook.queries.notices import notices_of
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.handling.services import declaring
from tocsin.command.orders.rules.acts import OrderAct, ReturnReason
from tocsin.command.orders.rules.entries import EntryData
from tocsin.command.reports.models import Report
from tocsin.command.reports.queries.reports import visible_reports
from tocsin.command.reports.rules.reports import Casualties, Phoned, ReportState
from tocsin.command.reports.services import first_reports, reports
from tocsin.command.reports.shown.content import content_of
from tocsin.command.reports.shown.reports import export_report
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.shown import text_of

pytestmark = pytest.mark.django_db

SAID = Phoned(
    event="lifeline",
    occurred_at=START,
    place="Shiniushan Road",
    scene="smell of gas at a well, 40 %LEL",
    casualties=Casualties(injured=1),
)


def test_a_first_report_is_phoned_before_anything_is_declared_and_follows_in_writing(
    case: Case, leader: User, officer: User, clock: SetClock
) -> None:
    clock(START + timedelta(minutes=8))
    report = first_reports.begin_first_report(actor=officer, case_id=case.pk)
    assert (report.cause, report.due_at) == ("undeclared", START + timedelta(minutes=30))  # from the call on
    with pytest.raises(Conflict, match="being written"):
        first_reports.begin_first_report(actor=officer, case_id=case.pk)
    with pytest.raises(InvalidInput, match="Missing"):
        phone(report, officer, replace(SAID, scene=" "))
    clock(START + timedelta(minutes=12))
    told = phone(report, officer, SAID)
    assert (told.state, told.received_by, told.signed_at) == ("received", "Liu, office", None)
    assert content_of(told).casualties == Casualties(injured=1)  # nobody has counted the dead: that is no nought
    assert Clock.objects.get(step=Step.REPORT, subject=report.number).met_at == START + timedelta(minutes=12)
    written = Report.objects.get(case=case, state=ReportState.DRAFT)
    assert (written.kind, written.cause, written.due_at - START) == ("follow_up", "phoned", timedelta(minutes=72))
    with pytest.raises(Conflict, match="Only a first report"):
        phone(written, officer, SAID)
    declaring.declare(actor=leader, case_id=case.pk, kind=INCIDENT, level="ordinary", text="explosion in a workshop")
    written.refresh_from_db()
    assert written.declaration is not None and written.due_at - START == timedelta(minutes=72)
    exported = export_report(visible_reports(leader).get(pk=sign(write(written, officer), leader).pk))
    jsonschema_rs.validator_for(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(json.loads(json.dumps(exported)))
    assert exported["replaces"] == [report.number]


def phone(report: Report, officer: User, said: Phoned) -> Report:
    return first_reports.phone_report(actor=officer, report_id=report.pk, phoned=said, received_by="Liu, office")


def test_a_report_names_the_unit_that_leads_and_the_highest_value(
    street: None, time: Timeline, clock: SetClock, officer: User, leader: User
) -> None:
    alarm = time.at(0).rings(2, GAS, level=4)
    time.looks()
    case = case_of(alarm)
    units = usual_bodies(LICANG)
    wrong = send(case, units["gas_company"])
    do(wrong, OrderAct.ACCEPT, minutes=2)
    do(wrong, OrderAct.READING, EntryData(quantity="methane", value=40.0), minutes=9)
    do(wrong, OrderAct.RETURN, EntryData(reason=ReturnReason.NOT_OURS), minutes=10)
    right = send(case, units["heating_company"], minutes=11)
    clock(START + timedelta(minutes=12))
    declaring.declare(actor=leader, case_id=case.pk, kind=INCIDENT, level="ordinary", text="a street is in danger")
    said = content_of(Report.objects.filter(case=case)[0])
    assert said.unit == str(right.unit)
    assert "highest 40 %LEL (11-24 09:09, " in said.scene
    assert str(right.unit) in said.measures and "Told" not in said.course
    assert said.casualties == Casualties()


def test_a_signed_report_that_no_platform_takes_is_asked_of_the_desk_and_its_receipt_is_waited_for(
    declared: Case, leader: User, officer: User
) -> None:
    usual_bodies(LICANG)
    report = Report.objects.get(duty="own_government")
    sign(write(report, officer), leader)
    asked = notices_of(declared).get(key__startswith=f"report-{report.pk}-send")
    with translation.override("en"):
        assert "send it" in text_of(asked)
    reports.send_report(actor=officer, report_id=report.pk, through="fax")
    waited = Clock.objects.get(step=Step.RECEIPT, subject=report.number)
    assert waited.met_at is None and waited.next_at is not None
    reports.note_receipt(actor=officer, report_id=report.pk, received_by="Liu")
    waited.refresh_from_db()
    assert waited.met_at is not None
