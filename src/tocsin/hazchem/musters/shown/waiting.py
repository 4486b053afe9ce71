"""Musters that go on wait for whoever may lead them."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.musters.models import PlantMuster
from tocsin.hazchem.musters.queries.musters import open_musters
from tocsin.hazchem.musters.shown.musters import describe_muster
from tocsin.hazchem.musters.shown.words import STANDING_NAMES
from tocsin.hazchem.positions.rules.rights import COMMAND, OWN
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor


def _found(user: "Actor", _now: datetime) -> "QuerySet[PlantMuster]":
    return open_musters(user).order_by("begun_at")


def _tell(one: PlantMuster) -> Waiting:
    told = describe_muster(one)
    about = listed(told.firm, f"{told.missing} {next(iter(STANDING_NAMES.values()))}")
    return Waiting(about, reverse("plant_muster", args=[one.pk]), one.begun_at)


WAITING: Final = (
    WaitingKind("muster", pgettext_lazy("what waits", "Muster: find everybody"), (OWN, COMMAND[1]), found=_found, tell=_tell),
)
