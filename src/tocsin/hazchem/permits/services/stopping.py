"""An alarm stops hot work and work in confined space: at a point of its unit, or near its place."""

from datetime import datetime

from django.db import transaction

from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.queries.beside import AlarmBeside, alarms_beside, alarms_that_stop, of_own_work, works_going_on
from tocsin.hazchem.permits.queries.permits import with_people
from tocsin.hazchem.permits.rules.kinds import STOPPED_BY_ALARMS, PermitState
from tocsin.hazchem.permits.services.work import halt
from tocsin.jurisdiction.face import system_actor


def stop_beside_alarms(*, now: datetime) -> int:
    """Every running permit that an open alarm raised since its work began stands beside is stopped, once; how many were.

    Works, alarms and points are read once a round, whatever their number.
    """
    works = works_going_on(STOPPED_BY_ALARMS)
    if not works:
        return 0
    known = {one.permit: one for one in works}
    stopped = set()
    for found in alarms_beside(works, alarms_that_stop(min(one.begun for one in works))):
        work = known[found.permit]
        if found.permit in stopped or found.alarm.raised_at < work.begun or of_own_work(found.alarm, work.covers):
            continue
        if _stop(found, now):
            stopped.add(found.permit)
    return len(stopped)


@transaction.atomic
def _stop(found: AlarmBeside, now: datetime) -> bool:
    WorkPermit.objects.select_for_update().get(pk=found.permit)
    permit = with_people().get(pk=found.permit)
    if permit.state not in (PermitState.RUNNING, PermitState.PAUSED):
        return False
    halt(permit, by=system_actor(), now=now, reason="alarm", alarm=found.alarm.pk, metres=found.metres)
    return True
