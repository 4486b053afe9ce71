"""Entering what others say on the telephone (代录), from the page of a case."""

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.command.calls import services
from tocsin.command.calls.services import Call, Question
from tocsin.command.calls.shown import measurable
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.rules.order_states import ENDED
from tocsin.command.casebook.views import do, local_moment
from tocsin.command.orders.queries.orders import orders_of
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.command.orders.rules.entries import EntryData, read_data
from tocsin.command.orders.shown import ACT_NAMES
from tocsin.jurisdiction.face import may
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS
from tocsin.warning.face import newest_diagnosis, what_would_decide

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

TOLD_STEPS = (
    *(OrderAct.ACCEPT, OrderAct.LEAVE, OrderAct.ARRIVE, OrderAct.CONTROL, OrderAct.MEASURE, OrderAct.NOTE),
    *(OrderAct.MEND, OrderAct.CHECK_IN),
)


def telephone_context(user: "Person", case: Case) -> dict[str, Any]:
    """What `_telephone.html` shows on the page of a case; empty for who keeps no desk there."""
    if not may(user, rights.KEEP, case.region_code) or case.state in (CaseState.CLOSED, CaseState.MERGED):
        return {}
    running = [one for one in orders_of(case) if one.state not in ENDED]
    return {
        "telephone": {
            "measurable": measurable(),
            "orders": running,
            "steps": [(act.value, ACT_NAMES[act]) for act in TOLD_STEPS],
            "questions": _questions(user, case),
        }
    }


def _questions(user: "Person", case: Case) -> list[dict[str, Any]]:
    """What would decide, of the lead alarm, for those who may see diagnoses."""
    if case.lead is None or not may(user, PERMISSION_DIAGNOSIS, case.region_code):
        return []
    diagnosis = newest_diagnosis(user, case.lead.pk)
    return what_would_decide(case.lead, diagnosis) if diagnosis else []


@require_POST
def reading(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A value that was read out; `what` is `quantity:unit`, or `check|asset:unit` where it answers a question."""
    case, form = _case(request, case_id), request.POST

    def act() -> None:
        what, _colon, unit = form.get("what", "").rpartition(":")
        question = _question(case, what) if "|" in what else None
        services.enter_reading(
            actor=cast("Any", request.user),
            case_id=case_id,
            call=_call(request),
            quantity="" if question else what,
            value=float(form.get("value", "")),
            unit=unit,
            text=form.get("text", ""),
            question=question,
        )

    do(request, act)
    return redirect("case", case.number)


@require_POST
def statement(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What was said, with the outcome of a question that it answers."""
    case, form = _case(request, case_id), request.POST

    def act() -> None:
        services.enter_statement(
            actor=cast("Any", request.user),
            case_id=case_id,
            call=_call(request),
            text=form.get("text", ""),
            question=_question(case, form.get("question", "")),
        )

    do(request, act)
    return redirect("case", case.number)


@require_POST
def step(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A step of an order, as its unit tells it."""
    case, form = _case(request, case_id), request.POST
    order_id = form.get("order", "")

    def act() -> None:
        given = {"text": form.get("text", "")} if form.get("text") else {}
        data: EntryData = read_data(given)
        services.enter_step(
            actor=cast("Any", request.user),
            order_id=UUID(order_id),
            call=_call(request),
            act=OrderAct(form.get("act", "")),
            data=data,
        )

    do(request, act)
    return redirect("case", case.number)


def _case(request: HttpRequest, case_id: UUID) -> Case:
    found = queries.visible_cases(request.user).filter(pk=case_id).first()
    if found is None:
        raise Http404(_("There is no such case, or your rights do not reach it."))
    return found


def _call(request: HttpRequest) -> Call:
    form = request.POST
    return Call(form.get("said_by", ""), form.get("telephone", ""), local_moment(form.get("at", "")))


def _question(case: Case, text: str) -> Question | None:
    """`check|asset|outcome`, as the form's choices say it; None for no question."""
    if not text or case.lead_id is None:
        return None
    check, asset_code, outcome = (*text.split("|"), "", "")[:3]
    return Question(case.lead_id, check, outcome, asset_code)
