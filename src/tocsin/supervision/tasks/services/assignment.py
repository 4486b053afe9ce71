"""Tasks are made by rule for all objects and after events, and run out by the clock."""

import json
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from tocsin.base.ids import new_id
from tocsin.bus.bulk import write_rows
from tocsin.records.face import working_days
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.days import moment_of
from tocsin.supervision.objects.queries.register import with_colour
from tocsin.supervision.stops.models import StopOrder
from tocsin.supervision.tasks.models import Task, TaskRun
from tocsin.supervision.tasks.queries.rules import TasksInForce, house_rules, task_rules_for, task_rules_in_force
from tocsin.supervision.tasks.rules.planning import (
    Period,
    Planned,
    Subject,
    TaskRule,
    due_after,
    due_day,
    period_of,
    plan,
    weight_of,
)
from tocsin.supervision.tasks.rules.states import TaskState, TaskTimes

BATCH: Final = 2000  # objects in one transaction
_ASKED_BY: Final = ("pk", "region_code", "trade", "risk_class", "colour", "kind", "major_hazard")


def make_tasks(*, now: datetime) -> int:
    """Makes the tasks of the next objects for the local day of `now`; returns how many objects were looked at, 0 when all were.

    A run that died goes on at its cursor; a second run of a day makes nothing twice, for the key of a task names its period.
    """
    local = timezone.localtime(now)
    if local.hour * 60 + local.minute < house_rules().clock.make_at_minute:
        return 0
    with transaction.atomic():
        run, _created = TaskRun.objects.select_for_update().get_or_create(day=local.date(), defaults={"begun_at": now})
        if run.ended_at is not None:
            return _make_for_new(run, now)
        objects: QuerySet[Any, Any] = with_colour(SupervisedObject.objects.filter(active=True, merged_into__isnull=True))
        if run.cursor:
            objects = objects.filter(pk__gt=UUID(run.cursor))
        found = list(objects.order_by("pk").values_list(*_ASKED_BY)[:BATCH])
        if found:
            run.made += _make(found, local.date(), now)
            run.cursor = str(found[-1][0])
        else:
            run.made += make_resumption_tasks(day=local.date(), now=now)
            run.ended_at = now
        run.save()
    return len(found)


def _make_for_new(run: TaskRun, now: datetime) -> int:
    """The tasks of objects that came into the register since the run of the day; returns how many were made, 0 when all are."""
    objects: QuerySet[Any, Any] = with_colour(SupervisedObject.objects.filter(active=True, merged_into__isnull=True))
    found = list(objects.filter(created_at__gte=run.begun_at).order_by("pk").values_list(*_ASKED_BY)[:BATCH])
    return _make(found, run.day, now) if found else 0


def _make(found: list[tuple[UUID, str, str, str, str | None, str, bool]], day: date, now: datetime) -> int:
    """The missing tasks of these objects, in one read and a few writes whatever their number."""
    in_force = task_rules_in_force(day)
    plans: dict[tuple[str, Subject], list[Task]] = {}
    wanted: list[tuple[UUID, Task]] = []
    for identity, region_code, trade, risk_class, colour, kind, major_hazard in found:
        subject, rules = Subject(trade, risk_class, colour or "grey", kind, major_hazard), task_rules_for(in_force, region_code)
        key = rules.version, subject
        if key not in plans:
            planned = plan(rules.policy.rules, subject)
            plans[key] = [_draft(one, period_of(one.rule.every, day), rules.version) for one in planned]
        wanted += [(identity, draft) for draft in plans[key] if draft.due_at > now]
    keys = {draft.key for _identity, draft in wanted}
    there = Task.objects.filter(object__gte=found[0][0], object__lte=found[-1][0], key__in=keys)
    known = set(there.values_list("object_id", "key").iterator())
    new = [(identity, draft) for identity, draft in wanted if (identity, draft.key) not in known]
    return write_rows(Task, _columns(new)) if new else 0


def _columns(new: list[tuple[UUID, Task]]) -> dict[str, list[Any]]:
    """The rows of new tasks by field, for the database's quickest way in."""
    drafts = [draft for _identity, draft in new]
    same = ("rule", "rules_version", "met_by", "key", "weight", "opens_at", "due_at", "missed_at", "state")
    return {
        "id": [new_id() for _ in new],
        "object": [identity for identity, _draft in new],
        **{name: [getattr(draft, name) for draft in drafts] for name in same},
        "levels": [json.dumps(draft.levels) for draft in drafts],
        "evidence": ["{}"] * len(new),
        "source": [""] * len(new),
        "version": [0] * len(new),
    }


def _draft(planned: Planned, period: Period, version: str) -> Task:
    rule = planned.rule
    calendar = working_days()
    due = due_day(rule, period, lambda one: calendar.kind(one).is_worked)
    due_at = moment_of(due, rule.due_at_minute)
    return Task(
        rule=rule.code,
        rules_version=version,
        met_by=rule.met_by.value,
        key=f"{rule.subject}:{period.key}",
        levels=list(planned.levels),
        weight=weight_of(rule, planned.weight),
        opens_at=moment_of(period.first, 0),
        due_at=due_at,
        missed_at=due_at + timedelta(days=rule.late_days),
        state=TaskState.OPEN.value,
    )


def make_resumption_tasks(*, day: date, now: datetime) -> int:
    """The tasks that follow a resumption of work in the last days, once each."""
    made = []
    calendar = working_days()
    in_force = task_rules_in_force(day)
    orders = StopOrder.objects.filter(resumed_on__gt=day - timedelta(days=14), resumed_on__lte=day)
    for order in orders.select_related("object"):
        assert order.resumed_on is not None  # noqa: S101 - filtered above
        rules = task_rules_for(in_force, order.object.region_code)
        for rule in (one for one in rules.policy.rules if one.after == "resumption"):
            due = due_after(rule, order.resumed_on, lambda one: calendar.kind(one).is_worked)
            made.append(event_task(rules, rule, order.object_id, order.number, moment_of(order.resumed_on, 0), due))
    keys = [one.key for one in made]
    known = set(Task.objects.filter(key__in=keys).values_list("object_id", "key"))
    new = [one for one in made if (one.object_id, one.key) not in known and one.due_at > now]
    Task.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def event_task(rules: TasksInForce, rule: TaskRule, object_id: UUID, what: str, opens_at: datetime, due: date) -> Task:
    due_at = moment_of(due, rule.due_at_minute)
    return Task(
        object_id=object_id,
        rule=rule.code,
        rules_version=rules.version,
        met_by=rule.met_by.value,
        key=f"{rule.subject}:{what}"[:120],
        levels=[rule.level],
        weight=weight_of(rule, rule.weight),
        opens_at=opens_at,
        due_at=due_at,
        missed_at=due_at + timedelta(days=rule.late_days),
        state=TaskState.OPEN.value,
    )


def run_task_clocks(*, now: datetime) -> int:
    """Open tasks whose end has passed are overdue; overdue ones that can no longer be done are missed. Returns how many moved."""
    end = Coalesce(F("deferred_to"), F("due_at"))
    tasks = Task.objects.annotate(end=end)
    overdue = tasks.filter(state=TaskState.OPEN.value, end__lt=now).update(state=TaskState.OVERDUE.value)
    over = tasks.filter(state=TaskState.OVERDUE.value, end__lt=now, missed_at__lt=now)
    return overdue + over.update(state=TaskState.MISSED.value, asked_to=None)


def times_of(task: Task) -> TaskTimes:
    """What decides on the state of a task."""
    return TaskTimes(task.due_at, task.deferred_to, task.done_at, task.missed_at)
