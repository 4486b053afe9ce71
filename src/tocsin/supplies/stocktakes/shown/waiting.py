"""What waits for who keeps a store: lots to count, and a stock-take that is counted and not booked."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stocktakes.models import Stocktake
from tocsin.supplies.stocktakes.queries.takes import visible_stocktakes
from tocsin.supplies.stocktakes.rules.counting import TakeState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor


def _open(user: "Actor") -> "QuerySet[Stocktake]":
    return visible_stocktakes(user, rights.KEEP).filter(state=TakeState.COUNTING)


def _to_count(user: "Actor", _now: datetime) -> "QuerySet[Stocktake]":
    return _open(user).filter(finished_at=None)


def _to_book(user: "Actor", _now: datetime) -> "QuerySet[Stocktake]":
    return _open(user).filter(finished_at__isnull=False)


def _tell_count(one: Stocktake) -> Waiting:
    return Waiting(listed(one.store.name, one.number), f"{reverse('keeper_phone')}#{one.pk}", one.opened_at)


def _tell_book(one: Stocktake) -> Waiting:
    since = one.finished_at or one.opened_at
    return Waiting(listed(one.store.name, one.number), reverse("supply_stocktake", args=[one.pk]), since)


WAITING: Final = (
    WaitingKind(
        "supplies_to_count",
        pgettext_lazy("what waits", "Stock-take: lots to count"),
        (rights.KEEP,),
        found=_to_count,
        tell=_tell_count,
    ),
    WaitingKind(
        "supplies_to_book",
        pgettext_lazy("what waits", "Stock-take: all is counted, look at the differences and book it"),
        (rights.KEEP,),
        found=_to_book,
        tell=_tell_book,
    ),
)
