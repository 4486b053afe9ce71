"""The drawer's part about what could happen next."""

from typing import TYPE_CHECKING, Any

from tocsin.jurisdiction.queries import Person, may
from tocsin.warning import queries
from tocsin.warning.coupled import what_may_follow
from tocsin.warning.rules import PERMISSION_DIAGNOSIS

if TYPE_CHECKING:
    from tocsin.warning.models import Alarm


def outlook_context(user: Person, alarm: "Alarm") -> dict[str, Any]:
    """What `_next.html` shows; nothing without the right to see diagnoses, before the first one, or once the alarm is over."""
    if not may(user, PERMISSION_DIAGNOSIS, alarm.region_code) or not alarm.standing.is_open:
        return {}
    diagnosis = queries.newest_diagnosis(user, alarm.pk)
    return {} if diagnosis is None else what_may_follow(alarm, diagnosis)
