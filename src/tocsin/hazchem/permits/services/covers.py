"""Covers of the points that a work disturbs: opened with the approval, ended with the work.

A point whose alarm stops the work can't be covered by it. Until the desk of the area confirms a cover it only marks.
"""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.hazchem.installations.models import PlantPoint
from tocsin.hazchem.installations.rules.kinds import PointKind
from tocsin.hazchem.permits.rules.kinds import STOPPED_BY_ALARMS
from tocsin.warning.face import AnnouncedWork, announce_works, end_announced, prolong_announced

if TYPE_CHECKING:
    from tocsin.hazchem.permits.models import WorkPermit
    from tocsin.jurisdiction.face import User


def check_disturbed(permit: "WorkPermit") -> None:
    """InvalidInput where a tag names no point of the unit with a sensor, or a gas point of a work that gas stops."""
    if not permit.disturbs:
        return
    points = _points(permit)
    for tag in permit.disturbs:
        if tag not in points:
            raise InvalidInput(_("%(tag)s is no point of the permit's unit with a sensor.") % {"tag": tag})
        if permit.kind in STOPPED_BY_ALARMS and points[tag].kind == PointKind.GAS:
            raise InvalidInput(_("%(tag)s measures the gas that stops this work: it is never quiet for it.") % {"tag": tag})


def open_covers(permit: "WorkPermit", actor: "User", now: datetime) -> None:
    """The points are announced as worked at for the permit's time. In the caller's transaction, before it saves the permit."""
    points = _points(permit)
    sensors = [point.sensor_id for tag in permit.disturbs if (point := points.get(tag)) is not None and point.sensor_id]
    if not sensors:
        return
    work = AnnouncedWork(
        what=f"{permit.work} · {permit.number}"[:500],
        who=permit.object.name,
        contact=str(permit.watcher or permit.applicant),
        region_code=permit.region_code,
        begins_at=permit.begins_at,
        ends_at=permit.ends_at,
    )
    made = announce_works(actor=actor, work=work, sensors=sensors, now=now)
    permit.cover_ids = [str(one.pk) for one in made.values()]
    permit.save(update_fields=["cover_ids"])


def prolong_covers(permit: "WorkPermit", actor: "User", now: datetime) -> None:
    """They end with the permit's other end."""
    prolong_announced(actor=actor, covers=_ids(permit), ends_at=permit.ends_at, reason=permit.number, now=now)


def close_covers(permit: "WorkPermit", actor: "User", now: datetime) -> None:
    """Nothing disturbs the points any more: what still holds there rings."""
    if permit.cover_ids:
        end_announced(actor=actor, covers=_ids(permit), reason=permit.number, now=now)
        permit.cover_ids = []
        permit.save(update_fields=["cover_ids"])


def _ids(permit: "WorkPermit") -> list[UUID]:
    return [UUID(one) for one in permit.cover_ids]


def _points(permit: "WorkPermit") -> dict[str, PlantPoint]:
    rows = PlantPoint.objects.filter(equipment__unit_id=permit.unit_id, sensor__isnull=False) if permit.unit_id else ()
    return {one.tag: one for one in rows}
