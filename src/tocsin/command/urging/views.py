"""Supervision orders on the page of their order: issued, signed for and answered there."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tocsin.command.casebook.rules import rights
from tocsin.command.orders.models import Order
from tocsin.command.orders.queries.orders import ENDED_STATES, visible_orders, works_on
from tocsin.command.urging import services
from tocsin.command.urging.queries import late_steps, urgings_of, visible_urgings
from tocsin.command.urging.shown import describe_urging
from tocsin.jurisdiction.face import may
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of


def urgings_context(request: HttpRequest, order: Order) -> dict[str, object]:
    """The part of an order's page that tells its supervision orders: `_urgings.html`."""
    now = current_time()
    return {
        "urgings": [describe_urging(one, now) for one in urgings_of(order).select_related("order__case")],
        "may_urge": order.state not in ENDED_STATES and may(request.user, rights.HANDLE, order.region_code),
        "may_answer": works_on(request.user, order),
        "late_count": len(late_steps(order, now)),
    }


def _back_to_order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    return redirect("order", visible_orders(request.user).get(pk=order_id).number)


def _back(request: HttpRequest, supervision_order_id: UUID) -> HttpResponse:
    return redirect("order", visible_urgings(request.user).get(pk=supervision_order_id).order.number)


@act(_back_to_order)
def issue(request: HttpRequest, order_id: UUID, *, text: str) -> str:
    """Issues one."""
    made = services.issue(actor=actor_of(request), order_id=order_id, text=text)
    return _("Supervision order %(number)s is issued and %(unit)s is told.") % {"number": made.number, "unit": made.unit}


@act(_back)
def sign(request: HttpRequest, supervision_order_id: UUID) -> None:
    """Signs for it."""
    services.sign(actor=actor_of(request), urging_id=supervision_order_id)


@act(_back)
def answer(request: HttpRequest, supervision_order_id: UUID, *, reason: str, measures: str, person: str) -> str:
    """Answers it."""
    services.answer(actor=actor_of(request), urging_id=supervision_order_id, reason=reason, measures=measures, person=person)
    return _("The answer is kept, and whoever issued the supervision order is told.")
