"""Entering what others say on the telephone (代录), from the page of a case."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.command.calls import services
from tocsin.command.calls.queries import notice_asking
from tocsin.command.calls.services import Call, Question
from tocsin.command.calls.shown import measurable
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.casebook.rules.order_states import ENDED
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.orders.queries.orders import orders_of
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.command.orders.rules.entries import EntryData
from tocsin.command.orders.shown import ACT_NAMES
from tocsin.fieldwork.rules import read_data
from tocsin.jurisdiction.face import may
from tocsin.screens.acts import act
from tocsin.screens.request import actor_of
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS
from tocsin.warning.face import OpenQuestionOut, loaded_alarm, newest_diagnoses, newest_diagnosis, open_questions

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

TOLD_STEPS = (
    *(OrderAct.ACCEPT, OrderAct.LEAVE, OrderAct.ARRIVE, OrderAct.CONTROL, OrderAct.MEASURE, OrderAct.NOTE),
    *(OrderAct.MEND, OrderAct.CHECK_IN),
)


def telephone_context(user: "Person", case: Case) -> dict[str, object]:
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


def _questions(user: "Person", case: Case) -> list[OpenQuestionOut]:
    """What is open, of the lead alarm, what would decide first, for those who may see diagnoses."""
    if case.lead is None or not may(user, PERMISSION_DIAGNOSIS, case.region_code):
        return []
    diagnosis = newest_diagnosis(user, case.lead.pk)
    return open_questions(case.lead, diagnosis) if diagnosis else []


@dataclass(frozen=True)
class CallForm:
    """Who said it, over which telephone, and when."""

    said_by: str
    telephone: str
    at: datetime | None

    def call(self) -> Call:
        """The call of the form."""
        return Call(self.said_by, self.telephone, self.at)


def _to_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return redirect("case", _case(request, case_id).number)


@act(_to_case)
def reading(request: HttpRequest, case_id: UUID, *, what: str, value: float, text: str, call: CallForm) -> None:
    """A value that was read out; `what` is `quantity:unit`, or `check|asset:unit` where it answers a question."""
    case = _case(request, case_id)
    asked, _colon, unit = what.rpartition(":")
    question = _question(case, asked) if "|" in asked else None
    services.enter_reading(
        actor=actor_of(request),
        case_id=case_id,
        call=call.call(),
        quantity="" if question else asked,
        value=value,
        unit=unit,
        text=text,
        question=question,
    )


@act(_to_case)
def statement(request: HttpRequest, case_id: UUID, *, text: str, question: str, call: CallForm) -> None:
    """What was said, with the outcome of a question that it answers."""
    case = _case(request, case_id)
    services.enter_statement(
        actor=actor_of(request), case_id=case_id, call=call.call(), text=text, question=_question(case, question)
    )


@act(_to_case)
def step(request: HttpRequest, case_id: UUID, *, order: UUID, act: OrderAct, text: str, call: CallForm) -> None:
    """A step of an order, as its unit tells it."""
    _case(request, case_id)
    data: EntryData = read_data(EntryData, {"text": text} if text else {})
    services.enter_step(actor=actor_of(request), order_id=order, call=call.call(), act=act, data=data)


@never_cache
@require_GET
def asked(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """What a body is asked about a case, with its possible answers."""
    notice = notice_asking(actor_of(request), notice_id)
    case = Case.objects.select_related(*loaded_alarm("lead")).get(pk=str(notice.subject_id))
    diagnosis = newest_diagnoses([case.lead_id]).get(case.lead_id) if case.lead_id else None
    code = notice.organisation.code if notice.organisation is not None else ""
    found = open_questions(case.lead, diagnosis, who=code) if case.lead is not None and diagnosis is not None else []
    context = {"notice": notice, "case": describe_case(case), "questions": [one for one in found if not one.units]}
    return render(request, "command/calls/asked.html", context)


@act("asked_of_body")
def answer(request: HttpRequest, notice_id: UUID, *, check: str, asset_code: str, outcome: str) -> str:
    """The body's answer is weighed into the ranking at once."""
    notice = notice_asking(actor_of(request), notice_id)
    services.answer_for_body(actor=actor_of(request), notice=notice, check=check, outcome=outcome, asset_code=asset_code)
    return _("Thank you: the answer is weighed in.")


def _case(request: HttpRequest, case_id: UUID) -> Case:
    return queries.visible_cases(request.user).get(pk=case_id)


def _question(case: Case, text: str) -> Question | None:
    """`check|asset|outcome`, as the form's choices say it; None for no question."""
    if not text or case.lead_id is None:
        return None
    check, asset_code, outcome = (*text.split("|"), "", "")[:3]
    return Question(case.lead_id, check, outcome, asset_code)
