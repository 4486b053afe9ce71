"""Kinds of items are entered and changed; what has stock keeps its unit, its pieces and its category."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.bus.bulk import in_batches, insert_all
from tocsin.jurisdiction.face import all_regions, require
from tocsin.records.face import record_audit, record_audits
from tocsin.supplies.catalogue.models import Item, ItemUnit, KitPart
from tocsin.supplies.catalogue.policy.classes import Scheme, classes
from tocsin.supplies.catalogue.policy.shipped import ShippedItem, shipped_items
from tocsin.supplies.catalogue.queries.items import visible_items
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import CUBIC_CENTIMETRES, GRAMS, THOUSAND, to_amount
from tocsin.supplies.catalogue.rules.codes import is_class_code, item_code
from tocsin.supplies.catalogue.rules.kits import KitExpiry
from tocsin.supplies.catalogue.rules.words import search_text
from tocsin.supplies.catalogue.services.pinyin import spoken

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

FIXED = ("category", "unit_zh", "unit_en", "pieces_per_unit")
"""What stays as it is once there is stock: sums were made with it."""

LENGTHS = {"name_en": 120, "unit_en": 20, "synonyms": 500, "pack": 60, "storage": 120, "upkeep": 200, "source": 200}


@dataclass(frozen=True, kw_only=True)
class ItemFacts:
    """What an entry of the catalogue says. `pieces`: what one unit counts as in totals of pieces; `kg` and `m3`: what one unit
    weighs and takes as it is carried, with its pack.
    """

    class_code: str
    category: str
    name_zh: str
    unit_zh: str
    name_en: str = ""
    unit_en: str = ""
    synonyms: str = ""
    resource_class: str = ""
    survey_class: str = ""
    pieces: Decimal = Decimal(1)
    kg: Decimal | None = None
    m3: Decimal | None = None
    pack: str = ""
    shelf_life_months: int | None = None
    perishable: bool = False
    storage: str = ""
    inspect_every_months: int = 12
    upkeep: str = ""
    kit_expiry: KitExpiry = KitExpiry.SOONEST
    confidence: str = "C"
    source: str = ""


def problems_of(facts: ItemFacts) -> list[tuple[str, str]]:
    """Everything that is wrong with an entry: field, and how to mend it."""
    found: list[tuple[str, str]] = []
    if not is_class_code(facts.class_code):
        found.append(
            ("class_code", _("A code of GB/T 38565 has 7 digits and begins with 1, 2 or 3, as 1010203; 00 only at its end."))
        )
    known = classes()
    schemes: dict[str, Scheme] = {"category": "province", "resource_class": "ndrc2015", "survey_class": "survey"}
    for field, scheme in schemes.items():
        value = getattr(facts, field)
        codes = known.of(scheme)
        if value not in codes and (value or field == "category"):
            found.append((field, _("This is none of %(codes)s.") % {"codes": ", ".join(codes)}))
    for field, most in (("name_zh", 120), ("unit_zh", 20)):
        if not 1 <= len(getattr(facts, field).strip()) <= most:
            found.append((field, _("This must be filled, with at most %(most)s characters.") % {"most": most}))
    for field, most in LENGTHS.items():
        if len(getattr(facts, field)) > most:
            found.append((field, _("This has more than %(most)s characters.") % {"most": most}))
    if not 0 <= facts.pieces <= 1_000_000 or facts.pieces * THOUSAND != int(facts.pieces * THOUSAND):
        found.append(("pieces", _("Pieces in one unit lie between 0 and 1,000,000, with at most three decimals.")))
    for field, value, parts in (("kg", facts.kg, GRAMS), ("m3", facts.m3, CUBIC_CENTIMETRES)):
        if value is not None and not (0 < value <= 100_000 and value * parts == int(value * parts)):
            found.append(
                (field, _("This lies between 0 and 100,000, with at most %(count)s decimals.") % {"count": len(str(parts)) - 1})
            )
    if facts.shelf_life_months is not None and not 0 <= facts.shelf_life_months <= 600:
        found.append(("shelf_life_months", _("Months lie between 0 and 600.")))
    if not 0 <= facts.inspect_every_months <= 600:
        found.append(("inspect_every_months", _("Months lie between 0 and 600.")))
    if facts.confidence not in ("A", "B", "C"):
        found.append(("confidence", _("This is none of %(codes)s.") % {"codes": "A, B, C"}))
    return found


def columns_of(facts: ItemFacts) -> dict[str, object]:
    """The entry's columns, with what a search looks through."""
    names = [facts.name_zh, facts.name_en, *facts.synonyms.replace("，", ",").split(",")]
    told = {
        name: storable(getattr(facts, name).strip())
        for name in (
            *("class_code", "category", "resource_class", "survey_class", "name_zh", "name_en", "synonyms", "unit_zh", "unit_en"),
            *("pack", "storage", "upkeep", "confidence", "source"),
        )
    }
    return {
        **told,
        "pieces_per_unit": int(facts.pieces * THOUSAND),
        "weight_g": None if facts.kg is None else int(facts.kg * GRAMS),
        "volume_cm3": None if facts.m3 is None else int(facts.m3 * CUBIC_CENTIMETRES),
        "shelf_life_months": facts.shelf_life_months or None,
        "perishable": facts.perishable,
        "inspect_every_months": facts.inspect_every_months,
        "kit_expiry": facts.kit_expiry.value,
        "search": search_text(names, [spoken(one) for one in names], ()),
    }


def register_item(*, actor: "User", region_code: str, facts: ItemFacts, now: datetime) -> Item:
    """Enters a kind of item into the catalogue of an area; its number is the next of its class there."""
    require(actor, rights.LEAD, region_code)
    _check(facts)
    if not all_regions().filter(code=region_code).exists():
        raise InvalidInput(_("There is no region %(code)s.") % {"code": region_code})
    with transaction.atomic():
        made = new_items(region_code, [facts], now)[0]
        insert_all([made])
        record_audit(actor, "item.registered", "supply_item", made.pk, region_code, {"code": made.code, "name": made.name_zh})
    return made


def new_items(region_code: str, facts: Sequence[ItemFacts], now: datetime) -> list[Item]:
    """Entries that are not written yet, numbered behind those of their class that the area has."""
    last: dict[str, int] = {}
    made = []
    for one in facts:
        if one.class_code not in last:
            codes = Item.objects.filter(region_code=region_code, class_code=one.class_code).values_list("code", flat=True)
            last[one.class_code] = max((int(code.partition("-")[2]) for code in codes), default=0)
        last[one.class_code] += 1
        code = item_code(one.class_code, last[one.class_code])
        columns = columns_of(one)
        columns["search"] = f"{columns['search']}{code.replace('-', '')}|"
        made.append(Item(region_code=region_code, code=code, changed_at=now, **columns))
    return made


def change_item(*, actor: "User", item_id: UUID, facts: ItemFacts, now: datetime) -> Item:
    """Changes an entry. Conflict where there is stock of it and unit, pieces or category would change."""
    with transaction.atomic():
        found = _locked(actor, item_id)
        _check(facts)
        columns = columns_of(facts)
        columns["search"] = f"{columns['search']}{found.code.replace('-', '')}|"
        told = ((name, getattr(found, name), value) for name, value in columns.items() if name != "search")
        changed = {name: [old, value] for name, old, value in told if old != value}
        if found.used_at is not None and any(name in changed for name in FIXED):
            raise Conflict(_("There is stock of this item: its unit, pieces and category stay. Enter a new item."))
        for name, value in columns.items():
            setattr(found, name, value)
        found.changed_at = now
        found.save()
        record_audit(actor, "item.changed", "supply_item", found.pk, found.region_code, _plain(changed))
    return found


@transaction.atomic
def close_item(*, actor: "User", item_id: UUID, active: bool, now: datetime) -> Item:
    """Nothing more of this kind is received; or it is again. What there is stays in the stock."""
    found = _locked(actor, item_id)
    found.active, found.changed_at = active, now
    found.save(update_fields=["active", "changed_at"])
    _note(actor, "item.opened" if active else "item.closed", found, code=found.code)
    return found


@transaction.atomic
def set_unit(*, actor: "User", item_id: UUID, name: str, holds: Decimal | None) -> Item:
    """Says what another unit holds (a box of 24); None takes the unit away. Amounts that were entered stay."""
    found = _locked(actor, item_id)
    name = storable(name.strip())[:20]
    if not name:
        raise InvalidInput(_("Name the unit."))
    if holds is None:
        ItemUnit.objects.filter(item=found, name=name).delete()
    else:
        ItemUnit.objects.update_or_create(item=found, name=name, defaults={"holds": to_amount(holds)})
    _note(actor, "item.unit_set", found, unit=name, holds=str(holds or ""))
    return found


@transaction.atomic
def set_part(*, actor: "User", item_id: UUID, part_id: UUID, number: Decimal | None) -> Item:
    """Says how much of another item one kit holds; None takes it out. A kit holds no kits."""
    found = _locked(actor, item_id)
    part = visible_items(actor).get(pk=part_id)
    if part.pk == found.pk or part.parts.exists() or KitPart.objects.filter(part=found).exists():
        raise InvalidInput(_("A kit holds items that are no kits themselves."))
    if number is None:
        KitPart.objects.filter(kit=found, part=part).delete()
    else:
        KitPart.objects.update_or_create(kit=found, part=part, defaults={"amount": to_amount(number)})
    _note(actor, "item.part_set", found, part=part.code, number=str(number or ""))
    return found


def take_shipped(*, actor: "User", region_code: str, now: datetime) -> int:
    """Takes the kinds that ship with the product into the catalogue of an area, those that it does not have by name; how many."""
    require(actor, rights.LEAD, region_code)
    known = set(Item.objects.filter(region_code=region_code).values_list("name_zh", flat=True))
    fresh = [_facts(one) for one in shipped_items() if one.zh not in known]
    return write_new(actor, region_code, fresh, now)


def write_new(actor: "User", region_code: str, facts: Sequence[ItemFacts], now: datetime) -> int:
    """Writes new entries, some at a time; Conflict where somebody else entered the same numbers at this moment."""
    try:
        return in_batches(new_items(region_code, facts, now), partial(enter_items, actor))
    except IntegrityError:
        raise Conflict(_("The catalogue has changed meanwhile: try again; what was written stays.")) from None


def enter_items(actor: "User", made: Sequence[Item]) -> None:
    """Writes these new entries. Inside a transaction."""
    insert_all(made)
    told = [(one.pk, one.region_code, {"code": one.code, "name": one.name_zh}) for one in made]
    record_audits(actor, "item.registered", "supply_item", told)


def mark_used(item_ids: Collection[UUID], now: datetime) -> None:
    """There is stock of these from now on. Call it inside the transaction of the first line."""
    Item.objects.filter(pk__in=item_ids, used_at__isnull=True).update(used_at=now)


def _facts(one: ShippedItem) -> ItemFacts:
    return ItemFacts(
        class_code=one.class_code,
        category=one.category,
        name_zh=one.zh,
        unit_zh=one.unit_zh,
        name_en=one.en,
        unit_en=one.unit_en,
        synonyms=one.synonyms,
        resource_class=one.resource_class,
        survey_class=one.survey_class,
        pieces=Decimal(one.pieces),
        pack=one.pack,
        shelf_life_months=one.shelf_life_months or None,
        perishable=one.perishable,
        storage=one.storage,
        inspect_every_months=one.inspect_every_months,
        upkeep=one.upkeep,
        confidence=one.confidence,
    )


def _note(actor: "User", act: str, item: Item, **details: object) -> None:
    record_audit(actor, act, "supply_item", item.pk, item.region_code, details)


def _locked(actor: "User", item_id: UUID) -> Item:
    """The entry, which nobody else changes; DoesNotExist for one that the actor does not see."""
    found = Item.objects.select_for_update().get(pk__in=visible_items(actor).filter(pk=item_id).values("pk"))
    require(actor, rights.LEAD, found.region_code)
    return found


def _check(facts: ItemFacts) -> None:
    if problems := problems_of(facts):
        raise InvalidInput("; ".join(f"{field}: {text}" for field, text in problems))


def _plain(changed: dict[str, list[object]]) -> dict[str, object]:
    return {name: [str(one) if one is not None else None for one in pair] for name, pair in changed.items()}
