"""Selecting on the map, for programs: what of which layer lies in an area."""

from typing import Any
from uuid import UUID

import shapely
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from shapely.geometry.base import BaseGeometry

from tocsin.atlas.exposure.services.shapes import as_shape
from tocsin.atlas.layers.queries.layers import layers_of
from tocsin.atlas.layers.queries.reading import Asked
from tocsin.atlas.layers.queries.selection import Chosen, along_object, area_of_unit, select
from tocsin.atlas.layers.rules.selection import MOST_CORNERS, WIDEST_M, area_km2, around
from tocsin.atlas.layers.rules.view import MOST_LAYERS
from tocsin.atlas.layers.shown.catalogue import catalogue_of
from tocsin.atlas.layers.shown.selection import PAGE_ROWS, columns_of, people_in, rows_told, table_of
from tocsin.base.errors import InvalidInput
from tocsin.screens.budgets.requests import charged
from tocsin.screens.clock import current_time
from tocsin.screens.shapes import Moment

router = Router()


class MapLayerOut(Schema):
    """A layer of the catalogue: its name in questions, its words, the headings above it, whether it knows the past."""

    name: str
    words: str
    path: list[str]
    past: bool


class MapObjectIn(Schema, extra="forbid"):
    """An object of a layer: a pipe."""

    layer: str = Field(max_length=80)
    key: str = Field(max_length=200)


class SelectionIn(Schema, extra="forbid"):
    """One of: a GeoJSON geometry in degrees (a point with `metres` becomes a circle, a line a strip), what lies along an object
    of a layer, an administrative unit by its six digits; and the layers that are asked, now or at a past moment.
    """

    geometry: dict[str, Any] | None = None
    metres: float = Field(0, ge=0, le=WIDEST_M)
    along: MapObjectIn | None = None
    unit: str = Field("", pattern=r"^(\d{6})?$")
    layers: list[str] = Field(max_length=MOST_LAYERS)
    at: Moment | None = None


class SelectionRowsIn(SelectionIn, extra="forbid"):
    """The same, and of which layer the rows are wanted, by a column (with `-` before it from the end), page by page."""

    layers: list[str] = Field(default_factory=list, max_length=MOST_LAYERS)
    layer: str = Field(max_length=80)
    sort: str = Field("", max_length=120)
    page: int = Field(1, ge=1, le=1_000_000)


class SelectionCountOut(Schema):
    """How many objects of a layer lie in the area."""

    name: str
    words: str
    count: int


class PeopleInSelectionOut(Schema):
    """The people in the area in one sentence, how they were reckoned, and the schools, hospitals and homes that must be told by
    name, for who may tell them; `tell_page`: the page on which it is done.
    """

    sentence: str
    reckoning: list[str]
    to_tell: list[UUID]
    tell_page: str


class SelectionOut(Schema):
    """The area that was meant and what lies in it; `exposed` is null for whoever may not know."""

    geometry: dict[str, Any]
    area_km2: float
    exposed: PeopleInSelectionOut | None
    counts: list[SelectionCountOut]


class SelectionRowsOut(Schema):
    """A page of rows by the keys of `columns`, whose values are their heads; `urls` are the rows' own pages."""

    columns: dict[str, str]
    rows: list[dict[str, Any]]
    urls: list[str]
    total: int
    pages: int


@router.get("/layers", response=list[MapLayerOut], summary="Layers of the map")
def list_layers(request: HttpRequest) -> list[dict[str, object]]:
    """Every layer that you may see somewhere, in the order of the map's catalogue."""
    return catalogue_of(layers_of(request.user))


@router.post("/select", response=SelectionOut, summary="Select on the map")
@charged
def select_on_map(request: HttpRequest, given: SelectionIn) -> dict[str, Any]:
    """The area, the people in it, and how many objects of each layer lie in it; a layer that is not yours is left out."""
    area = _area(request, given)
    found = select(request.user, area, given.layers, Asked(given.at))
    return {
        "geometry": shapely.geometry.mapping(shapely.set_precision(area, 1e-6)),
        "area_km2": round(area_km2(area), 3),
        "exposed": people_in(request.user, area, given.at or current_time()),
        "counts": [{"name": one.name, "words": one.words, "count": len(one.places)} for one in found],
    }


@router.post("/select/rows", response=SelectionRowsOut, summary="Rows of a selection")
@charged
def list_selected(request: HttpRequest, given: SelectionRowsIn) -> dict[str, Any]:
    """Rows of one layer that lie in the area, 50 a page."""
    chosen = _chosen(request, given)
    places = rows_told(chosen, given.sort)
    part = places[(given.page - 1) * PAGE_ROWS : given.page * PAGE_ROWS]
    return {
        "columns": columns_of(chosen),
        "rows": list(table_of(chosen, part)),
        "urls": [chosen.rows.urls[place] for place in part],
        "total": len(places),
        "pages": max(1, -(-len(places) // PAGE_ROWS)),
    }


def _chosen(request: HttpRequest, given: SelectionRowsIn) -> Chosen:
    found = select(request.user, _area(request, given), [given.layer], Asked(given.at))
    if not found:
        raise InvalidInput("there is no layer %(layer)s of yours", layer=repr(given.layer))
    return found[0]


def _area(request: HttpRequest, given: SelectionIn) -> BaseGeometry:
    if (given.geometry is not None) + (given.along is not None) + bool(given.unit) != 1:
        raise InvalidInput(_("Say one area: a geometry, what lies along an object, or an administrative unit."))
    if given.along is not None:
        return along_object(request.user, given.along.layer, given.along.key, given.metres or 1.0, Asked(given.at))
    if given.geometry is None:
        return area_of_unit(given.unit)
    shape = as_shape(given.geometry, MOST_CORNERS)
    if shape is None or (shape.area == 0 and not given.metres):
        raise InvalidInput(
            _("No GeoJSON area in degrees with at most %(most)s corners and no crossing lines; a point or a line needs metres.")
            % {"most": MOST_CORNERS}
        )
    return around(shape, given.metres) if given.metres else shape
