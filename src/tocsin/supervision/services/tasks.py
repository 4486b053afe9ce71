"""Tasks are made by rule for all objects, ticked off by records that exist anyway, and run out by the clock."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any, Final, cast
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from tocsin.base.ids import new_id
from tocsin.bus.bulk import write_rows
from tocsin.records.policy import working_days
from tocsin.supervision.models import (
    EvidenceRecord,
    Finding,
    Inspection,
    KeyPerson,
    PersonCertificate,
    StopOrder,
    SupervisedObject,
    Task,
    TaskRun,
)
from tocsin.supervision.queries.objects import with_colour
from tocsin.supervision.queries.task_rules import TasksInForce, house_rules, task_rules_for, task_rules_in_force
from tocsin.supervision.rules.findings import UNCLOSED
from tocsin.supervision.rules.inspections import InspectionState
from tocsin.supervision.rules.tasking import (
    MetBy,
    Period,
    Planned,
    Subject,
    TaskRule,
    due_after,
    due_day,
    period_of,
    plan,
)
from tocsin.supervision.rules.tasks import RUNNING, TaskState, TaskTimes, state_of

BATCH: Final = 2000  # objects in one transaction
MATCHED_AT_ONCE: Final = 1000
DAY: Final = timedelta(days=1)
_ASKED_BY: Final = ("pk", "region_code", "trade", "risk_class", "colour", "kind", "major_hazard")
_RUNNING = [one.value for one in RUNNING]


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
            return 0
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
        weight=planned.weight,
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


def follow_finding(finding: Finding, *, now: datetime) -> None:
    """The task to rectify a finding is what the finding is: made with it, put off with it, done, and open again, with it."""
    rules = task_rules_for(task_rules_in_force(timezone.localdate(now)), finding.object.region_code)
    for rule in (one for one in rules.policy.rules if one.after == "finding"):
        draft = event_task(rules, rule, finding.object_id, finding.number, finding.found_at, finding.due_on)
        draft.missed_at = None
        task, created = Task.objects.get_or_create(
            object_id=draft.object_id,
            key=draft.key,
            defaults={
                "rule": draft.rule,
                "rules_version": draft.rules_version,
                "met_by": draft.met_by,
                "levels": draft.levels,
                "weight": draft.weight,
                "opens_at": draft.opens_at,
                "due_at": draft.due_at,
                "state": draft.state,
            },
        )
        if not created:
            is_later = draft.due_at > task.due_at  # an extension; a new limit after a re-check may be sooner
            task.deferred_to = draft.due_at if is_later else None
            task.due_at = task.due_at if is_later else draft.due_at
        task.done_at = finding.rectified_at or finding.closed_at
        task.source = "finding" if task.done_at else ""
        task.evidence = {"finding": finding.number}
        gone = finding.state not in {one.value for one in UNCLOSED} and finding.closed_at is None
        task.state = TaskState.EXEMPT.value if gone else state_of(_times(task), now).value
        task.save()


def event_task(rules: TasksInForce, rule: TaskRule, object_id: UUID, what: str, opens_at: datetime, due: date) -> Task:
    due_at = moment_of(due, rule.due_at_minute)
    return Task(
        object_id=object_id,
        rule=rule.code,
        rules_version=rules.version,
        met_by=rule.met_by.value,
        key=f"{rule.subject}:{what}"[:120],
        levels=[rule.level],
        weight=rule.weight,
        opens_at=opens_at,
        due_at=due_at,
        missed_at=due_at + timedelta(days=rule.late_days),
        state=TaskState.OPEN.value,
    )


def match_tasks(*, now: datetime) -> int:
    """Ticks off what existing records show to be done; returns how many tasks were met. Finds the same again at any time."""
    return sum(
        _tick_off(Task.objects.filter(met_by=met_by.value, state__in=_RUNNING, opens_at__lte=now), met_by, now)
        for met_by in (MetBy.COMMITMENT, MetBy.PERMITS, MetBy.MONITORING, MetBy.INSPECTION, MetBy.CERTIFICATES)
    )


def _tick_off(tasks: "QuerySet[Task]", met_by: MetBy, now: datetime) -> int:
    matched = list(_with_record(tasks, met_by, now)[:MATCHED_AT_ONCE])
    total = 0
    while matched:
        for task in matched:
            task.done_at = min(max(task.met_at, task.opens_at), now)
            task.source, task.evidence = met_by.value, {met_by.value: str(task.what)}
            task.state = state_of(_times(task), now).value
        Task.objects.bulk_update(matched, ["done_at", "source", "evidence", "state"], batch_size=200)
        total += len(matched)
        matched = list(_with_record(tasks, met_by, now)[:MATCHED_AT_ONCE])
    return total


def _with_record(tasks: "QuerySet[Any]", met_by: MetBy, now: datetime) -> "QuerySet[Any]":
    """Those of the tasks for which there is a record: `met_at` when it was made, `what` which one it is."""
    match met_by:
        case MetBy.INSPECTION:
            seen = Inspection.objects.filter(
                object=OuterRef("object"),
                state__in=[InspectionState.SIGNED.value, InspectionState.CONFIRMED.value],
                ended_at__gte=OuterRef("opens_at"),
                ended_at__lte=now,
            ).order_by("ended_at")
            tasks = tasks.annotate(met_at=Subquery(seen.values("ended_at")[:1]), what=Subquery(seen.values("number")[:1]))
        case MetBy.CERTIFICATES:
            tasks = _with_certificates(tasks, now)
        case _:
            sources = [met_by.value] if met_by is not MetBy.MONITORING else list(house_rules().monitoring_sources)
            told = EvidenceRecord.objects.filter(
                object=OuterRef("object"), source__in=sources, stamped_at__gte=OuterRef("opens_at"), stamped_at__lte=now
            )
            if met_by is MetBy.COMMITMENT:  # a day's commitment is of that day
                tasks = tasks.annotate(closes=ExpressionWrapper(F("opens_at") + DAY, output_field=DateTimeField()))
                told = told.filter(stamped_at__lt=OuterRef("closes"))
            told = told.order_by("stamped_at")
            tasks = tasks.annotate(met_at=Subquery(told.values("stamped_at")[:1]), what=Subquery(told.values("platform")[:1]))
    return tasks.filter(met_at__isnull=False)


def _with_certificates(tasks: "QuerySet[Any]", now: datetime) -> "QuerySet[Any]":
    """Objects whose key people, at least one, all hold a valid certificate of the name that their post needs."""
    today = timezone.localdate(now)
    valid = PersonCertificate.objects.filter(person=OuterRef("pk"), name=OuterRef("required_certificate"), status="valid").filter(
        Q(expires__isnull=True) | Q(expires__gte=today)
    )
    needing = KeyPerson.objects.filter(object=OuterRef("object"), active=True).exclude(required_certificate="")
    lacking = needing.filter(~Exists(valid))
    told = tasks.annotate(met_at=Value(now, output_field=DateTimeField()), what=F("object__code"))
    return cast("QuerySet[Any]", told.filter(Exists(needing)).exclude(Exists(lacking)))


def run_task_clocks(*, now: datetime) -> int:
    """Open tasks whose end has passed are overdue; overdue ones that can no longer be done are missed. Returns how many moved."""
    end = Coalesce(F("deferred_to"), F("due_at"))
    tasks = Task.objects.annotate(end=end)
    overdue = tasks.filter(state=TaskState.OPEN.value, end__lt=now).update(state=TaskState.OVERDUE.value)
    over = tasks.filter(state=TaskState.OVERDUE.value, end__lt=now, missed_at__lt=now)
    return overdue + over.update(state=TaskState.MISSED.value, asked_to=None)


def moment_of(day: date, minute: int) -> datetime:
    """A minute of a local day; 1440 is the midnight that ends it."""
    return timezone.make_aware(datetime.combine(day, time())) + timedelta(minutes=minute)


def _times(task: Task) -> TaskTimes:
    return TaskTimes(task.due_at, task.deferred_to, task.done_at, task.missed_at)
