"""What waits for somebody about stops: orders to be served or taken, resumptions to be examined or approved."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.engine.work.firm import OrderKind
from tocsin.jurisdiction.face import scope
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.supervision.objects.queries.register import rows_of_visible
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops.models import StopOrder

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def orders_to_serve(user: "Actor", _now: datetime) -> QuerySet[StopOrder]:
    """Orders that have no effect yet, as nobody has served them."""
    return scope(_unserved(), user, rights.INSPECT).order_by("made_at")


def orders_to_take(user: "Actor", _now: datetime) -> QuerySet[StopOrder]:
    """Orders against the user's own firm that it has not taken."""
    return rows_of_visible(_unserved(), user, permissions=(rights.OWN,)).order_by("made_at")


def resumptions_asked(user: "Actor", _now: datetime) -> QuerySet[StopOrder]:
    """Stops whose resumption is applied for and not proposed, where the user leads."""
    return scope(_asked().filter(proposed_at=None), user, rights.LEAD).order_by("applied_at")


def resumptions_proposed(user: "Actor", _now: datetime) -> QuerySet[StopOrder]:
    """Those that another person has proposed: the user is the second one."""
    others = _asked().filter(proposed_at__isnull=False).exclude(proposed_by=user.pk)
    return scope(others, user, rights.LEAD).order_by("proposed_at")


def _unserved() -> QuerySet[StopOrder]:
    orders = StopOrder.objects.filter(kind=OrderKind.ORDERED_STOP, served_at=None, resumed_on=None)
    return orders.select_related("object")


def _asked() -> QuerySet[StopOrder]:
    return StopOrder.objects.filter(resumed_on=None, applied_at__isnull=False).select_related("object")


def _tell(order: StopOrder) -> Waiting:
    since = order.proposed_at or order.applied_at or order.made_at
    return Waiting(listed(order.object.name, order.number), reverse("stop", args=[order.pk]), since)


WAITING: Final = (
    WaitingKind(
        "stop_order", pgettext_lazy("what waits", "Order to stop: take it"), (rights.OWN,), found=orders_to_take, tell=_tell
    ),
    WaitingKind(
        "stop_service",
        pgettext_lazy("what waits", "Order to stop: serve it"),
        (rights.INSPECT,),
        found=orders_to_serve,
        tell=_tell,
    ),
    WaitingKind(
        "resumption",
        pgettext_lazy("what waits", "Resumption applied for: examine"),
        (rights.LEAD,),
        found=resumptions_asked,
        tell=_tell,
    ),
    WaitingKind(
        "resumption_proposed",
        pgettext_lazy("what waits", "Resumption proposed: approve or refuse"),
        (rights.LEAD,),
        found=resumptions_proposed,
        tell=_tell,
    ),
)
