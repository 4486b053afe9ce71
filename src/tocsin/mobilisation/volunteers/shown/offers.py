"""A need and who could come, as points of a map: for whoever may call them, as homes are exact here."""

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.mobilisation.volunteers.models import Call, Need, Volunteer
from tocsin.mobilisation.volunteers.queries.needs import choice_for
from tocsin.mobilisation.volunteers.rules.calls import RUNNING, CallState
from tocsin.mobilisation.volunteers.rules.matching import Called
from tocsin.mobilisation.volunteers.shown.calls import CALL_STATE_NAMES, LEFT_OUT_NAMES
from tocsin.screens.geojson import Features, features, point
from tocsin.screens.words import figure

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

MOST: Final = 500  # of the queue, and of those who are left out


def offers_of(need: Need, now: "datetime") -> Features:
    """The need (red), who is on it (green), who would be next (yellow), and who is left out, with the reason (grey)."""
    choice = choice_for(need, now)
    queue = [*choice.called, *choice.queue][:MOST]
    left_out = dict(list(choice.left_out.items())[:MOST])
    calls = {one.volunteer_id: one for one in need.calls.filter(state__in=sorted(one.value for one in RUNNING))}
    found = Volunteer.objects.filter(pk__in=[*calls, *(one.id for one in queue), *left_out], lon__isnull=False, lat__isnull=False)
    known: dict[UUID, Volunteer] = {one.pk: one for one in found}
    words: dict[UUID, tuple[str, str]] = {
        **{identity: ("unknown", str(LEFT_OUT_NAMES[reason])) for identity, reason in left_out.items()},
        **{one.id: ("yellow", _next(number, one)) for number, one in enumerate(queue, 1)},
        **{identity: ("good", _called(call)) for identity, call in calls.items()},
    }
    others = [
        point(one.lon, one.lat, name=str(one), words=said, url=reverse("volunteer", args=[identity]), shape=shape)
        for identity, (shape, said) in words.items()
        if (one := known.get(identity)) is not None
    ]
    page = reverse("volunteer_need", args=[need.number])
    return features((*others, point(need.lon, need.lat, name=need.what, words=need.place, url=page, shape="red")))


def _next(number: int, one: Called) -> str:
    told = {"number": number, "km": figure(round(one.way_m / 1000, 1)), "count": one.counts}
    return _("no. %(number)s in the queue, %(km)s km, fills %(count)s") % told


def _called(call: Call) -> str:
    return pgettext("volunteer on a map", "%(state)s, fills %(count)s") % {
        "state": CALL_STATE_NAMES[CallState(call.state)],
        "count": call.counts,
    }
