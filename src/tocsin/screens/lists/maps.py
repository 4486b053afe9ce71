"""The map beside a list: the rows that its filters leave as points, the first of them where they are many.

A list says once how its rows lie; `list_page(…, places=PLACES)` offers the switch, `?map=yes` in the address (a saved view keeps
it), and answers the points at the list's own address, under the same filters and rights (`?format=points`):

    PLACES = ListMap(lambda rows: [MapPoint(one.lon, one.lat, str(one), "", reverse("store", args=[one.pk])) for one in rows])

In the template the table and `portal/_list_map.html` stand in one `<div class="beside-map">`; the form of the filters has the id
`filters`. The browser's side is web/src/list-map.ts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

import msgspec
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tocsin.screens.geojson import Feature, point

MAP: Final = "map"
POINTS: Final = "points"
MOST_POINTS: Final = 2000
"""Rows on a map at once: read and drawn within a second; who needs more narrows the filters."""
LEVEL_SHAPES: Final = {4: "red", 3: "orange", 2: "yellow", 1: "blue"}


@dataclass(frozen=True)
class MapPoint:
    """A row on the map. `lon`, `lat`: degrees of CGCS2000, None for a row without a place; `name`, `words`: what is read at the
    point; `url`: the row's own page, by which its line in the table is found; `shape`: red, orange, yellow, blue as a level,
    good, unknown, bad (of things) or plain.
    """

    lon: float | None
    lat: float | None
    name: str
    words: str
    url: str
    shape: str = "plain"


@dataclass(frozen=True)
class ListMap:
    """How the rows of a list lie: from some of its rows to a point of each, with few queries for all of them."""

    points: Callable[[list[Any]], Sequence[MapPoint]]


@dataclass(frozen=True)
class AskedMap:
    """Whether the reader wants the map. `per_page`: rows of a page, so that a point finds the page of its row."""

    on: bool
    per_page: int

    @property
    def texts(self) -> dict[str, str]:
        """What the map says in words (web/src/list-map.ts)."""
        return {
            "map_failed": _("The map can't be shown just now; the table says the same."),
            "map_zoom": _("Hold Ctrl (⌘) and scroll to zoom the map"),
            "map_move": _("Move the map with two fingers"),
            "map_to_row": _("Show the row"),
            "map_open": _("Open the page"),
            "map_to_point": _("Show “{name}” on the map"),
            "map_more": _("{count} more here"),
        }


def asked_map(request: HttpRequest, places: ListMap | None, per_page: int) -> AskedMap | None:
    """What the address says of the map; None for a list whose rows have no places."""
    return None if places is None else AskedMap(request.GET.get(MAP) == "yes", per_page)


def wants_points(request: HttpRequest) -> bool:
    """Whether a list is asked for as points of its map."""
    return request.GET.get("format") == POINTS


class _Points(msgspec.Struct):
    features: list[Feature]
    total: int
    without: int
    said: str
    type: str = "FeatureCollection"


def as_points(rows: Any, places: ListMap) -> HttpResponse:
    """The first MOST_POINTS rows as GeoJSON, with how many there are, how many of the first have no place, and that in words."""
    total = Paginator(rows, 1).count
    told = places.points(list(rows[:MOST_POINTS]))
    features = [found for at, one in enumerate(told) if (found := _feature(at, one)) is not None]
    without = len(told) - len(features)
    body = msgspec.json.encode(_Points(features, total, without, _said(total, len(told), without)))
    return HttpResponse(body, content_type="application/geo+json", headers={"Cache-Control": "private, no-cache"})


def _feature(at: int, one: MapPoint) -> Feature | None:
    """The point with its number in the order of the list, from 0; None for a row without a place."""
    if one.lon is None or one.lat is None or not (isfinite(one.lon) and isfinite(one.lat)):
        return None
    return point(round(one.lon, 6), round(one.lat, 6), name=one.name, words=one.words, url=one.url, shape=one.shape, row=at)


def _said(total: int, told: int, without: int) -> str:
    if told < total:
        words = {"shown": told - without, "told": told, "total": total}
        return (
            _("%(shown)d points: of %(total)d rows the first %(told)d are shown. Narrow the filters to see the others.") % words
        )
    said = _("Rows on the map: %(shown)d") % {"shown": told - without}
    return said if not without else f"{said} · {_('without a place: %(without)d') % {'without': without}}"
