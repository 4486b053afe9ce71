"""Versions of response plans as people and programs read them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import msgspec
from django.utils.translation import pgettext_lazy

from tocsin.command.plans.policy import PlanCard, plan_from
from tocsin.command.plans.queries.plans import plans_of
from tocsin.command.plans.rules import Change, Plan, changes_between
from tocsin.command.plans.shown.plans import describe_asked_of, describe_plan

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


def describe_whole(plan: Plan) -> dict[str, Any]:
    """A plan with its tasks."""
    return {**describe_plan(plan), "tasks": [describe_asked_of(task) for task in plan.tasks]}


def describe_version(row: "PolicyVersion", *, holds: bool, now: datetime) -> dict[str, Any]:
    """One version or draft. `holds`: it is the one in force where the reader looks."""
    if row.effective_from is None:
        state = "draft"
    elif row.effective_from > now:
        state = "to_come"
    else:
        state = "in_force" if holds else "past"
    return {
        "code": row.key,
        "version": int(row.version),
        "name": describe_plan(plan_from(row.content, row.version))["name"],
        "region_code": row.region_code,
        "state": state,
        "state_name": str(STATE_NAMES[state]),
        "withdrawn": row.withdrawn,
        "reason": row.reason,
        "edited_by": str(row.made_by),
        "edited_at": row.made_at,
        "effective_from": row.effective_from,
        "switched_on_by": str(row.confirmed_by) if row.confirmed_by else "",
        "switched_on_at": row.confirmed_at,
    }


def describe_changes(row: "PolicyVersion", *, now: datetime) -> list[dict[str, str]]:
    """What a draft would change in its area, task by task."""
    before = {plan.code: plan for plan in plans_of(row.region_code, at=now)}.get(row.key)
    after = plan_from(row.content, row.version)
    texts = {task["code"]: task["text"] for plan in filter(None, (before, after)) for task in describe_whole(plan)["tasks"]}
    return [
        {"task": code, "text": texts[code], "change": one.value, "change_name": str(CHANGE_NAMES[one])}
        for code, one in changes_between(before, after).items()
    ]


def card_values(card: PlanCard | None) -> dict[str, Any]:
    """In the form of `plans.toml`; empty for none."""
    return cast("dict[str, Any]", msgspec.to_builtins(card)) if card else {}
