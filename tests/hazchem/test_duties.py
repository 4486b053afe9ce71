"""Responsible persons of a major hazard on the page of their firm."""

from datetime import timedelta

import pytest

from tests.clocks import stand_at
from tests.hazchem.plants import make_plant, make_tank
from tests.languages import english as english
from tests.people import signed_in
from tests.supervision.firms import NOW
from tocsin.hazchem.duties.queries import duties_of, has_major_hazard
from tocsin.supervision.objects.models import KeyPerson
from tocsin.supervision.tasks.models import Task

CHECKS = {  # rule, days until it was due, state
    "done": ("operations_check", -7, "done"),
    "late": ("operations_check", -14, "late"),
    "missed": ("operations_check", -21, "missed"),
    "exempt": ("operations_check", -28, "exempt"),
    "not yet due": ("operations_check", 1, "open"),
    "of long ago": ("operations_check", -91, "done"),
    "of another role": ("technical_check", -3, "done"),
    "nobody's own": ("commitment", -1, "done"),
}


@pytest.mark.django_db
def test_three_roles_with_their_people_and_their_checks(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    firm, officer, _keeper = make_plant()
    assert not has_major_hazard(firm)
    make_tank(officer, firm)
    assert has_major_hazard(firm)
    KeyPerson.objects.create(object=firm, role="hazard_operations", name="Wang", telephone="0532-1")
    KeyPerson.objects.create(object=firm, role="hazard_technical", name="Li", active=False)
    for name, (rule, days, state) in CHECKS.items():
        due = NOW + timedelta(days=days)
        Task.objects.create(
            object=firm, rule=rule, met_by="entry", key=name, opens_at=due - timedelta(days=5), due_at=due, state=state
        )
    told = [(one.role, [person.name for person in one.people], one.done, one.planned) for one in duties_of(firm, NOW)]
    assert told == [
        ("hazard_principal", [], 0, 0),
        ("hazard_technical", [], 1, 1),
        ("hazard_operations", ["Wang"], 2, 3),
    ]
    page = signed_in(officer).get(f"/objects/{firm.pk}/").content.decode()
    section = page[page.index("Responsible persons") :][:2500]
    assert "Wang 0532-1" in " ".join(section.split()), section
    assert "checks done: 2 of 3 (67 %)" in page and page.count("nobody is named") == 2
