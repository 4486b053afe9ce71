"""The page of online rates."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tocsin.jurisdiction.face import needs
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.tables import MOST_IN_A_FILE
from tocsin.sensing.availability.models import OnlineRate
from tocsin.sensing.availability.policy import availability_policy
from tocsin.sensing.availability.queries import doors_shown, search_rates
from tocsin.sensing.availability.shown import describe_rate, door_name

COLUMNS = (*("device_code", "device_name", "region_code", "door_name", "day", "day_pct", "week_pct", "month_pct", "is_poor"),)
SORT_NAMES = (("day", gettext_lazy("1 day")), ("week", gettext_lazy("1 week")), ("month", gettext_lazy("30 days")))
EMPTY = EmptyState(gettext_lazy("The rates of a day are judged after midnight."), link=gettext_lazy("Devices"), to="devices")


@dataclass(frozen=True)
class RateFilters:
    """How the list is cut and sorted."""

    search: str = ""
    door: str = ""
    below: float | None = None
    sort: str = "day"


@require_GET
@needs("sensors.see")
def online_rates(request: HttpRequest) -> HttpResponse:
    """Devices by their online rate, the lowest first."""
    chosen = read_filters(RateFilters, request.GET)
    found = search_rates(request.user, search=chosen.search, door=chosen.door, below=chosen.below, sort=chosen.sort)
    context = {
        "chosen": chosen,
        "sorts": SORT_NAMES,
        "doors": [(door, door_name(door)) for door in doors_shown()],
        "poor": availability_policy().telling.poor_pct,
    }
    return list_file(request, found, "online-rates", COLUMNS, _flat, MOST_IN_A_FILE) or list_page(
        request, found, "sensing/availability/online_rates.html", empty=EMPTY, part="", describe=describe_rate, context=context
    )


def _flat(one: OnlineRate) -> dict[str, object]:
    return describe_rate(one).dict()
