"""Supervision orders as people and programs read them: answers, lines of the time line, texts of notices, what waits."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.shown.clocks import STEP_NAMES
from tocsin.command.routing.shown.cases import case_texts
from tocsin.command.urging.models import SupervisionOrder
from tocsin.command.urging.queries import to_answer
from tocsin.command.urging.rules import UrgingState, is_unanswered, state_of
from tocsin.screens.timeline import time_lines
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tocsin.notices.face import Notice
    from tocsin.screens.request import Actor

STATE_NAMES = {
    UrgingState.ISSUED: pgettext_lazy("state of a supervision order", "issued, to be signed for"),
    UrgingState.SIGNED: pgettext_lazy("state of a supervision order", "signed for, to be answered"),
    UrgingState.ANSWERED: pgettext_lazy("state of a supervision order", "answered"),
}
LINES = time_lines(
    {
        "urged": gettext_lazy("Supervision order %(number)s issued to %(unit)s"),
        "urging_signed": gettext_lazy("%(unit)s signed for supervision order %(number)s: %(name)s"),
        "urging_answered": gettext_lazy("%(unit)s answered supervision order %(number)s"),
        "urging_unanswered": gettext_lazy("%(unit)s has not answered supervision order %(number)s in time"),
    }
)


class LateStepOut(Schema):
    step: str
    step_name: str
    due_at: datetime


class SupervisionOrderOut(Schema):
    """A supervision order (督办单) with its signature and its answer."""

    id: UUID
    number: str
    order_number: str
    case_number: str
    unit: str
    late: list[LateStepOut] = Field(description="what was overdue when it was issued")
    text: str
    issued_at: datetime
    issued_by: str
    served_at: datetime | None = Field(description="the unit has it: from here the time to answer runs")
    answer_by: datetime | None
    signed_at: datetime | None
    signed_as: str
    answered_at: datetime | None
    answered_as: str
    answer: dict[str, str] = Field(description="reason, measures, person")
    state: str = Field(description="issued, signed or answered")
    state_name: str
    unanswered: bool = Field(description="the time to answer is over")


def describe_urging(urging: SupervisionOrder, now: datetime) -> SupervisionOrderOut:
    """One of them; its order with case, unit and issuer are loaded."""
    state = state_of(urging.signed_at, urging.answered_at)
    return SupervisionOrderOut(
        id=urging.pk,
        number=urging.number,
        order_number=urging.order.number,
        case_number=urging.order.case.number,
        unit=str(urging.unit),
        late=[LateStepOut(**one, step_name=capfirst(str(STEP_NAMES[Step(one["step"])]))) for one in urging.late],
        text=urging.text,
        issued_at=urging.issued_at,
        issued_by=str(urging.issued_by),
        served_at=urging.served_at,
        answer_by=urging.answer_by,
        signed_at=urging.signed_at,
        signed_as=urging.signed_as,
        answered_at=urging.answered_at,
        answered_as=urging.answered_as,
        answer=urging.answer,
        state=state.value,
        state_name=str(STATE_NAMES[state]),
        unanswered=is_unanswered(urging.answer_by, urging.answered_at, now),
    )


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What the unit, the issuer and the desk above read."""
    ids = {one.figures["urging"] for one in notices}
    found = {str(one.pk): one for one in SupervisionOrder.objects.filter(pk__in=ids).select_related("unit", "order")}
    head = {one.pk: _head(one, found[one.figures["urging"]]) for one in notices if one.figures["urging"] in found}
    return case_texts(notices, lambda _notice: (), head)


def _head(notice: "Notice", urging: SupervisionOrder) -> str:
    late = listed(*(capfirst(str(STEP_NAMES[Step(one["step"])])) for one in urging.late))
    told = {
        "number": urging.number,
        "unit": str(urging.unit),
        "order": urging.order.number,
        "why": " ".join(filter(None, [late, urging.text])),
        "minutes": notice.figures.get("minutes", 0),
        "answer": urging.answer.get("measures", ""),
    }
    match notice.figures.get("what"):
        case "answered":
            return _("%(unit)s answered supervision order %(number)s: %(answer)s") % told
        case "unanswered":
            return _("%(unit)s has not answered supervision order %(number)s in time: %(why)s") % told
    return _("Supervision order %(number)s on order %(order)s: %(why)s. Sign and answer within %(minutes)s minutes.") % told


def page_of_notice(notice: "Notice") -> str:
    """The page of the order, where it is signed for and answered."""
    urging = SupervisionOrder.objects.filter(pk=notice.figures["urging"]).select_related("order").first()
    return f"{reverse('order', args=[urging.order.number])}#urgings" if urging is not None else reverse("orders")


def _urgings(user: "Actor", _now: datetime) -> "Sequence[SupervisionOrder]":
    return list(to_answer(user).select_related("order", "unit"))


def _tell(urging: SupervisionOrder) -> Waiting:
    about = listed(urging.number, urging.order.number)
    return Waiting(about, f"{reverse('order', args=[urging.order.number])}#urgings", urging.issued_at, urging.answer_by)


WAITING: Final = (
    WaitingKind(
        "supervision_order",
        pgettext_lazy("what waits", "Supervision order: sign and answer"),
        (rights.WORK,),
        found=_urgings,
        tell=_tell,
    ),
)
