"""An alarm stops hot work and work in confined space: at a point of its unit, or near its place."""

from datetime import datetime

from django.db import transaction

from tocsin.base.geometry import distance_m
from tocsin.hazchem.installations.models import PlantPoint
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries.permits import running_beside_alarms
from tocsin.hazchem.permits.rules.kinds import STOPPED_BY_ALARMS, PermitState
from tocsin.hazchem.permits.rules.stopping import GAS_POINTS, STOPPING_QUANTITIES
from tocsin.hazchem.permits.services.work import halt
from tocsin.jurisdiction.face import system_actor
from tocsin.warning.face import Alarm, alarms_by_id, alarms_raised


def stop_beside_alarms(*, now: datetime) -> None:
    """Every running permit that an open alarm raised since its work began stands beside is stopped, once."""
    for permit in running_beside_alarms(STOPPED_BY_ALARMS):
        since = permit.state_at if permit.state == PermitState.RUNNING else permit.started_at
        alarms = alarms_by_id(alarms_raised(since or permit.begins_at)) if since else []
        sensors = _sensors(permit)
        for alarm in alarms:
            metres = _metres(permit, alarm)
            near = metres is not None and metres <= permit_policy().distances.alarm and alarm.quantity in STOPPING_QUANTITIES
            if alarm.closed_at is None and (near or alarm.sensor_id in sensors):
                _stop(permit, alarm, metres, now)
                break


@transaction.atomic
def _stop(seen: WorkPermit, alarm: Alarm, metres: float | None, now: datetime) -> None:
    permit = WorkPermit.objects.select_for_update().get(pk=seen.pk)
    if permit.state in (PermitState.RUNNING, PermitState.PAUSED):
        permit.object, permit.applicant, permit.watcher = seen.object, seen.applicant, seen.watcher
        permit.analyst, permit.approver = seen.analyst, seen.approver
        halt(permit, by=system_actor(), now=now, reason="alarm", alarm=alarm.pk, metres=metres)


def _sensors(permit: WorkPermit) -> set[object]:
    if permit.unit_id is None:
        return set()
    rows = PlantPoint.objects.filter(equipment__unit_id=permit.unit_id, kind__in=GAS_POINTS, sensor__isnull=False)
    return set(rows.values_list("sensor_id", flat=True))


def _metres(permit: WorkPermit, alarm: Alarm) -> float | None:
    if permit.lon is None or permit.lat is None or alarm.lon is None or alarm.lat is None:
        return None
    return round(distance_m(permit.lon, permit.lat, alarm.lon, alarm.lat), 1)
