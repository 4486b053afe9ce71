"""The official evaluation from the rows of a firm: each part's share, records, months."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.clocks import stand_at
from tests.hazchem.plants import make_plant, make_tank
from tests.hazchem.test_prevention import Ledger
from tests.languages import english as english
from tests.people import signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.hazchem.prevention.models import PreventionEvaluation, PreventionRecord
from tocsin.hazchem.prevention.queries.evaluation import evidence_of, search_evaluations
from tocsin.hazchem.prevention.rules.evaluation import POINTS, Criterion, Element, Evidence, by_element, points_of
from tocsin.hazchem.prevention.rules.sheets import AnalysisObjectSheet
from tocsin.hazchem.prevention.services import evaluation, ledger
from tocsin.hazchem.prevention.services.judging import judge_all
from tocsin.supervision.inspections.models import Finding

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = timezone.localdate(NOW)


def test_the_elements_have_the_points_of_the_standard() -> None:
    whole = by_element(points_of({one: Evidence(1, 1) for one in Criterion}))
    told = {element.value: points for element, points in whole.items()}
    assert told == {
        "mechanism": (10, 10),
        "grading": (20, 20),
        "dangers": (24, 24),
        "system": (30, 30),
        "incentive": (6, 6),
        "improvement": (10, 10),
        "extra": (10, 10),
    }
    assert sum(most for element, most in POINTS.values() if element is not Element.EXTRA) == 100


SHARES = {
    "half": (Evidence(1, 2), 7.0),
    "all": (Evidence(3, 3), 14.0),
    "more than all counts once": (Evidence(5, 3), 14.0),
    "none of some": (Evidence(0, 4), 0.0),
    "nothing to judge by": (Evidence(0, 0), 0.0),
    "to hundredths": (Evidence(1, 3), 4.67),
}


@pytest.mark.parametrize("name", SHARES)
def test_a_part_gives_its_share(name: str) -> None:
    evidence, points = SHARES[name]
    assert next(one.points for one in points_of({Criterion.CHECKS: evidence}) if one.criterion is Criterion.CHECKS) == points


def told(firm: object, *names: Criterion, now: object = NOW) -> dict[str, tuple[float, float]]:
    found = evidence_of(firm, now)  # type: ignore[arg-type]
    return {one.value: (found[one].have, found[one].of) for one in names}


def test_a_firm_without_a_ledger_has_next_to_nothing() -> None:
    firm, _officer, _keeper = make_plant()
    assert sum(one.points for one in evaluation.evaluate(firm, NOW)) == 0


def test_each_part_is_seen_in_its_rows() -> None:
    book = Ledger()
    unit, _tank = make_tank(book.officer, book.firm)
    parts = Criterion.UNITS, Criterion.CONTROL, Criterion.MEASURES, Criterion.CHECK_TASKS, Criterion.RISK_MAP
    assert told(book.firm, *parts) == {
        **{"units": (0, 1), "control": (0, 1), "measures": (1, 1)},
        **{"check_tasks": (1, 1), "risk_map": (0, 1)},
    }
    ledger.tie_unit(actor=book.officer, risk_unit_id=book.event.unit_id, plant_unit_id=unit.pk)
    type(unit).objects.update(lon=120.4, lat=36.2)
    sheet = AnalysisObjectSheet(name="Tank farm", person_id=book.officer.pk)
    ledger.change_risk_object(actor=book.officer, risk_object_id=book.event.unit.risk_object_id, sheet=sheet)
    book.enter(plant_unit_id=unit.pk)
    assert told(book.firm, *parts) == {
        **{"units": (1, 1), "control": (2, 2), "measures": (1, 2)},
        **{"check_tasks": (1, 1), "risk_map": (1, 1)},
    }


def test_checks_in_time_late_and_overdue() -> None:
    book = Ledger()
    late = book.plan(person_id=book.officer.pk, text="Late one")
    then = NOW + timedelta(days=5)
    assert told(book.firm, Criterion.CHECKS, now=then) == {"checks": (0, 0)}
    book.found(now=then)
    assert told(book.firm, Criterion.CHECKS, now=then) == {"checks": (1, 1)}
    after = NOW + timedelta(days=8)
    assert late.due_on < timezone.localdate(after)


def test_a_danger_closed_in_time_counts_and_its_event_is_assessed_anew() -> None:
    book = Ledger()
    result = book.found(normal=False, text="It sticks", now=NOW + timedelta(minutes=1))
    both = Criterion.ACCEPTANCE, Criterion.REASSESSMENT
    assert told(book.firm, *both) == {"acceptance": (1, 1), "reassessment": (0, 1)}
    Finding.objects.filter(number=result.finding_number).update(due_on=TODAY - timedelta(days=1))
    assert told(book.firm, *both)["acceptance"] == (0, 1)
    Finding.objects.update(due_on=TODAY, state="closed", closed_at=NOW)
    later = NOW + timedelta(hours=1)
    from tests.hazchem.test_prevention import LEAK

    ledger.change_event(actor=book.officer, event_id=book.event.pk, sheet=LEAK, now=later)
    assert told(book.firm, *both, now=later) == {"acceptance": (1, 1), "reassessment": (1, 1)}


def test_records_count_for_a_year_and_are_the_firms() -> None:
    book = Ledger()
    given: dict[str, Any] = {"object_id": book.firm.pk, "criterion": Criterion.TRAINING, "text": "All 40 staff", "now": NOW}
    made = evaluation.enter_record(actor=book.officer, on=TODAY - timedelta(days=30), **given)
    assert told(book.firm, Criterion.TRAINING, Criterion.PLAN) == {"training": (1, 1), "plan": (0, 1)}
    assert told(book.firm, Criterion.TRAINING, now=NOW + timedelta(days=400)) == {"training": (0, 1)}
    with pytest.raises(InvalidInput, match="has been"):
        evaluation.enter_record(actor=book.officer, on=TODAY + timedelta(days=1), **given)
    with pytest.raises(InvalidInput, match="ledger's rows"):
        evaluation.enter_record(actor=book.officer, on=TODAY, **{**given, "criterion": Criterion.CHECKS})
    _firm, other, _keeper = make_plant("Other Chemicals", "plant-b")
    with pytest.raises((NotAllowed, PreventionRecord.DoesNotExist)):
        evaluation.withdraw_record(actor=other, record_id=made.pk)
    evaluation.withdraw_record(actor=book.officer, record_id=made.pk)
    assert not PreventionRecord.objects.exists()


def test_a_month_is_looked_at_once_a_day_and_then_stays() -> None:
    book = Ledger()
    judge_all(now=NOW)
    assert evaluation.keep_evaluations(now=NOW) is False
    first = PreventionEvaluation.objects.get()
    evaluation.enter_record(
        actor=book.officer, object_id=book.firm.pk, criterion=Criterion.PLAN, on=TODAY, text="Plan of 2027", now=NOW
    )
    evaluation.keep_evaluations(now=NOW)
    assert PreventionEvaluation.objects.get().points == first.points
    evaluation.keep_evaluations(now=NOW + timedelta(days=1))
    assert PreventionEvaluation.objects.get().points == first.points + 2
    evaluation.keep_evaluations(now=NOW + timedelta(days=10))
    assert [one.month.month for one in PreventionEvaluation.objects.all()] == [12, 11]
    assert search_evaluations(book.keeper, month=TODAY).get().object == book.firm


def test_pages_and_programs_show_the_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    book = Ledger()
    evaluation.keep_evaluations(now=NOW)
    browser = signed_in(book.officer)
    page = browser.get(f"/prevention/evaluation/{book.firm.pk}/").content.decode()
    assert "events against which measures stand" in page
    assert browser.get("/prevention/evaluation/?format=csv").content.decode().count("Hongda") == 1
    form = {"criterion": "rules", "on": TODAY.isoformat(), "text": "Rules of 2026"}
    assert browser.post(f"/prevention/evaluation/{book.firm.pk}/record/", form).status_code == 302
    api = "/api/v1/hazchem/"
    record = browser.get(f"{api}prevention-records").json()[0]
    assert record["criterion"] == "rules"
    elements = browser.get(f"{api}prevention-evaluations/{book.firm.pk}/now").json()
    assert [one["points"] for one in elements if one["element"] == "mechanism"] == [2.0]
    assert browser.get(f"{api}prevention-evaluations").json()[0]["firm"] == book.firm.name
    assert browser.delete(f"{api}prevention-records/{record['id']}").status_code == 204
