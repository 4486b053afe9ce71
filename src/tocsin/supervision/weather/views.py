"""What came of the weather, and how old it is."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.lists.page import list_file
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.weather.queries import RegionWeather, weather_rows
from tocsin.supervision.weather.shown import RegionWeatherOut, describe_region_weather

COLUMNS = tuple(RegionWeatherOut.model_fields)


@never_cache
@require_GET
def weather(request: HttpRequest) -> HttpResponse:
    """Each region of the reader's areas with its newest hour."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supervised objects."))
    now = current_time()

    def describe(row: RegionWeather) -> RegionWeatherOut:
        return describe_region_weather(row, now)

    rows = weather_rows(request.user, now=now)
    context = {"rows": [describe(one) for one in rows], "may_manage": may_anywhere(request.user, rights.MANAGE), "now": now}
    return list_file(request, rows, "weather", COLUMNS, describe) or render(request, "supervision/weather/weather.html", context)
