"""An inspection by two inspectors, for tests of what follows from it."""

from typing import Any

import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import make_named_person
from tests.supervision.firms import NOW, act, make_body, make_object
from tocsin.jurisdiction.people.models import User
from tocsin.supervision.inspections.models import Finding, Inspection
from tocsin.supervision.inspections.services.inspections import enter_inspection
from tocsin.supervision.inspections.services.opening import open_inspection
from tocsin.supervision.objects.models import SupervisedObject


@pytest.fixture
def firm(db: None, monkeypatch: pytest.MonkeyPatch) -> SupervisedObject:
    stand_at(monkeypatch, NOW)
    return make_object(organisation=make_body("hongda"), credit_code="91370200163562681G")


@pytest.fixture
def pair(firm: SupervisedObject) -> tuple[User, User]:
    bureau = make_body("bureau")
    return make_named_person("wang", "inspector", bureau), make_named_person("zhao", "inspector", bureau)


@pytest.fixture
def officer(firm: SupervisedObject) -> User:
    return make_named_person("officer", "firm_officer", firm.organisation)


@pytest.fixture
def inspection(firm: SupervisedObject, pair: tuple[User, User]) -> Inspection:
    return open_inspection(actor=pair[0], object_id=firm.pk, second_id=pair[1].pk)


def answers_all(inspection: Inspection, actor: User) -> None:
    for item in inspection.check_list.items:
        enter_inspection(actor=actor, act=act(inspection.pk, "answer", item=item["code"], answer="good"))


def finds(inspection: Inspection, actor: User, **data: Any) -> Finding:
    told = {"grade": "ordinary", "text": "detector covered", "item": "gas_detectors", **data}
    enter_inspection(actor=actor, act=act(inspection.pk, "finding", **told))
    return Finding.objects.latest("number")
