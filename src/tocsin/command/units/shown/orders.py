"""Orders as desks read them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.text import capfirst
from ninja import Field, Schema

from tocsin.command.casebook.models import Clock
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import ENDED, OrderRole, OrderState
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.casebook.shown.clocks import ClockOut, describe_clock
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.queries.orders import works_on
from tocsin.command.orders.queries.sendings import just_sent
from tocsin.command.orders.rules.acts import OrderAct
from tocsin.command.orders.shown import (
    ACT_NAMES,
    OrderEntryOut,
    OrderOut,
    describe_entry,
    describe_order,
    last_step,
    steps_ahead,
)
from tocsin.jurisdiction.face import may
from tocsin.screens.words import listed, short_moment

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
    undo_until: datetime | None = Field(description="until then the reader can undo having sent it, or having made it lead")
    wrong_step: UUID | None = Field(description="the entry that may be taken back")
    on_behalf: bool
    may_withdraw: bool
    may_lead: bool

    @property
    def newest(self) -> str:
        """The newest entry that counts, in a line."""
        last = next((one for one in reversed(self.entries) if not one.conflict and not one.struck), None)
        if last is None:
            return ""
        return listed(*filter(None, (f"{short_moment(last.at)} {last.act_name}", last.details, last.text)))

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
    sent = just_sent(user, orders, now=now)
    return [_describe(user, one, entries[one.pk], clocks[one.number], sent.get(one.number)) for one in orders]


def _describe(
    user: "Person", order: Order, entries: list[OrderEntry], clocks: list[ClockOut], undo: datetime | None
) -> OrderOnPage:
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
        undo_until=undo,
        wrong_step=last_step(order, entries) if works and not on_behalf else None,
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
