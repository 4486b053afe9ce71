"""Key areas of a plant, each on one page; the mimic of a unit; a point with its limits over time."""

import json
from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.hazchem.installations.models import PlantPoint
from tocsin.hazchem.installations.queries.readings import readings_of
from tocsin.hazchem.installations.queries.units import joints_of, visible_points, visible_units
from tocsin.hazchem.installations.rules.kinds import InterlockState, KeyArea
from tocsin.hazchem.installations.shown.names import AREA_NAMES, STANDING_NAMES
from tocsin.hazchem.installations.shown.units import describe_point
from tocsin.hazchem.permits.shown.permits import describe_permit
from tocsin.hazchem.sites.queries.plants import Part, parts_of, permits_of, unacknowledged, units_of
from tocsin.hazchem.sites.shown.mimic import draw_mimic
from tocsin.hazchem.sites.shown.parts import counted, describe_arm, describe_part, is_arm
from tocsin.jurisdiction.face import may
from tocsin.screens.clock import current_time
from tocsin.supervision.face import SupervisedObject, shifts_at, visible_objects

RANGES = ((1, "1 h"), (24, "24 h"), (168, "7 d"))


@never_cache
@require_GET
def key_area(request: HttpRequest, supervised_object_id: UUID, area: str) -> HttpResponse:
    """What one key area needs, on one page; renewed by htmx as a part."""
    if area not in set(KeyArea):
        raise Http404
    firm = visible_objects(request.user).get(pk=supervised_object_id)
    everywhere = area in (KeyArea.CONTROL_ROOM, KeyArea.MAINTENANCE)  # of the whole plant
    parts = parts_of(units_of(request.user, firm.pk, "" if everywhere else area), current_time())
    context = {
        "firm": firm,
        "area": area,
        "area_name": AREA_NAMES[area],
        "areas": AREA_NAMES.items(),
        "counts": counted(parts),
        **_CONTENT[KeyArea(area)](request, firm, parts),
    }
    name = "hazchem/sites/area.html"
    return render(request, f"{name}#live" if request.headers.get("HX-Request") else name, context)


def _tank_farm(_request: HttpRequest, _firm: SupervisedObject, parts: list[Part]) -> dict[str, object]:
    tanks = [describe_part(one) for one in parts if one.picture is not None]
    soon = sorted(tanks, key=lambda one: _hours(one.equipment.tank.full_in_h if one.equipment.tank else None))
    return {"tanks": soon, "others": [describe_part(one) for one in parts if one.picture is None]}


def _hours(hours: float | None) -> float:
    return float("inf") if hours is None else hours


def _loading(_request: HttpRequest, _firm: SupervisedObject, parts: list[Part]) -> dict[str, object]:
    arms = sorted((describe_arm(one) for one in parts if is_arm(one)), key=lambda one: -len(one.findings))
    return {"arms": arms, "others": [describe_part(one) for one in parts if not is_arm(one)]}


def _control_room(request: HttpRequest, firm: SupervisedObject, parts: list[Part]) -> dict[str, object]:
    now = current_time()
    off = [
        (part, describe_point(point, part.readings[point.pk]), point.bypass_until is not None and point.bypass_until <= now)
        for part in parts
        for point in part.points
        if point.interlock in (InterlockState.BYPASSED, InterlockState.FAILED)
    ]
    return {
        "shifts": shifts_at(request.user, firm, now),
        "alarms": unacknowledged(parts),
        "sees_alarms": may(request.user, "alarms.see", firm.region_code),
        "off": off,
    }


def _maintenance(request: HttpRequest, firm: SupervisedObject, parts: list[Part]) -> dict[str, object]:
    now = current_time()
    begin = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    out = [(describe_part(one), _is_over(one)) for one in parts if one.equipment.out_since is not None]
    permits = permits_of(request.user, firm.pk, begin, begin + timedelta(days=1))
    return {"permits": [describe_permit(one) for one in permits], "out": out}


def _is_over(part: Part) -> bool:
    return part.equipment.out_until is not None and part.equipment.out_until <= current_time()


_CONTENT = {
    KeyArea.TANK_FARM: _tank_farm,
    KeyArea.LOADING: _loading,
    KeyArea.CONTROL_ROOM: _control_room,
    KeyArea.MAINTENANCE: _maintenance,
}


@never_cache
@require_GET
def mimic(request: HttpRequest, plant_unit_id: UUID) -> HttpResponse:
    """A unit's equipment as symbols with what is measured, and the pipes between; renewed by htmx as a part."""
    unit = visible_units(request.user).get(pk=plant_unit_id)
    parts = parts_of([unit], current_time())
    context = {"unit": unit, "mimic": draw_mimic(parts, joints_of(unit)), "counts": counted(parts)}
    name = "hazchem/sites/mimic.html"
    return render(request, f"{name}#live" if request.headers.get("HX-Request") else name, context)


@never_cache
@require_GET
def point(request: HttpRequest, plant_point_id: UUID) -> HttpResponse:
    """A point over time, with its limits LL, L, H and HH."""
    found = visible_points(request.user).select_related("sensor").get(pk=plant_point_id)
    unit = found.equipment.unit
    context = {
        "point": describe_point(found, readings_of([found], current_time())[found.pk]),
        "sensor": found.sensor,
        "equipment": found.equipment,
        "unit": unit,
        "limits": json.dumps(_limits(found), ensure_ascii=False),
        "ranges": RANGES,
        "may_see_history": found.sensor is not None and may(request.user, "history.see", found.sensor.region_code),
        "title": _("Point %(tag)s") % {"tag": found.tag},
    }
    return render(request, "hazchem/sites/point.html", context)


def _limits(found: PlantPoint) -> list[dict[str, object]]:
    """A point's own limits as lines for web/src/chart.ts."""
    told = (("low_low", "red"), ("low", "orange"), ("high", "orange"), ("high_high", "red"))
    return [
        {"value": value, "level": level, "label": f"{STANDING_NAMES[name]} {value:g}"}
        for name, level in told
        if (value := getattr(found, name)) is not None
    ]
