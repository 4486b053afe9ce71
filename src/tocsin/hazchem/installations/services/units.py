"""Units, equipment, substances and points are entered, changed and withdrawn: rights checked, with the audit entry."""

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.engine.major_hazard.weights import weigh
from tocsin.hazchem.installations.models import HeldSubstance, PlantEquipment, PlantPoint, PlantUnit
from tocsin.hazchem.installations.policy.major_hazard import tables
from tocsin.hazchem.installations.policy.plants import plants
from tocsin.hazchem.installations.queries.units import visible_equipment, visible_points, visible_units
from tocsin.hazchem.installations.queries.weighing import as_held
from tocsin.hazchem.installations.rules import sheets
from tocsin.hazchem.installations.rules.kinds import QUANTITIES, InterlockState, PointKind
from tocsin.hazchem.installations.rules.sheets import EquipmentSheet, HeldSheet, PointSheet, UnitSheet
from tocsin.hazchem.installations.services.grading import grade_unit
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import record_audit
from tocsin.sensing.face import visible_sensors
from tocsin.supervision.face import visible_objects
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.supervision.face import SupervisedObject


def require_keeper(actor: "User", firm: "SupervisedObject") -> None:
    """NotAllowed but for the firm's own people and keepers of the register."""
    if not may(actor, rights.OWN, firm.region_code, {firm.organisation_id} - {None}):
        require(actor, rights.MANAGE, firm.region_code)


@transaction.atomic
def enter_unit(*, actor: "User", object_id: UUID, sheet: UnitSheet, now: datetime) -> PlantUnit:
    """A new unit of a firm. Conflict where the firm has one of that name."""
    firm = visible_objects(actor).get(pk=object_id)
    require_keeper(actor, firm)
    sheets.check_unit(sheet)
    unit = PlantUnit(object=firm, region_code=firm.region_code)
    _fill_unit(unit, sheet, now)
    _save_new(unit, _("The firm has a unit %(name)s already.") % {"name": unit.name})
    record_audit(actor, "plant_unit.entered", "plant_unit", unit.pk, unit.region_code, {"name": unit.name, "kind": unit.kind})
    return note_filing(grade_unit(unit, by=actor, now=now), ("", None))


@transaction.atomic
def change_unit(*, actor: "User", unit_id: UUID, sheet: UnitSheet, now: datetime) -> PlantUnit:
    """What a unit is, anew."""
    unit = _held_unit(actor, unit_id)
    sheets.check_unit(sheet)
    before = {name: getattr(unit, name) for name in ("name", "kind", "people", "filing_number", "filed_on", "assessed_on")}
    filed = unit.filing_number, unit.filed_on
    _fill_unit(unit, sheet, now)
    unit.version += 1
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError:
        raise Conflict(_("The firm has a unit %(name)s already.") % {"name": sheet.name}) from None
    changes = {name: [str(old), str(getattr(unit, name))] for name, old in before.items() if old != getattr(unit, name)}
    record_audit(actor, "plant_unit.changed", "plant_unit", unit.pk, unit.region_code, {"name": unit.name, "changes": changes})
    return note_filing(grade_unit(unit, by=actor, now=now), filed)


@transaction.atomic
def withdraw_unit(*, actor: "User", unit_id: UUID) -> None:
    """A unit that is no more: it leaves all lists, its history stays."""
    unit = _held_unit(actor, unit_id)
    unit.active = False
    unit.save(update_fields=["active"])
    record_audit(actor, "plant_unit.withdrawn", "plant_unit", unit.pk, unit.region_code, {"name": unit.name})


@transaction.atomic
def enter_equipment(*, actor: "User", unit_id: UUID, sheet: EquipmentSheet) -> PlantEquipment:
    """New equipment of a unit. Conflict where the unit has that tag."""
    unit = _held_unit(actor, unit_id)
    sheets.check_equipment(sheet)
    made = PlantEquipment(unit=unit, **_stripped(asdict(sheet)))
    _save_new(made, _("The unit has equipment %(tag)s already.") % {"tag": made.tag})
    record_audit(actor, "plant_equipment.entered", "plant_unit", unit.pk, unit.region_code, {"tag": made.tag, "kind": made.kind})
    return made


@transaction.atomic
def change_equipment(*, actor: "User", equipment_id: UUID, sheet: EquipmentSheet) -> PlantEquipment:
    """What equipment is, anew."""
    found = visible_equipment(actor).get(pk=equipment_id)
    unit = _held_unit(actor, found.unit_id)
    sheets.check_equipment(sheet)
    for name, value in _stripped(asdict(sheet)).items():
        setattr(found, name, value)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise Conflict(_("The unit has equipment %(tag)s already.") % {"tag": sheet.tag}) from None
    record_audit(actor, "plant_equipment.changed", "plant_unit", unit.pk, unit.region_code, {"tag": found.tag})
    return found


@transaction.atomic
def withdraw_equipment(*, actor: "User", equipment_id: UUID, now: datetime) -> None:
    """Equipment that is no more, with what it held and its points."""
    found = visible_equipment(actor).get(pk=equipment_id)
    unit = _held_unit(actor, found.unit_id)
    record_audit(actor, "plant_equipment.withdrawn", "plant_unit", unit.pk, unit.region_code, {"tag": found.tag})
    found.delete()
    grade_unit(unit, by=actor, now=now)


@transaction.atomic
def hold(*, actor: "User", equipment_id: UUID, sheet: HeldSheet, now: datetime) -> HeldSubstance:
    """A substance that equipment holds, or its figures anew; the unit is graded. InvalidInput where it can't be weighed."""
    equipment = visible_equipment(actor).get(pk=equipment_id)
    unit = _held_unit(actor, equipment.unit_id)
    sheets.check_held(sheet)
    row = HeldSubstance.objects.filter(equipment=equipment, substance=sheet.substance.strip()).first()
    row = row or HeldSubstance(equipment=equipment, substance=sheet.substance.strip())
    row.cas, row.content_percent, row.mixture_of = sheet.cas.strip(), sheet.content_percent, sheet.mixture_of.strip()
    row.classes = None if sheet.classes is None else list(sheet.classes)
    row.density_kg_m3, row.design_t = sheet.density_kg_m3, sheet.design_t
    weigh(as_held(row), tables())
    row.save()
    details = {"tag": equipment.tag, "substance": row.substance, "design_t": row.design_t}
    record_audit(actor, "plant_unit.substance_held", "plant_unit", unit.pk, unit.region_code, details)
    grade_unit(unit, by=actor, now=now)
    return row


@transaction.atomic
def hold_no_more(*, actor: "User", held_id: UUID, now: datetime) -> None:
    """A substance that equipment no longer holds."""
    row = HeldSubstance.objects.select_related("equipment").get(pk=held_id, equipment__in=visible_equipment(actor))
    unit = _held_unit(actor, row.equipment.unit_id)
    details = {"tag": row.equipment.tag, "substance": row.substance}
    record_audit(actor, "plant_unit.substance_gone", "plant_unit", unit.pk, unit.region_code, details)
    row.delete()
    grade_unit(unit, by=actor, now=now)


@transaction.atomic
def state_inventory(*, actor: "User", held_id: UUID, present_t: float, now: datetime) -> HeldSubstance:
    """How much of a substance is there now, told by a person; more than by design is kept and graded as it is."""
    row = HeldSubstance.objects.select_related("equipment").get(pk=held_id, equipment__in=visible_equipment(actor))
    unit = _held_unit(actor, row.equipment.unit_id)
    if not 0 <= present_t <= sheets.MOST_TONNES:
        raise InvalidInput(_("%(quantity)s is no quantity in tonnes.") % {"quantity": present_t})
    row.present_t, row.present_at, row.present_from = present_t, now, "person"
    row.save(update_fields=["present_t", "present_at", "present_from"])
    details = {"tag": row.equipment.tag, "substance": row.substance, "present_t": present_t}
    record_audit(actor, "plant_unit.inventory_stated", "plant_unit", unit.pk, unit.region_code, details)
    grade_unit(unit, by=actor, now=now)
    return row


@transaction.atomic
def enter_point(*, actor: "User", equipment_id: UUID, sheet: PointSheet) -> PlantPoint:
    """A point of equipment, or its limits anew where the tag is known. InvalidInput for a sensor that can't measure it."""
    equipment = visible_equipment(actor).get(pk=equipment_id)
    unit = _held_unit(actor, equipment.unit_id)
    sheets.check_point(sheet)
    point = PlantPoint.objects.filter(equipment=equipment, tag=sheet.tag.strip()).first()
    point = point or PlantPoint(equipment=equipment, tag=sheet.tag.strip())
    point.kind, point.sensor_id = sheet.kind, _sensor(actor, sheet)
    point.low_low, point.low, point.high, point.high_high = sheet.low_low, sheet.low, sheet.high, sheet.high_high
    point.interlock = (point.interlock or InterlockState.IN_USE) if sheet.kind is PointKind.INTERLOCK else ""
    point.save()
    details = {"tag": equipment.tag, "point": point.tag, "kind": point.kind, "sensor": sheet.sensor}
    record_audit(actor, "plant_point.entered", "plant_unit", unit.pk, unit.region_code, details)
    return point


@transaction.atomic
def withdraw_point(*, actor: "User", point_id: UUID) -> None:
    """A point that is no more."""
    point = visible_points(actor).get(pk=point_id)
    unit = _held_unit(actor, point.equipment.unit_id)
    record_audit(actor, "plant_point.withdrawn", "plant_unit", unit.pk, unit.region_code, {"point": point.tag})
    point.delete()


@transaction.atomic
def set_interlock(
    *, actor: "User", point_id: UUID, state: InterlockState, until: datetime | None = None, reason: str = "", now: datetime
) -> PlantPoint:
    """An interlock in use, bypassed until a moment for a reason, or failed. Conflict for what is no interlock."""
    point = visible_points(actor).get(pk=point_id)
    unit = _held_unit(actor, point.equipment.unit_id)
    if point.kind != PointKind.INTERLOCK:
        raise Conflict(_("%(tag)s is no interlock.") % {"tag": point.tag})
    sheets.check_interlock(state, until, reason, now, plants().most_bypass_h)
    bypassed = state is InterlockState.BYPASSED
    point.interlock, point.bypass_reason = state, reason.strip()[:300] if state is not InterlockState.IN_USE else ""
    point.bypass_until, point.bypass_by = (until, actor) if bypassed else (None, None)
    point.save(update_fields=["interlock", "bypass_until", "bypass_reason", "bypass_by"])
    details = {"point": point.tag, "state": state, "until": until.isoformat() if bypassed and until else "", "reason": reason}
    record_audit(actor, "plant_point.interlock", "plant_unit", unit.pk, unit.region_code, details)
    return point


def _held_unit(actor: "User", unit_id: UUID) -> PlantUnit:
    """The unit for writing; the row is held until the transaction ends."""
    visible_units(actor).get(pk=unit_id)
    unit = PlantUnit.objects.select_for_update(of=("self",)).select_related("object").get(pk=unit_id)
    require_keeper(actor, unit.object)
    return unit


def note_filing(unit: PlantUnit, before: tuple[str, date | None]) -> PlantUnit:
    """What is filed anew is filed with the grade of now; `before`: number and day that were filed."""
    if (unit.filing_number, unit.filed_on) != before:
        unit.filed_grade = unit.grade if unit.filing_number else ""
        unit.save(update_fields=["filed_grade"])
    return unit


def _save_new(row: PlantUnit | PlantEquipment, refusal: str) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict(refusal) from None


def _fill_unit(unit: PlantUnit, sheet: UnitSheet, now: datetime) -> None:
    if unit.people != sheet.people:
        unit.people_told_at = None if sheet.people is None else now
    for name, value in _stripped(asdict(sheet)).items():
        setattr(unit, name, value)
    unit.area = sheet.area or ""
    unit.outline = [list(one) for one in sheet.outline]


def _stripped(values: dict[str, object]) -> dict[str, object]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def _sensor(actor: "User", sheet: PointSheet) -> UUID | None:
    if not sheet.sensor.strip():
        return None
    device, _slash, channel = sheet.sensor.strip().rpartition("/")
    found = visible_sensors(actor).filter(device__code=device, channel=channel, enabled=True).first()
    if found is None:
        raise InvalidInput(
            _("There is no sensor %(sensor)s that you may see: give the code of its device and its channel, like tank-7/level.")
            % {"sensor": sheet.sensor[:120]}
        )
    if found.quantity not in QUANTITIES[sheet.kind]:
        raise InvalidInput(
            _("%(sensor)s measures %(quantity)s, which is no %(kind)s.")
            % {"sensor": sheet.sensor, "quantity": found.quantity, "kind": sheet.kind}
        )
    return found.pk
