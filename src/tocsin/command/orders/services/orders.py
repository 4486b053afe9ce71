"""Orders are sent, led, passed on and kept: by the machine from a level on, by the duty officer at any time.

No order that comes back or goes to another unit sets a clock of its case back.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.ids import new_id
from tocsin.base.levels import AlarmLevel
from tocsin.bus.services import record_event
from tocsin.command.casebook.models import Case, Clock
from tocsin.command.casebook.policy import policy_of
from tocsin.command.casebook.queries import places as queries_places
from tocsin.command.casebook.queries.notices import subject_of
from tocsin.command.casebook.rules.cases import CaseState, own_limits
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.acting import open_cases, touch
from tocsin.command.casebook.services.log import Book
from tocsin.command.orders.events import OrderSent
from tocsin.command.orders.models import Order
from tocsin.command.orders.policy import orders_policy
from tocsin.command.orders.queries import orders as queries
from tocsin.command.orders.queries.notices import act_of
from tocsin.command.orders.services.followers import followers
from tocsin.command.orders.services.leads import begin_own_clocks, leave_lead, take_lead
from tocsin.command.orders.services.undo import before_sending, hold_letters
from tocsin.command.routing.rules import Purpose, Why
from tocsin.command.routing.services.notice_clocks import directory_of
from tocsin.jurisdiction.face import visible_organisations
from tocsin.notices import face as notices
from tocsin.notices.face import sending

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, User


def send_order(
    book: Book,
    case: Case,
    *,
    unit: "Organisation",
    role: OrderRole,
    text: str = "",
    sign_from: datetime | None = None,
    before: dict[str, Any] | None = None,
) -> Order:
    """A new order to a unit, which has to sign for it in time, counted from now or, for one taken over, `sign_from`.

    `before`: what it takes the place of, for an undo. Conflict where the unit has one, or another unit leads.
    """
    if case.state in (CaseState.CLOSED, CaseState.MERGED):
        raise Conflict(_("This case is over: no order can be sent."))
    if queries.running_order(case, unit) is not None:
        raise Conflict(_("%(unit)s has an order of this case already.") % {"unit": unit})
    if role is OrderRole.LEAD and queries.running_lead(case) is not None:
        raise Conflict(_("Another unit leads: change the lead instead."))
    order = Order.objects.create(
        id=new_id(),
        number=_next_number(case),
        case=case,
        region_code=case.region_code,
        unit=unit,
        role=role.value,
        text=text.strip()[:2000],
        sent_at=book.now,
        sent_by=book.actor,
    )
    clocks.begin(case, Step.SIGN, order.number, now=sign_from or book.now, limit=_limit_to_sign(case, role))
    book.note(case, "order_sent", text=order.text, figures={**order_figures(order), "before": before or {}})
    notices.write(
        subject_of(case),
        organisation=unit,
        purpose=Purpose.STAND_BY if role is OrderRole.STAND_BY else Purpose.ORDER,
        why=Why.NEIGHBOUR if role is OrderRole.STAND_BY else Why.UNIT,
        urgent=case.level >= sending().urgent_level,
        key=f"order-{order.pk}",
        figures={"order": order.number, "role": order.role},
        now=book.now,
        act=act_of(order),
        directory=directory_of(book),
    )
    book.refresh(case)
    event = OrderSent(order_id=str(order.pk), number=order.number, case_id=str(case.pk), unit_id=str(unit.pk), role=order.role)
    record_event(event, region=case.region_code)
    return order


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
    if role is OrderRole.LEAD:
        sent = lead_by(book, case, unit=unit, text=text)
    else:
        sent = send_order(book, case, unit=unit, role=role, text=text, before=before_sending(case, None))
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


def dispatch_by_policy(book: Book, case: Case) -> None:
    """From the policy's level on the owners get their orders at once: the symptom's leads, the others assist.

    A unit that had an order of this case before is not sent again by the machine, unless the case was opened again since.
    """
    handling = policy_of(case.policy).handling
    if case.level < handling.dispatching_level or case.state in (CaseState.CLOSED, CaseState.MERGED):
        return
    owners = queries.owners_of(case, at=book.now)
    sent = queries.orders_of_opening(case)
    asked = set(sent.values_list("unit_id", flat=True))
    led = sent.filter(role=OrderRole.LEAD).exists()
    for unit in ([owners.lead] if owners.lead else []) + list(owners.assisting):
        if unit.pk not in asked:
            send_order(book, case, unit=unit, role=OrderRole.ASSISTING if led else OrderRole.LEAD)
        led = True


def order_figures(order: Order) -> dict[str, object]:
    """The order as lines of the time line carry it, in both languages."""
    return {"order": order.number, "role": order.role, "unit": names_of(order.unit)}


def names_of(unit: "Organisation") -> dict[str, str]:
    """The unit's names."""
    return {"zh": unit.name_zh, "en": unit.name_en}


def _next_number(case: Case) -> str:
    """The case's number and a count; orders of other cases that were merged into it keep theirs."""
    known = Order.objects.filter(number__startswith=f"{case.number}-").values_list("number", flat=True)
    return f"{case.number}-{max((int(one.rpartition('-')[2]) for one in known), default=0) + 1:02d}"


def _limit_to_sign(case: Case, role: OrderRole) -> timedelta:
    if role is OrderRole.STAND_BY:
        return timedelta(minutes=orders_policy(case.region_code, case.opened_at).stand_by_answer_min)
    return timedelta(
        minutes=policy_of(case.policy).minutes_to_sign(AlarmLevel(case.level), own=own_limits(case.kind, case.origin_reference))
    )
