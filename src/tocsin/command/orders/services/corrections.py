"""What was entered by mistake: the last step taken back, a value corrected. The entry stays to be read, and counts no more."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.command.casebook.rules.order_states import OrderState
from tocsin.command.casebook.services import clocks
from tocsin.command.orders.models import Order, OrderEntry
from tocsin.command.orders.rules.acts import TAKEN_BACK, OrderAct, StepVerdict, furthest

if TYPE_CHECKING:
    from uuid import UUID

_COUNTS = (StepVerdict.GOES_ON.value, StepVerdict.ALREADY.value)


def take_back(order: Order, wrong: "UUID") -> OrderState:
    """Strikes the last step; the state is then the furthest of all that remain, and clocks that the step met run again with the
    dues that they had. InvalidInput for what is not the last step.
    """
    entry = OrderEntry.objects.filter(order=order, pk=wrong, verdict=StepVerdict.GOES_ON.value).first()
    act = OrderAct(entry.act) if entry is not None else None
    if entry is None or act not in TAKEN_BACK or furthest([act]) != order.state:
        raise InvalidInput(_("Only the last step can be taken back."))
    _strike(entry)
    left = OrderEntry.objects.filter(order=order, verdict__in=_COUNTS).values_list("act", flat=True)
    clocks.wait_again(order.case, met_at=entry.received_at)
    clocks.restart(order.case, stopped_at=entry.received_at)
    return furthest(map(OrderAct, left))


def correct_reading(order: Order, wrong: "UUID") -> None:
    """Strikes the reading whose value was wrong; InvalidInput for what is no reading of this order."""
    entry = OrderEntry.objects.filter(order=order, pk=wrong, act=OrderAct.READING.value).first()
    if entry is None:
        raise InvalidInput(_("This order has no such reading."))
    _strike(entry)


def _strike(entry: OrderEntry) -> None:
    entry.verdict = StepVerdict.STRUCK.value
    entry.save(update_fields=["verdict"])
