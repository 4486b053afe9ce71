"""Crews under order as points of a map: where each last told that it was."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from tocsin.command.casebook.models import Clock
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.rules.order_states import OrderState
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.queries.orders import ENDED_STATES
from tocsin.command.orders.shown import STATE_NAMES
from tocsin.jurisdiction.face import scope
from tocsin.screens.geojson import Feature, point
from tocsin.screens.words import short_moment

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

SHAPES: Final = {True: "red", False: "good"}  # a crew that has not said in time that it is well, and any other


def crew_features(user: "Person", *, now: datetime) -> list[Feature]:
    """GeoJSON points, one for each person who told a place with an act on a running order; nothing of an order that has ended."""
    running = scope(Order.objects.exclude(state__in=ENDED_STATES), user, rights.SEE)
    rows = OrderEntry.objects.filter(order__in=running, data__lon__isnull=False, data__lat__isnull=False)
    newest = {
        (row.order_id, row.actor_id, row.said_by): row
        for row in rows.select_related("order__unit", "actor").order_by("at", "version")
    }
    numbers = {row.order.number for row in newest.values()}
    late = Clock.objects.filter(step=Step.CHECK_IN.value, subject__in=numbers, met_at=None, stopped_at=None, due_at__lt=now)
    silent = set(late.values_list("subject", flat=True))
    return [_feature(row, silent=row.order.number in silent) for row in newest.values()]


def _feature(row: OrderEntry, *, silent: bool) -> Feature:
    order = row.order
    words = (str(STATE_NAMES[OrderState(order.state)]), row.said_by or str(row.actor or ""), short_moment(row.at))
    return point(
        row.data["lon"],
        row.data["lat"],
        name=str(order.unit),
        words=" · ".join(filter(None, words)),
        url=f"/orders/{order.number}/",
        shape=SHAPES[silent],
        id=str(row.pk),
        at=row.at.isoformat(),
    )
