"""The drawer's part about what could happen next."""

from typing import TYPE_CHECKING

from tocsin.jurisdiction.face import Person, may
from tocsin.warning.diagnosis.queries import diagnoses as queries
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS
from tocsin.warning.outlook.shown.answers import OutlookOut
from tocsin.warning.outlook.shown.risks import what_may_follow

if TYPE_CHECKING:
    from tocsin.warning.alarms.models import Alarm


def outlook_context(user: Person, alarm: "Alarm") -> OutlookOut | None:
    """What `_next.html` shows; nothing without the right to see diagnoses, before the first one, or once the alarm is over."""
    if not may(user, PERMISSION_DIAGNOSIS, alarm.region_code) or not alarm.standing.is_open:
        return None
    diagnosis = queries.newest_diagnosis(user, alarm.pk)
    return None if diagnosis is None else what_may_follow(alarm, diagnosis)
