"""What waits for whoever keeps a firm's loading orders."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.vision.cameras.rules import rights
from tocsin.vision.vehicles.models import PlateReading
from tocsin.vision.vehicles.queries import readings_to_accept

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor


def _found(user: "Actor", now: datetime) -> "QuerySet[PlateReading]":
    return readings_to_accept(user, now)


def _tell(one: PlateReading) -> Waiting:
    order = one.order
    words = listed(one.plate, order.reference if order else "", one.camera.name)
    return Waiting(words, reverse("loading_order", args=[one.order_id]), one.at)


WAITING: Final = (
    WaitingKind(
        "plates_to_accept",
        pgettext_lazy("what waits", "Vehicles that may be expected ones"),
        (rights.MANAGE, rights.OWN),
        found=_found,
        tell=_tell,
    ),
)
