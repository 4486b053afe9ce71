"""The page of clocks."""

from dataclasses import asdict, dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tocsin.jurisdiction.face import needs
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.tables import MOST_IN_A_FILE
from tocsin.sensing.timing.models import DeviceClock
from tocsin.sensing.timing.policy import timing_policy
from tocsin.sensing.timing.queries import search_clocks
from tocsin.sensing.timing.shown import describe_clock

COLUMNS = ("device_code", "device_name", "region_code", "skew_s", "windows", "measured_at", "is_off")
EMPTY = EmptyState(gettext_lazy("The clock of a device is measured when it sends readings."))


@dataclass(frozen=True)
class ClockFilters:
    """How the list is cut."""

    search: str = ""
    is_off: bool = False


@require_GET
@needs("sensors.see")
def device_clocks(request: HttpRequest) -> HttpResponse:
    """Clocks of devices, the furthest off first."""
    chosen = read_filters(ClockFilters, request.GET)
    found = search_clocks(request.user, **asdict(chosen))
    context = {"chosen": chosen, "off_s": timing_policy().clock.off_s}
    return list_file(request, found, "device-clocks", COLUMNS, _flat, MOST_IN_A_FILE) or list_page(
        request, found, "sensing/timing/device_clocks.html", empty=EMPTY, part="", describe=describe_clock, context=context
    )


def _flat(one: DeviceClock) -> dict[str, object]:
    return describe_clock(one).dict()
