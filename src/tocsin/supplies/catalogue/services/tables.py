"""Items from a spreadsheet: every row that is wrong is told with its column, the rest is taken over in one press.

A row is known by its Chinese name within the area: the same file taken over twice changes nothing. An empty cell never erases
what the catalogue says.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.decoding import convert
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.sheets import read_foreign_table
from tocsin.base.storable import storable
from tocsin.bus.bulk import in_batches, save_all
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit, record_audits
from tocsin.supplies.catalogue.models import CatalogueTable, Item
from tocsin.supplies.catalogue.policy.classes import Scheme, classes
from tocsin.supplies.catalogue.queries.items import visible_imports
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import CUBIC_CENTIMETRES, GRAMS, THOUSAND
from tocsin.supplies.catalogue.rules.kits import KitExpiry
from tocsin.supplies.catalogue.rules.tables import HEADINGS, NEEDED, RowVerdict, column_of, read_cells
from tocsin.supplies.catalogue.services.items import FIXED, ItemFacts, columns_of, problems_of, write_new

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_BYTES, MOST_ROWS = 8_000_000, 10_000
_SCHEMES: dict[str, Scheme] = {"category": "province", "resource_class": "ndrc2015", "survey_class": "survey"}
_NOT_COLUMNS = ("search", "changed_at")


@dataclass
class Row:
    """One row of a file: its line, its cells, what would become of it, and what is wrong: column and how to mend it."""

    line: int
    cells: dict[str, str]
    verdict: RowVerdict = RowVerdict.WRONG
    facts: ItemFacts | None = None
    before: Item | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)


def preview_items(*, actor: "User", region_code: str, file_name: str, content: bytes, now: datetime) -> CatalogueTable:
    """Keeps a file with its rows; nothing of the catalogue changes. InvalidInput for what is no table, is too large, or lacks a
    needed column.
    """
    require(actor, rights.LEAD, region_code)
    cells = read_foreign_table(content, owner=actor.pk, most_bytes=MOST_BYTES, most_rows=MOST_ROWS + 20)
    rows = _under_headings(cells)
    if len(rows) > MOST_ROWS:
        raise InvalidInput(_("A file has at most %(most)s rows.") % {"most": MOST_ROWS})
    with transaction.atomic():
        made = CatalogueTable.objects.create(
            region_code=region_code, file_name=storable(file_name)[:200], at=now, by=actor, rows=rows
        )
        record_audit(
            actor, "items.previewed", "catalogue_table", made.pk, region_code, {"file": made.file_name, "rows": len(rows)}
        )
    return made


def judged_rows(made: CatalogueTable) -> list[Row]:
    """What would become of each row, in the file's order, against the catalogue as it is now. Two queries, however many rows."""
    words = {column: _words(scheme) for column, scheme in _SCHEMES.items()}
    known: dict[str, Item] = {}
    for one in Item.objects.filter(region_code=made.region_code).order_by("-code"):
        known[one.name_zh] = one
    rows = [Row(one["line"], dict(one["cells"])) for one in made.rows]
    seen: dict[object, int] = {}
    for row in rows:
        values, unread = read_cells(row.cells, words)
        row.problems += [(one, _("This can't be read: %(text)s") % {"text": row.cells[one][:60]}) for one in unread]
        row.problems += [(one, _("This cell must not be empty.")) for one in NEEDED if not row.cells.get(one, "").strip()]
        name = values.get("name_zh")
        if name in seen:
            row.problems.append(("name_zh", _("Line %(line)s has the same name.") % {"line": seen[name]}))
        elif name:
            seen[name] = row.line
        row.before = known.get(str(name))
        if not row.problems:
            _judge(row, values)
    return rows


def take_items(*, actor: "User", table_id: UUID, now: datetime, leave_wrong: bool = False) -> CatalogueTable:
    """Writes the right rows, judged anew, some at a time; where it breaks off, taking it over again writes the rest.

    Conflict for a file that was taken or dropped, and for one with wrong rows unless they are to be left.
    """
    made = _open(actor, table_id)
    rows = judged_rows(made)
    if not leave_wrong and any(row.verdict is RowVerdict.WRONG for row in rows):
        raise Conflict(_("Rows of this file are wrong: mend them in the file, or take over the others alone."))
    fresh = [row.facts for row in rows if row.verdict is RowVerdict.NEW and row.facts is not None]
    write_new(actor, made.region_code, fresh, now)
    in_batches([row for row in rows if row.verdict is RowVerdict.CHANGED], lambda some: _write_changes(actor, some, now))
    counts = dict(Counter(row.verdict.value for row in rows))
    with transaction.atomic():
        if not CatalogueTable.objects.filter(pk=made.pk, taken_at=None, dropped_at=None).update(taken_at=now, counts=counts):
            raise Conflict(_("This file was taken over or dropped already."))
        record_audit(
            actor, "items.imported", "catalogue_table", made.pk, made.region_code, {"file": made.file_name, "rows": counts}
        )
    made.taken_at, made.counts = now, counts
    return made


@transaction.atomic
def drop_items(*, actor: "User", table_id: UUID, now: datetime) -> CatalogueTable:
    """The file is not wanted: its rows are forgotten, that it was there is not."""
    made = _open(actor, table_id)
    made.rows, made.dropped_at = [], now
    made.save(update_fields=["rows", "dropped_at"])
    record_audit(actor, "items.dropped", "catalogue_table", made.pk, made.region_code, {"file": made.file_name})
    return made


def _open(actor: "User", table_id: UUID) -> CatalogueTable:
    made = visible_imports(actor).get(pk=table_id)
    if made.taken_at is not None or made.dropped_at is not None:
        raise Conflict(_("This file was taken over or dropped already."))
    return made


def _under_headings(cells: list[list[str]]) -> list[dict[str, object]]:
    """Rows under their columns with their line in the file; the headings may stand below a title, within the first ten lines."""
    for at, headings in enumerate(cells[:10]):
        columns = [column_of(one) for one in headings]
        if not all(one in columns for one in NEEDED):
            continue
        if twice := [one for one, count in Counter(filter(None, columns)).items() if count > 1]:
            raise InvalidInput(_("Two columns mean the same: %(names)s.") % {"names": ", ".join(twice)})
        found: list[dict[str, object]] = []
        for line, row in enumerate(cells[at + 1 :], at + 2):
            told = {column: text for column, text in zip(columns, row, strict=False) if column and text}
            if told:
                found.append({"line": line, "cells": told})
        return found
    needed = ", ".join(HEADINGS[one][0] for one in NEEDED)
    raise InvalidInput(_("The first lines have no headings for %(needed)s.") % {"needed": needed})


def _words(scheme: Scheme) -> dict[str, str]:
    return {word.lower(): code for code, one in classes().of(scheme).items() for word in (code, one.zh, one.en)}


def _judge(row: Row, values: dict[str, object]) -> None:
    told = _facts_of(row.before) | values if row.before else values
    facts = convert(told, ItemFacts)
    row.problems = problems_of(facts)
    if row.problems:
        return
    row.facts = facts
    if row.before is None:
        row.verdict = RowVerdict.NEW
        return
    changed = [
        name for name, value in columns_of(facts).items() if name not in _NOT_COLUMNS and getattr(row.before, name) != value
    ]
    if row.before.used_at is not None and (fixed := [one for one in changed if one in FIXED]):
        text = _("There is stock of this item: its unit, pieces and category stay. Enter a new item.")
        row.problems = [(one, text) for one in fixed]
        row.facts = None
        return
    row.verdict = RowVerdict.CHANGED if changed else RowVerdict.SAME


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


def _write_changes(actor: "User", rows: Sequence[Row], now: datetime) -> None:
    changed, told = [], []
    names: list[str] = []
    for row in rows:
        if row.before is None or row.facts is None:
            continue
        columns = columns_of(row.facts)
        columns["search"] = f"{columns['search']}{row.before.code.replace('-', '')}|"
        names = [*columns, "changed_at"]
        for name, value in columns.items():
            setattr(row.before, name, value)
        row.before.changed_at = now
        changed.append(row.before)
        told.append((row.before.pk, row.before.region_code, {"code": row.before.code, "name": row.before.name_zh}))
    save_all(changed, *names)
    record_audits(actor, "item.changed", "supply_item", told)
