"""Photos and documents of cases and orders: which there are, and who reads them."""

from typing import TYPE_CHECKING

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import family_of, visible_cases
from tocsin.command.orders.models import Order
from tocsin.command.orders.queries.orders import visible_orders
from tocsin.records.face import attachments_of_all

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.records.face import Attachment


def may_read_case(user: "Person", case_id: str) -> bool:
    """The files of a case itself."""
    return visible_cases(user).filter(pk=case_id).exists()


def may_read_order(user: "Person", order_id: str) -> bool:
    """The photos and documents of a unit's work: for the unit, too."""
    return visible_orders(user).filter(pk=order_id).exists()


def files_of(case: Case) -> "list[Attachment]":
    """Everything attached to the case, to cases that went into it and to their orders, oldest first; for who may see the case."""
    cases = family_of(case)
    orders = Order.objects.filter(case__in=cases).values_list("pk", flat=True)
    return list(attachments_of_all([*(("case", one) for one in cases), *(("order", one) for one in orders)]))
