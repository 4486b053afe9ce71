"""Who is within so many metres of a place: the one question as a page."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.atlas.exposure.policy import exposure_policy
from tocsin.atlas.exposure.queries.bodies import SEE
from tocsin.atlas.exposure.queries.telling import TELL
from tocsin.atlas.exposure.shown.area import describe_area
from tocsin.atlas.exposure.shown.bodies import map_texts
from tocsin.base.errors import NotAllowed
from tocsin.engine.exposure.areas import circle
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters

WIDEST_M = 50_000.0


@dataclass(frozen=True)
class Question:
    """A place, how far around it, and when."""

    lon: float | None = None
    lat: float | None = None
    metres: float | None = None
    at: datetime | None = None


@never_cache
@require_GET
def area(request: HttpRequest) -> HttpResponse:
    """Who and what is there, and how that was reckoned."""
    if not may_anywhere(request.user, SEE):
        raise NotAllowed(_("Your roles do not show you exposed bodies."))
    chosen = read_filters(Question, request.GET)
    metres = min(max(chosen.metres or exposure_policy().near.bodies_m, 1.0), WIDEST_M)
    at, answer = chosen.at or current_time(), None
    if chosen.lon is not None and chosen.lat is not None and abs(chosen.lon) <= 180 and abs(chosen.lat) < 89:
        place = (chosen.lon, chosen.lat)
        answer = describe_area(request.user, circle(*place, metres), at=at, place=place)
    context = {"chosen": chosen, "metres": metres, "at": at, "answer": answer, "map_texts": map_texts()}
    context["tells"] = may_anywhere(request.user, TELL)
    return render(request, "atlas/exposure/area.html", context)
