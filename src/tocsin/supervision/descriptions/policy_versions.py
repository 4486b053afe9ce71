"""Words for people about versions of edited policies, and about task rules."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.supervision.descriptions.objects import KIND_NAMES, RISK_NAMES
from tocsin.supervision.descriptions.points import colour_name
from tocsin.supervision.descriptions.tasks import LEVEL_NAMES, MET_BY_NAMES, WEIGHT_NAMES
from tocsin.supervision.models import PolicyTrial, PolicyVersion
from tocsin.supervision.policy.objects import reads_chinese, trades
from tocsin.supervision.policy.tasks import TaskPolicy
from tocsin.supervision.rules.objects import ObjectKind, RiskClass
from tocsin.supervision.rules.tasking import Every, TaskRule

EVERY_NAMES: Final[dict[Every, Promise]] = {
    Every.DAY: pgettext_lazy("how often", "daily"),
    Every.WEEK: pgettext_lazy("how often", "weekly"),
    Every.MONTH: pgettext_lazy("how often", "monthly"),
    Every.QUARTER: pgettext_lazy("how often", "quarterly"),
    Every.HALF_YEAR: pgettext_lazy("how often", "half-yearly"),
    Every.YEAR: pgettext_lazy("how often", "yearly"),
    Every.EVENT: pgettext_lazy("how often", "after an event"),
}
TRIAL_ERRORS: Final[dict[str, Promise]] = {
    "too_long": gettext_lazy("It took longer than six hours."),
    "too_often": gettext_lazy("It failed several times; the worker's log says why."),
}


def describe_version(row: PolicyVersion, today: date) -> dict[str, Any]:
    """A version of the policy, and what trying it showed."""
    if row.effective_from is None:
        state, name = "draft", _("draft")
    elif row.effective_from > today:
        state, name = "coming", _("comes into force")
    else:
        state, name = "on", _("in force")
    return {
        "id": str(row.pk),
        "version": row.version,
        "region_code": row.region_code,
        "state": state,
        "state_name": name,
        "effective_from": row.effective_from,
        "reason": row.reason,
        "made_at": row.made_at,
        "made_by": str(row.made_by),
        "switched_on_by": str(row.switched_on_by) if row.switched_on_by else "",
        "simulated": row.simulated or None,
    }


def describe_task_rules(policy: TaskPolicy) -> list[dict[str, Any]]:
    """The rules of a version, for whom each holds in words."""
    return [
        {
            "code": one.code,
            "name": name_of(policy, one.code),
            "level": str(LEVEL_NAMES.get(one.level, one.level)),
            "every": str(EVERY_NAMES[one.every]),
            "weight": str(WEIGHT_NAMES[one.weight]),
            "met_by": str(MET_BY_NAMES[one.met_by]),
            "for_whom": _for_whom(one),
        }
        for one in policy.rules
    ]


def describe_task_trial(found: Mapping[str, Any], policy: TaskPolicy) -> dict[str, Any] | None:
    """What a draft of task rules would change, rule by rule; None where it was not tried."""
    if not found:
        return None
    rows = [{**one, "name": name_of(policy, one["rule"])} for one in found["rules"]]
    return {**found, "rules": rows}


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


def describe_trial(trial: PolicyTrial | None) -> dict[str, Any] | None:
    """How far a trial on history is: waiting, at work, done, or given up with the reason."""
    if trial is None:
        return None
    looked_at = trial.found.get("looked_at", 0)
    state = "at_work" if looked_at else "waiting"
    if trial.done_at is not None:
        state = "given_up" if trial.error else "done"
    reason = str(TRIAL_ERRORS[trial.error.partition(":")[0]]) if state == "given_up" else ""
    days = {"first": trial.days[0], "until": trial.days[-1], "days": len(trial.days)}
    numbers = {"looked_at": looked_at, "objects": trial.objects_in_all}
    return {"state": state, "reason": reason, **days, **numbers, "asked_at": trial.asked_at, "done_at": trial.done_at}
