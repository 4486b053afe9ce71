"""Tables of travel times: the list with the form that takes one, and one table with its rows or its problems."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere, regions_within
from tocsin.screens.acts import Attempt
from tocsin.screens.acts import act as one_act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_form
from tocsin.screens.lists import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.screens.tables import as_csv
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.roads.models import TravelTable
from tocsin.supplies.roads.queries.travel import times_of, visible_tables
from tocsin.supplies.roads.rules.tables import HEADINGS, NEEDED, TableState
from tocsin.supplies.roads.services import tables as services
from tocsin.supplies.roads.shown.tables import describe_table, describe_time

COLUMNS = ("store", "place", "lon", "lat", "minutes", "km")
EXAMPLE = {
    "仓库": "示例：李沧区库",
    "地点": "石牛山路安置点",
    "经度": "120.43000",
    "纬度": "36.16000",
    "分钟": "18",
    "公里": "9.5",
}
SHOWN = 100


@dataclass(frozen=True)
class Region:
    """Whose table it is."""

    region_code: Line = ""


@never_cache
@require_http_methods(["GET", "POST"])
def tables(request: HttpRequest) -> HttpResponse:
    """Takes a table in, and lists those that were given; `?template` is an empty one to be filled."""
    user = request.user
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
    if request.method == "POST" and (made := _take(request)) is not None:
        return redirect("supply_travel_table", made.pk)
    if "template" in request.GET:
        return as_csv("travel-times-template", [words[0] for words in HEADINGS.values()], [EXAMPLE])
    leads = regions_within(user, rights.LEAD)
    context = {
        "tables": [describe_table(one) for one in visible_tables(user)[:SHOWN]],
        "regions": leads,
        "may_lead": may_anywhere(user, rights.LEAD),
        "headings": [(name, " / ".join(words), name in NEEDED) for name, words in HEADINGS.items()],
    }
    return render(request, "supplies/roads/tables.html", context)


@never_cache
@require_GET
def table(request: HttpRequest, travel_table_id: UUID) -> HttpResponse:
    """One table: its rows, or what is wrong by row; `?format=csv` gives the rows as a file."""
    found = visible_tables(request.user).get(pk=travel_table_id)
    rows = times_of(found)
    context = {
        "one": describe_table(found),
        "may_put_back": found.state == TableState.BEFORE and may(request.user, rights.LEAD, found.region_code),
    }
    return list_file(request, rows, "travel-times", COLUMNS, describe_time) or list_page(
        request, rows, "supplies/roads/table.html", describe=describe_time, context=context, per_page=100
    )


@never_cache
@one_act("supply_travel_table")
def put_back(request: HttpRequest, travel_table_id: UUID) -> str:
    """A table that held before holds again."""
    services.put_back(actor=actor_of(request), table_id=travel_table_id, now=current_time())
    return _("This table is in force again.")


def _take(request: HttpRequest) -> TravelTable | None:
    with Attempt(request):
        file = request.FILES.get("file")
        if file is None:
            raise InvalidInput(_("Choose a file."))
        return services.take_table(
            actor=actor_of(request),
            region_code=read_form(Region, request.POST).region_code,
            file_name=file.name or "",
            content=file.read(),
            now=current_time(),
        )
    return None
