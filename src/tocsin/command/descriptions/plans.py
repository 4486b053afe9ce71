"""Guidance, plans and their tasks as people and programs read them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from tocsin.command.models import Case, GuidanceLine, PlanStart, PlanTask
from tocsin.command.policy.plans import plan_of, shipped_guidance
from tocsin.command.queries.means import Mean
from tocsin.command.queries.plans import Asked
from tocsin.command.rules.guidance import ANY, GuidanceKind, Line
from tocsin.command.rules.plans import Plan, Task, TaskState, Who, Words
from tocsin.jurisdiction.queries import may
from tocsin.jurisdiction.rules import EVERYWHERE
from tocsin.warning.closing import ValveState, what_to_close
from tocsin.warning.queries import newest_diagnosis
from tocsin.warning.rules import PERMISSION_DIAGNOSIS

if TYPE_CHECKING:
    from tocsin.jurisdiction.queries import Person

WHO_NAMES = {
    Who.LEAD_UNIT: pgettext_lazy("asked of", "lead unit"),
    Who.SYMPTOM_OWNER: pgettext_lazy("asked of", "owner of what rings"),
    Who.CAUSE_OWNER: pgettext_lazy("asked of", "owner of the likely cause"),
    Who.OWNER: pgettext_lazy("asked of", "owner"),
    Who.DEPARTMENT: pgettext_lazy("asked of", "industry department"),
    Who.RESCUE: pgettext_lazy("asked of", "fire and rescue"),
    Who.POLICE: pgettext_lazy("asked of", "traffic police"),
    Who.GOVERNMENT: pgettext_lazy("asked of", "local government"),
    Who.CENTRE: pgettext_lazy("asked of", "monitoring centre"),
}
TASK_STATE_NAMES = {
    TaskState.OPEN: pgettext_lazy("task of a plan", "open"),
    TaskState.DONE: pgettext_lazy("task of a plan", "done"),
    TaskState.NOT_NEEDED: pgettext_lazy("task of a plan", "not needed"),
}
VALVE_STATE_NAMES = {
    ValveState.OPERABLE: pgettext_lazy("state of a valve", "moves, checked within a year"),
    ValveState.OLD_CHECK: pgettext_lazy("state of a valve", "last check is old or not told"),
    ValveState.STUCK: pgettext_lazy("state of a valve", "does not move"),
    ValveState.UNKNOWN: pgettext_lazy("state of a valve", "unknown: ask its owner"),
}
USE_NAMES = {
    "fire_station": gettext_lazy("fire station"),
    "rescue_station": gettext_lazy("rescue station"),
    "repair_depot": gettext_lazy("repair depot"),
    "emergency_store": gettext_lazy("emergency store"),
    "hospital": gettext_lazy("hospital"),
}
KIND_NAMES = {
    GuidanceKind.MUST_NOT: pgettext_lazy("guidance", "Never"),
    GuidanceKind.MIND: pgettext_lazy("guidance", "Mind"),
}


ACTS = {  # lines of the time line
    "plan_started": gettext_lazy("Plan started: %(plan)s, %(tasks)s tasks"),
    "task_done": gettext_lazy("Task done: %(task)s (%(body)s)"),
    "task_not_needed": gettext_lazy("Task not needed: %(task)s (%(body)s)"),
}


def line_words(act: str, figures: Mapping[str, Any]) -> dict[str, str]:
    """What the sentences of `ACTS` name."""
    if act not in ACTS:
        return {}
    named = {"plan": figures.get("plan"), "task": figures.get("task"), "body": figures.get("body")}
    return {"tasks": str(figures.get("tasks", "")), **{name: said(Words(**one)) if one else "–" for name, one in named.items()}}


def said(words: Words) -> str:
    """A text of policy in the reader's language."""
    return words.told(get_language() or "zh")


def class_name(code: str) -> str:
    """A class of guidance in the reader's language."""
    names = shipped_guidance().names
    return said(Words("所有事件", "every case") if code == ANY else names.get(code, Words(code, code)))


def describe_guidance(lines: Iterable[Line]) -> dict[str, list[dict[str, Any]]]:
    """Lines under `must_not` and `mind`, each with its class, where it is written and its source."""
    found: dict[str, list[dict[str, Any]]] = {kind.value: [] for kind in GuidanceKind}
    for line in lines:
        found[line.kind.value].append(
            {
                "key": line.key,
                "text": said(line.words),
                "of_class": line.of_class,
                "class_name": class_name(line.of_class),
                "region_code": "" if line.region_code == EVERYWHERE else line.region_code,
                "asset_code": line.asset_code,
                "source": line.source,
                "confidence": line.confidence,
            }
        )
    return found


def describe_written(row: GuidanceLine) -> dict[str, Any]:
    """A line written in the product, with who wrote it and why."""
    return {
        "id": row.pk,
        "key": row.key,
        "kind": row.kind,
        "kind_name": str(KIND_NAMES[GuidanceKind(row.kind)]),
        "of_class": row.of_class,
        "class_name": class_name(row.of_class),
        "region_code": row.region_code,
        "asset_code": row.asset.code if row.asset else "",
        "text": said(Words(row.zh, row.en)),
        "zh": row.zh,
        "en": row.en,
        "withdrawn": row.withdrawn,
        "effective_from": row.effective_from,
        "effective_to": row.effective_to,
        "source": row.source,
        "confidence": row.confidence,
        "reason": row.reason,
        "written_by": str(row.written_by),
        "written_at": row.written_at,
    }


def describe_plan(plan: Plan) -> dict[str, Any]:
    """A plan by its name and what it is for."""
    needs = [class_name(code) for code in plan.needs]
    return {"code": plan.code, "name": said(plan.words), "version": plan.version, "needs": needs}


def describe_asked(asked: Asked, started_at: datetime) -> dict[str, Any]:
    """One line of a dry run."""
    return {
        **_task(asked.due.task),
        "organisation": str(asked.organisation) if asked.organisation else "",
        "telephone": asked.organisation.telephone if asked.organisation else "",
        "instead": asked.instead,
        "due_at": asked.due.due_at,
        "within_min": round((asked.due.due_at - started_at).total_seconds() / 60),
    }


def describe_start(start: PlanStart, *, now: datetime) -> dict[str, Any]:
    """A started plan with its tasks, loaded with `queries.plans.starts_of`."""
    tasks = [describe_task(row, start, now=now) for row in start.tasks.all()]
    return {
        **describe_plan(plan_of(start.plan)),
        "id": start.pk,
        "level": start.level,
        "started_by": str(start.started_by),
        "started_at": start.started_at,
        "open": sum(task["state"] == TaskState.OPEN for task in tasks),
        "tasks": tasks,
    }


def describe_closing(user: "Person", case: Case, *, now: datetime) -> list[dict[str, Any]]:
    """`warning.closing.what_to_close` for the case's lead alarm, valves with their state in words.

    Empty without a diagnosis, and for whoever may not see diagnoses.
    """
    if case.lead is None or not may(user, PERMISSION_DIAGNOSIS, case.region_code):
        return []
    diagnosis = newest_diagnosis(user, case.lead.pk)
    found = what_to_close(case.lead, diagnosis, now=now) if diagnosis is not None else []
    for one in found:
        for plan in one["plans"]:
            for valve in plan["valves"]:
                valve["state_name"] = str(VALVE_STATE_NAMES[ValveState(valve["state"])])
    return found


def describe_mean(mean: Mean) -> dict[str, Any]:
    """A team, store or hospital near by."""
    return {
        "use": mean.use,
        "use_name": str(USE_NAMES[mean.use]),
        "name": mean.name,
        "telephone": mean.telephone,
        "asset_id": mean.asset_id,
        "metres": mean.metres,
    }


def describe_task(row: PlanTask, start: PlanStart, *, now: datetime) -> dict[str, Any]:
    """One task of a started plan, loaded with its organisation and who ended it."""
    told = _task(next(task for task in plan_of(start.plan).tasks if task.code == row.code))
    return {
        **told,
        "id": row.pk,
        "organisation": str(row.organisation) if row.organisation else "",
        "organisation_id": row.organisation_id,
        "telephone": row.organisation.telephone if row.organisation else "",
        "instead": row.instead,
        "due_at": row.due_at,
        "state": row.state,
        "state_name": str(TASK_STATE_NAMES[TaskState(row.state)]),
        "overdue": row.state == TaskState.OPEN and row.due_at < now,
        "late": row.ended_at is not None and row.ended_at > row.due_at,
        "check": [{"text": text, "checked": number in row.checked} for number, text in enumerate(told["check"])],
        "reason": row.reason,
        "ended_at": row.ended_at,
        "ended_by": str(row.ended_by) if row.ended_by else "",
    }


def describe_asked_of(task: Task) -> dict[str, Any]:
    """A task as a card says it, with its minutes by level."""
    return {**_task(task), "within_min": {level.name.lower(): minutes for level, minutes in task.within_min.items()}}


def _task(task: Task) -> dict[str, Any]:
    return {
        "code": task.code,
        "text": said(task.words),
        "who": task.who.value,
        "who_name": str(WHO_NAMES[task.who]),
        "lifeline": task.lifeline,
        "check": [said(words) for words in task.check],
        "source": task.source,
        "confidence": task.confidence,
    }
