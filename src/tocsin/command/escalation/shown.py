"""Calls that clocks would make, in words."""

from typing import Any

from django.utils.translation import pgettext_lazy

from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.shown.clocks import STEP_NAMES
from tocsin.command.escalation.queries import PlannedCall
from tocsin.command.escalation.rules import Whom

WHOM_NAMES = {
    Whom.ON_CALL: pgettext_lazy("who is called", "person on call"),
    Whom.DESK: pgettext_lazy("who is called", "duty desk"),
    Whom.SUPERIOR: pgettext_lazy("who is called", "desk above"),
    Whom.LEADER: pgettext_lazy("who is called", "leader on shift"),
}


def describe_planned_call(one: PlannedCall) -> dict[str, Any]:
    """One line of the dry run of the escalation."""
    step = Step(one.clock.step)
    return {
        "at": one.call.at,
        "step": step.value,
        "step_name": str(STEP_NAMES.get(step, step.value)),
        "percent": one.call.stage,
        "whom": one.call.whom.value,
        "whom_name": str(WHOM_NAMES[one.call.whom]),
        "called": [called.name for called in one.called],
    }
