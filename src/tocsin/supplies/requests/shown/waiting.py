"""Which requests and deliveries wait for somebody."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requests.queries.requests import late_deliveries, to_decide

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


def _late(user: "Actor", now: datetime) -> "QuerySet[Delivery]":
    return late_deliveries(user, now)


def _tell_late(delivery: "Delivery") -> Waiting:
    assert delivery.due_at is not None  # noqa: S101 - only such are found
    address = reverse("supply_delivery", args=[delivery.pk])
    return Waiting(listed(delivery.number, delivery.store.name), address, delivery.due_at, delivery.due_at)


WAITING: Final = (
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
)
