"""The page of the one map."""

from collections.abc import Set

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.atlas.layers.queries.base_map import region_codes
from tocsin.atlas.layers.queries.ground import ground, ground_version, may_keep_ground
from tocsin.atlas.layers.queries.layers import layers_of
from tocsin.atlas.layers.queries.terrain import TerrainAbout, terrain_about
from tocsin.atlas.layers.rules.view import MOST_LAYERS, MapView
from tocsin.atlas.layers.shown.catalogue import catalogue_of
from tocsin.atlas.layers.shown.saved_views import views_of
from tocsin.atlas.layers.shown.terrain import terrain_entry
from tocsin.jurisdiction.face import Person, all_regions, region_prefixes
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.screens.request import actor_of


@never_cache
@require_GET
def one_map(request: HttpRequest) -> HttpResponse:
    """The map with the layers that this person may see; an address with a view opens on it, cut to the reader's own rights."""
    view = MapView.parse(request.GET.dict())
    layers = layers_of(request.user)
    terrain = terrain_about(settings.CONFIGURATION.data / "terrain")
    catalogue = catalogue_of(layers) + ([terrain_entry()] if terrain else [])
    known = {one["name"] for one in catalogue}
    folder = settings.CONFIGURATION.data / "ground"
    city = ground(folder)
    start = {
        "view": None if view.zoom is None else [view.lon, view.lat, view.zoom],
        "layers": None if view.layers is None else [[one.name, one.opacity] for one in view.layers if one.name in known],
        "at": view.at.isoformat() if view.at else "",
        "ground": ground_version(folder),
        "most": MOST_LAYERS,
        "box": city.box if city else None,
        "terrain": _start_of(terrain) if terrain else None,
    }
    context = {
        "catalogue": catalogue,
        "start": start,
        "withheld": sum(one.name not in known for one in view.layers or ()),
        "units": units_of(request.user, {one.permission for one in layers}),
        "page_texts": _texts(),
        "may_keep_ground": may_keep_ground(request.user),
        "saved": list(views_of(actor_of(request))),
    }
    return render(request, "atlas/layers/one_map.html", context)


def units_of(user: Person, permissions: Set[Permission]) -> list[tuple[str, str]]:
    """The cities and counties within which this person has any of the permissions, by code."""
    prefixes = {prefix for one in permissions for prefix in region_prefixes(user, one)}
    known = region_codes()
    return [
        (region.code, str(region))
        for region in all_regions().order_by("code")
        if region.code in known and any(region.code.startswith(prefix.removesuffix("00")) for prefix in prefixes)
    ]


def _start_of(terrain: TerrainAbout) -> dict[str, object]:
    return {"version": terrain.version, "zoom": terrain.zoom, "box": terrain.box, "source": terrain.source}


def _texts() -> dict[str, str]:
    """For web/src/one-map."""
    return {
        "map_many": pgettext("points of a map", "{count} here"),
        "map_opacity": pgettext("map layer", "Opacity of {layer}"),
        "map_up": pgettext("map layer", "Move {layer} up"),
        "map_down": pgettext("map layer", "Move {layer} down"),
        "map_hide": pgettext("map layer", "Take {layer} off the map"),
        "map_moved": pgettext("map layer", "{layer} is now {place} of {count}"),
        "map_none": pgettext("map layer", "No layer of that name."),
        "map_nothing": pgettext("map layer", "No layer is on the map. Choose one below."),
        "map_full": pgettext("map layer", "The map draws {most} layers at once: take one off first."),
        "map_not_past": pgettext("map layer", "does not know the past"),
        "map_copied": _("The address of this view is copied. Whoever opens it sees what their own rights allow."),
        "map_close_together": pgettext("legend of a map", "so many objects close together"),
        "map_more_layers": pgettext("legend of a map", "and {count} more"),
        "map_failed": _("A layer of the map could not be loaded."),
        "map_now": pgettext("map", "Now"),
        "map_tell": _("Tell schools, hospitals and homes here: {count} …"),
        "map_chosen": _("{count} objects on {area} km²"),
        "map_page": _("Page {page} of {pages}, {total} rows"),
        "map_along": _("What lies along it"),
        "map_height": pgettext("height of a place", "{height} m above the sea"),
        "map_no_height": pgettext("height of a place", "no height known here"),
        "map_profile": pgettext("heights along a line", "{lowest} to {highest} m; {up} m up, {down} m down"),
        "map_no_profile": pgettext("heights along a line", "No height is known along this line."),
    }
