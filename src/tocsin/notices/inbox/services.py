"""What recipients do with notices, and what desks enter for them: read, signed, returned, called, seen to.

A signature for a notice that carries an order is the unit's signature for the order; it stops everything that is still pending.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.bus.services import record_event
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.order_states import ENDED, OrderState
from tocsin.command.casebook.services.log import Book, open_book
from tocsin.command.orders.rules.acts import OrderAct, ReturnReason
from tocsin.command.orders.rules.entries import EntryData
from tocsin.command.orders.services.entries import enter
from tocsin.command.routing.services import notice_clocks as services_notice_clocks
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.contacts.rules import ContactKind
from tocsin.jurisdiction.face import may, require, system_actor
from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages import services as notices
from tocsin.notices.messages.events import NoticeSigned
from tocsin.notices.messages.models import Notice, Sending
from tocsin.notices.messages.queries.inbox import inbox_of
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.command.orders.models import Order
    from tocsin.jurisdiction.face import User

BY_HAND = (Fate.DELIVERED, Fate.SIGNED, Fate.FAILED)  # reached, accepted on the telephone, nobody answered


@dataclass(frozen=True)
class Said:
    """Who answers, and by which way: a name typed or known, and the channel."""

    name: str
    channel: str  # console, link, voice, telephone, api


@transaction.atomic
def read_notice(*, actor: "User", notice_id: UUID) -> Notice:
    """It has been opened on a screen. Notice.DoesNotExist for one that is not in this person's inbox."""
    notice = _own(actor, notice_id)
    _read(notice, current_time())
    return notice


@transaction.atomic
def sign_notice(*, actor: "User", notice_id: UUID, channel: str = "console") -> Notice:
    """The person signs; where it carries an order, for their unit, which needs the right to work on it."""
    notice = _own(actor, notice_id)
    order = order_of(notice)
    if order is not None and not may(actor, rights.WORK, notice.region_code, (order.unit_id,)):
        raise NotAllowed(_("This needs the right to work on orders of %(unit)s.") % {"unit": order.unit})
    return _sign(notice, actor, Said(str(actor), channel))


@transaction.atomic
def sign_by_receipt(sending: Sending) -> Notice:
    """A key was pressed on the telephone that a machine called: whoever answered there has accepted."""
    notice = _loaded(sending.notice_id)
    return _sign(notice, system_actor(), Said(sending.address[:120], "voice"))


@transaction.atomic
def sign_by_link(*, notice: Notice, name: str) -> Notice:
    """Whoever has the link signs with a typed name. InvalidInput without one, Conflict where the link is used up."""
    return _sign(_loaded(notice.pk), system_actor(), Said(_typed(name), "link"))


@transaction.atomic
def return_by_link(*, notice: Notice, name: str, reason: ReturnReason, text: str) -> Notice:
    """The unit sends the order back with a reason; no clock of the case is set back by it."""
    found = _loaded(notice.pk)
    said, order = Said(_typed(name), "link"), order_of(found)
    if order is None or OrderState(order.state) in ENDED:
        raise Conflict(_("There is no order any more that could be sent back."))
    _enter(found, system_actor(), said, OrderAct.RETURN, EntryData(reason=reason, text=text.strip()[:2000]))
    return found


@transaction.atomic
def report_by_link(*, notice: Notice, name: str, text: str) -> Notice:
    """What the other side has to say, into the order or the time line of the case."""
    found, said, words = _loaded(notice.pk), Said(_typed(name), "link"), text.strip()[:2000]
    if not words:
        raise InvalidInput(_("Say what you report."))
    order = order_of(found)
    if order is not None and OrderState(order.state) not in ENDED:
        _enter(found, system_actor(), said, OrderAct.NOTE, EntryData(text=words))
    elif found.case is not None:
        book = _book(found, system_actor(), said.channel)
        body = notices.names_of(found.organisation) if found.organisation else {}
        book.note(found.case, "reported", text=words, figures={"body": body, "said_by": said.name})
    else:
        raise Conflict(_("This notice is about no case."))
    _read(found, current_time())
    return found


@transaction.atomic
def record_call(
    *, actor: "User", notice_id: UUID, fate: Fate, said_by: str, text: str = "", number: str = "", channel: str = "console"
) -> Notice:
    """One line about a call that a person made: whom they had, and what came of it (one of `BY_HAND`).

    A call that was accepted is the unit's signature, entered on its behalf and marked as such.
    """
    notice = _loaded(notice_id)
    if not may(actor, rights.SEE, notice.region_code):
        raise Notice.DoesNotExist
    require(actor, rights.KEEP, notice.region_code)
    if fate not in BY_HAND:
        raise InvalidInput(_("Say what came of the call: reached, accepted, or nobody answered."))
    if fate is not Fate.FAILED and not said_by.strip():
        raise InvalidInput(_("Say whom you had on the telephone."))
    now = current_time()
    book = _book(notice, actor, channel) if notice.case else None  # the county's book first, then the rows
    row = _dialled(notice, number)
    line = ": ".join(filter(None, (said_by.strip(), text.strip())))[:500]
    row.fate, row.outcome, row.entered_by, row.attempts = fate.value, line, actor, row.attempts + 1
    row.sent_at, row.tried_at = now, timezone.now()
    row.save()
    if book is not None and notice.case is not None:
        body = notices.names_of(notice.organisation) if notice.organisation else {}
        book.note(notice.case, "called", text=line, figures={"body": body, "fate": fate.value})
    record_audit(actor, "notice.called", "notice", notice.pk, notice.region_code, {"fate": fate.value})
    if fate is Fate.SIGNED:
        _sign(notice, actor, Said(said_by.strip()[:120], "telephone"))
    else:
        notices.carry([notice])
        if fate is Fate.DELIVERED:
            services_notice_clocks.meet_clocks([notice], now)
    if fate is not Fate.FAILED and notice.untold_at is not None:
        _seen_to(notice, actor, now)
    return notice


@transaction.atomic
def see_to(*, actor: "User", notice_id: UUID, text: str) -> Notice:
    """Somebody has taken it in hand that nobody could be told, and says how. It rings no more."""
    notice = _loaded(notice_id)
    if not may(actor, rights.SEE, notice.region_code) or notice.untold_at is None:
        raise Notice.DoesNotExist
    require(actor, rights.KEEP, notice.region_code)
    if not text.strip():
        raise InvalidInput(_("Say how they are told."))
    if notice.case is not None:
        book = _book(notice, actor, "console")
        body = notices.names_of(notice.organisation) if notice.organisation else {}
        book.note(notice.case, "seen_to", text=text, figures={"body": body})
    _seen_to(notice, actor, current_time())
    record_audit(actor, "notice.seen_to", "notice", notice.pk, notice.region_code, {"text": text.strip()[:500]})
    return notice


def order_of(notice: Notice) -> "Order | None":
    """The order for which this notice's reader signs: the unit's own. A superior who is told of it signs for the notice alone."""
    order = notice.order
    body = notice.organisation_id or (notice.person.organisation_id if notice.person else None)
    return order if order is not None and order.unit_id == body else None


def _own(actor: "User", notice_id: UUID) -> Notice:
    return _loaded(inbox_of(actor, now=current_time(), state="all").values_list("pk", flat=True).get(pk=notice_id))


def _loaded(notice_id: UUID) -> Notice:
    related = ("case__drill", "order__unit", "organisation", "person")
    return Notice.objects.select_related(*related).get(pk=notice_id)


def _typed(name: str) -> str:
    if not name.strip():
        raise InvalidInput(_("Enter your name."))
    return name.strip()[:120]


def _read(notice: Notice, now: datetime) -> None:
    if notice.read_at is not None:
        return
    notice.read_at = now
    if notice.fate not in (Fate.SIGNED, Fate.SUPERSEDED):
        notice.fate = Fate.READ.value
    notice.save(update_fields=["read_at", "fate"])
    services_notice_clocks.meet_clocks([notice], now)


def _sign(notice: Notice, actor: "User", said: Said) -> Notice:
    """Signed once; a second signature changes nothing where the name is the same, else it is refused with the first name."""
    if notice.signed_at is not None and notice.signed_as:
        if notice.signed_as == said.name:
            return notice
        words = {"name": notice.signed_as}
        raise Conflict(_("%(name)s has signed already.") % words)
    now = current_time()
    order = order_of(notice)
    if order is not None:
        if OrderState(order.state) in ENDED:
            raise Conflict(_("This order has ended: there is nothing to sign any more."))
        if order.state == OrderState.SENT:
            _enter(notice, actor, said, OrderAct.ACCEPT, EntryData())
    elif notice.case is not None:
        book = _book(notice, actor, said.channel)
        body = notices.names_of(notice.organisation) if notice.organisation else {}
        book.note(notice.case, "notice_signed", figures={"body": body, "said_by": said.name})
    Sending.objects.filter(notice=notice, fate__in=[Fate.QUEUED.value, Fate.UNCERTAIN.value]).update(
        fate=Fate.SUPERSEDED.value, outcome="signed"
    )
    notice.refresh_from_db()
    notice.fate, notice.signed_at, notice.signed_as = Fate.SIGNED.value, now, said.name
    notice.read_at = notice.read_at or now
    if notice.untold_at is not None:
        notice.seen_to_at = notice.seen_to_at or now
    notice.save()
    services_notice_clocks.meet_clocks([notice], now)
    event = NoticeSigned(case_id=str(notice.case_id or ""), notice_id=str(notice.pk), order_id=str(notice.order_id or ""))
    record_event(event, region=notice.region_code)
    return notice


def _enter(notice: Notice, actor: "User", said: Said, act: OrderAct, data: EntryData) -> None:
    assert notice.order_id is not None  # noqa: S101 - asked by the callers
    book = _book(notice, actor, said.channel)
    name = "" if said.channel in ("console", "api") else said.name
    entry = NewAct(id=new_id(), subject_id=notice.order_id, act=act.value, at=book.now, data=data, said_by=name)
    enter(book, entry)


def _book(notice: Notice, actor: "User", channel: str) -> Book:
    return open_book(notice.region_code, actor=actor, channel=channel, now=current_time())


def _dialled(notice: Notice, number: str) -> Sending:
    """The row of the number that was dialled; a new one for a number that was not known."""
    rows = Sending.objects.filter(notice=notice, channel=ContactKind.TELEPHONE)
    row = (rows.filter(address=number) if number else rows.order_by("id")).first()
    if row is None:
        if not number.strip():
            raise InvalidInput(_("Enter the number that you dialled."))
        row = Sending(id=new_id(), notice=notice, channel=ContactKind.TELEPHONE.value, address=number.strip()[:40])
        row.not_before = timezone.now()
    return row


def _seen_to(notice: Notice, actor: "User", now: datetime) -> None:
    notice.seen_to_at, notice.seen_to_by = now, actor
    notice.save(update_fields=["seen_to_at", "seen_to_by"])
