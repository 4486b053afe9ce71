"""Dynamic risk: areas and firms by it, and one firm with its units, the reasons, what would lower them, and the trend."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.hazchem.prevention.queries import dynamic as queries
from tocsin.hazchem.prevention.shown.dynamic import DYNAMIC_NAMES, DynamicRiskOut, describe_area, describe_risk, trend_of
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supervision.face import visible_objects

COLUMNS = ("firm", "unit", "region", "town_code", "static", "value", "colour_name", "since", "at")
MOST_AREAS = 30
MOST_UNITS = 100
EMPTY = EmptyState(
    gettext_lazy("A risk is judged as soon as a unit has events in the risk ledger."),
    link=gettext_lazy("Risk ledger"),
    to="risk_events",
)


@dataclass(frozen=True)
class DynamicFilters:
    """Which risks the list shows."""

    q: str = ""
    which: queries.WhichDynamic = ""
    area: str = ""
    units: bool = False


@never_cache
@require_GET
def dynamic_risks(request: HttpRequest) -> HttpResponse:
    """Areas and firms by their dynamic risk, the greatest first."""
    chosen = read_filters(DynamicFilters, request.GET)
    found = queries.search_risks(request.user, **asdict(chosen))
    counties = [describe_area(one) for one in queries.areas_now(request.user)[:MOST_AREAS]]
    towns = [describe_area(one) for one in queries.areas_now(request.user, towns=True)[:MOST_AREAS]]
    days = queries.trend_of_area(actor_of(request), chosen.area, timezone.localdate(current_time())) if chosen.area else []
    context = {
        "chosen": chosen,
        "choices": DYNAMIC_NAMES.items(),
        "kinds": [("true", _("units of plants"))],
        "counties": counties,
        "towns": towns,
        "days": [(one.day, one.value, one.colour) for one in days],
    }
    return list_file(request, found, "dynamic-risks", COLUMNS, describe_risk) or list_page(
        request, found, "hazchem/prevention/dynamic.html", empty=EMPTY, part="", describe=describe_risk, context=context
    )


@never_cache
@require_GET
def dynamic_risk_of(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """One firm: how it stands, what would lower it most, its units, and the last days."""
    now = current_time()
    firm = visible_objects(request.user).get(pk=object_id)
    whole = queries.visible_risks(request.user).filter(object=firm, unit=None).first()
    units: list[DynamicRiskOut] = [describe_risk(one) for one in queries.risks_of_units(request.user, firm.pk)[:MOST_UNITS]]
    trend = None
    if whole is not None:
        steps = queries.steps_since(whole, timezone.localdate(now) - timedelta(days=queries.TREND_DAYS))
        trend = trend_of(list(steps.values_list("at", "value")), now)
    context = {"firm": firm, "risk": describe_risk(whole) if whole else None, "units": units, "trend": trend}
    return render(request, "hazchem/prevention/dynamic_firm.html", context)
