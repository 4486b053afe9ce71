"""News of orders. Consumers may see one twice."""

import msgspec


class OrderSent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit was given an order of a case; `role` is one of `rules.orders.OrderRole`."""

    order_id: str
    number: str
    case_id: str
    unit_id: str
    role: str


class OrderEntered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit, its crew or the desk did something with an order. `verdict`: whether it took the order further, and why not."""

    order_id: str
    entry_id: str
    case_id: str
    act: str
    verdict: str
    state: str


OF_CASES = (OrderSent, OrderEntered)
"""Of these open pages of cases are told that they happened, with the ids of the cases that they name."""
