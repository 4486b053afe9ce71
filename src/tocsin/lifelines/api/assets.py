"""Networks for programs and for the map."""

import math
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, File, Form, Query, Router, Schema, UploadedFile

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import region_prefixes
from tocsin.lifelines.models import KIND_NAMES, Asset
from tocsin.lifelines.policy import MEDIA
from tocsin.lifelines.queries import networks as queries
from tocsin.lifelines.services import networks as services
from tocsin.lifelines.shown.groups import GROUPS
from tocsin.lifelines.shown.map_files import FORMS, map_file_of
from tocsin.screens.budgets.requests import costly
from tocsin.screens.lists.slices import Grouped, GroupedPart, GroupedSlice
from tocsin.screens.request import actor_of

router = Router(tags=["lifelines"])
BINARY = {"schema": {"type": "string", "format": "binary"}}
MOST_HOURS = 240.0


class AssetOwner(Schema):
    code: str
    name: str
    telephone: str


class AssetOut(Schema):
    id: UUID
    code: str
    kind: str
    kind_name: str = Field(description="in the reader's language")
    owner: AssetOwner | None
    owner_code: str
    region_code: str
    name: str
    street: str
    geometry: dict[str, Any]
    lon: float
    lat: float
    from_code: str
    to_code: str
    depth_m: float | None
    installed: int | None
    diameter_mm: float | None
    material: str
    nominal_pressure_kpa: float | None
    ground_elevation_m: float | None
    utility: str
    use: str
    properties: dict[str, Any]

    @staticmethod
    def resolve_kind_name(asset: Asset) -> str:
        return str(KIND_NAMES.get(asset.kind, asset.kind))

    @staticmethod
    def resolve_owner(asset: Asset) -> dict[str, str] | None:
        if asset.owner is None:
            return None
        return {"code": asset.owner.code, "name": str(asset.owner), "telephone": asset.owner.telephone}


class AssetsOut(Grouped):
    items: list[AssetOut]
    total: int


class ReachOut(Schema):
    asset: str = Field(description="code of the asset from which it comes")
    kind: str
    medium: str
    way: list[str] = Field(description="codes from there to the asked asset")
    travel_time_s: float


class AssetSearch(GroupedSlice):
    search: str = ""
    kinds: str = Field("", description="comma-separated")


class ReachQuestion(Schema):
    hours: float = Field(24.0, gt=0, le=MOST_HOURS)
    medium: str = Field("", description="gas, heat, water, ...; all where empty")
    limit: int = Field(500, ge=1, le=5000)


@router.get("assets.geojson", summary="Assets as GeoJSON", response={200: dict[str, Any]})
@costly
def assets_geojson(request: HttpRequest, kinds: str = "", bbox: str = "") -> HttpResponse:
    """All visible assets, or those of some `kinds` (comma-separated), or whose middle lies in a `bbox` (west,south,east,north in
    degrees). Answers 304 while nothing changed since the given ETag.
    """
    wanted, box = _kinds(kinds), _box(bbox)
    asked = "-".join((*region_prefixes(request.user, "assets.see"), *sorted(wanted), *(f"{one:g}" for one in box or ())))
    tag = f'"{queries.versions_sum()}-{asked}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    collection = {"type": "FeatureCollection", "features": list(queries.features(request.user, wanted, within=box))}
    body = msgspec.json.encode(collection)
    return HttpResponse(body, content_type="application/geo+json", headers={"ETag": tag, "Cache-Control": "private, no-cache"})


@router.get("assets", response=AssetsOut, summary="Search assets")
def list_assets(request: HttpRequest, wanted: Query[AssetSearch]) -> GroupedPart[Asset]:
    """Visible assets by code, name or street, a page at a time."""
    found = queries.search_assets(request.user, text=wanted.search, kinds=_kinds(wanted.kinds))
    return wanted.grouped(found, GROUPS)


class AssetFile(Schema):
    form: Literal["gpkg", "geojson", "shp"] = Field("gpkg", description="a GeoPackage, GeoJSON, or zipped Shapefiles")
    search: str = ""
    kinds: str = Field("", description="comma-separated")


@router.get(
    "assets/file",
    summary="Assets as a map file",
    response={200: None},
    openapi_extra={"responses": {200: {"description": "OK", "content": {one.media: BINARY for one in FORMS.values()}}}},
)
@costly
def assets_file(request: HttpRequest, wanted: Query[AssetFile]) -> HttpResponse:
    """Visible assets as a GeoPackage, GeoJSON or zipped Shapefiles; the import of networks reads it again."""
    return map_file_of(queries.search_assets(request.user, text=wanted.search, kinds=_kinds(wanted.kinds)), wanted.form)


@router.get("assets/{asset_id}", response=AssetOut, summary="One asset")
def one_asset(request: HttpRequest, asset_id: UUID) -> Asset:
    """One visible asset; 404 for others."""
    return get_object_or_404(queries.visible_assets(request.user), pk=asset_id)


@router.get("assets/{asset_id}/reach", response=list[ReachOut], summary="What can reach an asset")
@costly
def reach(request: HttpRequest, asset_id: UUID, question: Query[ReachQuestion]) -> list[ReachOut]:
    """What can reach this asset within `hours`, by which way and how soon; of one `medium` or of all, soonest first."""
    asset = get_object_or_404(queries.visible_assets(request.user), pk=asset_id)
    media = MEDIA.current()
    if question.medium and question.medium not in media:
        raise InvalidInput(f"unknown medium {question.medium!r}; known are {', '.join(sorted(media))}")
    chosen = [question.medium] if question.medium else sorted(media)
    found = queries.reach_into(asset, hours=question.hours, media=chosen)
    whole = queries.network(asset.region_code)
    return [
        ReachOut(
            asset=way[0],
            kind=whole.kind[arrival.asset],
            medium=name,
            way=list(way),
            travel_time_s=round(arrival.travel_time_s, 1),
        )
        for name, arrival, way in found[: question.limit]
    ]


class NetworkLoadedOut(Schema):
    loaded: int
    created: int
    unknown_owners: list[str] = Field(description="codes of owners that are no body here; their assets are kept without one")
    resumed: bool = Field(description="an import before it had been interrupted")


@router.post("networks", response=NetworkLoadedOut, summary="Load a network")
@costly
def load_network(request: HttpRequest, region_code: Form[str], file: File[UploadedFile]) -> NetworkLoadedOut:
    """The network of a region from a GeoJSON FeatureCollection; where one feature can't be read nothing is written."""
    report = services.load_network(actor=actor_of(request), content=file.read(), source=str(file.name), region_code=region_code)
    return NetworkLoadedOut(
        loaded=report.loaded, created=report.created, unknown_owners=list(report.unknown_owners), resumed=report.resumed
    )


def _kinds(text: str) -> tuple[str, ...]:
    """Kinds of a comma-separated list; InvalidInput for an unknown one."""
    kinds = tuple(kind.strip() for kind in text.split(",") if kind.strip())
    wrong = [kind for kind in kinds if kind not in KIND_NAMES]
    if wrong:
        raise InvalidInput(f"unknown kind {wrong[0]!r}; known are {', '.join(sorted(KIND_NAMES))}")
    return kinds


def _box(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east and north of a box; None for none, InvalidInput for what is no box."""
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        west = south = east = north = math.nan
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InvalidInput("bbox is west,south,east,north in degrees")
    return west, south, east, north
