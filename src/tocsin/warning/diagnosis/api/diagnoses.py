"""The newest diagnosis of an alarm, and what was shown to whom, for programs."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from tocsin.screens.request import actor_of
from tocsin.warning.alarms.api import CHANNEL
from tocsin.warning.alarms.queries.alarms import visible_alarm
from tocsin.warning.alarms.shown.alarms import AlarmOut
from tocsin.warning.diagnosis.queries.diagnoses import newest_diagnosis, shown_to_people
from tocsin.warning.diagnosis.services import display_log as services
from tocsin.warning.diagnosis.shown.checks import what_would_decide
from tocsin.warning.diagnosis.shown.diagnoses import DiagnosisOut, ShownToOut, describe_diagnosis
from tocsin.warning.diagnosis.shown.paragraph_figures import narrate

if TYPE_CHECKING:
    from tocsin.warning.diagnosis.models import Shown

router = Router()


@router.get("/alarms/{alarm_id}/diagnosis", response=DiagnosisOut | None)
def diagnosis(request: HttpRequest, alarm_id: UUID) -> DiagnosisOut | None:
    """Possible causes with evidence, the most likely first, and whom to call; null while there is none yet."""
    found = newest_diagnosis(request.user, alarm_id)
    if found is None:
        return None
    described = describe_diagnosis(found)
    alarm = visible_alarm(request.user, alarm_id)
    checks = what_would_decide(alarm, found) if alarm.standing.is_open else []
    described.story = narrate(AlarmOut.from_orm(alarm), described, checks)
    services.note_shown(person=actor_of(request), alarm_id=alarm_id, diagnosis=described, channel=CHANNEL)
    return described


@router.get("/alarms/{alarm_id}/shown", response=list[ShownToOut])
def shown(request: HttpRequest, alarm_id: UUID) -> "list[Shown]":
    """What was shown of its diagnoses to whom, oldest first: the first time per person, diagnosis, language and channel."""
    return shown_to_people(request.user, alarm_id)
