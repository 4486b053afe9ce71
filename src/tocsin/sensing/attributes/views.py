"""Pages of what devices say of themselves: batteries to change, and the changes of an attribute."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tocsin.jurisdiction.face import needs
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.screens.tables import MOST_IN_A_FILE
from tocsin.sensing.attributes.models import BATTERY_NAMES, AttributeChange, Battery
from tocsin.sensing.attributes.policy import attributes_policy
from tocsin.sensing.attributes.queries import changes_of, search_batteries
from tocsin.sensing.attributes.rules.statements import FREE
from tocsin.sensing.attributes.services import batteries as services
from tocsin.sensing.attributes.shown import describe_battery, describe_change, words_of
from tocsin.sensing.devices.queries.registry import visible_devices

BATTERY_COLUMNS = (
    *("device_code", "device_name", "region_code", "level_pct", "state_name", "pct_a_day", "trend_days"),
    *("ends_on", "earliest_end", "latest_end", "changed_on", "stated_at"),
)
CHANGE_COLUMNS = ("value", "stated_at", "received_at")
EMPTY = EmptyState(gettext_lazy("A device stands here as soon as it says how much its battery holds."))


@dataclass(frozen=True)
class BatteryFilters:
    """How the list of batteries is cut."""

    search: str = ""
    state: str = ""


@require_GET
@needs("sensors.see")
def batteries(request: HttpRequest) -> HttpResponse:
    """Batteries, the first to end first."""
    chosen = read_filters(BatteryFilters, request.GET)
    today = timezone.localdate(current_time())
    found = search_batteries(request.user, search=chosen.search, state=chosen.state, today=today)
    return list_file(request, found, "batteries", BATTERY_COLUMNS, _flat, MOST_IN_A_FILE) or list_page(
        request,
        found,
        "sensing/attributes/batteries.html",
        empty=EMPTY,
        part="",
        describe=describe_battery,
        context={"chosen": chosen, "states": BATTERY_NAMES.items(), "today": today},
    )


@require_GET
@needs("sensors.see")
def attribute_changes(request: HttpRequest, device_id: UUID, name: str) -> HttpResponse:
    """The values that one attribute of a device took, the newest first."""
    device = visible_devices(request.user).get(pk=device_id)
    found = changes_of(device, name)
    context = {"device": device, "words": words_of(name), "unit": attributes_policy().known.get(name, FREE).unit}
    return list_file(request, found, "attribute-changes", CHANGE_COLUMNS, _line, MOST_IN_A_FILE) or list_page(
        request, found, "sensing/attributes/attribute_changes.html", part="", describe=describe_change, context=context
    )


@act("device")
def record_battery_change(request: HttpRequest, device_id: UUID, *, day: date | None) -> str:
    """Another battery was put in."""
    visible_devices(request.user).get(pk=device_id)
    services.record_battery_change(actor=actor_of(request), device_id=device_id, day=day, now=current_time())
    return _("The new battery is entered; its trend begins anew.")


def _flat(one: Battery) -> dict[str, object]:
    return describe_battery(one).dict()


def _line(one: AttributeChange) -> dict[str, object]:
    return describe_change(one).dict()
