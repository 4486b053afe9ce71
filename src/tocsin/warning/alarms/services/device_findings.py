"""What detection finds about the devices themselves: it becomes the sensor's health, never an alarm."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tocsin.base.time import datetime_from_ms
from tocsin.sensing.face import set_health
from tocsin.warning.alarms.events import Detection
from tocsin.warning.alarms.models import DeviceFinding
from tocsin.warning.alarms.queries.alarms import SensorPlace
from tocsin.warning.alarms.rules.states import health_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


def apply_findings(findings: Sequence[tuple[SensorPlace, Detection]]) -> None:
    """Adds and removes findings in their order, then sets the health of every sensor that they touch to the worst that stands."""
    if not findings:
        return
    touched: dict[UUID, tuple[int, datetime]] = {}
    for place, one in findings:
        at = datetime_from_ms(one.ts)
        touched[place.id] = one.sensor, at
        if one.edge == "clear":
            DeviceFinding.objects.filter(sensor_id=place.id, rule=one.rule).delete()
        else:
            DeviceFinding.objects.get_or_create(sensor_id=place.id, rule=one.rule, defaults={"since": at, "figures": one.figures})
    standing: dict[UUID, list[DeviceFinding]] = {}
    for finding in DeviceFinding.objects.filter(sensor_id__in=touched):
        standing.setdefault(finding.sensor_id, []).append(finding)
    worst: dict[int, tuple[str, datetime]] = {}
    for sensor_id, (index, at) in touched.items():
        found = standing.get(sensor_id, [])
        worst[index] = health_of(finding.rule for finding in found), min((finding.since for finding in found), default=at)
    set_health(found=worst)
