"""Tasks are ticked off by records that exist anyway; a task to rectify goes with its finding."""

from datetime import datetime, timedelta
from typing import Any, Final, cast

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone

from tocsin.supervision.evidence.models import EvidenceRecord
from tocsin.supervision.inspections.models import Finding, Inspection
from tocsin.supervision.inspections.rules.findings import UNCLOSED
from tocsin.supervision.inspections.rules.inspections import InspectionState
from tocsin.supervision.objects.models import KeyPerson
from tocsin.supervision.posts.models import PersonCertificate
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.queries.rules import house_rules, task_rules_for, task_rules_in_force
from tocsin.supervision.tasks.rules.planning import MetBy
from tocsin.supervision.tasks.rules.states import RUNNING, TaskState, state_of
from tocsin.supervision.tasks.services.assignment import _times, event_task

MATCHED_AT_ONCE: Final = 1000


DAY: Final = timedelta(days=1)


_RUNNING = [one.value for one in RUNNING]


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
