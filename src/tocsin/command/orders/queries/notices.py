"""Orders as notices name them, and the notices that ask for them."""

from typing import TYPE_CHECKING

from tocsin.notices.face import notices_asking
from tocsin.notices.messages.rules.subjects import ORDER, Act

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from tocsin.command.orders.models import Order
    from tocsin.notices.face import Notice


def act_of(order: "Order") -> Act:
    """The order as what its unit signs for."""
    return Act(ORDER, order.pk, order.number, order.unit_id)


def notices_of_orders(orders: "Iterable[Order]") -> "QuerySet[Notice]":
    """The notices that ask for these orders, or tell of them."""
    return notices_asking(ORDER, [order.pk for order in orders])
