"""Zones of a firm: its plan with who is where, the form of a zone, one zone with who is in it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import InvalidInput
from tocsin.engine.positioning.rules import RuleKind
from tocsin.hazchem.installations.queries.units import visible_units
from tocsin.hazchem.positions.queries.sight import firms_in_sight, keeps, own_firm
from tocsin.hazchem.positions.rules.tags import PEOPLE
from tocsin.hazchem.positions.shown.words import KIND_NAMES
from tocsin.hazchem.zones.models import PlantZone
from tocsin.hazchem.zones.queries import zones as queries
from tocsin.hazchem.zones.rules.zones import RuleSheet, ZonePurpose, ZoneSheet, circle, read_corners
from tocsin.hazchem.zones.services import zones as services
from tocsin.hazchem.zones.shown.words import PURPOSE_NAMES, RULE_NAMES
from tocsin.hazchem.zones.shown.zones import describe_breach, describe_presence, described_zones
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.request import actor_of
from tocsin.supervision.face import SupervisedObject

MOST_SHOWN = 300


@dataclass(frozen=True, kw_only=True)
class ZoneForm:
    """A zone as its form has it: drawn by corners, as a circle, or as a unit. An empty figure is no rule."""

    name: Line
    purpose: ZonePurpose = ZonePurpose.ZONE
    plant_unit: UUID | None = None
    corners: str = ""
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None
    floor: Line = ""
    most_persons: float | None = None
    least_persons: float | None = None
    lone_worker: float | None = None
    still: float | None = None
    most_speed: float | None = None
    no_vehicles: bool = False
    only_kinds: list[str]

    def sheet(self) -> ZoneSheet:
        """What is to be kept; InvalidInput for two ways to draw it at once."""
        outline = read_corners(self.corners)
        if self.radius_m is not None:
            if outline:
                raise InvalidInput("Draw the zone by its corners or as a circle, not both.")
            if self.lon is None or self.lat is None:
                raise InvalidInput("A circle has a middle: longitude and latitude.")
            outline = circle(self.lon, self.lat, self.radius_m)
        return ZoneSheet(
            name=self.name,
            purpose=self.purpose,
            unit_id=self.plant_unit,
            outline=outline,
            floor=self.floor,
            rules=tuple(self._rules()),
        )

    def _rules(self) -> list[RuleSheet]:
        numbered = {
            RuleKind.MOST_PERSONS: self.most_persons,
            RuleKind.LEAST_PERSONS: self.least_persons,
            RuleKind.LONE_WORKER: self.lone_worker,
            RuleKind.STILL: self.still,
            RuleKind.MOST_SPEED: self.most_speed,
        }
        found = [RuleSheet(kind, limit) for kind, limit in numbered.items() if limit is not None]
        if self.no_vehicles:
            found.append(RuleSheet(RuleKind.NO_VEHICLES))
        if self.only_kinds:
            found.append(RuleSheet(RuleKind.ONLY_KINDS, kinds=tuple(self.only_kinds)))
        return found


@never_cache
@require_GET
def firm_zones(request: HttpRequest, supervised_object_id: UUID) -> HttpResponse:
    """The firm's plan: its zones with how many are in each, who is where, and what is broken."""
    firm = firms_in_sight(request.user).get(pk=supervised_object_id)
    rows = queries.visible_zones(request.user).filter(object=firm)[: queries.MOST]
    breaches = queries.search_breaches(request.user, firm=firm.pk, which="stands")
    context = {
        "firm": firm,
        "zones": described_zones(rows, current_time()),
        "breaches": [describe_breach(one) for one in breaches[:50]],
        "may_keep": keeps(request.user, firm),
    }
    template = "hazchem/zones/zones.html"
    return render(request, f"{template}#standing" if request.headers.get("HX-Request") else template, context)


@never_cache
@require_GET
def plant_zone(request: HttpRequest, plant_zone_id: UUID) -> HttpResponse:
    """One zone: its rules, who is in it, its breaches."""
    zone = queries.visible_zones(request.user).get(pk=plant_zone_id)
    now = current_time()
    inside = queries.presences_in([zone], now).order_by("since", "pk")[:MOST_SHOWN]
    breaches = queries.visible_breaches(request.user).filter(zone=zone)[:50]
    context = {
        "zone": described_zones([zone], now)[0],
        "inside": [describe_presence(one) for one in inside],
        "kinds": KIND_NAMES,
        "breaches": [describe_breach(one) for one in breaches],
        "may_keep": keeps(request.user, zone.object),
    }
    return render(request, "hazchem/zones/zone.html", context)


@require_http_methods(["GET", "POST"])
def enter_zone(request: HttpRequest, supervised_object_id: UUID) -> HttpResponse:
    """The form of a new zone, and what it sends."""
    firm = own_firm(actor_of(request), supervised_object_id)
    if request.method == "GET":
        return _form(request, firm, None)
    with Attempt() as attempt:
        sheet = read_form(ZoneForm, request.POST).sheet()
        made = services.enter_zone(actor=actor_of(request), object_id=firm.pk, sheet=sheet)
        return redirect("plant_zone", made.pk)
    return _form(request, firm, None, attempt.reason, attempt.status)


@require_http_methods(["GET", "POST"])
def change_zone(request: HttpRequest, plant_zone_id: UUID) -> HttpResponse:
    """The same of a zone that is known."""
    zone = queries.own_zones(request.user).get(pk=plant_zone_id)
    if request.method == "GET":
        return _form(request, zone.object, zone)
    with Attempt() as attempt:
        sheet = read_form(ZoneForm, request.POST).sheet()
        services.change_zone(actor=actor_of(request), zone_id=zone.pk, sheet=sheet)
        messages.success(request, _("The zone is changed."))
        return redirect("plant_zone", zone.pk)
    return _form(request, zone.object, zone, attempt.reason, attempt.status)


@require_POST
def withdraw_zone(request: HttpRequest, plant_zone_id: UUID) -> HttpResponse:
    """A zone that is no more."""
    zone = queries.own_zones(request.user).get(pk=plant_zone_id)
    with Attempt(request):
        services.withdraw_zone(actor=actor_of(request), zone_id=zone.pk, now=current_time())
        messages.success(request, _("The zone is withdrawn."))
    return redirect("firm_zones", zone.object_id)


def _form(
    request: HttpRequest, firm: SupervisedObject, zone: PlantZone | None, error: str = "", status: int = 200
) -> HttpResponse:
    values: Any = request.POST or (_values(zone) if zone else {})
    context = {
        "firm": firm,
        "zone": zone,
        "values": values,
        "chosen": request.POST.getlist("only_kinds") if request.POST else values.get("only_kinds", []),
        "purposes": PURPOSE_NAMES.items(),
        "units": visible_units(request.user).filter(object=firm).order_by("name"),
        "figures": [(one.value, RULE_NAMES[one], values.get(one.value, "")) for one in _FIGURES],
        "kinds": [(one.value, KIND_NAMES[one]) for one in PEOPLE],
        "error": error,
    }
    return render(request, "hazchem/zones/zone_form.html", context, status=status)


_FIGURES = (RuleKind.MOST_PERSONS, RuleKind.LEAST_PERSONS, RuleKind.LONE_WORKER, RuleKind.STILL, RuleKind.MOST_SPEED)


def _values(zone: PlantZone) -> dict[str, object]:
    rules = {one.kind: one for one in zone.rules.all()}
    only = rules.get(RuleKind.ONLY_KINDS)
    return {
        "name": zone.name,
        "purpose": zone.purpose,
        "plant_unit": str(zone.unit_id or ""),
        "corners": "\n".join(f"{lon:.7f} {lat:.7f}" for lon, lat in zone.outline),
        "floor": zone.floor,
        "no_vehicles": RuleKind.NO_VEHICLES in rules,
        "only_kinds": only.kinds if only else [],
        **{one.value: f"{rules[one].limit:g}" for one in _FIGURES if one in rules},
    }
