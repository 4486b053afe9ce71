"""Items from a spreadsheet: how a row is judged, written and undone.

A row is known by its Chinese name within the area: the same file taken over twice changes nothing. An empty cell never erases
what the catalogue says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.decoding import convert
from tocsin.base.errors import Conflict
from tocsin.bus.bulk import save_all
from tocsin.records.face import record_audits
from tocsin.records.imports.rules import CellChange, CellProblem, ImportKind, ImportVerdict, Row, Written
from tocsin.supplies.catalogue.models import Item, KitPart
from tocsin.supplies.catalogue.policy.classes import Scheme, classes
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import CUBIC_CENTIMETRES, GRAMS, THOUSAND
from tocsin.supplies.catalogue.rules.kits import KitExpiry
from tocsin.supplies.catalogue.rules.tables import HEADINGS, NEEDED, read_cells
from tocsin.supplies.catalogue.services.items import FIXED, ItemFacts, columns_of, enter_items, new_items, problems_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

EXAMPLE: Final = {
    "name_zh": "示例：棉被",
    "class_code": "1010203",
    "category": "基本生活保障",
    "unit_zh": "床",
    "pieces": "1",
    "shelf_life_months": "72",
}
ENGLISH_EXAMPLE: Final = {"name_zh": "示例：棉被", "name_en": "Example: quilt", "category": "A1", "unit_en": "piece"}
_SCHEMES: Final[dict[str, Scheme]] = {"category": "province", "resource_class": "ndrc2015", "survey_class": "survey"}
_COLUMN_OF: Final = {"pieces_per_unit": "pieces", "weight_g": "kg", "volume_cm3": "m3"}
"""Columns of a table whose field of the model has another name and unit."""


@dataclass(frozen=True)
class _Found:
    facts: ItemFacts
    before: Item | None


def judge_items(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the catalogue as it is now. Two queries, however many rows."""
    words = {column: _words(scheme) for column, scheme in _SCHEMES.items()}
    known: dict[str, Item] = {}
    for one in Item.objects.filter(region_code=region_code).order_by("-code"):
        known[one.name_zh] = one
    seen: dict[str, int] = {}
    for row in rows:
        values, unread = read_cells(row.cells, words)
        row.name = row.cells.get("name_zh", "")
        row.problems += [CellProblem(one, _("This can't be read: %(text)s") % {"text": row.cells[one][:60]}) for one in unread]
        name = str(values.get("name_zh", ""))
        if name in seen:
            row.problems.append(CellProblem("name_zh", _("Line %(line)s has the same name.") % {"line": seen[name]}))
        elif name:
            seen[name] = row.line
        if not row.problems and all(one in values for one in NEEDED):
            _judge(row, values, known.get(name))


def write_items(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """New entries get the next numbers of their classes; changed ones keep theirs."""
    fresh = [row for row in rows if row.verdict is ImportVerdict.NEW]
    made = new_items(region_code, [row.found.facts for row in fresh], now)
    enter_items(actor, made)
    written = {row.line: Written(one.pk) for row, one in zip(fresh, made, strict=True)}
    changed = [row for row in rows if row.verdict is ImportVerdict.CHANGED]
    written |= _change(actor, changed, now)
    return [written[row.line] for row in rows]


def undo_items(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New entries go, changed ones say again what they said. Conflict where one is in use, in a kit, or was changed since."""
    items = Item.objects.select_for_update().in_bulk([one.id for one in written])
    in_kits = set(KitPart.objects.filter(part__in=items).values_list("part_id", flat=True))
    in_kits |= set(KitPart.objects.filter(kit__in=items).values_list("kit_id", flat=True))
    restored, gone = [], []
    for one in written:
        item = items.get(one.id)
        if item is None:
            continue
        if item.changed_at != written_at:
            raise Conflict(_("%(name)s was changed since: it can't be undone.") % {"name": item.name_zh})
        if one.before is not None:
            for name, value in one.before.items():
                setattr(item, name, datetime.fromisoformat(value) if name == "changed_at" else value)
            restored.append((item, list(one.before)))
        elif item.used_at is not None or item.pk in in_kits:
            raise Conflict(_("%(name)s is in stock or in a kit: it can't be undone.") % {"name": item.name_zh})
        else:
            gone.append(item)
    for item, names in restored:
        item.save(update_fields=names)
    told = [(one.pk, one.region_code, {"code": one.code, "name": one.name_zh}) for one in gone]
    Item.objects.filter(pk__in=[one.pk for one in gone]).delete()
    record_audits(actor, "item.undone", "supply_item", told)
    record_audits(actor, "item.restored", "supply_item", [(one.pk, one.region_code, {"code": one.code}) for one, _n in restored])


ITEMS: Final = ImportKind(
    name="supply-items",
    title=pgettext_lazy("rows of a table", "Items of the catalogue of supplies"),
    permission=rights.LEAD,
    headings=lambda: HEADINGS,
    needed=NEEDED,
    example=EXAMPLE,
    english_example=ENGLISH_EXAMPLE,
    page="supply_items",
    judge=judge_items,
    write=write_items,
    undo=undo_items,
)


def _words(scheme: Scheme) -> dict[str, str]:
    return {word.lower(): code for code, one in classes().of(scheme).items() for word in (code, one.zh, one.en)}


def _judge(row: Row, values: dict[str, object], before: Item | None) -> None:
    facts = convert(_facts_of(before) | values if before else values, ItemFacts)
    row.problems = [CellProblem(*one) for one in problems_of(facts)]
    if row.problems:
        return
    row.found = _Found(facts, before)
    if before is None:
        row.verdict = ImportVerdict.NEW
        return
    told = columns_of(facts)
    changed = [name for name, value in told.items() if name != "search" and getattr(before, name) != value]
    if before.used_at is not None and (fixed := [one for one in changed if one in FIXED]):
        text = _("There is stock of this item: its unit, pieces and category stay. Enter a new item.")
        row.problems = [CellProblem(_COLUMN_OF.get(one, one), text) for one in fixed]
        return
    row.changes = [
        CellChange(_COLUMN_OF.get(name, name), _as_text(name, getattr(before, name)), _as_text(name, told[name]))
        for name in changed
    ]
    row.verdict = ImportVerdict.CHANGED if changed else ImportVerdict.SAME


def _as_text(name: str, value: object) -> str:
    parts = {"pieces_per_unit": THOUSAND, "weight_g": GRAMS, "volume_cm3": CUBIC_CENTIMETRES}
    if isinstance(value, int) and name in parts:
        return f"{(Decimal(value) / parts[name]).normalize():f}"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


def _facts_of(one: Item) -> dict[str, object]:
    names = [each.name for each in fields(ItemFacts) if each.name not in ("pieces", "kit_expiry", "kg", "m3")]
    told: dict[str, object] = {name: getattr(one, name) for name in names}
    kg = None if one.weight_g is None else Decimal(one.weight_g) / GRAMS
    m3 = None if one.volume_cm3 is None else Decimal(one.volume_cm3) / CUBIC_CENTIMETRES
    return {
        **told,
        "kg": kg,
        "m3": m3,
        "pieces": Decimal(one.pieces_per_unit) / THOUSAND,
        "kit_expiry": KitExpiry(one.kit_expiry),
    }


def _change(actor: "User", rows: Sequence[Row], now: datetime) -> dict[int, Written]:
    written: dict[int, Written] = {}
    changed: list[Item] = []
    names: list[str] = []
    for row in rows:
        item = row.found.before
        columns = columns_of(row.found.facts)
        columns["search"] = f"{columns['search']}{item.code.replace('-', '')}|"
        names = [*columns, "changed_at"]
        before = {name: getattr(item, name) for name in names}
        written[row.line] = Written(item.pk, {**before, "changed_at": item.changed_at.isoformat()})
        for name, value in columns.items():
            setattr(item, name, value)
        item.changed_at = now
        changed.append(item)
    save_all(changed, *names)
    told = [(one.pk, one.region_code, {"code": one.code, "name": one.name_zh}) for one in changed]
    record_audits(actor, "item.changed", "supply_item", told)
    return written
