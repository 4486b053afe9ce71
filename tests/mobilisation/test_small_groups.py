"""Where few work, nobody goes to check at once; and nobody of the firm goes at all."""

from datetime import timedelta

import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.mobilisation.public import Reporter
from tests.people import LICANG, make_named_person, make_person, signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.mobilisation.hazard_reports.queries.reports import checkers_for
from tocsin.mobilisation.hazard_reports.rules.small_groups import SmallGroup, held_until
from tocsin.mobilisation.hazard_reports.services import handling
from tocsin.supervision.objects.models import SupervisedObject

HELD = {
    "four": (4, False, 24),
    "nobody": (0, False, 24),
    "five": (5, False, None),
    "an unknown number": (None, False, None),
    "four, and danger to life": (4, True, None),
}


@pytest.mark.parametrize(("people", "danger", "hours"), HELD.values(), ids=HELD)
def test_how_long_it_waits(people: int | None, danger: bool, hours: int | None) -> None:
    until = NOW + timedelta(hours=hours) if hours is not None else None
    assert held_until(NOW, SmallGroup(below=5, delay_h=24), people=people, danger=danger) == until


@pytest.mark.django_db
def test_a_small_firm_is_not_visited_on_the_same_day(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    officer = make_person("report_officer")
    pair = [make_named_person(f"inspector-{one}", "inspector") for one in "ab"]
    reporter = Reporter()
    assert reporter.sends().status_code == 200
    handling.accept(actor=officer, report_id=reporter.id, now=NOW)
    report = reporter.report
    report.object = SupervisedObject.objects.create(
        code="SMALL-1", kind="site", trade="metal", name="Small Works", region_code=LICANG, employees=3, created_at=NOW
    )
    report.save()
    names = {"first_id": pair[0].pk, "second_id": pair[1].pk}
    with pytest.raises(Conflict, match="whoever reported would be guessed"):
        handling.assign(actor=officer, report_id=report.pk, now=NOW + timedelta(hours=23), **names)
    assert "nobody guesses who reported" in " ".join(
        signed_in(officer).get(f"/hazard-reports/{report.pk}/").content.decode().split()
    )
    report.danger = True
    report.save()
    done = handling.assign(actor=officer, report_id=report.pk, now=NOW + timedelta(hours=1), **names)
    assert done.first_checker_id == pair[0].pk


@pytest.mark.django_db
def test_nobody_of_the_firm_as_it_is_written_can_be_sent(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    make_person("report_officer")
    strange, own = (make_named_person(f"inspector-{one}", "inspector") for one in "ab")
    own.organisation = Organisation.objects.create(
        code="red-star", name_zh="红星厂", name_en="Red Star Works Ltd", region_id=LICANG, kind="other"
    )
    own.save()
    reporter = Reporter()
    assert reporter.sends(firm="Red Star Works").status_code == 200
    found = checkers_for(reporter.report)
    assert strange in found and own not in found
