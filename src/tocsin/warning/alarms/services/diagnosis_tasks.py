"""Diagnoses that are due: rows that are leased, tried again, and given up aloud."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tocsin.bus.bulk import insert_all
from tocsin.bus.prepared import prepared
from tocsin.warning.alarms.models import Alarm, DiagnosisTask
from tocsin.warning.alarms.rules.states import DIAGNOSE_AGAIN_AFTER_MS

if TYPE_CHECKING:
    from django.db.models import QuerySet

LEASE = timedelta(seconds=60)
PATIENCE = timedelta(minutes=10)
ATTEMPTS = 6
FIRST_AFTER = timedelta(seconds=2)  # by then the readings that rang are in the history
FARTHEST = 2 * FIRST_AFTER  # a first diagnosis that lies farther ahead was planned by a clock that was ahead


def plan_diagnoses(alarms: Sequence[tuple[Alarm, str]], *, speed: float) -> None:
    """A diagnosis within seconds for each (alarm, reason), and for a raised one again as readings come in.

    One that already waits for an alarm will see the new readings too: a flapping condition does not pile up work.
    The minutes of `rules.DIAGNOSE_AGAIN_AFTER_MS` are the judging clock's, which runs `speed` times as fast as the machine's.
    """
    now = timezone.now()
    waiting = set(_waiting([alarm.pk for alarm, _ in alarms]))
    tasks = []
    for alarm, reason in alarms:
        if alarm.pk not in waiting:
            waiting.add(alarm.pk)
            tasks.append(_task(alarm.pk, reason, now + FIRST_AFTER))
        if reason == "raised":
            later = [now + timedelta(milliseconds=wait / max(speed, 1e-6)) for wait in DIAGNOSE_AGAIN_AFTER_MS]
            tasks.extend(_task(alarm.pk, "later", due) for due in later)
    insert_all(tasks)


@prepared
def _waiting(alarms: Sequence[UUID]) -> "QuerySet[DiagnosisTask, UUID]":
    firsts = DiagnosisTask.objects.filter(alarm_id__in=alarms, attempts=0).exclude(reason="later")
    return firsts.order_by().values_list("alarm_id", flat=True)


def _task(alarm_id: UUID, reason: str, due: datetime) -> DiagnosisTask:
    return DiagnosisTask(alarm_id=alarm_id, reason=reason, due_at=due, deadline=due + PATIENCE, free_at=due)


def lease_task(*, now: datetime) -> DiagnosisTask | None:
    """Takes the most urgent due task (first ones before repeats) for `LEASE`; a worker that dies gives it back by time.

    A first one that was planned before the machine's clock was set back is due, and not only when the clock has come there again.
    """
    ahead = Q(attempts=0, due_at__gt=now + FARTHEST) & ~Q(reason="later")
    with transaction.atomic():
        tasks = DiagnosisTask.objects.select_for_update(skip_locked=True)
        due = tasks.filter(Q(free_at__lte=now, due_at__lte=now) | ahead)
        task = due.exclude(reason="later").order_by("due_at").first() or due.order_by("due_at").first()
        if task is None:
            return None
        task.attempts += 1
        task.free_at = now + LEASE
        task.save(update_fields=["attempts", "free_at"])
        return task


def is_last_attempt(task: DiagnosisTask, *, now: datetime) -> bool:
    """Whether a failure now ends the task."""
    return task.attempts >= ATTEMPTS or now >= task.deadline


def postpone_task(*, task: DiagnosisTask, now: datetime) -> None:
    """After a failure: again after 2, 4, 8 ... seconds."""
    DiagnosisTask.objects.filter(pk=task.pk).update(free_at=now + timedelta(seconds=2**task.attempts))


def finish_task(*, task: DiagnosisTask) -> None:
    """The work is done, or is not worth doing any more."""
    DiagnosisTask.objects.filter(pk=task.pk).delete()
