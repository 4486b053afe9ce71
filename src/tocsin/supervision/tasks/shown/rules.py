"""Words for people about task rules."""

from dataclasses import dataclass
from typing import Final, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.supervision.objects.policy.register import reads_chinese, trades
from tocsin.supervision.objects.rules.register import ObjectKind, RiskClass
from tocsin.supervision.objects.shown import KIND_NAMES, RISK_NAMES, colour_name
from tocsin.supervision.tasks.policy import TaskPolicy
from tocsin.supervision.tasks.rules.planning import Every, TaskRule
from tocsin.supervision.tasks.shown.tasks import LEVEL_NAMES, MET_BY_NAMES, WEIGHT_NAMES

EVERY_NAMES: Final[dict[Every, Promise]] = {
    Every.DAY: pgettext_lazy("how often", "daily"),
    Every.WEEK: pgettext_lazy("how often", "weekly"),
    Every.MONTH: pgettext_lazy("how often", "monthly"),
    Every.QUARTER: pgettext_lazy("how often", "quarterly"),
    Every.HALF_YEAR: pgettext_lazy("how often", "half-yearly"),
    Every.YEAR: pgettext_lazy("how often", "yearly"),
    Every.EVENT: pgettext_lazy("how often", "after an event"),
}


class RuleMoved(TypedDict):
    """Of how many objects a rule asks something, now and by a draft."""

    rule: str
    before: int
    after: int


class TaskTrial(TypedDict):
    """What a draft of task rules would change on the register, as its version keeps it."""

    objects: int
    changed: int
    year_before: int
    year_after: int
    rules: list[RuleMoved]


@dataclass(frozen=True)
class RuleLine:
    """A rule of a version in words."""

    code: str
    name: str
    level: str
    every: str
    weight: str
    met_by: str
    for_whom: str


@dataclass(frozen=True)
class MovedLine:
    """A rule with the objects it asks something of, now and then."""

    rule: str
    name: str
    before: int
    after: int


@dataclass(frozen=True)
class TaskSimulation:
    """What a draft of task rules would change, rule by rule."""

    objects: int
    changed: int
    year_before: int
    year_after: int
    rules: list[MovedLine]


def describe_task_rules(policy: TaskPolicy) -> list[RuleLine]:
    """The rules of a version, for whom each holds in words."""
    return [
        RuleLine(
            code=one.code,
            name=name_of(policy, one.code),
            level=str(LEVEL_NAMES.get(one.level, one.level)),
            every=str(EVERY_NAMES[one.every]),
            weight=str(WEIGHT_NAMES[one.weight]),
            met_by=str(MET_BY_NAMES[one.met_by]),
            for_whom=_for_whom(one),
        )
        for one in policy.rules
    ]


def describe_task_trial(task_trial: TaskTrial, policy: TaskPolicy) -> TaskSimulation:
    """A trial in words."""
    rules = [MovedLine(one["rule"], name_of(policy, one["rule"]), one["before"], one["after"]) for one in task_trial["rules"]]
    return TaskSimulation(
        task_trial["objects"], task_trial["changed"], task_trial["year_before"], task_trial["year_after"], rules
    )


def name_of(policy: TaskPolicy, code: str) -> str:
    """What a rule asks for; its code where it has no words here."""
    zh, en = policy.words.get(code, (code, code))
    return zh if reads_chinese() else en


def _for_whom(rule: TaskRule) -> str:
    parts = [
        *(trades()[one].name for one in rule.trades),
        *(str(RISK_NAMES[RiskClass(one)]) for one in rule.risk_classes),
        *(colour_name(one) for one in rule.colours),
        *(str(KIND_NAMES[ObjectKind(one)]) for one in rule.kinds),
    ]
    if rule.major_hazard:
        parts.append(_("major hazard installations"))
    return " · ".join(parts) or _("all")
