"""What those above tell back to an alarm: the number of the case that it belongs to."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tocsin.jurisdiction.face import system_actor
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.services.changes import CASE, Changes


@transaction.atomic
def note_cases(*, numbers: Mapping[UUID, str], now: datetime) -> int:
    """Writes on alarms the number of their case, with a line in the history of those that carry another; returns how many."""
    changes = Changes(actor=system_actor(), channel=CASE)
    for alarm in Alarm.objects.filter(pk__in=numbers).order_by("id").select_for_update():
        if alarm.case_number != numbers[alarm.pk]:
            alarm.case_number = numbers[alarm.pk]
            changes.note(alarm, "gathered", now, text=alarm.case_number)
    changes.save(only=("case_number", "updated_at"))
    return len(changes.alarms)
