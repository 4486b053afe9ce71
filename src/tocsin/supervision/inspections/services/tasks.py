"""The task to rectify goes with its finding."""

from datetime import datetime

from django.utils import timezone

from tocsin.supervision.inspections.models import Finding
from tocsin.supervision.inspections.rules.findings import UNCLOSED
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.queries.rules import task_rules_for, task_rules_in_force
from tocsin.supervision.tasks.rules.states import TaskState, state_of
from tocsin.supervision.tasks.services.assignment import event_task, times_of


def follow_finding(finding: Finding, *, now: datetime) -> None:
    """The task to rectify a finding is made when it is served; it is put off with it, done with it, and open again with it.

    What nobody at the firm was told, and what the firm found itself, is no task.
    """
    if finding.own or (finding.unserved and not Task.objects.filter(evidence__finding=finding.number).exists()):
        return
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
        gone = finding.unserved or (finding.state not in {one.value for one in UNCLOSED} and finding.closed_at is None)
        task.state = TaskState.EXEMPT.value if gone else state_of(times_of(task), now).value
        task.save()
