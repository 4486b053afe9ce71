"""The map as a paper, for programs."""

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from tocsin.atlas.layers.rules.view import CLOSEST_ZOOM, FARTHEST_ZOOM, MOST_LAYERS, MapView, ShownLayer
from tocsin.atlas.pictures.papers.sheet import NARROWEST_PX, WIDEST_PX, print_view
from tocsin.screens.budgets.requests import costly
from tocsin.screens.request import actor_of
from tocsin.screens.shapes import Moment

router = Router()
PDF = {"schema": {"type": "string", "format": "binary"}}


class PrintedLayerIn(Schema, extra="forbid"):
    """A layer by its name, with its opacity in per cent."""

    name: str = Field(pattern=r"^[\w.:-]{1,80}$")
    opacity: int = Field(100, ge=0, le=100)


class MapSheetIn(Schema, extra="forbid"):
    """What a sheet shows: the middle in degrees, the zoom, the layers from the lowest to the highest, the moment (now), a title,
    and the size in pixels of a screen that shows as much.
    """

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-85, le=85)
    zoom: float = Field(ge=FARTHEST_ZOOM, le=CLOSEST_ZOOM)
    layers: list[PrintedLayerIn] = Field(max_length=MOST_LAYERS)
    at: Moment | None = None
    title: str = Field("", max_length=120)
    width: int = Field(1600, ge=NARROWEST_PX, le=WIDEST_PX)
    height: int = Field(900, ge=NARROWEST_PX, le=WIDEST_PX)


@router.post(
    "/map.pdf",
    summary="The map as PDF",
    openapi_extra={"responses": {200: {"description": "OK", "content": {"application/pdf": PDF}}}},
)
@costly
def print_map(request: HttpRequest, given: MapSheetIn) -> HttpResponse:
    """Prints a view with legend, scale, moment, sources and who prints it; a layer that is not yours is left out."""
    layers = tuple(ShownLayer(one.name, one.opacity) for one in given.layers)
    view = MapView(given.lon, given.lat, given.zoom, layers, given.at)
    document = print_view(actor=actor_of(request), view=view, width=given.width, height=given.height, title=given.title)
    return HttpResponse(document, content_type="application/pdf", headers={"Cache-Control": "private, no-store"})
