"""Response plans (处置卡): which of them fit a case, and what each asks of whom by when. Values in, values out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tocsin.base.levels import AlarmLevel
from tocsin.command.guidance.rules.words import Words
from tocsin.jurisdiction.areas.rules.codes import governing_prefix, governs


class Who(StrEnum):
    """Whom a task is asked of. The first three follow from the case, the others are bodies with that duty at its place."""

    LEAD_UNIT = "lead_unit"
    SYMPTOM_OWNER = "symptom_owner"
    CAUSE_OWNER = "cause_owner"
    OWNER = "owner"
    DEPARTMENT = "department"
    RESCUE = "rescue"
    POLICE = "police"
    GOVERNMENT = "government"
    CENTRE = "centre"


OF_THE_CASE: Final = frozenset((Who.LEAD_UNIT, Who.SYMPTOM_OWNER, Who.CAUSE_OWNER))
OWNERS: Final = OF_THE_CASE | {Who.OWNER}  # who may lead


class TaskState(StrEnum):
    """Where one task of a started plan stands."""

    OPEN = "open"
    DONE = "done"
    NOT_NEEDED = "not_needed"  # with a reason


@dataclass(frozen=True)
class Task:
    """What one body is asked to do. `within_min`: minutes from the start of the plan, by level; a level without is not asked."""

    code: str
    who: Who
    lifeline: str
    within_min: Mapping[AlarmLevel, float]
    words: Words
    check: tuple[Words, ...]
    source: str
    confidence: str
    met_by: tuple[str, ...] = ()  # acts of the unit, measured quantities or answered checks: each of them shows that it is done


@dataclass(frozen=True)
class Plan:
    """A card for one type of matter; `needs` are the classes that the case must have, all of them."""

    code: str
    words: Words
    needs: tuple[str, ...]
    tasks: tuple[Task, ...]
    version: int = 1  # the shipped file is version 1


@dataclass(frozen=True)
class Version:
    """A version that was switched on for an area, in force from then on. `withdrawn`: there is no such plan there."""

    plan: Plan
    region_code: str
    effective_from: datetime
    withdrawn: bool = False


class Change(StrEnum):
    """What became of a task between two versions."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Due:
    """One task of a plan at a level, and when it is due."""

    task: Task
    due_at: datetime


def meets(task: Task, *, act: str, measured: str = "", check: str = "") -> bool:
    """Whether what a unit entered is what the task asks for."""
    return bool({act, measured, check} & set(task.met_by))


def fitting_plans(plans: Iterable[Plan], classes: Collection[str]) -> tuple[Plan, ...]:
    """The plans whose classes the case has, those that ask for the most classes first."""
    found = [plan for plan in plans if set(plan.needs) <= set(classes)]
    return tuple(sorted(found, key=lambda plan: -len(plan.needs)))


def plans_in_force(shipped: Iterable[Plan], versions: Iterable[Version], *, region_code: str, at: datetime) -> tuple[Plan, ...]:
    """The plans of an area at that time, in the order of the shipped file, then by code: of versions the narrowest area's, of
    equals the newest; what the shipped file has holds where nobody edited it.
    """
    found: dict[str, Version] = {}
    for one in versions:
        if one.effective_from > at or not governs(one.region_code, region_code):
            continue
        other = found.get(one.plan.code)
        if other is None or _rank(one) > _rank(other):
            found[one.plan.code] = one
    plans = {plan.code: plan for plan in shipped}
    for code in sorted(found):
        plans[code] = found[code].plan
    return tuple(plan for code, plan in plans.items() if code not in found or not found[code].withdrawn)


def _rank(version: Version) -> tuple[int, datetime, int]:
    return len(governing_prefix(version.region_code)), version.effective_from, version.plan.version


def changes_between(before: Plan | None, after: Plan) -> dict[str, Change]:
    """What became of each task, by its code; of a plan that is new all are added. Tasks that stayed as they were are left out."""
    old = {task.code: task for task in before.tasks} if before else {}
    new = {task.code: task for task in after.tasks}
    found = {code: Change.ADDED for code in new if code not in old}
    found |= {code: Change.CHANGED for code in new if code in old and new[code] != old[code]}
    return found | {code: Change.REMOVED for code in old if code not in new}


def tasks_due(plan: Plan, level: AlarmLevel, *, started_at: datetime) -> tuple[Due, ...]:
    """What the plan asks for at that level, soonest first."""
    found = [Due(task, started_at + timedelta(minutes=task.within_min[level])) for task in plan.tasks if level in task.within_min]
    return tuple(sorted(found, key=lambda due: due.due_at))
