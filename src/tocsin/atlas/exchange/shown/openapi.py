"""The service in OpenAPI 3.0: clients read the page size, and people which parameters there are."""

from importlib.metadata import version
from typing import Any, Final

from django.utils.translation import gettext as _

from tocsin.atlas.exchange.rules.frames import FRAMES
from tocsin.atlas.exchange.rules.questions import MOST, READERS

type Document = dict[str, Any]


def _text(name: str, words: str, **schema: Any) -> Document:
    return {"name": name, "in": "query", "required": False, "description": words, "schema": {"type": "string", **schema}}


def _numbers(name: str, words: str) -> Document:
    numbers = {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    return {"name": name, "in": "query", "description": words, "schema": numbers, "style": "form", "explode": False}


def _parameters() -> dict[str, Document]:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": MOST}
    frames = list(FRAMES)
    return {
        "f": _text("f", _("The form of the answer."), enum=["json", "html"]),
        "limit": {
            "name": "limit",
            "in": "query",
            "description": _("Features of a page."),
            "schema": limit,
            "style": "form",
            "explode": False,
        },
        "bbox": _numbers("bbox", _("Only features that meet this rectangle.")),
        "bbox-crs": _text("bbox-crs", _("System of the coordinates of bbox."), enum=frames),
        "datetime": _text("datetime", _("Only features of this time or interval, such as 2026-11-01T00:00:00Z/..")),
        "crs": _text("crs", _("System of the coordinates of the answer."), enum=frames),
        "filter": _text("filter", _("Only features for which this expression in CQL2 is true.")),
        "filter-lang": _text("filter-lang", _("How the filter is written."), enum=list(READERS), default="cql2-text"),
        "filter-crs": _text("filter-crs", _("System of the coordinates in the filter."), enum=frames),
        "sortby": _text("sortby", _("Properties to sort by, with - before one that descends.")),
        "properties": _text("properties", _("Only these properties, with commas between.")),
        "after": _text("after", _("Where the page begins; links to the next page carry it.")),
    }


OF_ITEMS: Final = (
    *("limit", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs"),
    *("sortby", "properties", "after", "f"),
)
_COLLECTION: Final = {"name": "collectionId", "in": "path", "required": True, "schema": {"type": "string"}}
_FEATURE: Final = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}


def openapi(root: str) -> Document:
    """The whole description."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "Tocsin – OGC API Features", "version": version("tocsin")},
        "servers": [{"url": root}],
        "paths": {
            "/": _path("getLandingPage", _("What there is")),
            "/conformance": _path("getConformance", _("Which parts of the standards hold")),
            "/collections": _path("getCollections", _("Collections")),
            "/collections/{collectionId}": _path("describeCollection", _("One collection"), [_COLLECTION]),
            "/collections/{collectionId}/queryables": _path("getQueryables", _("What a filter may name"), [_COLLECTION]),
            "/collections/{collectionId}/items": _path(
                "getFeatures", _("Features"), [_COLLECTION], OF_ITEMS, "application/geo+json"
            ),
            "/collections/{collectionId}/items/{featureId}": _path(
                "getFeature", _("One feature"), [_COLLECTION, _FEATURE], ("crs", "properties", "f"), "application/geo+json"
            ),
        },
        "components": {
            "parameters": _parameters(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}, "basic": {"type": "http", "scheme": "basic"}},
        },
        "security": [{}, {"token": []}, {"basic": []}],
    }


def _path(
    name: str,
    words: str,
    places: list[Document] | None = None,
    parameters: tuple[str, ...] = ("f",),
    media: str = "application/json",
) -> Document:
    answer = {
        "description": words,
        "content": {media: {"schema": {"type": "object"}}, "text/html": {"schema": {"type": "string"}}},
    }
    errors = {"400": {"description": _("A parameter can't be read.")}, "404": {"description": _("There is nothing here.")}}
    references = [{"$ref": f"#/components/parameters/{one}"} for one in parameters]
    return {
        "get": {
            "operationId": name,
            "summary": words,
            "parameters": [*(places or []), *references],
            "responses": {"200": answer, **errors},
        }
    }
