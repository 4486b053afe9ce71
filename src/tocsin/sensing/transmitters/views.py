"""The page of transmitters of fire alarms."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tocsin.jurisdiction.face import may, may_anywhere, needs
from tocsin.screens.acts import act
from tocsin.screens.forms import Line
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.screens.tables import MOST_IN_A_FILE
from tocsin.sensing.transmitters import queries, services
from tocsin.sensing.transmitters.models import Transmitter

COLUMNS = (
    "device_code",
    "device_name",
    "region_code",
    "source",
    "networks",
    "last_seen_at",
    "messages",
    "rejected",
    "entered_at",
)
EMPTY = EmptyState(
    gettext_lazy("A transmitter carries the alarms of a fire alarm system."),
    link=gettext_lazy("Enter a transmitter"),
    to="#new-transmitter",
    may="may_enter",
)


@require_GET
@needs("sensors.see")
def transmitters(request: HttpRequest) -> HttpResponse:
    """The list, with the form to enter one for those who may."""
    search = request.GET.get("search", "")[:100]
    found = queries.search_transmitters(request.user, search=search)

    def describe(one: Transmitter) -> dict[str, Any]:
        return {"transmitter": one, "may_manage": may(request.user, "sensors.manage", one.device.region_code)}

    context = {"search": search, "may_enter": may_anywhere(request.user, "sensors.manage")}
    return list_file(request, found, "transmitters", COLUMNS, _flat, MOST_IN_A_FILE) or list_page(
        request, found, "sensing/transmitters/transmitters.html", empty=EMPTY, describe=describe, part="", context=context
    )


@act("transmitters", alone=True)
def enter_transmitter(request: HttpRequest, *, device_code: Line, source: Line, networks: Line) -> str:
    """A device speaks GB/T 26875.3 from here on."""
    made = services.enter_transmitter(actor=actor_of(request), device_code=device_code, source=source, networks=networks)
    return _("Transmitter %(source)s of device %(code)s is let in now.") % {"source": made.source, "code": made.device.code}


@act("transmitters", alone=True)
def change_transmitter(request: HttpRequest, transmitter_id: UUID, *, source: Line, networks: Line) -> str:
    """Another address, or other networks."""
    queries.visible_transmitters(request.user).get(pk=transmitter_id)
    services.change_transmitter(actor=actor_of(request), transmitter_id=transmitter_id, source=source, networks=networks)
    return _("The transmitter was changed.")


@act("transmitters", alone=True)
def withdraw_transmitter(request: HttpRequest, transmitter_id: UUID) -> str:
    """It is no longer let in."""
    queries.visible_transmitters(request.user).get(pk=transmitter_id)
    services.withdraw_transmitter(actor=actor_of(request), transmitter_id=transmitter_id)
    return _("The transmitter is no longer let in.")


def _flat(one: Transmitter) -> dict[str, Any]:
    device = one.device
    return {
        **vars(one),
        "networks": one.networks_text,
        "device_code": device.code,
        "device_name": device.name,
        "region_code": device.region_code,
        "last_seen_at": device.last_seen_at,
        "messages": device.messages,
        "rejected": device.rejected,
    }
