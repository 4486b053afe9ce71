"""What others say on the telephone, entered on their behalf by programs of the desk."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.command.calls import services as telephone
from tocsin.command.calls.queries import notice_asking
from tocsin.command.calls.services import Call, Question
from tocsin.command.orders.api import DataIn
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.command.orders.rules.entries import EntryData
from tocsin.fieldwork.rules import read_data
from tocsin.screens.request import actor_of

router = Router()


class CallIn(Schema):
    """Who said it, from which number, when: it is entered on their behalf and marked so."""

    said_by: str = Field(min_length=1, max_length=120)
    telephone: str = Field("", max_length=40)
    at: datetime | None = None


class CallQuestionIn(Schema):
    alarm_id: UUID
    check: str = Field(max_length=60)
    outcome: str = Field("", max_length=60)
    asset_code: str = Field("", max_length=120)


class BodysAnswerIn(Schema):
    check: str = Field(max_length=60, description="the question, as the notice names it")
    outcome: str = Field(max_length=60)
    asset_code: str = Field("", max_length=120)


class CallReadingIn(CallIn):
    quantity: str = Field("", max_length=60, description="not needed where a question is answered")
    value: float
    unit: str = Field(max_length=30)
    text: str = Field("", max_length=2000)
    question: CallQuestionIn | None = None


class CallStatementIn(CallIn):
    text: str = Field(min_length=1, max_length=2000)
    question: CallQuestionIn | None = None


class CallStepIn(CallIn):
    act: OrderAct
    data: DataIn | None = None


class EnteredCallOut(Schema):
    case: str
    number: str


class CallStepOut(Schema):
    id: UUID
    order: str
    state: str
    verdict: str


@router.post("/cases/{case_id}/calls/reading", response=EnteredCallOut)
def reading(request: HttpRequest, case_id: UUID, given: CallReadingIn) -> EnteredCallOut:
    """A value that was read out on the telephone."""
    case = telephone.enter_reading(
        actor=actor_of(request),
        case_id=case_id,
        call=_call(given),
        quantity=given.quantity,
        value=given.value,
        unit=given.unit,
        text=given.text,
        question=_question(given.question),
    )
    return EnteredCallOut(case=str(case.pk), number=case.number)


@router.post("/cases/{case_id}/calls/statement", response=EnteredCallOut)
def statement(request: HttpRequest, case_id: UUID, given: CallStatementIn) -> EnteredCallOut:
    """What was said on the telephone."""
    question = _question(given.question)
    case = telephone.enter_statement(
        actor=actor_of(request), case_id=case_id, call=_call(given), text=given.text, question=question
    )
    return EnteredCallOut(case=str(case.pk), number=case.number)


@router.post("/orders/{order_id}/calls/step", response=CallStepOut)
def step(request: HttpRequest, order_id: UUID, given: CallStepIn) -> CallStepOut:
    """A step of an order as its unit tells it on the telephone."""
    data = read_data(EntryData, given.data.model_dump(exclude_defaults=True) if given.data else {})
    entry = telephone.enter_step(
        actor=actor_of(request),
        order_id=order_id,
        call=_call(given),
        act=given.act,
        data=data,
    )
    return CallStepOut(id=entry.pk, order=entry.order.number, state=entry.order.state, verdict=entry.verdict)


@router.post("/notices/{notice_id}/answer", response=EnteredCallOut)
def answer_asked(request: HttpRequest, notice_id: UUID, given: BodysAnswerIn) -> EnteredCallOut:
    """Your own body answers what its notice asks about a case; it is weighed into the ranking at once."""
    actor = actor_of(request)
    case = telephone.answer_for_body(actor=actor, notice=notice_asking(actor, notice_id), channel="api", **given.dict())
    return EnteredCallOut(case=str(case.pk), number=case.number)


def _call(given: CallIn) -> Call:
    return Call(given.said_by, given.telephone, given.at)


def _question(given: CallQuestionIn | None) -> Question | None:
    return None if given is None else Question(given.alarm_id, given.check, given.outcome, given.asset_code)
