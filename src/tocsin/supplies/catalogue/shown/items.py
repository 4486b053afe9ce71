"""Entries of the catalogue as people and programs read them."""

from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.policy.classes import Scheme, classes, reads_chinese
from tocsin.supplies.catalogue.rules.amounts import CUBIC_CENTIMETRES, GRAMS, THOUSAND, to_number
from tocsin.supplies.catalogue.rules.kits import KitExpiry


class ItemUnitOut(Schema):
    """Another unit of an item."""

    name: str
    holds: float = Field(description="count units in one of it")


class KitPartOut(Schema):
    """What one kit holds of another item."""

    item_id: UUID
    code: str
    name: str
    quantity: float


class ItemOut(Schema):
    """One kind of supplies."""

    id: UUID
    code: str
    class_code: str = Field(description="GB/T 38565-2020")
    category: str = Field(description="one of the four categories of the province")
    category_name: str
    resource_class: str = Field(description="list of the NDRC of 2015")
    resource_name: str
    survey_class: str = Field(description="national survey of disaster risk")
    survey_name: str
    region_code: str = Field(description="the area that keeps the entry")
    name_zh: str
    name_en: str
    synonyms: str
    unit_zh: str
    unit_en: str
    pieces: float = Field(description="what one unit counts as in totals of pieces")
    kg: float | None = Field(description="weight of one unit with its pack; null: not known")
    m3: float | None = Field(description="room that one unit takes with its pack; null: not known")
    pack: str
    shelf_life_months: int | None
    perishable: bool
    storage: str
    inspect_every_months: int
    upkeep: str
    kit_expiry: KitExpiry
    confidence: str
    source: str
    active: bool
    in_use: bool = Field(description="there is stock of it: unit, pieces and category stay")
    units: list[ItemUnitOut]
    parts: list[KitPartOut]

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if reads_chinese() or not self.name_en else self.name_en

    @property
    def storage_name(self) -> str:
        """How it is stored, in the reader's language."""
        return storage_name(self.storage)

    @property
    def unit(self) -> str:
        """The count unit in the reader's language."""
        return self.unit_zh if reads_chinese() or not self.unit_en else self.unit_en


STORAGE_NAMES: Final[dict[str, Promise]] = {
    "dry": pgettext_lazy("storage", "dry"),
    "cool": pgettext_lazy("storage", "cool"),
    "cool, dry": pgettext_lazy("storage", "cool, dry"),
    "cool, ventilated": pgettext_lazy("storage", "cool, ventilated"),
    "dry, shade": pgettext_lazy("storage", "dry, shade"),
    "shade": pgettext_lazy("storage", "shade"),
    "dark, dry": pgettext_lazy("storage", "dark, dry"),
    "dry, moth-proof": pgettext_lazy("storage", "dry, moth-proof"),
    "dry, monthly run": pgettext_lazy("storage", "dry, monthly run"),
    "dry; cylinder test every 3 years": pgettext_lazy("storage", "dry; cylinder test every 3 years"),
    "dry; powder 10 y, CO2 12 y, water 6 y": pgettext_lazy("storage", "dry; powder 10 y, CO2 12 y, water 6 y"),
    "calibrate every year, bump test": pgettext_lazy("storage", "calibrate every year, bump test"),
    "charged": pgettext_lazy("storage", "charged"),
    "powered, tested": pgettext_lazy("storage", "powered, tested"),
    "granary": pgettext_lazy("storage", "granary"),
    "yard": pgettext_lazy("storage", "yard"),
    "yard, tank": pgettext_lazy("storage", "yard, tank"),
    "tank farm": pgettext_lazy("storage", "tank farm"),
    "cold store": pgettext_lazy("storage", "cold store"),
    "by label; cold chain where needed": pgettext_lazy("storage", "by label; cold chain where needed"),
}
"""Storage of the kinds that ship with the product, in words; what a city enters is told as it was entered."""


def storage_name(storage: str) -> str:
    """How an item is stored, in the reader's language as far as the product knows the words."""
    return str(STORAGE_NAMES.get(storage, storage))


def class_name(scheme: Scheme, code: str) -> str:
    """The name of a class in the reader's language; the code itself where the policy has none."""
    found = classes().of(scheme).get(code)
    return code if found is None else found.zh if reads_chinese() else found.en


def describe_item(one: Item) -> ItemOut:
    """One entry; its units and parts are prefetched for a list."""
    return ItemOut(
        id=one.pk,
        code=one.code,
        class_code=one.class_code,
        category=one.category,
        category_name=class_name("province", one.category),
        resource_class=one.resource_class,
        resource_name=class_name("ndrc2015", one.resource_class),
        survey_class=one.survey_class,
        survey_name=class_name("survey", one.survey_class),
        region_code=one.region_code,
        name_zh=one.name_zh,
        name_en=one.name_en,
        synonyms=one.synonyms,
        unit_zh=one.unit_zh,
        unit_en=one.unit_en,
        pieces=one.pieces_per_unit / THOUSAND,
        kg=None if one.weight_g is None else one.weight_g / GRAMS,
        m3=None if one.volume_cm3 is None else one.volume_cm3 / CUBIC_CENTIMETRES,
        pack=one.pack,
        shelf_life_months=one.shelf_life_months,
        perishable=one.perishable,
        storage=one.storage,
        inspect_every_months=one.inspect_every_months,
        upkeep=one.upkeep,
        kit_expiry=KitExpiry(one.kit_expiry),
        confidence=one.confidence,
        source=one.source,
        active=one.active,
        in_use=one.used_at is not None,
        units=[ItemUnitOut(name=unit.name, holds=float(to_number(unit.holds))) for unit in one.units.all()],
        parts=[
            KitPartOut(item_id=part.part_id, code=part.part.code, name=part.part.name_zh, quantity=float(to_number(part.amount)))
            for part in one.parts.all()
        ],
    )


ITEM_COLUMNS: Final = (
    *("code", "class_code", "category", "resource_class", "survey_class", "name_zh", "name_en", "synonyms", "unit_zh", "unit_en"),
    *(
        "pieces",
        "kg",
        "m3",
        "pack",
        "shelf_life_months",
        "perishable",
        "storage",
        "inspect_every_months",
        "upkeep",
        "confidence",
        "source",
    ),
)
