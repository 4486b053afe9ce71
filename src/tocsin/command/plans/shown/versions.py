"""Versions of response plans as people and programs read them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import msgspec
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.command.guidance.shown import said
from tocsin.command.plans.policy import PlanCard, plan_from
from tocsin.command.plans.queries.plans import plans_of
from tocsin.command.plans.rules import Change, Plan, Task, changes_between
from tocsin.command.plans.shown.plans import ResponsePlanOut, check_words, describe_plan, task_words

if TYPE_CHECKING:
    from tocsin.records.face import PolicyVersion

STATE_NAMES = {
    "draft": pgettext_lazy("version of a plan", "draft"),
    "to_come": pgettext_lazy("version of a plan", "from a later time"),
    "in_force": pgettext_lazy("version of a plan", "in force"),
    "past": pgettext_lazy("version of a plan", "no longer in force"),
}
CHANGE_NAMES = {
    Change.ADDED: pgettext_lazy("task of a plan", "added"),
    Change.REMOVED: pgettext_lazy("task of a plan", "removed"),
    Change.CHANGED: pgettext_lazy("task of a plan", "changed"),
}


class PlanCardTaskOut(Schema):
    code: str
    text: str
    who: str
    who_name: str
    lifeline: str
    check: list[str]
    met_by: list[str] = Field(description="acts of the unit, quantities or checks that show that it is done")
    within_min: dict[str, float] = Field(description="minutes from the start of the plan, by level")
    source: str
    confidence: str


class PlanCardOut(ResponsePlanOut):
    tasks: list[PlanCardTaskOut]


class PlanVersionOut(Schema):
    code: str
    version: int
    name: str
    region_code: str
    state: str = Field(description="draft, to_come, in_force, past")
    state_name: str
    withdrawn: bool = Field(description="there is no such plan in that area from then on")
    reason: str
    edited_by: str
    edited_at: datetime
    effective_from: datetime | None
    switched_on_by: str
    switched_on_at: datetime | None


class PlanChangeOut(Schema):
    task: str
    text: str
    change: str = Field(description="added, removed, changed")
    change_name: str


def describe_whole(plan: Plan) -> PlanCardOut:
    """A plan with its tasks."""
    return PlanCardOut(**dict(describe_plan(plan)), tasks=[_asked_of(task) for task in plan.tasks])


def _asked_of(task: Task) -> PlanCardTaskOut:
    within_min = {level.name.lower(): minutes for level, minutes in task.within_min.items()}
    return PlanCardTaskOut(**task_words(task), check=check_words(task), met_by=list(task.met_by), within_min=within_min)


def describe_version(row: "PolicyVersion", *, holds: bool, now: datetime) -> PlanVersionOut:
    """One version or draft. `holds`: it is the one in force where the reader looks."""
    if row.effective_from is None:
        state = "draft"
    elif row.effective_from > now:
        state = "to_come"
    else:
        state = "in_force" if holds else "past"
    return PlanVersionOut(
        code=row.key,
        version=int(row.version),
        name=said(plan_from(row.content, row.version).words),
        region_code=row.region_code,
        state=state,
        state_name=str(STATE_NAMES[state]),
        withdrawn=row.withdrawn,
        reason=row.reason,
        edited_by=str(row.made_by),
        edited_at=row.made_at,
        effective_from=row.effective_from,
        switched_on_by=str(row.confirmed_by) if row.confirmed_by else "",
        switched_on_at=row.confirmed_at,
    )


def describe_changes(row: "PolicyVersion", *, now: datetime) -> list[PlanChangeOut]:
    """What a draft would change in its area, task by task."""
    before = {plan.code: plan for plan in plans_of(row.region_code, at=now)}.get(row.key)
    after = plan_from(row.content, row.version)
    texts = {task.code: said(task.words) for plan in filter(None, (before, after)) for task in plan.tasks}
    return [
        PlanChangeOut(task=code, text=texts[code], change=one.value, change_name=str(CHANGE_NAMES[one]))
        for code, one in changes_between(before, after).items()
    ]


def card_values(card: PlanCard | None) -> dict[str, Any]:
    """In the form of `plans.toml`; empty for none."""
    return cast("dict[str, Any]", msgspec.to_builtins(card)) if card else {}
