"""For programs: what could happen next and which valves to close."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from tocsin.screens.budgets.requests import charged
from tocsin.warning.alarms.queries.alarms import visible_alarm
from tocsin.warning.diagnosis.queries.diagnoses import newest_diagnosis
from tocsin.warning.outlook.shown.answers import OutlookOut
from tocsin.warning.outlook.shown.risks import what_may_follow

router = Router()


@router.get("/alarms/{alarm_id}/next", response=OutlookOut | None)
@charged
def what_next(request: HttpRequest, alarm_id: UUID) -> OutlookOut | None:
    """What could happen next, the greatest expected harm first, and which valves to close; null while there is no diagnosis."""
    alarm = visible_alarm(request.user, alarm_id)
    diagnosis = newest_diagnosis(request.user, alarm_id)
    return None if diagnosis is None else what_may_follow(alarm, diagnosis)
