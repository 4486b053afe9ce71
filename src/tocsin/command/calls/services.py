"""What others say on the telephone, entered by the desk on their behalf (代录): always with who said it, which number, when."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.base.quantities import QUANTITIES, Quantity
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import members_of
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.moments import has_been
from tocsin.command.casebook.services.acting import open_cases, touch
from tocsin.command.casebook.services.log import open_book
from tocsin.command.orders.models import OrderEntry
from tocsin.command.orders.queries.orders import visible_orders
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.command.orders.rules.entries import EntryData
from tocsin.command.orders.services.entries import apply_entry
from tocsin.command.orders.services.progress import note_progress
from tocsin.command.shifts.services import note_call
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.face import may, require
from tocsin.notices.face import names_of
from tocsin.screens.clock import current_time
from tocsin.warning.face import CHECKS, record_answer

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.notices.face import Notice

CHANNEL = "telephone"


@dataclass(frozen=True)
class Call:
    """Who said it (the body and the name), from which number, and when; `at` None: just now."""

    said_by: str
    telephone: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Question:
    """The deciding question that it answers: the alarm of the case, the check, and one of its outcomes where it is no value."""

    alarm_id: UUID
    check: str
    outcome: str = ""
    asset_code: str = ""


@transaction.atomic
def enter_reading(
    *,
    actor: "User",
    case_id: UUID,
    call: Call,
    value: float,
    unit: str,
    quantity: str = "",
    text: str = "",
    question: Question | None = None,
) -> Case:
    """A value read out: evidence in the time line and, with a question, weighed into the ranking at once.

    Of `quantity`, or of what the question's check measures. InvalidInput for a quantity, a unit or a value that can't be.
    """
    known = QUANTITIES.get(quantity) if question is None else _measured(question.check)
    if known is None or unit not in (known.unit, *known.conversions):
        raise InvalidInput(_("This quantity can't be read in this unit."))
    canonical = known.conversions[unit](value) if unit in known.conversions else value
    if not known.low <= canonical <= known.high:
        raise InvalidInput(_("This value can't be: between %(low)s and %(high)s %(unit)s is possible.") % _bounds(known))
    figures = {"quantity": known.name, "value": value, "measured_in": unit}
    return _enter(actor, case_id, call, "telephone_reading", text, figures, question, (value, unit))


@transaction.atomic
def enter_statement(*, actor: "User", case_id: UUID, call: Call, text: str, question: Question | None = None) -> Case:
    """What was said, in one or two lines; with a question its outcome is weighed in."""
    if not text.strip():
        raise InvalidInput(_("Write down what was said."))
    return _enter(actor, case_id, call, "telephone_statement", text, {}, question, None)


@transaction.atomic
def answer_for_body(
    *, actor: "User", notice: "Notice", check: str, outcome: str, asset_code: str = "", channel: str = "console"
) -> Case:
    """A body that was told of a case answers what its notice asks about its lead alarm.

    NotAllowed for people of other bodies, InvalidInput where nothing is asked.
    """
    body = notice.organisation
    if body is None or not may(actor, rights.WORK, notice.region_code, (body.pk,)) or actor.organisation_id != body.pk:
        raise NotAllowed(_("This was asked of another body."))
    book = open_book(notice.region_code, actor=actor, channel=channel, now=current_time())
    case = Case.objects.get(pk=str(notice.subject_id))
    if case.lead_id is None:
        raise InvalidInput(_("Nothing is asked about this case."))
    answer = record_answer(
        actor=actor,
        alarm_id=case.lead_id,
        check=check,
        said_by=body.name_zh,
        said_through=CHANNEL,
        asset_code=asset_code,
        outcome=outcome,
        channel=channel,
        organisation_ids=(body.pk,),
    )
    figures = {"body": names_of(body), "check": check, "outcome": answer.outcome}
    book.note(case, "body_answered", alarm_id=case.lead_id, figures=figures)
    return case


def enter_step(*, actor: "User", order_id: UUID, call: Call, act: OrderAct, data: EntryData) -> OrderEntry:
    """A step of an order (an arrival, a measure, a finding) as the unit tells it; see `services.entries.apply_entry`."""
    order = visible_orders(actor).get(pk=order_id)
    require(actor, rights.KEEP, order.region_code)
    told, at = _told(call, current_time())
    entry = NewAct(
        id=new_id(),
        subject_id=order.pk,
        act=act.value,
        at=at,
        data=data,
        said_by=f"{told.said_by} ({told.telephone})" if told.telephone else told.said_by,
    )
    with transaction.atomic():
        made = apply_entry(actor=actor, entry=entry, channel=CHANNEL)
        _log(actor, order.case, told, at, data.text, order=order.number, act=act.value)
    return made


def _measured(check: str) -> Quantity | None:
    card = CHECKS.current().cards.get(check)
    return card.quantity if card else None


def _bounds(quantity: Quantity) -> dict[str, str]:
    return {"low": f"{quantity.low:g}", "high": f"{quantity.high:g}", "unit": quantity.unit}


def _enter(
    actor: "User",
    case_id: UUID,
    call: Call,
    act: str,
    text: str,
    figures: dict[str, object],
    question: Question | None,
    measured: tuple[float, str] | None,
) -> Case:
    book, (case,) = open_cases(actor, CHANNEL, case_id, permission=rights.KEEP)
    told, at = _told(call, book.now)
    figures |= {"said_by": told.said_by, "telephone": told.telephone, "said_at": at.isoformat()}
    touch(book, case)
    if question is not None:
        if not members_of(case).filter(alarm_id=question.alarm_id).exists():
            raise InvalidInput(_("Name an alarm of this case."))
        value, unit = measured or (None, "")
        answer = record_answer(
            actor=actor,
            alarm_id=question.alarm_id,
            check=question.check,
            said_by=told.said_by,
            said_through=CHANNEL,
            asset_code=question.asset_code,
            outcome="" if measured else question.outcome,
            value=value,
            unit=unit,
            at=at,
            note=text,
            channel=CHANNEL,
        )
        figures |= {"answer": str(answer.pk), "check": question.check, "outcome": answer.outcome}
    book.note(case, act, alarm_id=question.alarm_id if question else None, text=text, figures=figures)
    note_progress(book, case)
    _log(actor, case, told, at, text, **{name: figures[name] for name in ("quantity", "value", "measured_in") if name in figures})
    return case


def _log(actor: "User", case: Case, call: Call, at: datetime, text: str, **figures: Any) -> None:
    """It stands in the shift's log, too."""
    figures |= {"said_by": call.said_by, "telephone": call.telephone}
    note_call(actor=actor, case=case, text=text, at=at, figures=figures)


def _told(call: Call, now: datetime) -> tuple[Call, datetime]:
    """The call with its texts cut, and its moment; InvalidInput where one can't be."""
    said_by = call.said_by.strip()[:120]
    if not said_by:
        raise InvalidInput(_("Say who told you: the body and the name or post."))
    if call.at is not None and not has_been(call.at, now):
        raise InvalidInput(_("The time of a call lies in the past, with a time zone."))
    return Call(said_by, call.telephone.strip()[:40]), call.at or now
