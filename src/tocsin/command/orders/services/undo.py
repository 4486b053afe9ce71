"""A sending that was a slip is undone within seconds, before letters have left: nobody has to be told that it was none."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, NotAllowed
from tocsin.command.casebook.models import Case, CaseChange
from tocsin.command.casebook.queries.notices import notices_of
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import OrderRole, OrderState
from tocsin.command.casebook.services import clocks
from tocsin.command.casebook.services.acting import open_cases
from tocsin.command.casebook.services.log import Book
from tocsin.command.orders.models import Order
from tocsin.command.orders.policy import orders_policy
from tocsin.command.orders.queries import orders as queries
from tocsin.command.orders.queries.notices import notices_of_orders
from tocsin.command.orders.queries.sendings import SENDINGS, undo_until
from tocsin.command.orders.services.leads import stop_own_clocks
from tocsin.command.routing.rules import Purpose
from tocsin.notices import face as notices

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def before_sending(case: Case, order: Order | None) -> dict[str, Any]:
    """What a change of the lead would take the place of, as its line of the time line keeps it."""
    lead = queries.running_lead(case)
    return {
        "lead": str(lead.pk) if lead is not None else "",
        "keeper": str(case.keeper_id or ""),
        "role": order.role if order is not None else "",
        "text": order.text if order is not None else "",
    }


def hold_letters(case: Case, order: Order) -> None:
    """Letters of what a person has just sent leave only when it can no longer be undone. Screens show it at once."""
    seconds = orders_policy(case.region_code, case.opened_at).undo_s
    notices.hold(notices_of_orders([order]), seconds=seconds)


@transaction.atomic
def undo_sending(*, actor: "User", order_id: UUID, channel: str = "console") -> Order:
    """Takes back what this person has just sent: the order, or that its unit leads; whoever led before leads again.

    NotAllowed for another person; Conflict when the seconds are over or the unit has signed meanwhile.
    """
    seen = queries.visible_orders(actor).get(pk=order_id)
    book, (case,) = open_cases(actor, channel, seen.case_id)
    order = Order.objects.select_for_update(of=("self",)).select_related("unit").get(pk=order_id)
    order.case = case
    change = case.changes.filter(act__in=SENDINGS, figures__order=order.number).order_by("-line").first()
    if change is None:
        raise Conflict(_("It can no longer be undone: withdraw the order, or make another unit lead."))
    if change.actor_id != actor.pk:
        raise NotAllowed(_("Only who sent it undoes it: withdraw the order instead."))
    if change.undone_by_id is not None or book.now > undo_until(order, change.at):
        raise Conflict(_("It can no longer be undone: withdraw the order, or make another unit lead."))
    if change.act == "order_sent" and order.state != OrderState.SENT:
        raise Conflict(_("The unit has signed already: withdraw the order instead."))
    _take_back(book, case, order, change)
    change.undone_by = book.note(case, "order_undone", figures={k: change.figures[k] for k in ("order", "unit", "role")})
    change.save(update_fields=["undone_by"])
    book.refresh(case)
    return order


def _take_back(book: Book, case: Case, order: Order, change: CaseChange) -> None:
    before = change.figures.get("before", {})
    stop_own_clocks(book, order)
    told = notices_of_orders([order])
    if change.act == "order_sent":
        order.state, order.ended_at = OrderState.WITHDRAWN.value, book.now
        clocks.stop(case, Step.SIGN, order.number, now=book.now)
    else:
        order.role, order.text = before["role"], before["text"]
        told = notices_of(case).filter(purpose=Purpose.LEAD, act_id=order.pk)
    order.save()
    notices.supersede(told, now=book.now)
    notices.silence(told, book.now)
    if before.get("lead"):
        Order.objects.exclude(state__in=queries.ENDED_STATES).filter(pk=before["lead"]).update(role=OrderRole.LEAD.value)
    case.keeper_id = UUID(before["keeper"]) if before.get("keeper") else None
    case.save(update_fields=["keeper"])
