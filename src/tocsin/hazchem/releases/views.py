"""Estimates of releases: the list, the form at a piece of equipment, and one with its map and who is within."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.atlas.face import EXPOSURE_SEE, TELL
from tocsin.engine.consequences.weather import Stability
from tocsin.hazchem.installations.queries.units import visible_equipment
from tocsin.hazchem.installations.queries.wind import MeasuredWind, measured_wind
from tocsin.hazchem.releases.queries.estimates import answer_of_row, place_of, visible_estimates
from tocsin.hazchem.releases.queries.subjects import followed_by, subject_of
from tocsin.hazchem.releases.queries.wind import Weather, likely_stability
from tocsin.hazchem.releases.rules.scenarios import NEEDED, Circumstances, Scenario
from tocsin.hazchem.releases.services.estimating import estimate_again, make_estimate
from tocsin.hazchem.releases.shown import estimates as told
from tocsin.hazchem.releases.shown.differences import describe_difference
from tocsin.hazchem.releases.shown.occasions import KIND, in_calm
from tocsin.hazchem.releases.shown.proposals import describe_proposals
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import Attempt, act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters, read_form
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of

if TYPE_CHECKING:
    from tocsin.hazchem.installations.models import PlantEquipment
    from tocsin.hazchem.releases.models import ReleaseEstimate

COLUMNS = ("made_at", "firm", "title", "scenario_name", "substance", "wind_m_s", "wind_from", "stability", "made_by")
STABILITIES = ("A", "B", "C", "D", "E", "F")
EMPTY = EmptyState(
    gettext_lazy("A release is estimated on the page of an alarm, a case or a unit."),
    link=gettext_lazy("Units"),
    to="plant_units",
)


@dataclass(frozen=True, kw_only=True)
class ReleaseForm:
    """What is asked."""

    scenario: Scenario
    substance: Line
    wind_m_s: float | None = None
    wind_from_degrees: float | None = None
    stability: Literal["A", "B", "C", "D", "E", "F"] | None = None
    air_temperature_c: float = 20.0
    hole_mm: float | None = None
    pressure_kpa: float | None = None
    temperature_c: float | None = None
    head_m: float | None = None
    mass_t: float | None = None
    duration_min: float | None = None
    rate_kg_s: float | None = None
    bund_area_m2: float | None = None
    subject_kind: Line = ""
    subject_label: Line = ""


@dataclass(frozen=True)
class AskedFor:
    """For which case an estimate is begun."""

    case: Line = ""


@never_cache
@require_GET
def releases(request: HttpRequest) -> HttpResponse:
    """Estimates at firms that the reader sees, newest first."""
    found = visible_estimates(request.user)
    return list_file(request, found, "release-estimates", COLUMNS, told.describe_estimate) or list_page(
        request, found, "hazchem/releases/releases.html", empty=EMPTY, part="", describe=told.describe_estimate
    )


@require_http_methods(["GET", "POST"])
def estimate_release(request: HttpRequest, plant_equipment_id: UUID) -> HttpResponse:
    """The form at a piece of equipment, filled with what is known of it and of the wind, and what it sends."""
    equipment = visible_equipment(request.user).get(pk=plant_equipment_id)
    error, status = "", 200
    if request.method == "POST":
        with Attempt() as attempt:
            return redirect("release_estimate", _make(request, equipment.pk).pk)
        error, status = attempt.reason, attempt.status
    wind = _wind(request, equipment)
    context = {
        "equipment": equipment,
        "values": request.POST or _known(equipment, read_filters(AskedFor, request.GET)),
        "wind": wind,
        "asked": wind is None,
        "scenarios": told.SCENARIO_NAMES.items(),
        "needed": [(told.SCENARIO_NAMES[one], ", ".join(map(_field, NEEDED[one]))) for one in Scenario],
        "stabilities": [(one, one) for one in STABILITIES],
        "error": error,
    }
    return render(request, "hazchem/releases/form.html", context, status=status)


def _make(request: HttpRequest, equipment_id: UUID) -> "ReleaseEstimate":
    form = read_form(ReleaseForm, request.POST)
    actor = actor_of(request)
    return make_estimate(
        actor=actor,
        equipment_id=equipment_id,
        scenario=form.scenario,
        substance=form.substance,
        known=Circumstances(**{name: getattr(form, name) for name in Circumstances.__dataclass_fields__}),
        weather=Weather(
            wind_m_s=form.wind_m_s,
            wind_from_degrees=form.wind_from_degrees,
            stability=form.stability,
            temperature_c=form.air_temperature_c,
        ),
        now=current_time(),
        subject=subject_of(actor, form.subject_kind, form.subject_label),
    )


def _wind(request: HttpRequest, equipment: "PlantEquipment") -> MeasuredWind | None:
    with Attempt():
        return measured_wind(request.user, equipment.unit.object.organisation_id, *place_of(equipment), current_time())
    return None


def _known(equipment: "PlantEquipment", asked: AskedFor) -> dict[str, object]:
    """What a new form is filled with. The wind stays empty: it is what is measured when the form is sent."""
    held = equipment.held.order_by("-design_t").first()
    values: dict[str, object] = {
        "substance": held.substance if held else "",
        "scenario": Scenario.BOILING_LIQUID if equipment.liquefied else Scenario.LIQUID_POOL,
        "mass_t": (held.present_t if held.present_t is not None else held.design_t) if held else None,
        "head_m": equipment.height_m,
        "air_temperature_c": 20,
        "subject_kind": "case" if asked.case else "",
        "subject_label": asked.case,
    }
    return values


@act("release_estimate")
def again(
    request: HttpRequest,
    release_estimate_id: UUID,
    *,
    wind_m_s: float | None = None,
    wind_from_degrees: float | None = None,
    stability: Stability | None = None,
) -> HttpResponse:
    """The same release with another wind: the new estimate's page, with the difference."""
    made = estimate_again(
        actor=actor_of(request),
        estimate_id=release_estimate_id,
        weather=Weather(
            wind_m_s=wind_m_s,
            wind_from_degrees=wind_from_degrees,
            stability=stability.value if stability else None,
            temperature_c=visible_estimates(request.user).get(pk=release_estimate_id).case["weather"]["temperature_c"],
        ),
        now=current_time(),
    )
    return redirect("release_estimate", made.pk)


@never_cache
@require_GET
def release(request: HttpRequest, release_estimate_id: UUID) -> HttpResponse:
    """One estimate: where it reaches, who is within, what is proposed, what was done, every step with its source."""
    row = visible_estimates(request.user).get(pk=release_estimate_id)
    user, now = request.user, current_time()
    sees, tells = may_anywhere(user, EXPOSURE_SEE), may_anywhere(user, TELL)
    wind = measured_wind(user, row.object.organisation_id, row.lon, row.lat, now)
    described = told.describe_estimate(row)
    context = {
        "release": described,
        "steps": told.describe_steps(answer_of_row(row)),
        "zones": told.describe_zones(row, user, sees=sees, at=now),
        "proposals": describe_proposals(row, user, sees=sees, at=now),
        "difference": describe_difference(row, user, sees=sees, at=now),
        "followed": followed_by(user, row),
        "later": row.later.order_by("-made_at").first(),
        "wind": wind,
        "calm": in_calm(row),
        "stability": likely_stability(wind.wind_m_s, row.lon, row.lat, now).value if wind else "",
        "stabilities": [(one, one) for one in STABILITIES],
        "sees": sees,
        "about": f"{KIND}:{row.pk}" if tells else "",
        "may_warn": may_anywhere(user, "warnings.draft"),
        "may_open_case": not row.subject_label and may(user, "cases.handle", row.region_code),
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
