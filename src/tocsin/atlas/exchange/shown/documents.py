"""Landing page, conformance, collections, queryables: what the standard asks a server to say of itself."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from tocsin.atlas.exchange.rules.collections import FeatureCollection, Field, FieldKind
from tocsin.atlas.exchange.rules.frames import CRS84, FRAMES

type Document = dict[str, Any]
type Link = dict[str, str]

GEOJSON, JSON, HTML = "application/geo+json", "application/json", "text/html"
OPENAPI, SCHEMA = "application/vnd.oai.openapi+json;version=3.0", "application/schema+json"

_FEATURES = "http://www.opengis.net/spec/ogcapi-features"
CONFORMANCE: Final = (
    *(f"http://www.opengis.net/spec/ogcapi-common-{part}" for part in ("1/1.0/conf/core", "2/1.0/conf/collections")),
    *(f"{_FEATURES}-1/1.0/conf/{name}" for name in ("core", "oas30", "html", "geojson")),
    f"{_FEATURES}-2/1.0/conf/crs",
    *(f"{_FEATURES}-3/1.0/conf/{name}" for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")),
    *(
        f"http://www.opengis.net/spec/cql2/1.0/conf/{name}"
        for name in (
            *("cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators", "case-insensitive-comparison"),
            *("accent-insensitive-comparison", "basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions"),
            *("temporal-functions", "array-functions", "property-property", "arithmetic"),
        )
    ),
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/sorting",
)

JSON_TYPES: Final[Mapping[FieldKind, Document]] = {
    FieldKind.TEXT: {"type": "string"},
    FieldKind.INTEGER: {"type": "integer"},
    FieldKind.NUMBER: {"type": "number"},
    FieldKind.BOOLEAN: {"type": "boolean"},
    FieldKind.DATE: {"type": "string", "format": "date"},
    FieldKind.TIMESTAMP: {"type": "string", "format": "date-time"},
}


def link(href: str, rel: str, media: str, title: str = "") -> Link:
    """One link."""
    return {"href": href, "rel": rel, "type": media} | ({"title": title} if title else {})


def with_form(address: str, form: str) -> str:
    """The address in that form (`json`, `html`), whichever it asked for before.

    >>> with_form("/items?f=json&limit=5", "html")
    '/items?limit=5&f=html'
    """
    path, _mark, asked = address.partition("?")
    kept = [one for one in asked.split("&") if one and not one.startswith("f=")]
    return f"{path}?{'&'.join([*kept, f'f={form}'])}"


def both_forms(address: str, media: str, chosen: str) -> list[Link]:
    """The document itself and its other form."""
    forms = {"json": media, "html": HTML}
    return [
        link(with_form(address, form), "self" if form == chosen else "alternate", kind)
        for form, kind in sorted(forms.items(), key=lambda one: one[0] != chosen)
    ]


def landing(root: str) -> Document:
    """What there is."""
    return {
        "title": "Tocsin",
        "description": _("Resources of departments and what Tocsin itself holds, as features (OGC API – Features)."),
        "links": [
            *both_forms(f"{root}/", JSON, "json"),
            link(f"{root}/api", "service-desc", OPENAPI, _("This service, described in OpenAPI 3.0")),
            link(f"{root}/", "service-doc", HTML, _("This service, for people")),
            link(f"{root}/conformance", "conformance", JSON, _("Which parts of the standards hold")),
            link(f"{root}/conformance", "http://www.opengis.net/def/rel/ogc/1.0/conformance", JSON),
            link(f"{root}/collections", "data", JSON, _("Collections")),
        ],
    }


def conformance() -> Document:
    """The classes of the standards that hold here."""
    return {"conformsTo": list(CONFORMANCE)}


def address_of(root: str, collection: FeatureCollection) -> str:
    """Where it is."""
    return f"{root}/collections/{quote(collection.name, safe='')}"


def describe_collection(
    root: str, collection: FeatureCollection, extent: tuple[float, float, float, float] | None = None
) -> Document:
    """One collection."""
    here = address_of(root, collection)
    found: Document = {
        "id": collection.name,
        "title": str(collection.title),
        "description": str(collection.description),
        "itemType": "feature",
        "crs": list(FRAMES),
        "storageCrs": CRS84.uri,
        "links": [
            *both_forms(here, JSON, "json"),
            link(with_form(f"{here}/items", "json"), "items", GEOJSON, _("Features")),
            link(with_form(f"{here}/items", "html"), "items", HTML, _("Features")),
            link(f"{here}/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", SCHEMA, _("Queryables")),
            link(f"{here}/sortables", "http://www.opengis.net/def/rel/ogc/1.0/sortables", SCHEMA),
        ],
    }
    if extent is not None:
        found["extent"] = {"spatial": {"bbox": [list(extent)], "crs": CRS84.uri}}
    if collection.keywords:
        found["keywords"] = list(collection.keywords)
    told = {"owner": collection.owner, "licence": collection.licence}
    found |= {f"tocsin:{name}": value for name, value in told.items() if value}
    if collection.updated_at is not None:
        found["tocsin:updated"] = collection.updated_at.isoformat()
    return found


def list_collections(root: str, collections: Iterable[FeatureCollection]) -> Document:
    """All that the reader may see."""
    return {
        "links": both_forms(f"{root}/collections", JSON, "json"),
        "crs": list(FRAMES),
        "collections": [describe_collection(root, one) for one in collections],
    }


def queryables(root: str, collection: FeatureCollection) -> Document:
    """What a filter may name, as JSON Schema."""
    return _schema(f"{address_of(root, collection)}/queryables", collection, geometry=True)


def sortables(root: str, collection: FeatureCollection) -> Document:
    """What `sortby` may name, as JSON Schema."""
    return _schema(f"{address_of(root, collection)}/sortables", collection, geometry=False)


def _schema(here: str, collection: FeatureCollection, *, geometry: bool) -> Document:
    places = {"geometry": {"$ref": "https://geojson.org/schema/Geometry.json"}} if geometry else {}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": here,
        "type": "object",
        "title": str(collection.title),
        "properties": {
            **places,
            **{field.name: _property(field) for field in collection.fields if field.name not in collection.masked},
        },
        "additionalProperties": False,
    }


def _property(field: Field) -> Document:
    unit = {"x-ogc-unit": field.unit} if field.unit else {}
    return {"title": str(field.words), **JSON_TYPES[field.kind], **unit}


def next_address(here: str, asked: Mapping[str, str], after: str) -> str:
    """The address of the next page: the same question, behind the last feature."""
    return f"{here}?{urlencode({**asked, 'after': after})}"
