"""What waits for whoever may say whether sightings are true."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.shown import kind_name
from tocsin.vision.sightings.models import Sighting
from tocsin.vision.sightings.queries import sightings_to_judge, sightings_to_lead_on

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.screens.request import Actor


def _found(user: "Actor", _now: datetime) -> "QuerySet[Sighting]":
    return sightings_to_judge(user)


def _tell(one: Sighting) -> Waiting:
    return Waiting(listed(kind_name(one.kind), one.camera.name), reverse("sighting", args=[one.pk]), one.raised_at)


def _found_to_lead_on(user: "Actor", _now: datetime) -> "QuerySet[Sighting]":
    return sightings_to_lead_on(user)


def _tell_settled(one: Sighting) -> Waiting:
    return Waiting(
        listed(kind_name(one.kind), one.camera.name), reverse("sighting", args=[one.pk]), one.settled_at or one.raised_at
    )


WAITING: Final = (
    WaitingKind(
        "sightings",
        pgettext_lazy("what waits", "Sightings to confirm or reject"),
        (rights.JUDGE,),
        found=_found,
        tell=_tell,
    ),
    WaitingKind(
        "sightings_to_lead_on",
        pgettext_lazy("what waits", "Confirmed sightings that ask for a hidden danger"),
        (rights.INSPECT,),
        found=_found_to_lead_on,
        tell=_tell_settled,
    ),
)
