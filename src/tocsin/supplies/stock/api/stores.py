"""Stores for programs, and as points of the map."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features, features
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of
from tocsin.supplies.stock.queries.stores import visible_stores
from tocsin.supplies.stock.rules.lots import Level
from tocsin.supplies.stock.services import stores as services
from tocsin.supplies.stock.shown.points import store_features
from tocsin.supplies.stock.shown.stock import StoreOut, describe_store

router = Router()
MOST = 5000


class StoreIn(Schema, extra="forbid"):
    name: str = Field(max_length=120)
    level: Level
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    address: str = Field("", max_length=200)
    access: str = Field("", max_length=300)
    contact: str = Field("", max_length=60)
    telephone: str = Field("", max_length=40)
    opening: str = Field("", max_length=120)
    capacity_m3: float | None = Field(None, ge=0)


class NewStoreIn(StoreIn):
    region_code: str = Field(pattern=r"^\d{6}$")
    organisation_id: UUID = Field(description="the body that keeps it")


class StoreStateIn(Schema, extra="forbid"):
    active: bool


class StoresOut(Schema):
    items: list[StoreOut]
    total: int


@router.get("/stores", response=StoresOut)
def stores(request: HttpRequest, slice_: Query[Slice], search: str = "", region: str = "", level: str = "") -> Part[StoreOut]:
    """Stores of your areas or body, by name. `region`: the beginning of a region code."""
    found = slice_.part(visible_stores(request.user, search=search, region=region, level=level))
    return {"items": [describe_store(one, current_time()) for one in found["items"]], "total": found["total"]}


@router.get("/stores.geojson", response=Features)
@costly
def store_map(request: HttpRequest) -> Features:
    """Stores as points (GeoJSON, WGS84), coloured by how old their figures are."""
    placed = visible_stores(request.user).filter(lon__isnull=False, lat__isnull=False)[:MOST]
    return features(store_features(placed, current_time()))


@router.post("/stores", response=StoreOut)
def register_store(request: HttpRequest, given: NewStoreIn) -> StoreOut:
    """Enters a store of a body."""
    facts = services.StoreFacts(**given.dict(exclude={"region_code", "organisation_id"}))
    made = services.register_store(
        actor=actor_of(request), region_code=given.region_code, body_id=given.organisation_id, facts=facts
    )
    return describe_store(made, current_time())


@router.get("/stores/{uuid:store_id}", response=StoreOut)
def store(request: HttpRequest, store_id: UUID) -> StoreOut:
    """One store."""
    return _told(request, store_id)


@router.put("/stores/{uuid:store_id}", response=StoreOut)
def change_store(request: HttpRequest, store_id: UUID, given: StoreIn) -> StoreOut:
    """Changes a store's card; the level stays where it has stock."""
    services.change_store(actor=actor_of(request), store_id=store_id, facts=services.StoreFacts(**given.dict()))
    return _told(request, store_id)


@router.post("/stores/{uuid:store_id}/state", response=StoreOut)
def close_store(request: HttpRequest, store_id: UUID, given: StoreStateIn) -> StoreOut:
    """Gives a store up, when it is empty, or opens it again."""
    services.close_store(actor=actor_of(request), store_id=store_id, active=given.active)
    return _told(request, store_id)


def _told(request: HttpRequest, store_id: UUID) -> StoreOut:
    return describe_store(visible_stores(request.user, closed=True).get(pk=store_id), current_time())
