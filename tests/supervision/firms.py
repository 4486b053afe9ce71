"""Firms with their own people, two inspectors and a supervisor, and a clock that stands, for tests of tasks and inspections."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from tests.people import LICANG
from tocsin.base.ids import new_id
from tocsin.fieldwork.rules import ActData, NewAct
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.supervision.inspections.rules.findings import FindingAct, FindingData
from tocsin.supervision.inspections.rules.inspections import InspectionAct, InspectionData
from tocsin.supervision.objects.models import LedgerDay, SupervisedObject
from tocsin.supervision.tasks.rules.acts import TaskAct, TaskData

DATA: dict[str, type[ActData]] = {  # what an act of that name carries
    **{one.value: TaskData for one in TaskAct},
    **{one.value: FindingData for one in FindingAct},
    **{one.value: InspectionData for one in InspectionAct},
}
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # Wednesday, 10:00 in Qingdao


def make_body(code: str) -> Organisation:
    ensure_regions()
    fields: dict[str, Any] = {"code": code, "name_zh": code, "name_en": code, "region_id": LICANG}
    return Organisation.objects.create(**fields)


def make_object(name: str = "Hongda Chemicals", **fields: Any) -> SupervisedObject:
    known = SupervisedObject.objects.count()
    told: dict[str, Any] = {
        "code": f"QC-TEST-{known:03}",
        "kind": "enterprise",
        "name": name,
        "trade": "chemicals",
        "risk_class": "red",
        "region_code": LICANG,
        "created_at": NOW,
    }
    return SupervisedObject.objects.create(**{**told, **fields})


def act(
    subject: UUID, name: str, /, *, at: datetime = NOW, device: str = "phone", base: int | None = None, **data: Any
) -> NewAct[Any]:
    return NewAct(new_id(), subject, name, at, DATA.get(name, ActData)(**data), device=device, sequence=1, base_version=base)


def colour_of(found: SupervisedObject, colour: str, day: date) -> LedgerDay:
    """The code of an object had this colour on a day."""
    return LedgerDay.objects.create(object=found, day=day, score=0, band=colour, colour=colour, rule_version="1", lines=[])
