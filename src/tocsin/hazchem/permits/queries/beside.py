"""Alarms that stand beside a permit's work."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from tocsin.base.geometry import distance_m
from tocsin.hazchem.installations.models import PlantPoint
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.rules.kinds import PermitAct
from tocsin.hazchem.permits.rules.stopping import GAS_POINTS, STOPPING_QUANTITIES
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.face import Alarm

_ACTIVE: Final = (AlarmState.ACTIVE_UNACKNOWLEDGED, AlarmState.ACTIVE_ACKNOWLEDGED)


def begun_at(permit: WorkPermit) -> datetime:
    """When the work that goes on or rests now began, or went on after a stop or pause."""
    acts = [PermitAct.STARTED, PermitAct.RESUMED]
    newest = permit.steps.filter(act__in=acts).order_by("-at").values_list("at", flat=True).first()
    return newest or permit.begins_at


def beside(permit: WorkPermit, alarms: Iterable[Alarm]) -> Iterator[tuple[Alarm, float | None]]:
    """Those of the alarms that are at a gas or flame point of the unit or near the place; with their distance in metres."""
    sensors, nearest = _sensors(permit), permit_policy().distances.alarm
    for alarm in alarms:
        metres = _metres(permit, alarm)
        near = metres is not None and metres <= nearest and alarm.quantity in STOPPING_QUANTITIES
        if near or alarm.sensor_id in sensors:
            yield alarm, metres


def is_active(alarm: Alarm) -> bool:
    """Whether what it tells of still holds."""
    return alarm.state in _ACTIVE


def _sensors(permit: WorkPermit) -> set[UUID | None]:
    if permit.unit_id is None:
        return set()
    rows = PlantPoint.objects.filter(equipment__unit_id=permit.unit_id, kind__in=GAS_POINTS, sensor__isnull=False)
    return set(rows.values_list("sensor_id", flat=True))


def _metres(permit: WorkPermit, alarm: Alarm) -> float | None:
    if permit.lon is None or permit.lat is None or alarm.lon is None or alarm.lat is None:
        return None
    return round(distance_m(permit.lon, permit.lat, alarm.lon, alarm.lat), 1)
