"""An alarm stops hot work and work in confined space: at a point of its unit, or near its place."""

from datetime import datetime

from django.db import transaction

from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.queries.beside import begun_at, beside
from tocsin.hazchem.permits.queries.permits import running_beside_alarms
from tocsin.hazchem.permits.rules.kinds import STOPPED_BY_ALARMS, PermitState
from tocsin.hazchem.permits.services.work import halt
from tocsin.jurisdiction.face import system_actor
from tocsin.warning.face import Alarm, open_alarms


def stop_beside_alarms(*, now: datetime) -> None:
    """Every running permit that an open alarm raised since its work began stands beside is stopped, once."""
    permits = [(permit, begun_at(permit)) for permit in running_beside_alarms(STOPPED_BY_ALARMS)]
    if not permits:
        return
    alarms = open_alarms(min(begun for _permit, begun in permits))
    for permit, begun in permits:
        found = next(beside(permit, (one for one in alarms if one.raised_at >= begun)), None)
        if found is not None:
            _stop(permit, *found, now)


@transaction.atomic
def _stop(seen: WorkPermit, alarm: Alarm, metres: float | None, now: datetime) -> None:
    permit = WorkPermit.objects.select_for_update().get(pk=seen.pk)
    if permit.state in (PermitState.RUNNING, PermitState.PAUSED):
        permit.object, permit.applicant, permit.watcher = seen.object, seen.applicant, seen.watcher
        permit.analyst, permit.approver = seen.analyst, seen.approver
        halt(permit, by=system_actor(), now=now, reason="alarm", alarm=alarm.pk, metres=metres)
