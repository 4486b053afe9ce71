"""Calls that clocks make, or would make, in words."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Schema

from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.shown.clocks import STEP_NAMES
from tocsin.command.escalation.queries import PlannedCall
from tocsin.command.escalation.rules import Whom
from tocsin.command.routing.rules import Purpose
from tocsin.command.routing.shown.cases import case_texts
from tocsin.notices.face import Contribution, PurposeCard
from tocsin.screens.words import in_language, short_moment

if TYPE_CHECKING:
    from tocsin.notices.face import Notice

WHOM_NAMES = {
    Whom.ON_CALL: pgettext_lazy("who is called", "person on call"),
    Whom.NEXT_ON_CALL: pgettext_lazy("who is called", "next person on call"),
    Whom.DESK: pgettext_lazy("who is called", "duty desk"),
    Whom.SUPERIOR: pgettext_lazy("who is called", "desk above"),
    Whom.LEADER: pgettext_lazy("who is called", "leader on shift"),
}


class PlannedCallOut(Schema):
    at: datetime
    step: str
    step_name: str
    percent: int
    whom: str
    whom_name: str
    called: list[str]


def describe_planned_call(planned_call: PlannedCall) -> PlannedCallOut:
    """One line of the dry run of the escalation."""
    step = Step(planned_call.clock.step)
    return PlannedCallOut(
        at=planned_call.call.at,
        step=step.value,
        step_name=str(STEP_NAMES.get(step, step.value)),
        percent=planned_call.call.stage,
        whom=planned_call.call.whom.value,
        whom_name=str(WHOM_NAMES[planned_call.call.whom]),
        called=[called.name for called in planned_call.called],
    )


def texts(notices: "Sequence[Notice]") -> dict[UUID, str]:
    """What those read whom a clock calls."""
    return case_texts(notices, _lines)


def _lines(notice: "Notice") -> Iterable[str]:
    figures = notice.figures
    if "crew" in figures:
        yield _("The crew of %(unit)s has not said that it is well.") % {"unit": in_language(figures["crew"])}
    if last := figures.get("last_place"):
        words = {"lat": f"{last[1]:.5f}", "lon": f"{last[0]:.5f}", "time": short_moment(last[2])}
        yield _("Last place: %(lat)s, %(lon)s at %(time)s.") % words
    if "step" in figures and "percent" in figures:
        step = STEP_NAMES.get(Step(figures["step"])) if figures["step"] in set(Step) else None
        words = {"step": str(step or figures["step"]), "percent": figures["percent"]}
        yield _("%(step)s: %(percent)s %% of the time is over.") % words
    if figures.get("beyond"):
        yield _("Not done at this level: on the page of the case the leader on duty may hand it to the level above.")


NOTICES = Contribution(
    purposes=(
        PurposeCard(Purpose.REMIND, pgettext_lazy("purpose of a notice", "reminder"), texts=texts),
        PurposeCard(Purpose.ESCALATE, pgettext_lazy("purpose of a notice", "overdue"), texts=texts),
        PurposeCard(Purpose.SUPERVISE, pgettext_lazy("purpose of a notice", "supervision"), texts=texts),
        PurposeCard(Purpose.CHECK_IN, pgettext_lazy("purpose of a notice", "check-in missed"), texts=texts),
    ),
    reasons={Whom.NEXT_ON_CALL.value: pgettext_lazy("told as", "next person on call")},
)
