"""A view of the one map as a PDF."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tocsin.atlas.layers.rules.view import MapView
from tocsin.atlas.pictures.papers.sheet import NARROWEST_PX, WIDEST_PX, print_view
from tocsin.screens.budgets.requests import costly
from tocsin.screens.request import actor_of


@require_GET
@costly
def sheet(request: HttpRequest) -> HttpResponse:
    """The view of the address, with `size=1600x850` of the screen that shows it."""
    width, _, height = request.GET.get("size", "1600x900").partition("x")
    sizes = [int(one) if one.isdecimal() and len(one) < 6 else 0 for one in (width, height)]
    wide, high = (min(max(one, NARROWEST_PX), WIDEST_PX) for one in sizes)
    view = MapView.parse(request.GET.dict())
    document = print_view(actor=actor_of(request), view=view, width=wide, height=high)
    headers = {"Content-Disposition": 'inline; filename="map.pdf"', "Cache-Control": "private, no-store"}
    return HttpResponse(document, content_type="application/pdf", headers=headers)
