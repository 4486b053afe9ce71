"""What those above tell back to alarms: the case that they belong to, how it stands, and what persons did with it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from tocsin.base.levels import AlarmLevel
from tocsin.bus.bulk import save_all
from tocsin.bus.services import record_events
from tocsin.jurisdiction.face import system_actor
from tocsin.warning.alarms.events import AlarmCaseChanged
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import Act, Refused
from tocsin.warning.alarms.services.changes import CASE, Changes, move

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True)
class CaseStanding:
    """How the case of an alarm stands; `speaks`: the alarm leads it. Level NONE for a case that is over."""

    level: AlarmLevel
    state: str
    speaks: bool


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


@transaction.atomic
def note_standings(*, standings: Mapping[UUID, CaseStanding], now: datetime) -> int:
    """Writes on alarms how their case stands; screens are told of those that carry another. Returns how many."""
    changed = []
    for alarm in Alarm.objects.filter(pk__in=standings).order_by("id").select_for_update():
        told = standings[alarm.pk]
        if (alarm.case_level, alarm.case_state, alarm.speaks_for_case) != (told.level, told.state, told.speaks):
            alarm.case_level, alarm.case_state, alarm.speaks_for_case = told.level.value, told.state, told.speaks
            alarm.updated_at = max(alarm.updated_at, now)
            changed.append(alarm)
    save_all(changed, "case_level", "case_state", "speaks_for_case", "updated_at")
    record_events(
        (
            AlarmCaseChanged(alarm_id=str(one.pk), case_number=one.case_number, level=one.case_level, state=one.case_state),
            one.region_code,
        )
        for one in changed
    )
    return len(changed)


@transaction.atomic
def take_alarms(*, actor: "User", alarm_ids: Collection[UUID], number: str, now: datetime) -> int:
    """Who took their case has taken note of these alarms; the right was asked of the case. Returns how many stopped ringing."""
    changes = Changes(actor=actor, channel=CASE)
    for alarm in Alarm.objects.open().filter(pk__in=list(alarm_ids)).order_by("id").select_for_update():
        _take(alarm, changes, actor, number, now)
    changes.save()
    return len(changes.alarms)


@transaction.atomic
def retire_alarms(*, actor: "User", alarm_ids: Collection[UUID], number: str, now: datetime) -> int:
    """Their case is over: alarms whose condition is gone are let go. One whose condition still holds stays, taken note of."""
    changes = Changes(actor=actor, channel=CASE)
    for alarm in Alarm.objects.open().filter(pk__in=list(alarm_ids)).order_by("id").select_for_update():
        _take(alarm, changes, actor, number, now)
        if alarm.closed_at is None and not isinstance(move(alarm, Act.RESET, now), Refused):
            changes.note(alarm, "reset", now, text=number)
    changes.save()
    return len(changes.alarms)


def _take(alarm: Alarm, changes: Changes, actor: "User", number: str, now: datetime) -> None:
    if not isinstance(move(alarm, Act.ACKNOWLEDGE, now), Refused):
        alarm.acknowledged_at, alarm.acknowledged_by = now, actor
        changes.note(alarm, "acknowledged", now, text=number)
