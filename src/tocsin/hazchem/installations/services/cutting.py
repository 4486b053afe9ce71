"""Units of a firm are cut anew as the standard cuts them."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.hazchem.installations.models import PlantEquipment, PlantUnit
from tocsin.hazchem.installations.queries.cutting import UnitCut, cut_firm
from tocsin.hazchem.installations.services.grading import grade_unit
from tocsin.hazchem.installations.services.units import require_keeper
from tocsin.records.face import record_audit
from tocsin.supervision.face import visible_objects

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def take_over_cut(*, actor: "User", object_id: UUID, now: datetime) -> list[PlantUnit]:
    """Equipment of a firm stands in the units that the standard cuts: what differs is moved, units without any are withdrawn, all
    that were touched are graded. Answers the units that were touched. Conflict where nothing differs, or where two pieces of one
    unit would have the same tag.
    """
    firm = visible_objects(actor).get(pk=object_id)
    require_keeper(actor, firm)
    held = {one.pk: one for one in PlantUnit.objects.select_for_update().filter(object=firm, active=True).order_by("pk")}
    cuts = [one for one in cut_firm(firm.pk) if one.differs]
    if not cuts:
        raise Conflict(_("The units are as the standard cuts them."))
    free = {unit.pk for cut in cuts for unit in cut.entered}
    touched: dict[UUID, PlantUnit] = {pk: held[pk] for pk in sorted(free)}
    for cut in sorted(cuts, key=lambda one: -len(one.equipment)):
        unit = _unit_for(cut, free, held, now)
        touched[unit.pk] = unit
        _move(actor, cut, unit)
    for unit in touched.values():
        if not PlantEquipment.objects.filter(unit=unit).exists():
            unit.active = False
            unit.save(update_fields=["active"])
            record_audit(actor, "plant_unit.withdrawn", "plant_unit", unit.pk, unit.region_code, {"name": unit.name})
        else:
            unit.object = firm
            grade_unit(unit, by=actor, now=now)
    return list(touched.values())


def _unit_for(cut: UnitCut, free: set[UUID], held: dict[UUID, PlantUnit], now: datetime) -> PlantUnit:
    """The unit entered that most of the cut stands in, where no other cut has it; else a new one."""
    standing = [one.unit_id for one in cut.equipment]
    for pk in sorted(set(standing) & free, key=lambda one: (-standing.count(one), str(one))):
        free.discard(pk)
        return held[pk]
    entered = cut.entered[0]
    names = set(PlantUnit.objects.filter(object_id=entered.object_id, active=True).values_list("name", flat=True))
    name = next(one for one in (cut.name[:112], *(f"{cut.name[:112]} {n}" for n in range(2, 1000))) if one not in names)
    return PlantUnit.objects.create(
        object_id=entered.object_id,
        region_code=entered.region_code,
        name=name,
        kind=cut.kind,
        area=entered.area,
        people=cut.people,
        people_told_at=None if cut.people is None else now,
        lon=entered.lon,
        lat=entered.lat,
    )


def _move(actor: "User", cut: UnitCut, unit: PlantUnit) -> None:
    moved = [one for one in cut.equipment if one.unit_id != unit.pk]
    if not moved:
        return
    try:
        with transaction.atomic():
            PlantEquipment.objects.filter(pk__in=[one.pk for one in moved]).update(unit=unit)
    except IntegrityError:
        raise Conflict(_("Two pieces of equipment in %(name)s would have the same tag.") % {"name": unit.name}) from None
    tags = [one.tag for one in moved][:200]
    record_audit(actor, "plant_unit.cut", "plant_unit", unit.pk, unit.region_code, {"name": unit.name, "equipment": tags})
