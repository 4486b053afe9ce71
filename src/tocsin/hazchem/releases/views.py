"""Estimates of releases: the list, the form at a piece of equipment, and one with its map and who is within."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.atlas.face import EXPOSURE_SEE, TELL
from tocsin.hazchem.installations.queries.units import visible_equipment
from tocsin.hazchem.releases.queries.estimates import answer_of_row, visible_estimates
from tocsin.hazchem.releases.rules.scenarios import NEEDED, Circumstances, Scenario
from tocsin.hazchem.releases.services.estimating import Weather, make_estimate
from tocsin.hazchem.releases.shown import estimates as told
from tocsin.hazchem.releases.shown.occasions import KIND
from tocsin.hazchem.releases.shown.proposals import describe_proposals
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.lists import list_file, list_page
from tocsin.screens.request import actor_of

COLUMNS = ("made_at", "firm", "title", "scenario_name", "substance", "wind_m_s", "wind_from", "stability", "made_by")
STABILITIES = ("A", "B", "C", "D", "E", "F")


@dataclass(frozen=True, kw_only=True)
class ReleaseForm:
    """What is asked."""

    scenario: Scenario
    substance: Line
    wind_m_s: float
    wind_from_degrees: float
    stability: Literal["A", "B", "C", "D", "E", "F"] = "D"
    air_temperature_c: float = 20.0
    hole_mm: float | None = None
    pressure_kpa: float | None = None
    temperature_c: float | None = None
    head_m: float | None = None
    mass_t: float | None = None
    duration_min: float | None = None
    rate_kg_s: float | None = None
    bund_area_m2: float | None = None


@never_cache
@require_GET
def releases(request: HttpRequest) -> HttpResponse:
    """Estimates at firms that the reader sees, newest first."""
    found = visible_estimates(request.user)
    return list_file(request, found, "release-estimates", COLUMNS, told.describe_estimate) or list_page(
        request, found, "hazchem/releases/releases.html", part="", describe=told.describe_estimate
    )


@require_http_methods(["GET", "POST"])
def estimate_release(request: HttpRequest, plant_equipment_id: UUID) -> HttpResponse:
    """The form at a piece of equipment, filled with what is known of it, and what it sends."""
    equipment = visible_equipment(request.user).get(pk=plant_equipment_id)
    error, status = "", 200
    if request.method == "POST":
        with Attempt() as attempt:
            form = read_form(ReleaseForm, request.POST)
            known = Circumstances(**{name: getattr(form, name) for name in Circumstances.__dataclass_fields__})
            weather = Weather(
                wind_m_s=form.wind_m_s,
                wind_from_degrees=form.wind_from_degrees,
                stability=form.stability,
                temperature_c=form.air_temperature_c,
            )
            made = make_estimate(
                actor=actor_of(request),
                equipment_id=equipment.pk,
                scenario=form.scenario,
                substance=form.substance,
                known=known,
                weather=weather,
                now=current_time(),
            )
            return redirect("release_estimate", made.pk)
        error, status = attempt.reason, attempt.status
    held = equipment.held.order_by("-design_t").first()
    context = {
        "equipment": equipment,
        "values": request.POST
        or {
            "substance": held.substance if held else "",
            "mass_t": (held.present_t if held.present_t is not None else held.design_t) if held else None,
            "head_m": equipment.height_m,
            "wind_m_s": 3,
            "stability": "D",
            "air_temperature_c": 20,
        },
        "scenarios": told.SCENARIO_NAMES.items(),
        "needed": [(told.SCENARIO_NAMES[one], ", ".join(map(_field, NEEDED[one]))) for one in Scenario],
        "stabilities": [(one, one) for one in STABILITIES],
        "error": error,
    }
    return render(request, "hazchem/releases/form.html", context, status=status)


@never_cache
@require_GET
def release(request: HttpRequest, release_estimate_id: UUID) -> HttpResponse:
    """One estimate: the map of where it reaches, who is within each zone, every step with its source."""
    row = visible_estimates(request.user).get(pk=release_estimate_id)
    sees, tells = may_anywhere(request.user, EXPOSURE_SEE), may_anywhere(request.user, TELL)
    context = {
        "release": told.describe_estimate(row),
        "steps": told.describe_steps(answer_of_row(row)),
        "zones": told.describe_zones(row, request.user, sees=sees, at=current_time()),
        "sees": sees,
        "proposals": describe_proposals(row, request.user, sees=sees, at=current_time()),
        "about": f"{KIND}:{row.pk}" if tells else "",
        "may_warn": may_anywhere(request.user, "warnings.draft"),
    }
    return render(request, "hazchem/releases/release.html", context)


def _field(name: str) -> str:
    words = {
        "hole_mm": _("hole (mm)"),
        "pressure_kpa": _("pressure (kPa)"),
        "temperature_c": _("temperature (°C)"),
        "head_m": _("liquid above the hole (m)"),
        "mass_t": _("mass (t)"),
        "duration_min": _("duration (min)"),
        "rate_kg_s": _("rate (kg/s)"),
    }
    return words[name]
