"""The page of conditions over several sensors."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tocsin.jurisdiction.face import may_anywhere, regions_within
from tocsin.screens.forms import Line, read_filters
from tocsin.warning.alarms.rules.states import PERMISSION_SEE
from tocsin.warning.conditions.policy import CONDITIONS
from tocsin.warning.conditions.queries.overview import conditions_in
from tocsin.warning.conditions.shown import describe_condition


@dataclass(frozen=True)
class Filters:
    """Of which region the conditions are shown."""

    region: Line = ""


@require_GET
def conditions(request: HttpRequest) -> HttpResponse:
    """Every condition as it is in force in a region, and how often it rings there."""
    region = read_filters(Filters, request.GET).region[:6]
    context = {
        "rows": [describe_condition(one, ringing) for one, ringing in conditions_in(request.user, region)],
        "region": region,
        "regions": [(one.code, f"{one.code} {one}") for one in regions_within(request.user, PERMISSION_SEE)[:200]],
        "policy": CONDITIONS.name,
        "may_see_policy": may_anywhere(request.user, "policy.see"),
    }
    return render(request, "warning/conditions/conditions.html", context)
