"""The plan of a plant over the map, coloured by how equipment stands."""

import json
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.atlas.face import EXPOSURE_SEE, ExposureOut, describe_area
from tocsin.base.errors import InvalidInput
from tocsin.hazchem.installations.models import PlantUnit
from tocsin.hazchem.installations.queries.units import may_keep
from tocsin.hazchem.installations.shown.names import AREA_NAMES
from tocsin.hazchem.installations.shown.units import describe_unit
from tocsin.hazchem.sites.queries.plants import parts_of, plan_of, units_of
from tocsin.hazchem.sites.services import plans
from tocsin.hazchem.sites.shown.parts import counted, describe_part
from tocsin.hazchem.sites.shown.plan import around
from tocsin.jurisdiction.face import may
from tocsin.records.face import attachments_of
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.budgets.requests import claim
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.face import SupervisedObject, visible_objects

MOST_COUNTED = 6  # major hazards around which people are counted


@never_cache
@require_GET
def site(request: HttpRequest, supervised_object_id: UUID) -> HttpResponse:
    """A firm's plant on the map, and its equipment in words, the gravest first."""
    claim()
    firm = visible_objects(request.user).get(pk=supervised_object_id)
    units = list(units_of(request.user, firm.pk))
    parts = parts_of(units, current_time())
    parts.sort(key=lambda one: list(type(one.condition)).index(one.condition))
    plan = plan_of(firm.pk)
    picture = attachments_of(plans.PLAN, plan.pk).last() if plan is not None else None
    context = {
        "firm": firm,
        "plan": plan,
        "picture": picture,
        "corners": json.dumps(plan.corners) if plan is not None else "",
        "written": "\n".join(f"{lon:.12g}, {lat:.12g}" for lon, lat in plan.corners) if plan is not None else "",
        "rows": [describe_part(one) for one in parts],
        "counts": counted(parts),
        "major": [(describe_unit(one), _people(request, firm, one)) for one in units if one.grade][:MOST_COUNTED],
        "areas": AREA_NAMES.items(),
        "may_keep": may_keep(request.user, firm),
    }
    return render(request, "hazchem/sites/site.html", context)


def _people(request: HttpRequest, firm: SupervisedObject, unit: PlantUnit) -> ExposureOut | None:
    """Who is registered within 500 m of a unit; None for a unit without a place, and for who may not see exposed bodies."""
    shape = around(unit)
    if shape is None or not may(request.user, EXPOSURE_SEE, firm.region_code):
        return None
    return describe_area(request.user, shape, at=current_time())


def _lay(request: HttpRequest, firm: SupervisedObject, *, corners: str) -> str:
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInput(_("Choose a file."))
    data, name = file.read(), file.name or ""
    plans.lay_plan(actor=actor_of(request), object_id=firm.pk, data=data, name=name, corners=corners, now=current_time())
    return _("The plan lies over the map.")


def _take_away(request: HttpRequest, firm: SupervisedObject) -> str:
    plans.take_plan_away(actor=actor_of(request), object_id=firm.pk)
    return _("The plan is taken away.")


SITE_ACTS: dict[str, Act] = {"plan": _lay, "no-plan": _take_away}


@require_POST
def act_on_site(request: HttpRequest, supervised_object_id: UUID, name: str) -> HttpResponse:
    """One act upon a plant, by its name."""
    firm = visible_objects(request.user).get(pk=supervised_object_id)
    perform_and_tell(request, SITE_ACTS, name, request, firm)
    return redirect("plant_site", firm.pk)
