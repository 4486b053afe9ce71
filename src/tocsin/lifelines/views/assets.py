"""Pages of the networks: assets, and what can reach one of them."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.lifelines.models import KIND_NAMES, Asset
from tocsin.lifelines.policy import MEDIA
from tocsin.lifelines.queries import networks as queries
from tocsin.lifelines.shown.groups import GROUPS
from tocsin.lifelines.shown.map_files import FORMS, map_file_of
from tocsin.lifelines.views.edits import history_of
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.maps import ListMap, MapPoint
from tocsin.screens.lists.page import list_file, list_page, page_or_part
from tocsin.screens.lists.tables import Column, ordered
from tocsin.screens.request import actor_of
from tocsin.screens.tables import MOST_IN_A_FILE

PAGE_SIZE = 50
COLUMNS = (
    *("code", "name", "kind", "kind_name", "street", "owner", "region_code", "from_code", "to_code", "depth_m", "diameter_mm"),
    *("material", "installed", "nominal_pressure_kpa", "ground_elevation_m", "utility", "use", "lon", "lat"),
)
HOURS = (1, 6, 24, 72)
MOST_ARRIVALS = 60
MEDIUM_NAMES = {
    "gas": gettext_lazy("gas"),
    "heat": gettext_lazy("hot water and damp air"),
    "water": gettext_lazy("water"),
    "backwater": gettext_lazy("standing sewage"),
    "sewage": gettext_lazy("discharged sewage"),
    "smoke": gettext_lazy("smoke of a cable"),
}
TABLE = (
    Column("code", gettext_lazy("Code"), order="code", fixed=True),
    Column("kind", gettext_lazy("Kind"), order="kind"),
    Column("street", gettext_lazy("Street"), order="street"),
    Column("owner", gettext_lazy("Owner unit")),
    Column("depth", gettext_lazy("Depth"), order="depth_m", falling=True, number=True),
    Column("diameter", gettext_lazy("Diameter"), order="diameter_mm", falling=True, number=True),
    Column("material", gettext_lazy("Material"), order="material"),
    Column("installed", gettext_lazy("Installed"), order="installed"),
)
EMPTY = EmptyState(
    gettext_lazy("Pipes, wells and stations come from a table or a file of a map, or are drawn one by one."),
    link=gettext_lazy("New"),
    to="new_asset",
    may="may_keep",
)


@dataclass(frozen=True)
class Filters:
    """How the list of assets is cut."""

    search: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Reach:
    """How far ahead one looks, in what."""

    hours: int = 24
    medium: str = ""


@require_GET
def assets(request: HttpRequest) -> HttpResponse:
    """The list, as a page or as its `rows` for htmx."""
    if not may_anywhere(request.user, "assets.see"):
        raise NotAllowed(_("Your roles do not show you the networks."))
    chosen = read_filters(Filters, request.GET)
    if chosen.kind not in KIND_NAMES:
        chosen = Filters(chosen.search)
    found = queries.search_assets(request.user, text=chosen.search, kinds=[chosen.kind] if chosen.kind else ())
    if (form := request.GET.get("format", "")) in FORMS:
        return map_file_of(found, form)
    found = ordered(request, found, TABLE)
    context = {
        "chosen": chosen,
        "kinds": KIND_NAMES.items(),
        "interrupted": queries.interrupted_imports(request.user),
        "may_keep": may_anywhere(request.user, "assets.manage"),
    }
    return list_file(request, found.select_related("owner"), "networks", COLUMNS, _flat, MOST_IN_A_FILE) or list_page(
        request, found, "lifelines/assets.html", empty=EMPTY, context=context, table=TABLE, groups=GROUPS, places=ListMap(_points)
    )


@require_GET
def asset(request: HttpRequest, asset_id: UUID) -> HttpResponse:
    """One asset, and what can reach it within the hours asked for; `reach` alone for htmx."""
    found = queries.visible_assets(request.user).get(pk=asset_id)
    asked = read_filters(Reach, request.GET)
    hours = asked.hours if asked.hours in HOURS else 24
    media = [asked.medium] if asked.medium in MEDIA.current() else sorted(MEDIA.current())
    arrivals, total = _arrivals(found, hours, media)
    context = {
        "asset": found,
        "arrivals": arrivals,
        "total": total,
        "hours": hours,
        "hours_choices": HOURS,
        "medium": asked.medium,
        "media": [(name, MEDIUM_NAMES.get(name, name)) for name in sorted(MEDIA.current())],
    }
    context |= history_of(actor_of(request), found)
    template = "lifelines/asset.html"
    return page_or_part(request, template, "reach", context)


@require_GET
def moved_load(request: HttpRequest) -> HttpResponse:
    """Where files of networks are given now."""
    return redirect("import_kind", "network-objects", permanent=True)


def _points(rows: list[Asset]) -> list[MapPoint]:
    return [
        MapPoint(
            *(one.lon, one.lat, str(one), " · ".join(filter(None, (str(one.get_kind_display()), one.street_name)))),
            reverse("asset", args=[one.pk]),
        )
        for one in rows
    ]


def _flat(asset: Asset) -> dict[str, object]:
    owner = str(asset.owner) if asset.owner else asset.owner_code
    return {**vars(asset), "name": str(asset), "kind_name": asset.get_kind_display(), "owner": owner}


def _arrivals(asset: Asset, hours: float, media: list[str]) -> tuple[list[dict[str, object]], int]:
    """The soonest arrivals with their assets, and how many there are."""
    found = queries.reach_into(asset, hours=hours, media=media)
    shown = found[:MOST_ARRIVALS]
    known = queries.assets_by_code(asset.region_code, [way[0] for _name, _arrival, way in shown])
    rows: list[dict[str, object]] = [
        {
            "asset": known.get(way[0]),
            "code": way[0],
            "medium": MEDIUM_NAMES.get(name, name),
            "travel_time_s": arrival.travel_time_s,
            "steps": len(way) - 1,
            "way": " → ".join(way),
        }
        for name, arrival, way in shown
    ]
    return rows, len(found)
