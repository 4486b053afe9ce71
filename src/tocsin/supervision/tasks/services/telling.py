"""Firms hear of their tasks once a day, what is new, ends soon or is overdue; and at once of every decision on their time."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tocsin.notices.face import Directory, Draft, write_all
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.supervisors import supervisor_of
from tocsin.supervision.tasks.models import Task, TaskRun
from tocsin.supervision.tasks.queries.rules import house_rules
from tocsin.supervision.tasks.queries.tasks import due_of_firm
from tocsin.supervision.tasks.rules.states import TaskState
from tocsin.supervision.tasks.rules.telling import DEFERRAL, OWN_FIRM, SUPERVISES, TASKS

AT_ONCE: Final = 50  # firms in one transaction
LISTED: Final = 8


def tell_tasks(*, now: datetime) -> int:
    """The next firms that have accounts hear of their day; returns how many were looked at, 0 when all have heard."""
    local, clock = timezone.localtime(now), house_rules().clock
    if local.hour * 60 + local.minute < clock.tell_at_minute:
        return 0
    with transaction.atomic():
        waiting = TaskRun.objects.select_for_update().filter(day=local.date(), ended_at__isnull=False, told_at=None)
        run = waiting.first()
        if run is None:
            return 0
        firms = SupervisedObject.objects.filter(active=True, merged_into__isnull=True, organisation__isnull=False)
        if run.told:
            firms = firms.filter(pk__gt=UUID(run.told))
        found = list(firms.select_related("organisation").order_by("pk")[:AT_ONCE])
        drafts = [draft for one in found if (draft := _of_day(one, now, clock.tell_ahead_days))]
        if drafts:
            write_all(drafts, Directory(now))
        if found:
            run.told = str(found[-1].pk)
        else:
            run.told_at = now
        run.save(update_fields=["told", "told_at"])
    return len(found)


def tell_decision(task: Task, act: str, until: str, words: str, *, now: datetime) -> None:
    """More time granted or refused, or exempted: the firm. Call it in the transaction of the decision."""
    if task.object.organisation is None:
        return
    figures = {**_of(task.object), "decision": act, "task": _named(task), "until": until, "words": words.strip()[:300]}
    key = f"task-{task.pk}-{act}-{task.version}"
    write_all([Draft(TASKS, OWN_FIRM, False, key, organisation=task.object.organisation, figures=figures)], Directory(now))


def tell_asked(task: Task, words: str, *, now: datetime) -> None:
    """A firm asks for more time: whoever supervises it. Call it in the transaction of the wish."""
    body = supervisor_of(task.object, now)
    if body is None or task.asked_to is None:
        return
    figures = {**_of(task.object), "task": _named(task), "until": task.asked_to.isoformat(), "words": words.strip()[:300]}
    draft = Draft(DEFERRAL, SUPERVISES, False, f"task-{task.pk}-asked-{task.version}", organisation=body, figures=figures)
    write_all([draft], Directory(now))


def _of_day(supervised_object: SupervisedObject, now: datetime, ahead_days: int) -> Draft | None:
    """One notice of everything that is new today, ends soon, or became overdue since yesterday; None where nothing is."""
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    soon, lately = now + timedelta(days=ahead_days), now - timedelta(days=1)
    parts: dict[str, list[dict[str, str]]] = {"new": [], "soon": [], "overdue": []}
    for task in due_of_firm([supervised_object], now=now):
        end = task.deferred_to or task.due_at
        if task.state == TaskState.OVERDUE.value or end <= now:
            if end >= lately:
                parts["overdue"].append(_named(task))
        elif end <= soon:
            parts["soon"].append(_named(task))
        elif task.opens_at >= day:
            parts["new"].append(_named(task))
    if not any(parts.values()):
        return None
    figures = {
        **_of(supervised_object),
        **{name: rows[:LISTED] for name, rows in parts.items()},
        "more": sum(max(0, len(rows) - LISTED) for rows in parts.values()),
    }
    key = f"tasks-{supervised_object.pk}-{day.date()}"
    return Draft(TASKS, OWN_FIRM, False, key, organisation=supervised_object.organisation, figures=figures)


def _named(task: Task) -> dict[str, str]:
    end = task.deferred_to or task.due_at
    return {"id": str(task.pk), "rule": task.rule, "version": task.rules_version, "end": end.isoformat()}


def _of(supervised_object: SupervisedObject) -> dict[str, Any]:
    return {"firm": supervised_object.name, "object": str(supervised_object.pk)}
