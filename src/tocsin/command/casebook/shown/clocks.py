"""Steps of a case and their clocks in words."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.command.casebook.models import Clock
from tocsin.command.casebook.rules.clocks import Step

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
    Step.RECEIPT: pgettext_lazy("step of a case", "receipt of a report"),
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


RUNNING = ("running", "nearly_overdue", "overdue")
_OF_ORDERS = (Step.SIGN, Step.CHECK_IN, Step.LEAVE, Step.ARRIVE, Step.CONTROL)


class ClockOut(Schema):
    step: str
    step_name: str
    subject: str = Field(description="the order, report or task that it belongs to; else which opening of the case")
    began_at: datetime
    due_at: datetime
    met_at: datetime | None
    standing: str = Field(description="met, met_late, stopped, running, nearly_overdue or overdue")
    standing_name: str
    seconds_left: int
    whose: str = Field(description="the unit of the order, or the body and task of a plan, where the page names them")

    @property
    def runs(self) -> bool:
        """Whether it is still waited for."""
        return self.standing in RUNNING

    @property
    def order(self) -> str:
        """The end of the number of the order that it belongs to; empty for a clock of the case."""
        return f"…{self.subject[-3:]}" if self.step in _OF_ORDERS and "-" in self.subject else ""


def describe_clock(clock: Clock, now: datetime) -> ClockOut:
    """One clock with how it stands: met, stopped, running, nearly_overdue (from half its time on) or overdue."""
    if clock.met_at is not None:
        standing = "met" if clock.met_at <= clock.due_at else "met_late"
    elif clock.stopped_at is not None:
        standing = "stopped"
    elif now > clock.due_at:
        standing = "overdue"
    else:
        standing = "nearly_overdue" if now - clock.began_at >= (clock.due_at - clock.began_at) / 2 else "running"
    return ClockOut(
        step=clock.step,
        step_name=str(STEP_NAMES.get(Step(clock.step), clock.step)),
        subject=clock.subject,
        began_at=clock.began_at,
        due_at=clock.due_at,
        met_at=clock.met_at,
        standing=standing,
        standing_name=str(STANDING_NAMES[standing]),
        whose="",
        seconds_left=round((clock.due_at - (clock.met_at or now)).total_seconds()),
    )


def step_words(step: str) -> str:
    """A step of a case in words."""
    return str(STEP_NAMES[Step(step)]) if step in set(Step) else step
