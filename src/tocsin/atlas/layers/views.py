"""The base map for the browser."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tocsin.atlas.layers.queries.base_map import base_map

KEPT_S = 24 * 3600


@login_not_required
@require_GET
def base(request: HttpRequest) -> HttpResponse:
    """Boundaries and labels as one gzipped JSON document of GeoJSON collections: published, and under public maps, too."""
    response = HttpResponse(base_map(settings.CONFIGURATION.data / "atlas"), content_type="application/json")
    response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = f"private, max-age={KEPT_S}"
    return response
