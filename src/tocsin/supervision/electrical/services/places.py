"""Places of an installation that are watched for electrical danger are entered and taken away."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.sensing.face import visible_sensors
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.work.models import ElectricalPoint
from tocsin.supervision.work.rules.electrical import QUANTITY, PointKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.jurisdiction.face import User

PHASES = 3


@transaction.atomic
def watch_point(
    *,
    actor: "User",
    object_id: UUID,
    kind: str,
    name: str,
    sensor_ids: "Sequence[UUID]",
    rated_a: float | None = None,
    limit: float | None = None,
) -> ElectricalPoint:
    """A place that is watched from now on: a feeder by the current of one or three phases and its rated current, a residual
    current or a joint by one sensor. InvalidInput names what does not fit; Conflict where the place is watched already.
    """
    found = SupervisedObject.objects.get(pk=object_id)
    require(actor, rights.MANAGE, found.region_code)
    if kind not in tuple(PointKind):
        raise InvalidInput(
            _("%(kind)s is no kind of point; known are %(known)s.") % {"kind": kind, "known": ", ".join(PointKind)}
        )
    wanted = PointKind(kind)
    if len(sensor_ids) not in ((1, PHASES) if wanted is PointKind.FEEDER else (1,)):
        raise InvalidInput(_("A feeder has the sensors of one or three phases, other places have one."))
    if wanted is PointKind.FEEDER and not rated_a:
        raise InvalidInput(_("A feeder needs its rated current."))
    there = {one.pk: one for one in visible_sensors(actor).filter(pk__in=sensor_ids, quantity=QUANTITY[wanted])}
    if len(there) != len(set(sensor_ids)) or len(set(sensor_ids)) != len(sensor_ids):
        raise InvalidInput(_("Name sensors of %(quantity)s that you may see, each once.") % {"quantity": QUANTITY[wanted]})
    if not name.strip():
        raise InvalidInput(_("The place needs a name."))
    if found.electrical_points.filter(name=name.strip(), kind=kind).exists():
        raise Conflict(_("This place is watched already."))
    first, *others = (there[one] for one in sensor_ids)
    second, third = [*others, None, None][: PHASES - 1]
    point = ElectricalPoint.objects.create(
        object=found,
        kind=kind,
        name=name.strip()[:120],
        rated_a=rated_a,
        limit=_limit(wanted, limit),
        sensor=first,
        second=second,
        third=third,
    )
    record_audit(
        actor,
        "electrical_point.watched",
        "electrical_point",
        point.pk,
        found.region_code,
        {"name": point.name, "kind": kind, "rated_a": rated_a, "limit": point.limit},
    )
    return point


@transaction.atomic
def change_point(*, actor: "User", point_id: UUID, rated_a: float | None = None, limit: float | None = None) -> ElectricalPoint:
    """Other limits for a watched place; they hold from the next look on."""
    point = ElectricalPoint.objects.select_for_update(of=("self",)).select_related("object").get(pk=point_id)
    require(actor, rights.MANAGE, point.object.region_code)
    kind = PointKind(point.kind)
    if kind is PointKind.FEEDER and not rated_a:
        raise InvalidInput(_("A feeder needs its rated current."))
    before = {"rated_a": point.rated_a, "limit": point.limit}
    point.rated_a = rated_a if kind is PointKind.FEEDER else None
    point.limit = _limit(kind, limit)
    point.save(update_fields=["rated_a", "limit"])
    told = {name: [value, getattr(point, name)] for name, value in before.items() if value != getattr(point, name)}
    record_audit(actor, "electrical_point.changed", "electrical_point", point.pk, point.object.region_code, told)
    return point


def _limit(kind: PointKind, limit: float | None) -> float | None:
    if limit is None or kind is PointKind.FEEDER:
        return None
    if not 0.0 < limit < 1e5:
        raise InvalidInput(_("A limit lies above 0."))
    return limit


@transaction.atomic
def forget_point(*, actor: "User", point_id: UUID) -> None:
    """The place is no longer watched; what was measured stays in the history."""
    point = ElectricalPoint.objects.select_related("object").get(pk=point_id)
    require(actor, rights.MANAGE, point.object.region_code)
    record_audit(
        actor, "electrical_point.forgotten", "electrical_point", point.pk, point.object.region_code, {"name": point.name}
    )
    point.delete()
