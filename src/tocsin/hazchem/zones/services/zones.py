"""Zones are drawn, changed and withdrawn by the firm's own people; breaches are acknowledged, with the audit entry."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.hazchem.installations.queries.units import visible_units
from tocsin.hazchem.positions.queries.sight import own_firm
from tocsin.hazchem.zones.models import PlantZone, ZoneBreach, ZoneRuleRow
from tocsin.hazchem.zones.queries.zones import own_zones, visible_breaches
from tocsin.hazchem.zones.rules.zones import ZoneSheet, check_zone
from tocsin.hazchem.zones.services.telling import quiet
from tocsin.records.face import record_audit
from tocsin.supervision.face import require_firm

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def enter_zone(*, actor: "User", object_id: UUID, sheet: ZoneSheet) -> PlantZone:
    """A zone of a firm with its rules. Conflict for a name that is there."""
    firm = own_firm(actor, object_id)
    zone = PlantZone(object=firm, region_code=firm.region_code)
    _fill(actor, zone, sheet)
    _note(actor, "plant_zone.entered", zone)
    return zone


@transaction.atomic
def change_zone(*, actor: "User", zone_id: UUID, sheet: ZoneSheet) -> PlantZone:
    """What a zone is, anew. With another area or floor everybody's place in it is judged anew."""
    own_zones(actor).get(pk=zone_id)
    zone = PlantZone.objects.select_for_update(of=("self",)).select_related("object", "unit").get(pk=zone_id)
    before = (zone.outline, zone.unit_id, zone.floor)
    _fill(actor, zone, sheet)
    if before != (zone.outline, zone.unit_id, zone.floor):
        zone.presences.all().delete()
    _note(actor, "plant_zone.changed", zone)
    return zone


@transaction.atomic
def withdraw_zone(*, actor: "User", zone_id: UUID, now: datetime) -> None:
    """A zone that is no more; its breaches end and stay in the list."""
    own_zones(actor).get(pk=zone_id)
    zone = PlantZone.objects.select_for_update(of=("self",)).get(pk=zone_id)
    zone.active = False
    zone.save(update_fields=["active"])
    zone.presences.all().delete()
    zone.breaches.filter(ended_at__isnull=True).update(ended_at=now)
    _note(actor, "plant_zone.withdrawn", zone)


@transaction.atomic
def acknowledge_breach(*, actor: "User", breach_id: UUID, note: str = "", now: datetime) -> ZoneBreach:
    """The firm's control room has seen a breach. Conflict where somebody has before."""
    seen = visible_breaches(actor).get(pk=breach_id)
    require_firm(actor, seen.object)
    breach = ZoneBreach.objects.select_for_update().get(pk=breach_id)
    if breach.acknowledged_at is not None:
        raise Conflict(_("%(name)s has acknowledged this already.") % {"name": breach.acknowledged_by})
    breach.acknowledged_at, breach.acknowledged_by = now, actor
    breach.note = storable(note.strip())[:300]
    breach.save(update_fields=["acknowledged_at", "acknowledged_by", "note"])
    quiet(breach, now)
    told = {"kind": breach.kind, "note": breach.note}
    record_audit(actor, "zone_breach.acknowledged", "zone_breach", breach.pk, breach.region_code, told)
    return breach


def _fill(actor: "User", zone: PlantZone, sheet: ZoneSheet) -> None:
    check_zone(sheet)
    zone.name, zone.purpose, zone.floor = sheet.name.strip(), sheet.purpose, sheet.floor.strip()
    zone.outline = [list(one) for one in sheet.outline]
    zone.unit = None
    if sheet.unit_id is not None:
        zone.unit = visible_units(actor).filter(object=zone.object_id, pk=sheet.unit_id).first()
        if zone.unit is None:
            raise InvalidInput(_("The firm has no such unit."))
        if not sheet.outline and len(zone.unit.outline) < 3:
            raise InvalidInput(_("The outline of %(unit)s is not drawn: give the corners here.") % {"unit": zone.unit.name})
    try:
        with transaction.atomic():
            zone.save()
    except IntegrityError:
        raise Conflict(_("The firm has a zone %(name)s already.") % {"name": zone.name}) from None
    zone.rules.all().delete()
    ZoneRuleRow.objects.bulk_create(
        [ZoneRuleRow(zone=zone, kind=one.kind.value, limit=one.limit, kinds=list(one.kinds)) for one in sheet.rules]
    )


def _note(actor: "User", act: str, zone: PlantZone) -> None:
    rules = [[one.kind, one.limit, one.kinds] for one in zone.rules.all()]
    told = {"name": zone.name, "purpose": str(zone.purpose), "rules": rules}
    record_audit(actor, act, "plant_zone", zone.pk, zone.region_code, told)
