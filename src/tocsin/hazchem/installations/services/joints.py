"""Pipes between equipment are entered and withdrawn; equipment goes out of service and comes back."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.hazchem.installations.models import PlantEquipment, PlantJoint
from tocsin.hazchem.installations.queries.units import visible_equipment, visible_joints
from tocsin.hazchem.installations.rules import sheets
from tocsin.hazchem.installations.services.units import require_keeper
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_TAG = 60


@transaction.atomic
def enter_joint(*, actor: "User", source_id: UUID, target_id: UUID, tag: str = "", isolating: bool) -> PlantJoint:
    """A pipe between two pieces of equipment of one firm, or whether a valve parts it anew where its tag is known between them.

    InvalidInput for a pipe back to where it begins, and for equipment of two firms.
    """
    source, target = visible_equipment(actor).get(pk=source_id), visible_equipment(actor).get(pk=target_id)
    require_keeper(actor, source.unit.object)
    check_ends(source, target)
    if len(tag.strip()) > MOST_TAG:
        raise InvalidInput("%(name)s: 1 to %(most)s characters.", name="tag", most=MOST_TAG)
    joint, _is_new = PlantJoint.objects.update_or_create(
        source=source, target=target, tag=tag.strip(), defaults={"isolating": isolating}
    )
    details = {"from": source.tag, "to": target.tag, "tag": joint.tag, "isolating": isolating}
    record_audit(actor, "plant_joint.entered", "plant_unit", source.unit_id, source.unit.region_code, details)
    return joint


def check_ends(source: PlantEquipment, target: PlantEquipment) -> None:
    """InvalidInput where no pipe leads from the one to the other."""
    if source.pk == target.pk:
        raise InvalidInput(_("A pipe leads from one piece of equipment to another one."))
    if source.unit.object_id != target.unit.object_id:
        raise InvalidInput(_("A pipe joins equipment of one firm: %(tag)s is another firm's.") % {"tag": target.tag})


@transaction.atomic
def withdraw_joint(*, actor: "User", joint_id: UUID) -> None:
    """A pipe that is no more."""
    joint = visible_joints(actor).get(pk=joint_id)
    unit = joint.source.unit
    require_keeper(actor, unit.object)
    details = {"from": joint.source.tag, "to": joint.target.tag, "tag": joint.tag}
    record_audit(actor, "plant_joint.withdrawn", "plant_unit", unit.pk, unit.region_code, details)
    joint.delete()


@transaction.atomic
def take_out_of_service(
    *, actor: "User", equipment_id: UUID, until: datetime | None, reason: str, now: datetime
) -> PlantEquipment:
    """Equipment out of service until a moment, for a reason; its points count as not watched meanwhile. InvalidInput without."""
    found = _kept_equipment(actor, equipment_id)
    sheets.check_outage(until, reason, now)
    found.out_since, found.out_until, found.out_reason, found.out_by = found.out_since or now, until, reason.strip(), actor
    return _save_service(actor, found, "out_of_service")


@transaction.atomic
def put_back_in_service(*, actor: "User", equipment_id: UUID) -> PlantEquipment:
    """Equipment that is in service again."""
    found = _kept_equipment(actor, equipment_id)
    found.out_since, found.out_until, found.out_reason, found.out_by = None, None, "", None
    return _save_service(actor, found, "in_service")


def _kept_equipment(actor: "User", equipment_id: UUID) -> PlantEquipment:
    visible = visible_equipment(actor).get(pk=equipment_id)
    require_keeper(actor, visible.unit.object)
    return PlantEquipment.objects.select_for_update(of=("self",)).select_related("unit__object").get(pk=equipment_id)


def _save_service(actor: "User", found: PlantEquipment, act: str) -> PlantEquipment:
    found.save(update_fields=["out_since", "out_until", "out_reason", "out_by"])
    details = {"tag": found.tag, "until": found.out_until.isoformat() if found.out_until else "", "reason": found.out_reason}
    record_audit(actor, f"plant_equipment.{act}", "plant_unit", found.unit_id, found.unit.region_code, details)
    return found
