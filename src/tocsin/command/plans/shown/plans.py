"""Guidance, plans and their tasks as people and programs read them."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.command.casebook.models import Case
from tocsin.command.guidance.rules.words import Words
from tocsin.command.guidance.shown import class_name, said
from tocsin.command.orders.queries.orders import orders_of
from tocsin.command.plans.models import PlanStart, PlanTask
from tocsin.command.plans.policy import plan_of
from tocsin.command.plans.queries.means import Mean
from tocsin.command.plans.queries.plans import Asked, starts_of
from tocsin.command.plans.rules import Plan, Task, TaskState, Who
from tocsin.jurisdiction.face import may
from tocsin.screens.timeline import time_lines
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS
from tocsin.warning.face import KnownClosing, newest_diagnosis, what_to_close

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

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
USE_NAMES = {
    "fire_station": gettext_lazy("fire station"),
    "rescue_station": gettext_lazy("rescue station"),
    "repair_depot": gettext_lazy("repair depot"),
    "emergency_store": gettext_lazy("emergency store"),
    "hospital": gettext_lazy("hospital"),
}


def _line_figures(act: str, figures: Mapping[str, Any]) -> dict[str, str]:
    """What the sentences of `ACTS` name."""
    named = {name: figures.get(name) for name in ("plan", "task", "body", "before")}
    return {"tasks": str(figures.get("tasks", "")), **{name: said(Words(**one)) if one else "–" for name, one in named.items()}}


# Beginning of a source -> its words.
_SOURCES = {
    "practice": pgettext_lazy("source of a task", "practice of the trade"),
    "our own choice": pgettext_lazy("source of a task", "a rule of this platform"),
    "hazard_chains.toml": pgettext_lazy("source of a task", "a rule of this platform"),
    "docs/": pgettext_lazy("source of a task", "the platform's own analysis"),
}
LINES = time_lines(
    {
        "plan_started": gettext_lazy("Plan started: %(plan)s, %(tasks)s tasks"),
        "task_done": gettext_lazy("Task done: %(task)s (%(body)s)"),
        "task_moved": gettext_lazy("Task given on: %(task)s (from %(before)s to %(body)s)"),
        "task_not_needed": gettext_lazy("Task not needed: %(task)s (%(body)s)"),
    },
    _line_figures,
)


class ResponsePlanOut(Schema):
    code: str
    name: str
    version: int = Field(description="1 is the shipped one")
    needs: list[str] = Field(description="the classes that a case must have, in words")


class TaskOut(Schema):
    code: str
    text: str
    who: str
    who_name: str
    lifeline: str
    organisation: str = Field(description="empty: nobody is named for it")
    telephone: str
    instead: bool = Field(description="nobody has that duty: the body that keeps the case stands in")
    due_at: datetime
    source: str
    confidence: str


class AskedOut(TaskOut):
    check: list[str]
    within_min: int


class CheckListOut(Schema):
    text: str
    checked: bool


class StartedTaskOut(TaskOut):
    id: UUID
    organisation_id: UUID | None
    check: list[CheckListOut]
    state: str = Field(description="open, done or not_needed")
    state_name: str
    overdue: bool
    late: bool = Field(description="it ended after its time")
    reason: str
    ended_at: datetime | None
    ended_by: str


class StartOut(ResponsePlanOut):
    id: UUID
    level: int
    started_by: str
    started_at: datetime
    open: int
    tasks: list[StartedTaskOut]


class MeanOut(Schema):
    use: str
    use_name: str
    name: str
    telephone: str
    asset_id: UUID
    metres: int | None


class TaskWords(TypedDict):
    """What every answer says of a task."""

    code: str
    text: str
    who: str
    who_name: str
    lifeline: str
    source: str
    confidence: str


def describe_plan(plan: Plan) -> ResponsePlanOut:
    """A plan by its name and what it is for."""
    needs = [class_name(code) for code in plan.needs]
    return ResponsePlanOut(code=plan.code, name=said(plan.words), version=plan.version, needs=needs)


def describe_asked(asked: Asked, started_at: datetime) -> AskedOut:
    """One line of a dry run."""
    task, body = asked.due.task, asked.organisation
    return AskedOut(
        **task_words(task),
        check=check_words(task),
        organisation=str(body) if body else "",
        telephone=body.telephone if body else "",
        instead=asked.instead,
        due_at=asked.due.due_at,
        within_min=round((asked.due.due_at - started_at).total_seconds() / 60),
    )


def describe_start(start: PlanStart, *, now: datetime) -> StartOut:
    """A started plan with its tasks, loaded with `queries.plans.starts_of`."""
    tasks = [describe_task(row, start, now=now) for row in start.tasks.all()]
    return StartOut(
        **dict(describe_plan(plan_of(start.plan))),
        id=start.pk,
        level=start.level,
        started_by=str(start.started_by),
        started_at=start.started_at,
        open=sum(task.state == TaskState.OPEN for task in tasks),
        tasks=tasks,
    )


def what_to_close_of(user: "Person", case: Case, *, now: datetime) -> list[KnownClosing]:
    """What to close for the case's lead alarm, valves with their state.

    Empty without a diagnosis, and for whoever may not see diagnoses.
    """
    if case.lead is None or not may(user, PERMISSION_DIAGNOSIS, case.region_code):
        return []
    diagnosis = newest_diagnosis(user, case.lead.pk)
    return what_to_close(case.lead, diagnosis, now=now) if diagnosis is not None else []


def describe_mean(mean: Mean) -> MeanOut:
    """A team, store or hospital near by."""
    return MeanOut(
        use=mean.use,
        use_name=str(USE_NAMES[mean.use]),
        name=mean.name,
        telephone=mean.telephone,
        asset_id=mean.asset_id,
        metres=mean.metres,
    )


def describe_task(row: PlanTask, start: PlanStart, *, now: datetime) -> StartedTaskOut:
    """One task of a started plan, loaded with its organisation and who ended it."""
    task = next(task for task in plan_of(start.plan).tasks if task.code == row.code)
    return StartedTaskOut(
        **task_words(task),
        id=row.pk,
        organisation=str(row.organisation) if row.organisation else "",
        organisation_id=row.organisation_id,
        telephone=row.organisation.telephone if row.organisation else "",
        instead=row.instead,
        due_at=row.due_at,
        state=row.state,
        state_name=str(TASK_STATE_NAMES[TaskState(row.state)]),
        overdue=row.state == TaskState.OPEN and row.due_at < now,
        late=row.ended_at is not None and row.ended_at > row.due_at,
        check=[CheckListOut(text=text, checked=number in row.checked) for number, text in enumerate(check_words(task))],
        reason=row.reason,
        ended_at=row.ended_at,
        ended_by=str(row.ended_by) if row.ended_by else "",
    )


def clock_subjects(case: Case) -> dict[str, str]:
    """What tells clocks of one step apart, in words: the unit of an order, the body and task of a plan."""
    names = {one.number: str(one.unit) for one in orders_of(case)}
    for start in starts_of(case):
        tasks = {task.code: said(task.words) for task in plan_of(start.plan).tasks}
        for row in start.tasks.all():
            names[str(row.pk)] = ": ".join(filter(None, [str(row.organisation or ""), tasks[row.code]]))
    return names


def task_text(row: PlanTask) -> str:
    """What a task of a started plan asks."""
    return next(said(task.words) for task in plan_of(row.start.plan).tasks if task.code == row.code)


def task_words(task: Task) -> TaskWords:
    """The task in the reader's language."""
    return {
        "code": task.code,
        "text": said(task.words),
        "who": task.who.value,
        "who_name": str(WHO_NAMES[task.who]),
        "lifeline": task.lifeline,
        "source": source_words(task.source),
        "confidence": task.confidence,
    }


def source_words(source: str) -> str:
    """Where a task comes from, as its reader says it: what is no law or standard is named as what it is."""
    for start, words in _SOURCES.items():
        if source.startswith(start):
            return str(words)
    return source


def check_words(task: Task) -> list[str]:
    """The lines of its check list."""
    return [said(words) for words in task.check]
