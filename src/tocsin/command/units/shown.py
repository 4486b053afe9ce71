"""Orders as desks read them, and the crew's phone page: its row and its sentences."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Schema

from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.casebook.shown.clocks import ClockOut
from tocsin.command.orders.models import Order
from tocsin.command.orders.shown import OrderEntryOut, OrderOut, describe_order
from tocsin.fieldwork.shown import Phone, common_texts


class LastPlaceOut(Schema):
    """Where a crew was last."""

    lon: float
    lat: float
    at: datetime


class OrderOnPage(OrderOut):
    """An order with its entries, its clocks, where its crew was last, and what the reader may enter."""

    entries: list[OrderEntryOut]
    clock: ClockOut | None
    check_in: ClockOut | None
    last_place: LastPlaceOut | None
    acts: list[tuple[str, str]]
    on_behalf: bool
    may_withdraw: bool
    return_reasons: list[tuple[str, str]]
    units: list[Any]
    readings: list[dict[str, str]]
    causes: list[tuple[str, str]]

    @property
    def conflicts(self) -> list[OrderEntryOut]:
        """Entries that did not count."""
        return [one for one in self.entries if one.conflict]


class OrderRow(OrderOut):
    """An order in the list of a desk, with its case's words."""

    title: str
    place: str
    level_name: str
    drill: str | None
    last_class: str


def describe_row(order: Order) -> OrderRow:
    """One line of the list of a desk."""
    case = describe_case(order.case)
    return OrderRow(
        **dict(describe_order(order)),
        title=case.title,
        place=case.place,
        level_name=case.level_name,
        drill=case.drill,
        last_class=case.last_class,
    )


def crew_texts() -> dict[str, str]:
    """Sentences of the crew's page."""
    return {
        **common_texts(),
        "no_orders": _("No orders for your unit."),
        "all_orders": _("All orders"),
        "on_map": _("Show the way"),
        "never": _("Never"),
        "mind": _("Mind"),
        "later": _("Further steps"),
        "return": _("Send back"),
        "reading": _("Reading"),
        "measure": _("Measure"),
        "neighbours": _("Call neighbours before digging"),
        "dig": _("We dig"),
        "check_in": _("All well"),
        "check_in_due": _("Say that you are well by"),
        "what": _("What"),
        "value": _("Value"),
        "finding": _("What was it really?"),
        "cause": _("Cause"),
        "cause_in_words": _("If another cause: which"),
        "asset": _("Object at fault (code)"),
        "looked_like": _("What it looked like, and where"),
        "fence": _("fenced off"),
        "ventilation": _("ventilated"),
        "valve": _("valve closed"),
        "silent": _("Not answered yet: {names}. Do not dig before they do."),
        "nobody_called": _("No neighbour has been called: do that before you dig."),
        "recheck": _("Re-check by the readings"),
        "low_since": _("Values low since {time}."),
        "to_go": _("{hours} h {minutes} min to go"),
        "long_enough": _("Low for long enough."),
        "standing_by": _("Neighbours asked to stand by"),
        "dig_warning": _("Do not dig before all have answered."),
        "drill": _("Drill"),
    }


CREW = Phone(
    "crew",
    gettext_lazy("Orders"),
    rights.WORK,
    gettext_lazy("Your roles give you no orders to work on."),
    "/api/v1/command/",
    crew_texts,
)
