"""What persons leave undone is heard again: levels rise, acknowledgements lapse, set levels and suppressions end."""

from collections.abc import Callable, Collection
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.face import system_actor
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import Act, needs_diagnosis
from tocsin.warning.alarms.services.changes import CLOCK, Changes, move
from tocsin.warning.alarms.services.diagnosis_tasks import plan_diagnoses
from tocsin.warning.alarms.services.due import lapses, level_is_free, rises, suppression_over

if TYPE_CHECKING:
    from django.db.models import QuerySet

BATCH = 100

type Followed = Callable[[Collection[UUID]], set[UUID]]
"""Of these acknowledged alarms those after whose acknowledgement somebody did something (`settings.ALARMS_FOLLOWED_BY`)."""


@transaction.atomic
def raise_unconfirmed(*, now: datetime) -> int:
    """An alarm that nobody confirms in time rises by one level, as if the condition had; returns how many."""
    due = Alarm.objects.open().filter(rises(now))
    changes = Changes(actor=system_actor(), channel=CLOCK)
    for alarm in _locked(due, "rises_at"):
        at = alarm.rises_at or now
        alarm.detected_level = alarm.detected_level or alarm.level
        alarm.level = AlarmLevel(alarm.level + 1)
        if alarm.level > alarm.peak_level:
            alarm.peak_level = alarm.level
            move(alarm, Act.ESCALATE, at)
        changes.note(alarm, "risen", at)
    changes.save()
    plan_diagnoses([(one, "escalated") for one in changes.alarms if needs_diagnosis(AlarmLevel(one.level))], speed=1.0)
    return len(changes.alarms)


@transaction.atomic
def lapse_acknowledgements(*, now: datetime) -> int:
    """An acknowledgement that nothing followed in time lapses, and the alarm rings again; returns how many alarms changed."""
    due = _locked(Alarm.objects.open().filter(lapses(now)), "lapses_at")
    followed = _followed([alarm.pk for alarm in due])
    changes = Changes(actor=system_actor(), channel=CLOCK)
    for alarm in due:
        at, alarm.lapses_at = alarm.lapses_at or now, None
        if alarm.pk in followed:
            alarm.save(update_fields=["lapses_at"])
        elif move(alarm, Act.LAPSE, at) is None:
            changes.note(alarm, "lapsed", at)
    changes.save()
    return len(due)


@transaction.atomic
def free_levels(*, now: datetime) -> int:
    """A level set by a person ends with its hours: the alarm has again the level that detection gives it; returns how many."""
    due = Alarm.objects.open().filter(level_is_free(now))
    changes = Changes(actor=system_actor(), channel=CLOCK)
    for alarm in _locked(due, "level_held_until"):
        at, alarm.level_held, alarm.level_held_until = alarm.level_held_until or now, False, None
        level = AlarmLevel(alarm.detected_level or alarm.level)
        higher = level > alarm.peak_level
        alarm.level, alarm.peak_level = level, max(level, alarm.peak_level)
        if higher:
            move(alarm, Act.ESCALATE, at)
        changes.note(alarm, "level_freed", at)
    changes.save()
    return len(changes.alarms)


@transaction.atomic
def end_suppressions(*, now: datetime) -> int:
    """Suppression of an alarm by a person ends at its moment; returns how many came back."""
    due = Alarm.objects.open().filter(suppression_over(now))
    changes = Changes(actor=system_actor(), channel=CLOCK)
    for alarm in _locked(due, "suppressed_until"):
        at = alarm.suppressed_until or now
        if move(alarm, Act.UNSUPPRESS, at) is None:
            changes.note(alarm, "unsuppressed", at)
    changes.save()
    return len(changes.alarms)


def _locked(due: "QuerySet[Alarm]", by: str) -> list[Alarm]:
    return list(due.order_by(by, "id").select_for_update(of=("self",))[:BATCH])


def _followed(alarm_ids: Collection[UUID]) -> set[UUID]:
    """By what others than this subject know: a case in which persons act."""
    found: set[UUID] = set()
    if alarm_ids:
        for name in settings.ALARMS_FOLLOWED_BY:
            module, attribute = name.split(":")
            found |= cast("Followed", getattr(import_module(module), attribute))(alarm_ids)
    return found
