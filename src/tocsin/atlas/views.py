"""The base map for the browser."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tocsin.atlas.queries.base_map import base_map

KEPT_S = 24 * 3600


@require_GET
@login_required
def base(request: HttpRequest) -> HttpResponse:
    """Boundaries and labels as one gzipped JSON document of GeoJSON collections."""
    response = HttpResponse(base_map(settings.CONFIGURATION.data / "atlas"), content_type="application/json")
    response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = f"private, max-age={KEPT_S}"
    return response
