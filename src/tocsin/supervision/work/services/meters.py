"""Meters of firms: what hangs on each, whose sensor carries its curve, swaps and new multipliers."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.engine.work.firm import Role
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.sensing.face import visible_sensors
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.work.models import Meter

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_CHANGED = ("name", "role", "rated_kw", "multiplier")


@transaction.atomic
def add_meter(
    *,
    actor: "User",
    object_id: UUID,
    code: str,
    role: str,
    name: str = "",
    rated_kw: float | None = None,
    multiplier: float | None = None,
    protects: str = "",
    sensor_id: UUID | None = None,
) -> Meter:
    """A meter of a firm. InvalidInput for an unknown role, protected meter or sensor; Conflict for a code that is taken."""
    found = _object(actor, object_id)
    if not code.strip():
        raise InvalidInput(_("A meter needs a code."))
    if Meter.objects.filter(code=code.strip()).exists():
        raise Conflict(_("There is a meter %(code)s already.") % {"code": code.strip()})
    meter = Meter(object=found, code=code.strip()[:60], name=name.strip()[:120], rated_kw=rated_kw, multiplier=multiplier)
    meter.role = _role(role)
    meter.protects = _protected(found, protects)
    if sensor_id is not None:
        meter.sensor = visible_sensors(actor).filter(pk=sensor_id, quantity="power").first()
        if meter.sensor is None:
            raise InvalidInput(_("There is no such sensor of power that you may see."))
        if Meter.objects.filter(sensor=meter.sensor).exists():
            raise Conflict(_("Another meter has this sensor."))
    meter.save()
    details = {"code": meter.code, "role": meter.role, "rated_kw": rated_kw, "multiplier": multiplier}
    record_audit(actor, "meter.added", "meter", meter.pk, found.region_code, details)
    return meter


@transaction.atomic
def change_meter(*, actor: "User", meter_id: UUID, changed_at: datetime | None = None, **changes: Any) -> Meter:
    """Changes what hangs on a meter. A new multiplier, or a swap, is booked with the time at which it took effect.

    `changes`: name, role, rated_kw, multiplier, protects (a code), active.
    """
    meter = Meter.objects.select_for_update().select_related("object").get(pk=meter_id)
    require(actor, rights.MANAGE, meter.object.region_code)
    if unknown := sorted(set(changes) - {*_CHANGED, "protects", "active"}):
        raise InvalidInput(_("A meter has no %(field)s.") % {"field": unknown[0]})
    before = {name: getattr(meter, name) for name in _CHANGED}
    if "role" in changes:
        changes["role"] = _role(changes["role"])
    if "protects" in changes:
        meter.protects = _protected(meter.object, changes.pop("protects"))
    for name, value in changes.items():
        setattr(meter, name, value)
    if changed_at is not None:
        meter.changed_at = changed_at
    elif meter.multiplier != before["multiplier"]:
        raise InvalidInput(_("Say from when the new multiplier counts."))
    meter.save()
    pairs = {name: [before[name], getattr(meter, name)] for name in _CHANGED if before[name] != getattr(meter, name)}
    record_audit(actor, "meter.changed", "meter", meter.pk, meter.object.region_code, pairs)
    return meter


def _object(actor: "User", object_id: UUID) -> SupervisedObject:
    found = SupervisedObject.objects.get(pk=object_id)
    require(actor, rights.MANAGE, found.region_code)
    return found


def _role(role: str) -> str:
    if role not in tuple(Role):
        raise InvalidInput(_("%(role)s is no role of a meter; known are %(known)s.") % {"role": role, "known": ", ".join(Role)})
    return role


def _protected(supervised_object: SupervisedObject, code: str) -> Meter | None:
    if not code:
        return None
    meter = supervised_object.meters.filter(code=code).first()
    if meter is None:
        raise InvalidInput(_("This firm has no meter %(code)s.") % {"code": code})
    return meter
