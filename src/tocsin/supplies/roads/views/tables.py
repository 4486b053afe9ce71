"""Travel times from stores to places of need: the list; tables of them come by the page of imports."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.jurisdiction.face import may_anywhere, needs
from tocsin.screens.acts import act as one_act
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.roads.queries.travel import search_times
from tocsin.supplies.roads.services import tables as services
from tocsin.supplies.roads.shown.tables import describe_time

COLUMNS = ("region_code", "store", "place", "lon", "lat", "minutes", "km")


@dataclass(frozen=True)
class Filters:
    """Which times are listed."""

    search: str = ""


@never_cache
@require_GET
@needs(rights.SEE)
def travel_times(request: HttpRequest) -> HttpResponse:
    """The list, as a page, as its `rows` for htmx, or as a file."""
    chosen = read_filters(Filters, request.GET)
    found = search_times(request.user, chosen.search)
    context = {"chosen": chosen, "may_lead": may_anywhere(request.user, rights.LEAD)}
    return list_file(request, found, "travel-times", COLUMNS, describe_time) or list_page(
        request, found, "supplies/roads/travel_times.html", describe=describe_time, context=context, per_page=100
    )


@never_cache
@one_act("supply_travel_times", alone=True)
def remove_travel_time(request: HttpRequest, travel_time_id: UUID) -> str:
    """A way that is not driven so any more."""
    gone = services.remove_time(actor=actor_of(request), travel_time_id=travel_time_id)
    return _("The travel time to %(place)s is taken out.") % {"place": gone.place}
