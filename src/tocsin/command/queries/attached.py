"""Who reads what is attached to the objects of command: whoever may see the object."""

from typing import TYPE_CHECKING

from tocsin.command.queries import visible_cases
from tocsin.command.queries.orders import visible_orders

if TYPE_CHECKING:
    from tocsin.jurisdiction.queries import Person


def may_read_case(user: "Person", case_id: str) -> bool:
    """The files of a case itself."""
    return visible_cases(user).filter(pk=case_id).exists()


def may_read_order(user: "Person", order_id: str) -> bool:
    """The photos and documents of a unit's work: for the unit, too."""
    return visible_orders(user).filter(pk=order_id).exists()
