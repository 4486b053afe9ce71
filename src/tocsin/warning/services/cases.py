"""What those above tell back to an alarm: the number of the case that it belongs to."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tocsin.jurisdiction.services import system_actor
from tocsin.warning.models import Alarm
from tocsin.warning.services.changes import CASE, Changes


@transaction.atomic
def note_case(*, alarm_ids: Iterable[UUID], number: str, now: datetime) -> int:
    """Writes the case's number on alarms that do not carry it yet, with a line in their history; returns how many."""
    changes = Changes(actor=system_actor(), channel=CASE)
    others = Alarm.objects.filter(pk__in=list(alarm_ids)).exclude(case_number=number)
    for alarm in others.order_by("id").select_for_update():
        alarm.case_number = number
        changes.note(alarm, "gathered", now, text=number)
    changes.save()
    return len(changes.alarms)
