"""`policy.toml`: tasks by rule as frozen values; an unknown key, trade or source, and a rule that nags people, is refused."""

from pathlib import Path
from typing import Literal

import msgspec

from tocsin.base.decoding import convert
from tocsin.base.errors import InvalidInput
from tocsin.base.policy import PolicyFile, read_policy
from tocsin.base.toml import Document
from tocsin.engine.work.firm import Source
from tocsin.supervision.objects.policy.posts import POSTS, post_policy
from tocsin.supervision.objects.policy.register import TRADES, trades
from tocsin.supervision.objects.rules.register import CodeColour, ObjectKind, RiskClass
from tocsin.supervision.tasks.rules.planning import Every, MetBy, TaskRule

FILE = Path(__file__).with_name("policy.toml")

type Level = Literal["firm", "town", "department", "county", "city", "province"]


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When tasks are made and told, how long they can be done late or be put off, how long done ones are shown."""

    make_at_minute: int
    tell_at_minute: int
    tell_ahead_days: int
    late_days: int
    deferral_days: int
    show_done_days: int


class _Commitment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    until_minute: int


class _Monitoring(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sources: tuple[Source, ...]


class _Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    zh: str
    en: str
    subject: str
    level: Level
    every: Every
    weight: Literal[1, 2, 3]
    met_by: MetBy
    source: str
    confidence: Literal["A", "B", "C"]
    due_working_day: int = 0
    due_at_minute: int = 24 * 60
    trades: tuple[str, ...] = ()
    risk_classes: tuple[RiskClass, ...] = ()
    colours: tuple[CodeColour, ...] = ()
    kinds: tuple[ObjectKind, ...] = ()
    major_hazard: bool = False
    after: Literal["", "finding", "resumption", "danger", "special_period", "warning"] = ""
    role: str = ""
    asks_photo: bool = False
    asks_track: bool = False


class TaskFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    clock: Clock
    commitment: _Commitment
    monitoring: _Monitoring
    task: tuple[_Task, ...]


class TaskPolicy(msgspec.Struct, frozen=True):
    """The rules, their words, and the figures around them."""

    clock: Clock
    commitment_until_minute: int
    monitoring_sources: tuple[str, ...]
    rules: tuple[TaskRule, ...]
    words: dict[str, tuple[str, str]]  # code -> zh, en

    def rule(self, code: str) -> TaskRule | None:
        """The rule of that code; None for one that is no longer in the file."""
        return next((one for one in self.rules if one.code == code), None)

    @property
    def of_the_house(self) -> tuple[object, ...]:
        """What holds for the whole installation: when tasks are made, how long done ones are shown, which records count."""
        told = self.clock.tell_at_minute, self.clock.tell_ahead_days
        clock = self.clock.make_at_minute, *told, self.clock.show_done_days
        return *clock, self.commitment_until_minute, self.monitoring_sources


def _read(text: bytes, source: str) -> TaskPolicy:
    return checked(read_policy(text, TaskFile, source), source)


TASKS = PolicyFile(
    "supervision.tasks", FILE, _read, "任务规则", "Task rules", regions=True, by_day=True, whole=True, uses=(TRADES, POSTS)
)


def task_policy() -> TaskPolicy:
    """The shipped rules."""
    return TASKS.shipped


def checked(file: TaskFile, source: str) -> TaskPolicy:
    """The rules of a file that was read; ValueError names the rule that breaks the house's promise to firms."""
    rules = tuple(_rule(one, file.clock.late_days) for one in file.task)
    for rule in rules:
        for problem in _problems(rule):
            raise ValueError(f"{source}, task {rule.code}: {problem}")
    if len({one.code for one in rules}) != len(rules):
        raise ValueError(f"{source}: a code stands twice")
    return TaskPolicy(
        clock=file.clock,
        commitment_until_minute=file.commitment.until_minute,
        monitoring_sources=tuple(one.value for one in file.monitoring.sources),
        rules=rules,
        words={one.code: (one.zh, one.en) for one in file.task},
    )


def shipped_task_text() -> str:
    """The shipped file as it is, with its sources."""
    return TASKS.text


def read_task_draft(text: str) -> tuple[TaskPolicy, Document]:
    """A draft as a person wrote it (TOML), and what is kept of it; InvalidInput says which rule or key does not fit."""
    try:
        file = read_policy(text.encode(), TaskFile, "tasks")
        found: Document = msgspec.to_builtins(file)
        return checked(file, "tasks"), found
    except ValueError as error:
        raise InvalidInput(str(error)) from None


def task_policy_of(content: Document) -> TaskPolicy:
    """The rules of a stored version."""
    return checked(convert(content, TaskFile), "tasks")


def _rule(task: _Task, late_days: int) -> TaskRule:
    return TaskRule(
        code=task.code,
        subject=task.subject,
        level=task.level,
        every=task.every,
        weight=task.weight,
        met_by=task.met_by,
        due_working_day=task.due_working_day,
        due_at_minute=task.due_at_minute,
        late_days=late_days,
        trades=task.trades,
        risk_classes=tuple(each.value for each in task.risk_classes),
        colours=tuple(each.value for each in task.colours),
        kinds=tuple(each.value for each in task.kinds),
        major_hazard=task.major_hazard,
        after=task.after,
        role=task.role,
        asks_photo=task.asks_photo,
        asks_track=task.asks_track,
    )


def _problems(rule: TaskRule) -> list[str]:
    found = [f"{one} is no trade" for one in rule.trades if one not in trades()]
    if rule.role and rule.role not in post_policy().roles:
        found.append(f"{rule.role} is no role of key people")
    if rule.every is Every.DAY and rule.met_by is MetBy.ENTRY:
        found.append("nobody is asked to check in every day: name a record that exists anyway")
    if rule.asks_photo or rule.asks_track:
        found.append("photos and tracks are never asked for by rule")
    if (rule.every is Every.EVENT) != bool(rule.after):
        found.append("`after` belongs to every = event, and to nothing else")
    if (rule.after == "finding") != (rule.met_by is MetBy.FINDING):
        found.append("a finding is met by its own rectification")
    if not 0 < rule.due_at_minute <= 24 * 60 or rule.due_working_day < 0:
        found.append("due_at_minute lies in 1 to 1440, due_working_day is 0 or more")
    return found
