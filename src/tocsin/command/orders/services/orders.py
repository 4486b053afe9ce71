"""Orders are sent, led, passed on and kept: by the machine from a level on, by the duty officer at any time.

No order that comes back or goes to another unit sets a clock of its case back.
"""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.command.casebook.models import Case, Clock
from tocsin.command.casebook.queries import places as queries_places
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.casebook.services.acting import open_cases, touch
from tocsin.command.casebook.services.log import Book
from tocsin.command.orders.models import Order
from tocsin.command.orders.queries import orders as queries
from tocsin.command.orders.services.followers import followers
from tocsin.command.orders.services.leads import begin_own_clocks, leave_lead, take_lead
from tocsin.command.orders.services.sending import NewOrder, order_figures, proposed_orders, send_order
from tocsin.command.orders.services.undo import before_sending, hold_letters
from tocsin.jurisdiction.face import visible_organisations
from tocsin.notices.face import names_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, User


@transaction.atomic
def make_lead(*, actor: "User", order_id: UUID, text: str = "", channel: str = "console") -> Order:
    """A duty officer lets the unit of a running order lead, with what it is to do. Conflict for an order that has ended."""
    asked = queries.visible_orders(actor).get(pk=order_id)
    book, (case,) = open_cases(actor, channel, asked.case_id)
    if asked.state in queries.ENDED_STATES:
        raise Conflict(_("This order has ended: send the unit anew."))
    touch(book, case)
    led = lead_by(book, case, unit=asked.unit, text=text)
    hold_letters(case, led)
    return led


@transaction.atomic
def dispatch_order(
    *, actor: "User", case_id: UUID, unit_id: UUID, role: OrderRole, text: str = "", channel: str = "console"
) -> Order:
    """A duty officer sends a unit; where another one leads, the new lead takes its place."""
    book, (case,) = open_cases(actor, channel, case_id)
    unit = visible_organisations(actor).get(pk=unit_id)
    touch(book, case)
    return _send_by_hand(book, NewOrder(case, unit, role, text))


@transaction.atomic
def dispatch_proposed(*, actor: "User", case_id: UUID, unit_ids: Collection[UUID], channel: str = "console") -> list[Order]:
    """A duty officer sends all owners that `proposed_orders` names, as the person was shown them (`unit_ids`).

    Conflict where other units are proposed by now: nobody is sent whom the person has not seen.
    """
    book, (case,) = open_cases(actor, channel, case_id)
    proposed = proposed_orders(case, at=book.now)
    if not proposed:
        raise Conflict(_("Every owner that this case concerns has an order already."))
    if {one.unit.pk for one in proposed} != set(unit_ids):
        units = ", ".join(str(one.unit) for one in proposed)
        raise Conflict(_("By now it would be %(units)s that are sent: look again, then send.") % {"units": units})
    touch(book, case)
    return [_send_by_hand(book, one) for one in proposed]


def _send_by_hand(book: Book, new: NewOrder) -> Order:
    """The order of a person: a new lead takes the place of the one that leads, and letters wait until it can't be undone."""
    case = new.case
    if new.role is OrderRole.LEAD:
        sent = lead_by(book, case, unit=new.unit, text=new.text)
    else:
        sent = send_order(book, case, unit=new.unit, role=new.role, text=new.text, before=before_sending(case, None))
    hold_letters(case, sent)
    return sent


def lead_by(book: Book, case: Case, *, unit: "Organisation", text: str = "", sign_from: datetime | None = None) -> Order:
    """From now on this unit leads; who led before assists. What the unit has done already counts."""
    before, own = queries.running_lead(case), queries.running_order(case, unit)
    if before is not None and before.unit_id == unit.pk:
        raise Conflict(_("%(unit)s leads already.") % {"unit": unit})
    was = before_sending(case, own)
    if before is not None:
        leave_lead(book, before)
    if own is None:
        own = send_order(book, case, unit=unit, role=OrderRole.LEAD, text=text, sign_from=sign_from, before=was)
        begin_own_clocks(book, own)
        _follow_lead(book, own)
        return own
    own.case = case
    take_lead(book, own, text=text)
    book.note(case, "order_lead", text=text, figures={**order_figures(own), "before": was})
    if own.accepted_at is not None:
        settle(book, own)
    _follow_lead(book, own)
    book.refresh(case)
    return own


def _follow_lead(book: Book, order: Order) -> None:
    for follower in followers():
        follower.led(book, order)


def settle(book: Book, order: Order) -> None:
    """The unit that leads has signed: whoever kept the case until its owner was found keeps it no more."""
    case = order.case
    if order.role == OrderRole.LEAD and case.keeper_id not in (None, order.unit_id):
        case.keeper = None
        case.save(update_fields=["keeper"])
        book.note(case, "settled", figures=order_figures(order))


def pass_on(book: Book, order: Order, *, unit: "Organisation") -> Order:
    """Another unit takes the order over in the same role. Its time to sign is what was left of the first unit's, if that had not
    signed; the clocks of the case go on. Call it when the first order has ended.
    """
    if unit.pk == order.unit_id:
        raise InvalidInput(_("Name another unit."))
    case, role = order.case, OrderRole(order.role)
    signing = Clock.objects.filter(case=case, step=Step.SIGN, subject=order.number, met_at__isnull=True).first()
    sign_from = signing.began_at if signing else None
    if role is OrderRole.LEAD:
        return lead_by(book, case, unit=unit, text=order.text, sign_from=sign_from)
    running = queries.running_order(case, unit)
    return running or send_order(book, case, unit=unit, role=role, text=order.text, sign_from=sign_from)


def keep_by_government(book: Book, case: Case, *, returned: Order) -> None:
    """Its unit sent the order back: the local government keeps the case until another unit signs; after a second unit's
    "not ours" it leads itself.
    """
    keeper = queries_places.keeper_of(case, at=book.now)
    if keeper is None or keeper.pk == returned.unit_id:
        return
    if case.keeper_id != keeper.pk:
        case.keeper = keeper
        case.save(update_fields=["keeper"])
        book.note(case, "kept", figures={"unit": names_of(keeper)})
    if len(queries.said_not_ours(case)) > 1 and queries.running_lead(case) is None:
        lead_by(book, case, unit=keeper)
