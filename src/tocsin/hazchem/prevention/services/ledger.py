"""Risks, and what stands against them, are entered, changed and withdrawn: rights checked, with the audit entry."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.hazchem.installations.queries.units import may_keep, visible_units
from tocsin.hazchem.prevention.models import CheckTask, RiskEvent, RiskMeasure, RiskObject, RiskUnit
from tocsin.hazchem.prevention.policy.prevention import prevention
from tocsin.hazchem.prevention.queries.ledger import (
    people_of_firm,
    visible_events,
    visible_measures,
    visible_risk_objects,
    visible_risk_units,
)
from tocsin.hazchem.prevention.rules import sheets
from tocsin.hazchem.prevention.rules.grading import grade_risk
from tocsin.hazchem.prevention.rules.kinds import GRAVITY
from tocsin.hazchem.prevention.rules.sheets import AnalysisObjectSheet, EventSheet, MeasureSheet, PlaceSheet
from tocsin.records.face import record_audit
from tocsin.supervision.face import visible_objects

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.supervision.face import SupervisedObject


def require_keeper(actor: "User", firm: "SupervisedObject") -> None:
    """NotAllowed but for the firm's own people and keepers of the register."""
    if not may_keep(actor, firm):
        raise NotAllowed(_("A risk ledger is kept by the firm's own people, or by keepers of the register."))


@transaction.atomic
def enter_event(*, actor: "User", object_id: UUID, place: PlaceSheet, sheet: EventSheet, now: datetime) -> RiskEvent:
    """A new event of a firm, graded; its analysis object and its unit are made where their names are new."""
    firm = visible_objects(actor).get(pk=object_id)
    require_keeper(actor, firm)
    if firm.kind not in ("enterprise", "site"):
        raise InvalidInput(_("A risk ledger belongs to a firm or a site."))
    sheets.check_event(sheet)
    unit = _placed(actor, firm, place)
    event = RiskEvent(unit=unit, object=firm, region_code=firm.region_code)
    _fill(event, sheet, actor, now)
    event.save(force_insert=True)
    told = {"text": event.text, "colour": event.colour, "value": event.value}
    record_audit(actor, "risk_event.entered", "risk_event", event.pk, event.region_code, told)
    return event


@transaction.atomic
def change_event(*, actor: "User", event_id: UUID, sheet: EventSheet, now: datetime) -> RiskEvent:
    """An event, anew: it is graded again, and the day of its assessment is today."""
    event = _held_event(actor, event_id)
    sheets.check_event(sheet)
    before = {"value": event.value, "colour": event.colour}
    _fill(event, sheet, actor, now)
    event.save()
    told = {"text": event.text, "before": before, "colour": event.colour, "value": event.value}
    record_audit(actor, "risk_event.changed", "risk_event", event.pk, event.region_code, told)
    return event


@transaction.atomic
def withdraw_event(*, actor: "User", event_id: UUID) -> None:
    """An event that can't happen any more, with its measures and their checks; what checks found stays."""
    event = _held_event(actor, event_id)
    CheckTask.objects.filter(measure__event=event).update(active=False)
    event.measures.update(active=False)
    event.active = False
    event.save(update_fields=["active"])
    record_audit(actor, "risk_event.withdrawn", "risk_event", event.pk, event.region_code, {"text": event.text})


@transaction.atomic
def change_risk_object(*, actor: "User", risk_object_id: UUID, sheet: AnalysisObjectSheet) -> RiskObject:
    """What an analysis object is called and who answers for it."""
    found = visible_risk_objects(actor).get(pk=risk_object_id)
    require_keeper(actor, found.object)
    sheets.check_analysis_object(sheet)
    found.name, found.department = sheet.name.strip(), sheet.department.strip()
    found.person = own_person(found.object, sheet.person_id)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise Conflict(_("The firm has an analysis object %(name)s already.") % {"name": found.name}) from None
    told = {"name": found.name, "department": found.department, "person": str(found.person_id or "")}
    record_audit(actor, "risk_object.changed", "risk_object", found.pk, found.region_code, told)
    return found


@transaction.atomic
def tie_unit(*, actor: "User", risk_unit_id: UUID, plant_unit_id: UUID | None) -> RiskUnit:
    """The unit of the plant whose risk a unit's events are; None: of none."""
    unit = visible_risk_units(actor).get(pk=risk_unit_id)
    require_keeper(actor, unit.object)
    unit.plant_unit = visible_units(actor).get(pk=plant_unit_id, object_id=unit.object_id) if plant_unit_id else None
    unit.save(update_fields=["plant_unit"])
    told = {"name": unit.name, "plant_unit": str(unit.plant_unit or "")}
    record_audit(actor, "risk_unit.tied", "risk_unit", unit.pk, unit.object.region_code, told)
    return unit


@transaction.atomic
def enter_measure(*, actor: "User", event_id: UUID, sheet: MeasureSheet) -> RiskMeasure:
    """A measure against an event. Conflict where the event has it."""
    event = _held_event(actor, event_id)
    sheets.check_measure(sheet)
    text = sheet.text.strip()
    if event.measures.filter(active=True, kind=sheet.kind, text=text).exists():
        raise Conflict(_("This measure stands here already."))
    measure = RiskMeasure.objects.create(event=event, object_id=event.object_id, kind=sheet.kind, text=text)
    told = {"event": str(event.pk), "kind": measure.kind, "text": text}
    record_audit(actor, "risk_measure.entered", "risk_measure", measure.pk, event.region_code, told)
    return measure


@transaction.atomic
def change_measure(*, actor: "User", measure_id: UUID, sheet: MeasureSheet) -> RiskMeasure:
    """A measure, anew."""
    measure = held_measure(actor, measure_id)
    sheets.check_measure(sheet)
    measure.kind, measure.text = sheet.kind, sheet.text.strip()
    measure.save(update_fields=["kind", "text"])
    told = {"kind": measure.kind, "text": measure.text}
    record_audit(actor, "risk_measure.changed", "risk_measure", measure.pk, measure.object.region_code, told)
    return measure


@transaction.atomic
def withdraw_measure(*, actor: "User", measure_id: UUID) -> None:
    """A measure that is no more, with its checks. Conflict while it is failed: first its hidden danger is closed."""
    measure = held_measure(actor, measure_id)
    if measure.failed_at is not None:
        raise Conflict(_("Its hidden danger is not closed: close that first."))
    measure.checks.update(active=False)
    measure.active = False
    measure.save(update_fields=["active"])
    record_audit(actor, "risk_measure.withdrawn", "risk_measure", measure.pk, measure.object.region_code, {"text": measure.text})


def own_person(firm: "SupervisedObject", person_id: UUID | None) -> "User | None":
    """One of the firm's own people, who is named in its ledger; InvalidInput for anybody else."""
    if person_id is None:
        return None
    found = people_of_firm(firm).filter(pk=person_id).first()
    if found is None:
        raise InvalidInput(_("Name one of the firm's own people, who have an account."))
    return found


def held_measure(actor: "User", measure_id: UUID) -> RiskMeasure:
    """A measure for writing by who keeps the ledger; the row is held until the transaction ends."""
    measure = visible_measures(actor).get(pk=measure_id)
    require_keeper(actor, measure.object)
    return RiskMeasure.objects.select_for_update(of=("self",)).select_related("object", "event").get(pk=measure_id)


def _held_event(actor: "User", event_id: UUID) -> RiskEvent:
    event = visible_events(actor).get(pk=event_id)
    require_keeper(actor, event.object)
    return RiskEvent.objects.select_for_update(of=("self",)).select_related("object").get(pk=event_id)


def _fill(event: RiskEvent, sheet: EventSheet, actor: "User", now: datetime) -> None:
    grade = grade_risk(sheet.factors, prevention().scales)
    event.text, event.cause, event.consequence = sheet.text.strip(), sheet.cause.strip(), sheet.consequence.strip()
    event.method, event.scale = sheet.method, sheet.factors.scale
    event.likelihood, event.severity, event.exposure = sheet.factors.likelihood, sheet.factors.severity, sheet.factors.exposure
    event.value, event.colour, event.gravity = grade.value, grade.colour, GRAVITY[grade.colour]
    event.assessed_at, event.assessed_by = now, actor


def _placed(actor: "User", firm: "SupervisedObject", place: PlaceSheet) -> RiskUnit:
    sheets.check_place(place)
    told = {"object": firm, "name": place.risk_object.strip(), "active": True}
    risk_object, _new = RiskObject.objects.get_or_create(**told, defaults={"region_code": firm.region_code})
    unit, new = RiskUnit.objects.get_or_create(
        risk_object=risk_object, name=place.unit.strip(), active=True, defaults={"object": firm}
    )
    if place.plant_unit_id is not None:
        unit.plant_unit = visible_units(actor).get(pk=place.plant_unit_id, object_id=firm.pk)
        unit.save(update_fields=["plant_unit"])
    if new:
        told_of = {"object": risk_object.name, "unit": unit.name}
        record_audit(actor, "risk_unit.entered", "risk_unit", unit.pk, firm.region_code, told_of)
    return unit
