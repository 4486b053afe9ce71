"""What waits for who keeps gear: upkeep that is past its day."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from tocsin.screens.waiting import Waiting, WaitingKind, end_of_day
from tocsin.screens.words import listed
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.shown.stock import item_name
from tocsin.supplies.upkeep.models import Upkeep
from tocsin.supplies.upkeep.queries.due import due_by, visible_upkeep

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor


def _due(user: "Actor", now: datetime) -> "QuerySet[Upkeep]":
    return visible_upkeep(user, rights.KEEP).filter(due_by(timezone.localdate(now)))


def _tell(one: Upkeep) -> Waiting:
    held = one.holding
    about = listed(item_name(held.item), held.lot.number, held.store.name)
    due = end_of_day(one.due_on)
    return Waiting(about, f"{reverse('keeper_phone')}#{one.pk}", one.done_at or due, due)


WAITING: Final = (
    WaitingKind(
        "supplies_upkeep",
        pgettext_lazy("what waits", "Gear to be run or inspected"),
        (rights.KEEP,),
        found=_due,
        tell=_tell,
    ),
)
