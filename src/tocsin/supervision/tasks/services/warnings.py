"""Firms of a warned area get a task with a clock of minutes; it is taken back when the warning is over or has risen."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from tocsin.bus.bulk import save_all
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.tasks.models import Task, TaskEntry
from tocsin.supervision.tasks.queries.rules import task_rules_for, task_rules_in_force
from tocsin.supervision.tasks.rules.acts import TaskAct, TaskVerdict
from tocsin.supervision.tasks.rules.states import RUNNING, TaskState
from tocsin.supervision.tasks.services.assignment import event_task

AFTER: Final = "warning"
_RUNNING = [one.value for one in RUNNING]


@dataclass(frozen=True)
class FirmAnswer:
    """How the task of a firm stands, and what the firm said."""

    object_id: UUID
    task_id: UUID
    state: TaskState
    done_at: datetime | None
    done_by: str
    words: str

    @property
    def done(self) -> bool:
        """On time or late."""
        return self.state in (TaskState.DONE, TaskState.LATE)


def ask_firms(
    *, object_ids: Collection[UUID], reference: str, evidence: Mapping[str, Any], due_at: datetime, now: datetime
) -> dict[UUID, UUID]:
    """The tasks of these firms by their object, made where there are none; where no rule asks anything after a warning there
    is none. Call it in the transaction of what warns.
    """
    in_force, made = task_rules_in_force(timezone.localdate(now)), []
    for firm in SupervisedObject.objects.filter(pk__in=object_ids):
        rules = task_rules_for(in_force, firm.region_code)
        for rule in (one for one in rules.policy.rules if one.after == AFTER):
            task = event_task(rules, rule, firm.pk, reference, now, timezone.localdate(due_at))
            task.due_at, task.missed_at = due_at, due_at + timedelta(days=rule.late_days)
            task.evidence = dict(evidence)
            made.append(task)
    Task.objects.bulk_create(made, ignore_conflicts=True)
    there = Task.objects.filter(object__in=object_ids, key__in={one.key for one in made})
    return dict(there.values_list("object_id", "pk"))


def take_back_tasks(task_ids: Collection[UUID], *, key: str = "", why: str = "") -> int:
    """Tasks that nobody has done no longer count; returns how many. `why`: kept with the evidence of that key, which says it in
    words. Call it in the transaction of what is over.
    """
    rows = Task.objects.filter(pk__in=task_ids, state__in=_RUNNING)
    if not why:
        return rows.update(state=TaskState.EXEMPT.value, asked_to=None)
    ended = list(rows)
    for task in ended:
        task.state, task.asked_to = TaskState.EXEMPT.value, None
        task.evidence = {**task.evidence, key: {**task.evidence.get(key, {}), "ended": why}}
    save_all(ended, "state", "asked_to", "evidence")
    return len(ended)


def firm_answers(task_ids: Collection[UUID]) -> dict[UUID, FirmAnswer]:
    """By the task."""
    words = dict(
        TaskEntry.objects.filter(task__in=task_ids, act=TaskAct.DONE.value, verdict=TaskVerdict.GOES_ON)
        .order_by("received_at")
        .values_list("task", "data")
    )
    rows = Task.objects.filter(pk__in=task_ids).select_related("done_by")
    return {
        row.pk: FirmAnswer(
            object_id=row.object_id,
            task_id=row.pk,
            state=TaskState(row.state),
            done_at=row.done_at,
            done_by=str(row.done_by or "") if row.done_by_id else "",
            words=str(words.get(row.pk, {}).get("text", "")),
        )
        for row in rows
    }
