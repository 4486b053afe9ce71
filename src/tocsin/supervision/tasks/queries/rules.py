"""Which task rules hold for which region on which day: versions that a city made, and the shipped ones below them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils import timezone

from tocsin.screens.clock import current_time
from tocsin.supervision.objects.policy.register import reads_chinese
from tocsin.supervision.tasks.policy import TaskPolicy, task_policy, task_policy_of
from tocsin.supervision.tasks.rules.planning import Every
from tocsin.supervision.versions.queries import version_of, versions_in_force

if TYPE_CHECKING:
    from tocsin.supervision.tasks.models import Task

SUBJECT = "tasks"


@dataclass(frozen=True)
class TasksInForce:
    """One version (empty: as shipped), and the prefix of the region codes that it holds for."""

    version: str
    prefix: str
    policy: TaskPolicy


def task_rules_in_force(day: date) -> list[TasksInForce]:
    """The versions of that day, the narrowest first; the last one holds everywhere."""
    found = [TasksInForce(row.version, prefix, policy_of(row.version)) for prefix, row in versions_in_force(SUBJECT, day)]
    return found if found and not found[-1].prefix else [*found, TasksInForce("", "", task_policy())]


def task_rules_for(in_force: Sequence[TasksInForce], region_code: str) -> TasksInForce:
    """The one of a region."""
    return next(one for one in in_force if region_code.startswith(one.prefix))


def house_rules() -> TaskPolicy:
    """The version of today that holds everywhere: what concerns the whole installation is read from it."""
    return task_rules_in_force(today())[-1].policy


def longest_deferral() -> int:
    """Days by which a deferral may put a task off, by the most patient version of today."""
    return max(one.policy.clock.deferral_days for one in task_rules_in_force(today()))


@lru_cache(maxsize=64)
def policy_of(version: str) -> TaskPolicy:
    """The rules of a version, empty for the shipped ones. A version that rows name never changes."""
    return task_policy_of(version_of(SUBJECT, version).content) if version else task_policy()


def task_name(rule: str, version: str = "") -> str:
    """What a task asks for, in the reader's language; the code itself of a shipped rule that is gone."""
    zh, en = policy_of(version).words.get(rule, (rule, rule))
    return zh if reads_chinese() else en


def today() -> date:
    """The local day."""
    return timezone.localdate(current_time())


def is_one_of_several(task: "Task") -> bool:
    """Whether doing it answers other periods of its subject too: a check of the week is one of the month. What is asked of each
    day, and after each event, stands for itself.
    """
    rule = policy_of(task.rules_version).rule(task.rule)
    return rule is not None and rule.every not in (Every.DAY, Every.EVENT)
