"""The catalogue for programs."""

from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of
from tocsin.supplies.catalogue.queries import items as queries
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.kits import KitExpiry
from tocsin.supplies.catalogue.services import items as services
from tocsin.supplies.catalogue.shown.items import ItemOut, describe_item

router = Router()


class ItemIn(Schema, extra="forbid"):
    class_code: str = Field(max_length=7, description="GB/T 38565-2020, 7 digits")
    category: str = Field(max_length=4, description="one of the four categories of the province")
    name_zh: str = Field(max_length=120)
    unit_zh: str = Field(max_length=20)
    name_en: str = Field("", max_length=120)
    unit_en: str = Field("", max_length=20)
    synonyms: str = Field("", max_length=500, description="between commas")
    resource_class: str = Field("", max_length=8)
    survey_class: str = Field("", max_length=8)
    pieces: Decimal = Field(Decimal(1), ge=0, le=1_000_000, description="what one unit counts as in totals of pieces")
    kg: Decimal | None = Field(None, gt=0, le=100_000, description="weight of one unit with its pack; null: not known")
    m3: Decimal | None = Field(None, gt=0, le=100_000, description="room that one unit takes with its pack; null: not known")
    pack: str = Field("", max_length=60)
    shelf_life_months: int | None = Field(None, ge=0, le=600)
    perishable: bool = False
    storage: str = Field("", max_length=120)
    inspect_every_months: int = Field(12, ge=0, le=600)
    upkeep: str = Field("", max_length=200)
    kit_expiry: KitExpiry = KitExpiry.SOONEST
    confidence: str = Field("C", pattern="^[ABC]$")
    source: str = Field("", max_length=200)


class NewItemIn(ItemIn):
    region_code: str = Field(pattern=r"^\d{6}$", description="the area that keeps the entry")


class ItemStateIn(Schema, extra="forbid"):
    active: bool


class ItemUnitIn(Schema, extra="forbid"):
    name: str = Field(max_length=20)
    holds: Decimal | None = Field(None, description="count units in one of it; null takes the unit away")


class KitPartIn(Schema, extra="forbid"):
    item_id: UUID = Field(description="what lies in the kit")
    number: Decimal | None = Field(None, description="how much of it one kit holds; null takes it out")


class ShippedIn(Schema, extra="forbid"):
    region_code: str = Field(pattern=r"^\d{6}$")


class ShippedOut(Schema):
    written: int


class ItemsOut(Schema):
    items: list[ItemOut]
    total: int


@router.get("/items", response=ItemsOut)
def items(request: HttpRequest, slice_: Query[Slice], search: str = "", category: str = "") -> Part[ItemOut]:
    """The catalogue by code; a search finds names, synonyms, pinyin, first letters of pinyin and codes."""
    _see(request)
    found = slice_.part(
        queries.found_items(request.user, search=search, category=category).prefetch_related("units", "parts__part")
    )
    return {"items": [describe_item(one) for one in found["items"]], "total": found["total"]}


@router.post("/items", response=ItemOut)
def register_item(request: HttpRequest, given: NewItemIn) -> ItemOut:
    """Enters a kind of item into the catalogue of an area."""
    facts = services.ItemFacts(**given.dict(exclude={"region_code"}))
    made = services.register_item(actor=actor_of(request), region_code=given.region_code, facts=facts, now=current_time())
    return describe_item(made)


@router.post("/items/shipped", response=ShippedOut)
def take_shipped_items(request: HttpRequest, given: ShippedIn) -> dict[str, int]:
    """Takes the typical kinds that ship with the product into the catalogue of an area."""
    return {"written": services.take_shipped(actor=actor_of(request), region_code=given.region_code, now=current_time())}


@router.get("/items/{uuid:item_id}", response=ItemOut)
def item(request: HttpRequest, item_id: UUID) -> ItemOut:
    """One entry."""
    return _told(request, item_id)


@router.put("/items/{uuid:item_id}", response=ItemOut)
def change_item(request: HttpRequest, item_id: UUID, given: ItemIn) -> ItemOut:
    """Changes an entry; unit, pieces and category stay where there is stock."""
    facts = services.ItemFacts(**given.dict())
    services.change_item(actor=actor_of(request), item_id=item_id, facts=facts, now=current_time())
    return _told(request, item_id)


@router.post("/items/{uuid:item_id}/state", response=ItemOut)
def close_item(request: HttpRequest, item_id: UUID, given: ItemStateIn) -> ItemOut:
    """Nothing more of this kind is received, or is again."""
    services.close_item(actor=actor_of(request), item_id=item_id, active=given.active, now=current_time())
    return _told(request, item_id)


@router.post("/items/{uuid:item_id}/units", response=ItemOut)
def set_item_unit(request: HttpRequest, item_id: UUID, given: ItemUnitIn) -> ItemOut:
    """What another unit of the item holds."""
    services.set_unit(actor=actor_of(request), item_id=item_id, name=given.name, holds=given.holds)
    return _told(request, item_id)


@router.post("/items/{uuid:item_id}/parts", response=ItemOut)
def set_item_part(request: HttpRequest, item_id: UUID, given: KitPartIn) -> ItemOut:
    """How much of another item one kit holds."""
    services.set_part(actor=actor_of(request), item_id=item_id, part_id=given.item_id, number=given.number)
    return _told(request, item_id)


def _see(request: HttpRequest) -> None:
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))


def _told(request: HttpRequest, item_id: UUID) -> ItemOut:
    found = queries.visible_items(request.user).prefetch_related("units", "parts__part").get(pk=item_id)
    return describe_item(found)
