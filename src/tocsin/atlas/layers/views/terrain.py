"""Tiles of heights, the height at a place and along a line, and the form that exchanges the terrain."""

from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.atlas.layers.queries.terrain import heights_at, profile_along, terrain_picture, terrain_version
from tocsin.atlas.layers.rules.view import MapView
from tocsin.atlas.layers.services.terrain.loading import TerrainFile, load_terrain
from tocsin.atlas.layers.shown.terrain import describe_profile
from tocsin.atlas.layers.views.ground import KEPT_S, place_of
from tocsin.atlas.layers.views.ground_files import TEMPLATE, ground_context
from tocsin.base.datums import Datum
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, fields_of
from tocsin.screens.request import actor_of

MOST_BYTES: Final = 100_000


@require_GET
def tile(request: HttpRequest, version: str, z: int, x: int, y: int) -> HttpResponse:
    """A tile of heights; the address names its version, so that a browser may keep it."""
    folder = settings.CONFIGURATION.data / "terrain"
    if version != terrain_version(folder):
        raise Http404
    place = place_of(z, x, y)
    response = HttpResponse(terrain_picture(folder, version, place.z, place.x, place.y), content_type="image/png")
    response["Cache-Control"] = f"private, max-age={KEPT_S}"
    return response


@never_cache
@require_GET
def height(request: HttpRequest) -> HttpResponse:
    """`{"height_m": 82.5}` at the place `?at=longitude,latitude`; null where the terrain has none."""
    found = heights_at(settings.CONFIGURATION.data / "terrain", [_place(request.GET.get("at", ""))])
    return JsonResponse({"height_m": found[0]})


@never_cache
@require_POST
def profile(request: HttpRequest) -> HttpResponse:
    """Heights along a line, which the body gives as a list of longitude and latitude: metres from its beginning, the place, the
    height or null.
    """
    line = decode_json(request.body, list[tuple[float, float]], most_bytes=MOST_BYTES)
    found = describe_profile(profile_along(settings.CONFIGURATION.data / "terrain", line))
    return JsonResponse({"places": [[one.metres, one.lon, one.lat, one.height_m] for one in found]})


@never_cache
@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Takes GeoTIFFs as the terrain; what can't be read is named, and the old terrain stays."""
    with Attempt(temporarily=True) as attempt:
        made = load_terrain(
            actor=actor_of(request),
            files=[TerrainFile(one.name or "", one) for one in request.FILES.getlist("files")],
            folder=settings.CONFIGURATION.data / "terrain",
            now=current_time(),
            **fields_of(_told, request.POST),
        )
        told = _("The terrain of the map is loaded: heights from %(lowest)s to %(highest)s m.")
        messages.success(request, told % {"lowest": made.lowest_m, "highest": made.highest_m})
        return redirect("map_ground")
    context = ground_context() | {
        "terrain_refused": attempt.reason,
        "terrain_source": fields_of(_named, request.POST)["source"],
    }
    return render(request, TEMPLATE, context, status=attempt.status)


def _place(written: str) -> tuple[float, float]:
    view = MapView.parse({"view": f"{written},10"})
    if view.lon is None or view.lat is None:
        raise InvalidInput("at: the place is missing, as 120.43,36.16")
    return view.lon, view.lat


def _told(*, datum: Datum, source: Line) -> None:
    """The fields of the form beside its files."""


def _named(*, source: Line) -> None:
    """What stays in the form where its files are refused."""
