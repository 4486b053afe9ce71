"""Requests of supplies for which people and machines are asked to load and drive."""

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.base.levels import AlarmLevel
from tocsin.mobilisation.volunteers.queries.needs import NeedSubject
from tocsin.screens.words import listed
from tocsin.supplies.face import visible_requests

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

SUPPLY_REQUEST: Final = "supply_request"


def supply_request_in_need(user: "Person", number: str) -> NeedSubject:
    """A request of supplies as a need names it; DoesNotExist for one that the user may not see."""
    found = visible_requests(user).get(number=number)
    return NeedSubject(
        SUPPLY_REQUEST,
        found.pk,
        found.number,
        found.region_code,
        AlarmLevel.NONE.value,
        reverse("supply_request", args=[found.pk]),
        lon=found.lon,
        lat=found.lat,
        place=found.place,
        words=listed(found.number, found.purpose),
        what=_("Load and drive supplies"),
    )
