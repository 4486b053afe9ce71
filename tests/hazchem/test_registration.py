"""Registration of major hazards: filing, assessment every three years, documents."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clocks import stand_at
from tests.hazchem.plants import make_plant, make_tank
from tests.languages import english as english
from tests.people import make_named_person, signed_in
from tests.supervision.firms import NOW, make_body, make_object
from tocsin.base.errors import NotAllowed
from tocsin.engine.major_hazard import UnitKind
from tocsin.hazchem.installations.models import PlantUnit
from tocsin.hazchem.installations.queries.registration import assessment_of, filing_of, to_assess, to_file
from tocsin.hazchem.installations.rules.registration import AssessmentState, FilingState, assessment_state, filing_state
from tocsin.hazchem.installations.rules.sheets import UnitSheet
from tocsin.hazchem.installations.services import units
from tocsin.hazchem.installations.services.registration import attach_document, follow_assessments
from tocsin.hazchem.installations.shown.waiting import units_to_assess, units_to_file
from tocsin.notices.messages.models import Notice

TODAY = timezone.localtime(NOW).date()
FILED = {"grade": "III", "number": "BA-1", "filed_on": TODAY, "filed_grade": "III", "assessed_on": TODAY}
FILINGS: dict[str, tuple[dict[str, Any], FilingState]] = {
    "as it is": ({}, FilingState.FILED),
    "graver since": ({"grade": "II"}, FilingState.OUTDATED),
    "milder since": ({"grade": "IV"}, FilingState.OUTDATED),
    "assessed since": ({"assessed_on": TODAY + timedelta(days=1)}, FilingState.OUTDATED),
    "no number": ({"number": ""}, FilingState.MISSING),
    "no major hazard any more": ({"grade": ""}, FilingState.TO_CANCEL),
    "never one": ({"grade": "", "number": ""}, FilingState.NOT_NEEDED),
    "nobody says when": ({"filed_on": None}, FilingState.FILED),
}
ENDS = {
    "nobody assessed it": ("IV", None, AssessmentState.MISSING),
    "no major hazard": ("", date(2001, 1, 1), AssessmentState.NOT_NEEDED),
    "its last day": ("IV", date(2023, 3, 1), AssessmentState.SOON),
    "a day after": ("IV", date(2023, 2, 28), AssessmentState.OVER),
    "sixty days before": ("IV", date(2023, 4, 30), AssessmentState.SOON),
    "sixty-one days before": ("IV", date(2023, 5, 1), AssessmentState.GOOD),
}


@pytest.mark.parametrize("name", FILINGS)
def test_how_a_filing_stands(name: str) -> None:
    changed, state = FILINGS[name]
    assert filing_state(**{**FILED, **changed}) is state


@pytest.mark.parametrize("name", ENDS)
def test_how_an_assessment_stands(name: str) -> None:
    grade, assessed_on, state = ENDS[name]
    today = date(2026, 3, 1)
    assert assessment_state(grade=grade, assessed_on=assessed_on, every_years=3, soon_days=60, today=today) is state


DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.one_database
@pytest.mark.django_db
@settings(max_examples=40)
@given(
    grade=st.sampled_from(["", "IV"]),
    number=st.sampled_from(["", "BA-1"]),
    filed=st.none() | DAYS,
    filed_grade=st.sampled_from(["", "IV", "III"]),
    assessed=st.none() | DAYS,
    today=DAYS,
)
def test_lists_and_pages_agree(
    grade: str, number: str, filed: date | None, filed_grade: str, assessed: date | None, today: date
) -> None:
    PlantUnit.objects.all().delete()
    firm = PlantUnit._meta.get_field("object").related_model.objects.first() or make_object("Firm", kind="enterprise")
    told = {"grade": grade, "filing_number": number, "filed_on": filed, "filed_grade": filed_grade, "assessed_on": assessed}
    unit = PlantUnit.objects.create(object=firm, region_code=firm.region_code, name="bund", kind="storage", **told)
    wanted = (FilingState.MISSING, FilingState.OUTDATED, FilingState.TO_CANCEL)
    assert PlantUnit.objects.filter(to_file()).exists() == (filing_of(unit) in wanted)
    due = (AssessmentState.MISSING, AssessmentState.OVER, AssessmentState.SOON)
    assert PlantUnit.objects.filter(to_assess(today)).exists() == (assessment_of(unit, today) in due)


def sheet(assessed_on: date | None = None, number: str = "", filed_on: date | None = None) -> UnitSheet:
    told = {"assessed_on": assessed_on, "filing_number": number, "filed_on": filed_on}
    return UnitSheet(name="Chlorine bund", kind=UnitKind.STORAGE, people=60, **told)


@pytest.mark.django_db
def test_who_must_assess_is_told_once_for_each_end_and_the_press_ends_it(english: None) -> None:
    firm, officer, _keeper = make_plant()
    unit, _tank = make_tank(officer, firm)
    assert [one.pk for one in units_to_assess(officer, NOW)] == [unit.pk]
    units.change_unit(actor=officer, unit_id=unit.pk, sheet=sheet(TODAY.replace(year=TODAY.year - 3)), now=NOW)
    for days in (0, 0, 1, 2):
        follow_assessments(now=NOW + timedelta(days=days))
    told = Notice.objects.filter(purpose="hazard_assessment").order_by("written_at", "pk")
    assert [(one.figures["state"], one.urgent) for one in told] == [("soon", False)] * 2 + [("over", True)] * 2
    assert {one.organisation_id for one in told} == {firm.organisation_id, firm.competent_id}
    units.change_unit(actor=officer, unit_id=unit.pk, sheet=sheet(TODAY), now=NOW)
    follow_assessments(now=NOW + timedelta(days=3))
    assert told.count() == 4 and not units_to_assess(officer, NOW)
    assert [one.pk for one in units_to_file(officer, NOW)] == [unit.pk]
    units.change_unit(actor=officer, unit_id=unit.pk, sheet=sheet(TODAY, "BA-37-1", TODAY), now=NOW)
    assert not units_to_file(officer, NOW)


@pytest.mark.django_db
def test_documents_lie_with_the_unit(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    firm, officer, _keeper = make_plant()
    unit, _tank = make_tank(officer, firm)
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    browser = signed_in(officer)
    file = SimpleUploadedFile("assessment.pdf", pdf)
    page = browser.post(f"/plants/{unit.pk}/do/document/", {"file": file, "caption": "Assessment 2026"}, follow=True)
    assert "Assessment 2026" in page.content.decode() and "never assessed" in page.content.decode()
    wrong = SimpleUploadedFile("assessment.exe", b"MZ" + bytes(100))
    page = browser.post(f"/plants/{unit.pk}/do/document/", {"file": wrong, "caption": ""}, follow=True)
    assert "The document is attached" not in page.content.decode()
    listed = browser.get(f"/api/v1/hazchem/plant-units/{unit.pk}/documents").json()
    assert [one["caption"] for one in listed] == ["Assessment 2026"]
    address = f"/records/attachments/{listed[0]['id']}/"
    assert browser.get(address).status_code == 200
    _other_firm, stranger, _other_keeper = make_plant("Other firm", "plant-b")
    assert signed_in(stranger).get(address).status_code in (403, 404)
    watcher = make_named_person("watcher", "inspector", make_body("watchers"))
    with pytest.raises(NotAllowed):
        attach_document(actor=watcher, unit_id=unit.pk, data=pdf, name="x.pdf", now=NOW)
