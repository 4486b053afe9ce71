"""What lies under every layer: boundaries, and the city's own ground."""

import gzip

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tocsin.atlas.layers.queries.base_map import base_map
from tocsin.atlas.layers.queries.ground import ground_tile, ground_version
from tocsin.atlas.layers.rules.vector_tiles import TilePlace

KEPT_S = 24 * 3600
DEEPEST_ZOOM = 16
MVT = "application/vnd.mapbox-vector-tile"


@login_not_required
@require_GET
def base(request: HttpRequest) -> HttpResponse:
    """Boundaries and labels as one gzipped JSON document of GeoJSON collections: published, and under public maps, too."""
    response = HttpResponse(base_map(settings.CONFIGURATION.data / "atlas"), content_type="application/json")
    response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = f"private, max-age={KEPT_S}"
    return response


@require_GET
def tile(request: HttpRequest, version: str, z: int, x: int, y: int) -> HttpResponse:
    """A tile of the ground; the address names its version, so that a browser may keep it."""
    folder = settings.CONFIGURATION.data / "ground"
    if version != ground_version(folder):
        raise Http404
    return tile_answer(ground_tile(folder, version, place_of(z, x, y)), f"private, max-age={KEPT_S}")


def place_of(z: int, x: int, y: int) -> TilePlace:
    """The tile of an address; Http404 for one that is not on the earth or deeper than tiles are made."""
    if not (0 <= z <= DEEPEST_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        raise Http404
    return TilePlace(z, x, y)


def tile_answer(body: bytes, kept: str) -> HttpResponse:
    """A tile as a browser takes it; 204 for an empty one."""
    response = HttpResponse(gzip.compress(body, 5) if body else b"", content_type=MVT, status=200 if body else 204)
    if body:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = kept
    return response
