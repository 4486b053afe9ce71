"""Which requests and deliveries wait for somebody."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requests.queries.requests import (
    deliveries_to_keep,
    deliveries_to_take_back,
    late_deliveries,
    to_decide,
    to_end,
    to_plan,
)
from tocsin.supplies.requests.rules.states import DeliveryState
from tocsin.supplies.requests.shown.names import DELIVERY_STATE_NAMES

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor
    from tocsin.supplies.requests.models import Delivery, SupplyRequest


def _decide(user: "Actor", _now: datetime) -> "QuerySet[SupplyRequest]":
    return to_decide(user)


def _tell(request: "SupplyRequest") -> Waiting:
    assert request.asked_at is not None  # noqa: S101 - only such are found
    address = reverse("supply_request", args=[request.pk])
    return Waiting(listed(request.number, request.purpose), address, request.asked_at, request.due_at)


def _plan(user: "Actor", _now: datetime) -> "QuerySet[SupplyRequest]":
    return to_plan(user)


def _tell_to_plan(request: "SupplyRequest") -> Waiting:
    assert request.decided_at is not None  # noqa: S101 - only such are found
    return Waiting(listed(request.number, request.purpose), reverse("supply_request", args=[request.pk]), request.decided_at)


def _end(user: "Actor", _now: datetime) -> "QuerySet[Any]":
    return to_end(user)


def _tell_to_end(request: Any) -> Waiting:
    address = reverse("supply_request", args=[request.pk])
    return Waiting(listed(request.number, request.purpose), address, request.handed_over_at, request.return_by)


def _late(user: "Actor", now: datetime) -> "QuerySet[Delivery]":
    return late_deliveries(user, now)


def _tell_late(delivery: "Delivery") -> Waiting:
    assert delivery.due_at is not None  # noqa: S101 - only such are found
    address = reverse("supply_delivery", args=[delivery.pk])
    return Waiting(listed(delivery.number, delivery.store.name), address, delivery.due_at, delivery.due_at)


def _to_handle(user: "Actor", now: datetime) -> "QuerySet[Delivery]":
    return deliveries_to_keep(user).exclude(due_at__lte=now)  # what is late waits as such


def _tell_to_handle(delivery: "Delivery") -> Waiting:
    about = listed(delivery.number, delivery.store.name, str(DELIVERY_STATE_NAMES[DeliveryState(delivery.state)]))
    return Waiting(about, reverse("supply_delivery", args=[delivery.pk]), delivery.made_at, delivery.due_at)


def _to_take_back(user: "Actor", _now: datetime) -> "QuerySet[Delivery]":
    return deliveries_to_take_back(user)


def _tell_to_take_back(delivery: "Delivery") -> Waiting:
    about = listed(delivery.number, delivery.store.name)
    since = delivery.handed_over_at or delivery.made_at
    return Waiting(about, reverse("supply_delivery", args=[delivery.pk]), since, delivery.return_by)


WAITING: Final = (
    WaitingKind(
        "delivery_to_handle",
        pgettext_lazy("what waits", "Delivery out of your store: pick, load and let it leave"),
        (rights.KEEP,),
        found=_to_handle,
        tell=_tell_to_handle,
    ),
    WaitingKind(
        "delivery_to_take_back",
        pgettext_lazy("what waits", "Goods out of your store: count in what comes back"),
        (rights.KEEP,),
        found=_to_take_back,
        tell=_tell_to_take_back,
    ),
    WaitingKind(
        "late_delivery",
        pgettext_lazy("what waits", "Delivery of supplies: late"),
        (rights.KEEP, rights.RESERVE),
        found=_late,
        tell=_tell_late,
    ),
    WaitingKind(
        "supply_request", pgettext_lazy("what waits", "Request of supplies: decide"), (rights.LEAD,), found=_decide, tell=_tell
    ),
    WaitingKind(
        "supply_request_to_plan",
        pgettext_lazy("what waits", "Request of supplies, approved: accept a plan of who brings it"),
        (rights.RESERVE,),
        found=_plan,
        tell=_tell_to_plan,
    ),
    WaitingKind(
        "supply_request_to_end",
        pgettext_lazy("what waits", "Supplies handed over: enter what is used up, or close the request"),
        (rights.RESERVE,),
        found=_end,
        tell=_tell_to_end,
    ),
)
