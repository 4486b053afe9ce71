"""Steps of a case and their clocks in words."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext_lazy

from tocsin.command.casebook.models import Clock
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.shown import clocks as handling

STEP_NAMES = {
    Step.JUDGE: pgettext_lazy("step of a case", "analysis"),
    Step.CONFIRM: pgettext_lazy("step of a case", "confirmation by the duty officer"),
    Step.NOTIFY_OWNER: pgettext_lazy("step of a case", "notice to owner and department"),
    Step.NOTIFY_CITY: pgettext_lazy("step of a case", "notice to the city"),
    Step.SIGN: pgettext_lazy("step of a case", "signature of the unit"),
    Step.LEAVE: pgettext_lazy("step of a case", "crew leaves"),
    Step.ARRIVE: pgettext_lazy("step of a case", "crew on site"),
    Step.CONTROL: pgettext_lazy("step of a case", "first control measure"),
    Step.PROGRESS: pgettext_lazy("step of a case", "progress report"),
    Step.FIND_CAUSE: pgettext_lazy("step of a case", "cause found"),
    Step.CLOSE: pgettext_lazy("step of a case", "closing"),
    Step.REPORT: pgettext_lazy("step of a case", "report upward"),
    Step.CHECK_IN: pgettext_lazy("step of a case", "check-in of the crew"),
    Step.TASK: pgettext_lazy("step of a case", "task of a plan"),
}


STANDING_NAMES = {
    "met": pgettext_lazy("standing of a clock", "in time"),
    "met_late": pgettext_lazy("standing of a clock", "late"),
    "stopped": pgettext_lazy("standing of a clock", "no longer waited for"),
    "overdue": pgettext_lazy("standing of a clock", "overdue"),
    "nearly_overdue": pgettext_lazy("standing of a clock", "nearly overdue"),
    "running": pgettext_lazy("standing of a clock", "running"),
}


def moment_words(moment: datetime) -> str:
    """A time as the reader's clock on the wall says it."""
    return date_format(timezone.localtime(moment), "Y-m-d H:i")


_OF_ORDERS = (Step.SIGN, Step.CHECK_IN)


def describe_clock(clock: Clock, now: datetime) -> dict[str, Any]:
    """One clock with how it stands: met, stopped, running, nearly_overdue (from half its time on) or overdue."""
    if clock.met_at is not None:
        standing = "met" if clock.met_at <= clock.due_at else "met_late"
    elif clock.stopped_at is not None:
        standing = "stopped"
    elif now > clock.due_at:
        standing = "overdue"
    else:
        standing = "nearly_overdue" if now - clock.began_at >= (clock.due_at - clock.began_at) / 2 else "running"
    return {
        "step": clock.step,
        "step_name": str(STEP_NAMES.get(Step(clock.step), clock.step)),
        "subject": clock.subject,
        "order": f"…{clock.subject[-3:]}" if clock.step in _OF_ORDERS and clock.subject else "",
        "began_at": clock.began_at,
        "due_at": clock.due_at,
        "met_at": clock.met_at,
        "standing": standing,
        "standing_name": str(STANDING_NAMES[standing]),
        "seconds_left": round((clock.due_at - (clock.met_at or now)).total_seconds()),
    }


def step_words(step: str) -> str:
    """A step of a case in words."""
    return str(handling.STEP_NAMES[Step(step)]) if step in set(Step) else step
