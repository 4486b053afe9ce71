"""Orders are sent: by the duty officer one at a time, by the machine to all owners of many cases in a few statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.base.ids import new_id
from tocsin.base.levels import AlarmLevel
from tocsin.bus.bulk import insert_all
from tocsin.bus.services import record_events
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.policy import policy_of
from tocsin.command.casebook.queries.notices import subject_of
from tocsin.command.casebook.rules.cases import CaseState, own_limits
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.log import Book, Line
from tocsin.command.orders.events import OrderSent
from tocsin.command.orders.models import Order
from tocsin.command.orders.policy import orders_policy
from tocsin.command.orders.queries import orders as queries
from tocsin.command.orders.queries.notices import act_of
from tocsin.command.routing.rules import Purpose, Why
from tocsin.command.routing.services.notice_clocks import directory_of
from tocsin.notices import face as notices
from tocsin.notices.face import names_of, sending

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation

_OVER = (CaseState.CLOSED, CaseState.MERGED)
_MENDED = (CaseState.MENDED, CaseState.RECHECKING, *_OVER)  # nobody more is needed there


@dataclass(frozen=True)
class NewOrder:
    """An order to be sent. `sign_from`: from when the unit's time to sign counts where not from now; `before`: what it takes the
    place of, for an undo.
    """

    case: Case
    unit: "Organisation"
    role: OrderRole
    text: str = ""
    sign_from: datetime | None = None
    before: dict[str, Any] = field(default_factory=dict)


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
    """A new order to a unit, which has to sign for it in time. Conflict where the unit has one, or another unit leads."""
    if case.state in _OVER:
        raise Conflict(_("This case is over: no order can be sent."))
    if queries.running_order(case, unit) is not None:
        raise Conflict(_("%(unit)s has an order of this case already.") % {"unit": unit})
    if role is OrderRole.LEAD and queries.running_lead(case) is not None:
        raise Conflict(_("Another unit leads: change the lead instead."))
    return send_orders(book, [NewOrder(case, unit, role, text, sign_from, before or {})])[0]


def send_orders(book: Book, asked: Sequence[NewOrder]) -> list[Order]:
    """These orders, none of which anything stands against: with their clocks, lines, notices and news, and the cases as they are
    then.
    """
    if not asked:
        return []
    orders = insert_all(_order(book, one, number) for one, number in zip(asked, _numbers(asked), strict=True))
    insert_all(_signing(order, one, book.now) for order, one in zip(orders, asked, strict=True))
    lines = (
        Line(one.case, text=order.text, figures={**order_figures(order), "before": one.before})
        for order, one in zip(orders, asked, strict=True)
    )
    book.note_all("order_sent", list(lines))
    notices.write_all([_draft(order) for order in orders], directory_of(book))
    book.refresh_all(list({one.case.pk: one.case for one in asked}.values()))
    record_events((_event(order), order.region_code) for order in orders)
    return orders


def dispatch_by_policy(book: Book, cases: Sequence[Case]) -> list[Order]:
    """From the policy's level on the owners get their orders at once: the symptom's leads, the others assist.

    A unit that had an order of its case before is not sent again by the machine, unless the case was opened again since.
    """
    return send_orders(book, due_orders(cases, at=book.now))


def due_orders(cases: Sequence[Case], *, at: datetime) -> list[NewOrder]:
    """The orders that the policy asks for at the levels of these cases and that have not been sent; nothing is written."""
    due = [one for one in cases if one.state not in _OVER and one.level >= policy_of(one.policy).handling.dispatching_level]
    sent = queries.sent_of_openings(due)
    owners = queries.owners_of_all(due, at=at)
    asked = []
    for case in due:
        known = sent.get(case.pk, {})
        asked += _to_owners(case, owners[case.pk], known, led=OrderRole.LEAD in known.values())
    return asked


def proposed_orders(case: Case, *, at: datetime) -> list[NewOrder]:
    """What a person may send with one press, whatever the level: orders to owners that have had none since the case was opened.

    The first of them leads where nobody leads now. Empty for a case that is mended or over; nothing is written.
    """
    if case.state in _MENDED:
        return []
    known = queries.sent_of_openings([case]).get(case.pk, {})
    return _to_owners(case, queries.owners_of(case, at=at), known, led=queries.running_lead(case) is not None)


def _to_owners(case: Case, owners: queries.Owners, known: Mapping[UUID, str], *, led: bool) -> list[NewOrder]:
    """Orders to those owners that are not `known`: the first owner of all leads, unless somebody leads."""
    asked = []
    for unit in owners.all:
        if unit.pk not in known:
            asked.append(NewOrder(case, unit, OrderRole.ASSISTING if led else OrderRole.LEAD))
            led = True
    return asked


def order_figures(order: Order) -> dict[str, object]:
    """The order as lines of the time line carry it, in both languages."""
    return {"order": order.number, "role": order.role, "unit": names_of(order.unit)}


def _order(book: Book, one: NewOrder, number: str) -> Order:
    return Order(
        id=new_id(),
        number=number,
        case=one.case,
        region_code=one.case.region_code,
        unit=one.unit,
        role=one.role.value,
        text=one.text.strip()[:2000],
        sent_at=book.now,
        sent_by=book.actor,
    )


def _signing(order: Order, one: NewOrder, now: datetime) -> Any:
    limit = _limit_to_sign(order.case, one.role)
    return clocks.own_clock(order.case, Step.SIGN, order.number, began_at=one.sign_from or now, limit=limit)


def _draft(order: Order) -> notices.Draft:
    stand_by = order.role == OrderRole.STAND_BY
    return notices.Draft(
        Purpose.STAND_BY if stand_by else Purpose.ORDER,
        Why.NEIGHBOUR if stand_by else Why.UNIT,
        urgent=order.case.level >= sending().urgent_level,
        key=f"order-{order.pk}",
        subject=subject_of(order.case),
        organisation=order.unit,
        figures={"order": order.number, "role": order.role},
        act=act_of(order),
    )


def _event(order: Order) -> OrderSent:
    return OrderSent(
        order_id=str(order.pk), number=order.number, case_id=str(order.case.pk), unit_id=str(order.unit.pk), role=order.role
    )


def _numbers(asked: Iterable[NewOrder]) -> list[str]:
    """The case's number and a count for each; orders of other cases that were merged into it keep theirs. One query."""
    names = sorted({one.case.number for one in asked})
    within = Order.objects.filter(number__gte=f"{names[0]}-", number__lt=f"{names[-1]}.")  # "." follows "-"
    last: dict[str, int] = {}
    for number in within.values_list("number", flat=True):
        case, _dash, count = number.rpartition("-")
        last[case] = max(last.get(case, 0), int(count))
    found = []
    for one in asked:
        last[one.case.number] = last.get(one.case.number, 0) + 1
        found.append(f"{one.case.number}-{last[one.case.number]:02d}")
    return found


def _limit_to_sign(case: Case, role: OrderRole) -> timedelta:
    if role is OrderRole.STAND_BY:
        return timedelta(minutes=orders_policy(case.region_code, case.opened_at).stand_by_answer_min)
    own = own_limits(case.kind, case.origin_reference)
    return timedelta(minutes=policy_of(case.policy).minutes_to_sign(AlarmLevel(case.level), own=own))
