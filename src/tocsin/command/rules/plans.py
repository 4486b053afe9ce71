"""Response plans (处置卡): which of them fit a case, and what each asks of whom by when. Values in, values out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tocsin.base.levels import AlarmLevel


@dataclass(frozen=True)
class Words:
    """One text in both languages."""

    zh: str
    en: str

    def told(self, language: str) -> str:
        """The text in the reader's language."""
        return self.zh if language.startswith("zh") else self.en


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


@dataclass(frozen=True)
class Plan:
    """A card for one type of matter; `needs` are the classes that the case must have, all of them."""

    code: str
    words: Words
    needs: tuple[str, ...]
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Due:
    """One task of a plan at a level, and when it is due."""

    task: Task
    due_at: datetime


def fitting_plans(plans: Iterable[Plan], classes: Collection[str]) -> tuple[Plan, ...]:
    """The plans whose classes the case has, those that ask for the most classes first."""
    found = [plan for plan in plans if set(plan.needs) <= set(classes)]
    return tuple(sorted(found, key=lambda plan: -len(plan.needs)))


def tasks_due(plan: Plan, level: AlarmLevel, *, started_at: datetime) -> tuple[Due, ...]:
    """What the plan asks for at that level, soonest first."""
    found = [Due(task, started_at + timedelta(minutes=task.within_min[level])) for task in plan.tasks if level in task.within_min]
    return tuple(sorted(found, key=lambda due: due.due_at))
