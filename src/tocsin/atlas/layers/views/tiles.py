"""Layers as vector tiles."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from tocsin.atlas.layers.queries.reading import Asked, box_of, tile_of
from tocsin.atlas.layers.rules.view import MOST_LAYERS, moment_of
from tocsin.atlas.layers.views.ground import place_of, tile_answer


@require_GET
def tile(request: HttpRequest, names: str, z: int, x: int, y: int) -> HttpResponse:
    """A tile with the layers named in the address (commas between), as far as the reader may see them."""
    body = tile_of(request.user, names_of(names), place_of(z, x, y), asked_of(request))
    return tile_answer(body, "private, no-store")


@require_GET
def box(request: HttpRequest, names: str) -> HttpResponse:
    """West, south, east, north of what the layers hold for this reader, and how many rows that is by layer."""
    response = JsonResponse(box_of(request.user, names_of(names), asked_of(request)))
    response["Cache-Control"] = "private, no-store"
    return response


def names_of(written: str) -> list[str]:
    """The layers of an address, as many as the map draws at once."""
    return list(dict.fromkeys(filter(None, written.split(","))))[:MOST_LAYERS]


def asked_of(request: HttpRequest) -> Asked:
    """The moment that is asked for, and what the page has heard since."""
    news: Any = request.GET.get("news", "0")
    return Asked(moment_of(request.GET.get("at", "")), int(news) if news.isdecimal() and len(news) < 9 else 0)
