"""Risks from their first entry over checks to a hidden danger that is closed and mends its measure; tables; who may do what."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.clocks import stand_at
from tests.hazchem.plants import make_plant, make_tank
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.pictures import photo
from tests.supervision.firms import NOW, make_body
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.fieldwork.rules import NewAct
from tocsin.hazchem.prevention.models import CheckResult, CheckTask, RiskEvent, RiskMeasure, RiskObject, RiskUnit
from tocsin.hazchem.prevention.queries.checks import search_checks
from tocsin.hazchem.prevention.queries.ledger import search_events
from tocsin.hazchem.prevention.rules.grading import Factors
from tocsin.hazchem.prevention.rules.kinds import CheckPeriod, MeasureKind, RiskMethod, RiskScale
from tocsin.hazchem.prevention.rules.sheets import AnalysisObjectSheet, CheckSheet, EventSheet, MeasureSheet, PlaceSheet
from tocsin.hazchem.prevention.services import checks, ledger
from tocsin.hazchem.prevention.services.following import mend_measures, ring_overdue_checks
from tocsin.hazchem.prevention.services.tables import take_risks
from tocsin.hazchem.prevention.shown.ledger import describe_event
from tocsin.hazchem.prevention.shown.waiting import due_checks
from tocsin.notices.messages.models import Notice
from tocsin.records.attachments.models import Attachment
from tocsin.supervision.inspections.models import Finding
from tocsin.supervision.inspections.rules.findings import FindingAct, FindingData, FindingGrade
from tocsin.supervision.inspections.services.findings import enter_finding
from tocsin.supervision.objects.models import KeyPerson

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = timezone.localdate(NOW)
LEAK = EventSheet(text="Chlorine leaks", method=RiskMethod.JHA, factors=Factors(RiskScale.LS, 3, 5), cause="Seal worn")


class Ledger:
    """A firm with an event, a measure against it, and its officer who checks it every week."""

    def __init__(self) -> None:
        self.firm, self.officer, self.keeper = make_plant()
        self.event = self.enter()
        wall = MeasureSheet(kind=MeasureKind.ENGINEERING, text="Shut-off valve closes")
        self.measure = ledger.enter_measure(actor=self.officer, event_id=self.event.pk, sheet=wall)
        self.check = self.plan(person_id=self.officer.pk)

    def enter(self, sheet: EventSheet = LEAK, **told: Any) -> RiskEvent:
        place = PlaceSheet(**{"risk_object": "Tank farm", "unit": "V-101", **told})
        return ledger.enter_event(actor=self.officer, object_id=self.firm.pk, place=place, sheet=sheet, now=NOW)

    def plan(self, **told: Any) -> CheckTask:
        sheet = CheckSheet(**{"text": "Close it once", "period": CheckPeriod.WEEK, **told})
        return checks.plan_check(actor=self.officer, measure_id=self.measure.pk, sheet=sheet, now=NOW)

    def found(self, **told: Any) -> CheckResult:
        return checks.enter_result(**{"actor": self.officer, "check_id": self.check.pk, "normal": True, "now": NOW, **told})


@pytest.fixture(name="book")
def a_ledger() -> Ledger:
    return Ledger()


def test_a_new_event_makes_its_place_and_is_graded(book: Ledger) -> None:
    assert (book.event.value, book.event.colour, book.event.gravity) == (15.0, "orange", 3)
    unit, tank = make_tank(book.officer, book.firm)
    again = book.enter(EventSheet(text="Overfilled", method=RiskMethod.HAZOP, factors=Factors(RiskScale.LEC, 3, 40, 3)))
    tied = book.enter(plant_unit_id=unit.pk)
    assert (again.colour, again.unit_id, tied.unit_id) == ("red", book.event.unit_id, book.event.unit_id)
    assert (RiskObject.objects.count(), RiskUnit.objects.get().plant_unit_id) == (1, unit.pk)
    assert tank.unit_id == unit.pk


def test_an_event_is_graded_anew_and_withdrawn_with_all_that_hangs_on_it(book: Ledger) -> None:
    milder = EventSheet(text="Chlorine leaks", method=RiskMethod.JHA, factors=Factors(RiskScale.LS, 1, 5))
    ledger.change_event(actor=book.officer, event_id=book.event.pk, sheet=milder, now=NOW)
    assert RiskEvent.objects.get().colour == "blue"
    ledger.withdraw_event(actor=book.officer, event_id=book.event.pk)
    assert not any(model.objects.filter(active=True).exists() for model in (RiskEvent, RiskMeasure, CheckTask))


def test_the_ledger_is_kept_by_the_firm_and_by_keepers_of_the_register(book: Ledger) -> None:
    other = make_named_person("other-officer", "firm_officer", make_body("other-firm"))
    inspector = make_named_person("an-inspector", "inspector", make_body("some-bureau"))
    sheet = MeasureSheet(kind=MeasureKind.OPERATION, text="Two people")
    with pytest.raises(RiskEvent.DoesNotExist):
        ledger.enter_measure(actor=other, event_id=book.event.pk, sheet=sheet)
    with pytest.raises(NotAllowed):
        ledger.enter_measure(actor=inspector, event_id=book.event.pk, sheet=sheet)
    ledger.enter_measure(actor=book.keeper, event_id=book.event.pk, sheet=sheet)
    with pytest.raises(Conflict, match="already"):
        ledger.enter_measure(actor=book.officer, event_id=book.event.pk, sheet=sheet)
    assert not search_events(other).exists()


def test_who_answers_for_an_analysis_object_is_of_the_firm(book: Ledger) -> None:
    stranger = make_named_person("a-stranger", "firm_officer", make_body("elsewhere"))
    risk_object = RiskObject.objects.get()
    sheet = AnalysisObjectSheet(name="Tank farm east", department="Storage", person_id=book.officer.pk)
    ledger.change_risk_object(actor=book.officer, risk_object_id=risk_object.pk, sheet=sheet)
    risk_object.refresh_from_db()
    assert (risk_object.name, risk_object.person) == ("Tank farm east", book.officer)
    with pytest.raises(InvalidInput, match="own people"):
        wrong = AnalysisObjectSheet(name="Tank farm", person_id=stranger.pk)
        ledger.change_risk_object(actor=book.officer, risk_object_id=risk_object.pk, sheet=wrong)


def test_a_check_comes_back_every_period(book: Ledger) -> None:
    assert book.check.due_on == TODAY + timedelta(days=7)
    result = book.found(now=NOW + timedelta(days=3), text="closes in 2 s")
    book.check.refresh_from_db()
    assert (result.due_on, book.check.due_on) == (TODAY + timedelta(days=7), TODAY + timedelta(days=10))
    with pytest.raises(Conflict, match="today"):
        book.found(now=NOW + timedelta(days=3, minutes=1))
    with pytest.raises(NotAllowed):
        book.found(actor=book.keeper, now=NOW + timedelta(days=4))


def test_a_check_has_a_person_or_a_post(book: Ledger) -> None:
    for told in ({}, {"person_id": book.officer.pk, "role": "principal"}):
        with pytest.raises(InvalidInput, match="one of both"):
            book.plan(**told)
    with pytest.raises(InvalidInput, match="no post"):
        book.plan(role="stoker")


def test_what_is_due_waits_for_whoever_answers_for_it(book: Ledger) -> None:
    colleague = make_named_person("colleague", "firm_officer", book.firm.organisation)
    KeyPerson.objects.create(object=book.firm, role="safety_officer", name="Li", user=colleague)
    by_post = book.plan(role="safety_officer", text="Look at the wall")
    then = NOW + timedelta(days=7)
    assert list(due_checks(book.officer, NOW)) == []
    assert list(due_checks(book.officer, then)) == [book.check]
    assert list(due_checks(colleague, then)) == [by_post]
    assert set(search_checks(book.keeper, today=TODAY)) == {book.check, by_post}


def test_an_overdue_check_rings_its_person_and_then_the_principal_once_each(book: Ledger) -> None:
    principal = make_named_person("the-principal", "firm_officer", book.firm.organisation)
    KeyPerson.objects.create(object=book.firm, role="principal", name="Wang", user=principal)
    rung = []
    for days in (7, 8, 8, 9, 10):
        ring_overdue_checks(now=NOW + timedelta(days=days))
        rung.append(sorted(Notice.objects.filter(purpose="risk_check_overdue").values_list("person__username", flat=True)))
    own = book.officer.username
    assert rung == [[], [own], [own], sorted([own, "the-principal"]), sorted([own, "the-principal"])]
    book.found(now=NOW + timedelta(days=10))
    ring_overdue_checks(now=NOW + timedelta(days=18))
    assert Notice.objects.filter(purpose="risk_check_overdue", person=book.officer).count() == 2


def test_what_is_not_in_order_is_a_hidden_danger_and_comes_back_to_its_measure(book: Ledger) -> None:
    with pytest.raises(InvalidInput, match="not in order"):
        book.found(normal=False)
    result = book.found(normal=False, text="It sticks", picture=photo(), name="valve.jpg")
    danger = Finding.objects.get()
    assert (danger.own, danger.text, result.finding_id) == (True, "Shut-off valve closes: It sticks", danger.pk)
    assert Attachment.objects.get().object_id == str(danger.pk)
    book.measure.refresh_from_db()
    assert book.measure.failed_at == NOW
    assert [describe_event(one).failed for one in search_events(book.officer, which="failed")] == [1]
    with pytest.raises(Conflict, match="not closed"):
        ledger.withdraw_measure(actor=book.officer, measure_id=book.measure.pk)
    mend_measures(now=NOW)
    assert RiskMeasure.objects.filter(failed_at__isnull=False).exists()
    act = NewAct(id=new_id(), subject_id=danger.pk, act=FindingAct.CLOSE_OWN, at=NOW, data=FindingData(text="New spring"))
    enter_finding(actor=book.officer, act=act)
    mend_measures(now=NOW)
    book.measure.refresh_from_db()
    assert book.measure.failed_at is None
    assert not search_events(book.officer, which="failed").exists()
    told = Notice.objects.get(purpose="risk_measure_mended")
    assert (told.person, told.figures["danger"]) == (book.officer, danger.number)


def test_a_measure_stands_again_only_when_all_its_dangers_are_closed(book: Ledger) -> None:
    first = book.found(normal=False, text="It sticks")
    book.found(normal=False, text="It leaks", grade=FindingGrade.MAJOR, now=NOW + timedelta(days=1))
    Finding.objects.filter(number=first.finding_number).update(state="closed", closed_at=NOW)
    mend_measures(now=NOW)
    assert RiskMeasure.objects.get().failed_at == NOW
    Finding.objects.update(state="withdrawn")
    mend_measures(now=NOW)
    assert RiskMeasure.objects.get().failed_at is None


SHEET = """分析对象,分析单元,风险事件,可能性,严重性,管控措施,排查内容,排查周期,责任岗位
Tank farm,V-101,Chlorine leaks,4,5,Gas detector,Bump test,每周,principal
,V-102,Overpressure,2,3,Relief valve,,,
"""


def test_a_table_is_looked_at_and_taken(book: Ledger) -> None:
    told: dict[str, Any] = {"actor": book.officer, "object_id": book.firm.pk, "content": SHEET.encode(), "now": NOW}
    look = take_risks(**told, only_look=True)
    assert (look.taken, look.problems, look.events, look.checks, look.colours["red"]) == (False, [], 2, 1, 1)
    assert RiskEvent.objects.count() == 1
    for _again in range(2):
        assert take_risks(**told).taken
    assert RiskEvent.objects.count() == 3
    assert CheckTask.objects.count() == 2


def test_one_wrong_row_keeps_the_whole_table_out_and_all_is_told(book: Ledger) -> None:
    bad = SHEET + ",V-103,Fire,9,1,,,,\n,V-104,Fire,1,1,Foam,Look,每周,stoker\n"
    look = take_risks(actor=book.officer, object_id=book.firm.pk, content=bad.encode(), now=NOW)
    assert not look.taken
    assert [one.split(":")[0] for one in look.problems] == ["line 4, 可能性", "line 5"]
    assert RiskEvent.objects.count() == 1


def test_pages_show_and_take_what_services_do(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    browser = signed_in(book.officer)
    for address in (
        *("/prevention/", "/prevention/?which=failed&format=csv", f"/prevention/events/{book.event.pk}/"),
        *("/prevention/checks/?which=mine", f"/prevention/checks/{book.check.pk}/", f"/prevention/of/{book.firm.pk}/table/"),
        *(f"/prevention/of/{book.firm.pk}/", f"/prevention/events/{book.event.pk}/change/", f"/objects/{book.firm.pk}/"),
    ):
        assert browser.get(address).status_code == 200, address
    form = {"text": "Fire", "cause": "", "consequence": "", "method": "scl", "scale": "ls", "likelihood": "9"}
    form |= {"severity": "2", "exposure": "", "risk_object": "Store", "unit_name": "Bay 1"}
    refused = browser.post(f"/prevention/of/{book.firm.pk}/", form)
    assert refused.status_code == 400
    assert "L is one of" in refused.content.decode()
    assert browser.post(f"/prevention/of/{book.firm.pk}/", {**form, "likelihood": "4"}).status_code == 302
    file = SimpleUploadedFile("risks.csv", SHEET.encode())
    looked = browser.post(f"/prevention/of/{book.firm.pk}/table/", {"file": file, "method": "jha", "risk_object": ""})
    assert "The table can be taken" in looked.content.decode()
    act = f"/prevention/events/{book.event.pk}/do/"
    browser.post(f"{act}measure/", {"kind": "emergency", "text": "Breathing sets"})
    browser.post(f"/prevention/checks/{book.check.pk}/result/", {"outcome": "not_normal", "text": "Stuck"})
    assert RiskEvent.objects.filter(text="Fire", colour="blue").exists()
    assert RiskMeasure.objects.filter(text="Breathing sets").exists()
    assert Finding.objects.get().text.endswith("Stuck")


def test_programs_do_the_same(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    browser = signed_in(book.officer)
    api = "/api/v1/hazchem/"
    sheet = {"text": "Fire", "method": "scl", "scale": "lec", "likelihood": 3, "severity": 15, "exposure": 6}
    told = {"object_id": str(book.firm.pk), "risk_object": "Store", "unit": "Bay 1", **sheet}
    made = browser.post(f"{api}risk-events", told, content_type="application/json").json()
    assert (made["value"], made["colour"]) == (270, "orange")
    measure = browser.post(
        f"{api}risk-events/{made['id']}/measures",
        {"kind": "operation", "text": "No smoking"},
        content_type="application/json",
    ).json()
    asked = {"text": "Look", "period": "day", "role": "principal"}
    check = browser.post(f"{api}risk-measures/{measure['id']}/checks", asked, content_type="application/json").json()
    assert (check["too_seldom"], check["due_on"]) == (False, (TODAY + timedelta(days=1)).isoformat())
    result = browser.post(f"{api}check-tasks/{check['id']}/results", {"normal": "false", "text": "A butt"})
    assert result.status_code == 201, result.content
    whole = browser.get(f"{api}risk-events/{made['id']}").json()
    assert whole["against"][0]["failed_at"] is not None
    assert len(browser.get(f"{api}check-tasks/{check['id']}/results").json()) == 1
    assert browser.delete(f"{api}check-tasks/{check['id']}").status_code == 204
    assert date.fromisoformat(check["due_on"]) > TODAY
