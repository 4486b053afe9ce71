"""Orders as desks read them, and the crew's phone page: its row and its sentences."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Schema

from tocsin.command.casebook.models import Clock
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import ENDED, OrderRole, OrderState
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.casebook.shown.clocks import ClockOut, describe_clock
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.queries.orders import works_on
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.command.orders.shown import (
    ACT_NAMES,
    OrderEntryOut,
    OrderOut,
    describe_entry,
    describe_order,
    steps_ahead,
)
from tocsin.fieldwork.shown import Phone, common_texts
from tocsin.jurisdiction.face import may

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


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
    next_step: tuple[str, str] | None
    works: bool
    on_behalf: bool
    may_withdraw: bool
    may_lead: bool

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


AT_ONCE: Final = (OrderAct.ACCEPT, OrderAct.LEAVE, OrderAct.ARRIVE, OrderAct.MEND)
"""Steps that need no word: one press of a button."""


def describe_orders(user: "Person", orders: Sequence[Order], *, now: datetime) -> list[OrderOnPage]:
    """Orders with their entries, their clocks, where each crew was last, and what this person may enter: two queries for all."""
    entries: dict[Any, list[OrderEntry]] = defaultdict(list)
    for entry in OrderEntry.objects.filter(order__in=orders).select_related("actor").order_by("version"):
        entries[entry.order_id].append(entry)
    clocks: dict[str, list[ClockOut]] = defaultdict(list)
    for clock in Clock.objects.filter(case__orders__in=orders, subject__in=[one.number for one in orders]).distinct():
        clocks[clock.subject].append(describe_clock(clock, now))
    return [_describe(user, one, entries[one.pk], clocks[one.number]) for one in orders]


def _describe(user: "Person", order: Order, entries: list[OrderEntry], clocks: list[ClockOut]) -> OrderOnPage:
    works = OrderState(order.state) not in ENDED and works_on(user, order)
    handles = works and may(user, rights.HANDLE, order.region_code)
    on_behalf = works and not may(user, rights.WORK, order.region_code, (order.unit_id,))
    following = steps_ahead(order)[:1] if works and not on_behalf else []
    places = [one for one in entries if one.data.get("lon") is not None and one.data.get("lat") is not None]
    last = max(places, key=lambda one: (one.at, one.version), default=None)
    return OrderOnPage(
        **dict(describe_order(order)),
        entries=[describe_entry(one) for one in entries],
        clock=next((one for one in clocks if one.runs), None),
        check_in=next((one for one in clocks if one.step == Step.CHECK_IN and one.runs), None),
        last_place=LastPlaceOut(lon=last.data["lon"], lat=last.data["lat"], at=last.at) if last else None,
        next_step=next(((act.value, capfirst(str(ACT_NAMES[act]))) for act in following if act in AT_ONCE), None),
        works=works,
        on_behalf=on_behalf,
        may_withdraw=handles,
        may_lead=handles and order.role != OrderRole.LEAD,
    )


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
