"""What waits for who leads supplies: kinds of which a region has less than its minimum."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import amount, listed
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.levels.models import Shortage
from tocsin.supplies.levels.queries.levels import visible_shortages
from tocsin.supplies.stock.shown.stock import item_name

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor


def _short(user: "Actor", _now: datetime) -> "QuerySet[Shortage]":
    return visible_shortages(user, rights.LEAD)


def _tell(one: Shortage) -> Waiting:
    figures = f"{amount(to_number(one.available))} / {amount(to_number(one.minimum))}"
    address = f"{reverse('supply_levels')}?region={one.region_code}"
    return Waiting(listed(one.region_code, item_name(one.item), figures), address, one.since)


WAITING: Final = (
    WaitingKind(
        "supplies_short",
        pgettext_lazy("what waits", "Supplies below their minimum: move or buy"),
        (rights.LEAD,),
        found=_short,
        tell=_tell,
    ),
)
