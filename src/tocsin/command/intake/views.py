"""The page on which an event is taken in, and what it may be already."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.rules import rights
from tocsin.command.intake import queries, services
from tocsin.command.intake.policy import intake
from tocsin.command.intake.rules import Answer
from tocsin.jurisdiction.face import regions_within
from tocsin.lifelines.face import asset_kinds
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.request import actor_of
from tocsin.screens.words import LEVEL_NAMES

LEVELS = [(str(one.value), LEVEL_NAMES[one.value]) for one in sorted(AlarmLevel, reverse=True) if one]
PLACE_KINDS = ("manhole", "chamber", "telecom_duct", "sewer", "pump_station", "heat_station", "substation", "building")
ASKED = "asked_"  # before the keys of a kind and its question, in the form


@dataclass(frozen=True, kw_only=True)
class CallForm:
    """What the caller says."""

    kind: Line
    place: Line
    title: Line
    text: Line
    level: AlarmLevel | None
    place_kind: Line
    lon: float | None
    lat: float | None
    occurred_at: datetime | None
    caller: Line
    telephone: Line


@dataclass(frozen=True, kw_only=True)
class SpotFilters:
    """What has been typed so far."""

    region_code: Line = ""
    kind: Line = ""
    place: Line = ""
    lon: float | None = None
    lat: float | None = None


@never_cache
@require_GET
def new_case(request: HttpRequest) -> HttpResponse:
    """The form (接报)."""
    regions = _regions(request.user)
    region = regions[0][0]
    language = get_language() or "zh"
    kinds = [
        {
            "key": one.key,
            "name": one.words.told(language),
            "level": LEVEL_NAMES[one.level.value],
            "questions": [(f"{ASKED}{one.key}_{asked.key}", asked.words.told(language)) for asked in one.questions],
        }
        for one in intake(region).kinds.values()
    ]
    context = {
        "regions": regions,
        "kinds": kinds,
        "levels": LEVELS,
        "place_kinds": [(one, asset_kinds()[one]) for one in PLACE_KINDS],
        "bounds": queries.bounds_of(request.user, region),
    }
    return render(request, "command/intake/new_case.html", context)


@never_cache
@require_GET
def similar(request: HttpRequest) -> HttpResponse:
    """Open cases that the call may be about, and known places of that name: a part of the form, fetched while it is filled in."""
    typed = read_filters(SpotFilters, request.GET)
    if typed.region_code not in dict(_regions(request.user)):
        raise NotAllowed(str(gettext_lazy("Your roles do not let you take cases in.")))
    spot = queries.Spot(typed.region_code, typed.kind, typed.place, typed.lon, typed.lat)
    places = queries.known_places(typed.region_code, typed.place) if typed.lon is None else []
    context = {"similar": queries.similar_cases(request.user, spot, now=current_time()), "places": places}
    return render(request, "command/intake/_similar.html", context)


@act("new_case", alone=True)
def take_in(request: HttpRequest, *, region_code: str, form: CallForm) -> HttpResponse:
    """The call becomes a case; then its page."""
    made = services.take_in(actor=actor_of(request), region_code=region_code, report=_report(request, form))
    return redirect("case", made.number)


@act("new_case", alone=True)
def same_call(request: HttpRequest, case_id: UUID, *, form: CallForm) -> HttpResponse:
    """The call is about that case; then its page."""
    made = services.join_call(actor=actor_of(request), case_id=case_id, report=_report(request, form))
    return redirect("case", made.number)


def _report(request: HttpRequest, form: CallForm) -> services.Report:
    answers: dict[str, Answer] = {}
    for name, value in request.POST.items():
        if name.startswith(f"{ASKED}{form.kind}_") and value in list(Answer):
            answers[name.removeprefix(f"{ASKED}{form.kind}_")] = Answer(str(value))
    fields: dict[str, Any] = {name: getattr(form, name) for name in CallForm.__dataclass_fields__}
    return services.Report(**fields, answers=answers)


def _regions(user: Any) -> list[tuple[str, str]]:
    """The counties in which the reader takes cases in; NotAllowed for none."""
    found = [(one.code, str(one)) for one in regions_within(user, rights.HANDLE) if one.level == "county"]
    if not found:
        raise NotAllowed(str(gettext_lazy("Your roles do not let you take cases in.")))
    return found
