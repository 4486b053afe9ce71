"""`items.toml`: the kinds of items that ship with the product, as frozen values."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tocsin.base.policy import read_policy

FILE = Path(__file__).with_name("items.toml")

type Months = Annotated[int, msgspec.Meta(ge=0, le=600)]


class ShippedItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of item as it ships; 0 months: it does not expire, or is not inspected by the month."""

    serial: Annotated[int, msgspec.Meta(ge=1, le=9999)]
    class_code: str
    category: str
    resource_class: str
    survey_class: str
    zh: str
    en: str
    synonyms: str
    unit_zh: str
    unit_en: str
    pieces: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    pack: str
    shelf_life_months: Months
    perishable: bool
    storage: str
    inspect_every_months: Months
    upkeep: str
    confidence: Literal["A", "B", "C"]


class ShippedItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"items": "item"}):
    """The whole file."""

    items: tuple[ShippedItem, ...]


def shipped_items() -> tuple[ShippedItem, ...]:
    """The kinds that ship, in the order of the file, read anew; ValueError names what can't be read."""
    return read_policy(FILE.read_bytes(), ShippedItems, str(FILE)).items
