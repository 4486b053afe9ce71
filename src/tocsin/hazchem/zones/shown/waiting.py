"""Breaches that wait for the firm's control room."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.positions.rules.rights import OWN
from tocsin.hazchem.zones.models import ZoneBreach
from tocsin.hazchem.zones.queries.zones import breaches_to_acknowledge
from tocsin.hazchem.zones.shown.zones import describe_breach
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor


def _found(user: "Actor", _now: datetime) -> "QuerySet[ZoneBreach]":
    return breaches_to_acknowledge(user)


def _tell(one: ZoneBreach) -> Waiting:
    told = describe_breach(one)
    about = listed(*filter(None, (told.kind_name, told.zone, told.permit, told.holder)))
    return Waiting(about, reverse("zone_breach", args=[one.pk]), one.raised_at)


WAITING: Final = (
    WaitingKind("zone_breach", pgettext_lazy("what waits", "Breach in the plant: acknowledge"), (OWN,), found=_found, tell=_tell),
)
