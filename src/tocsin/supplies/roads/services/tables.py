"""A table of travel times takes the place of the one before, whole or not at all; an older one may be put back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.sheets import read_foreign_table
from tocsin.base.storable import storable
from tocsin.bus.bulk import in_batches, insert_all
from tocsin.jurisdiction.face import all_regions, require
from tocsin.records.face import record_audit
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.roads.models import TravelTable, TravelTime
from tocsin.supplies.roads.queries.travel import stores_by_word, visible_tables
from tocsin.supplies.roads.rules.tables import HEADINGS, NEEDED, TableState, Time, column_of, judge_rows

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_BYTES, MOST_ROWS = 8_000_000, 50_000
PROBLEMS_KEPT = 500


def take_table(*, actor: "User", region_code: str, file_name: str, content: bytes, now: datetime) -> TravelTable:
    """Reads a table for an area and puts it in force. Where a row is wrong, nothing is taken: the answer is in state WRONG and
    names every problem by line and column, and what held before holds. InvalidInput for what is no table or lacks a column.
    """
    require(actor, rights.LEAD, region_code)
    if not all_regions().filter(code=region_code).exists():
        raise InvalidInput(_("There is no region %(code)s.") % {"code": region_code})
    cells = read_foreign_table(content, owner=actor.pk, most_bytes=MOST_BYTES, most_rows=MOST_ROWS + 20)
    rows = _under_headings(cells)
    if not rows:
        raise InvalidInput(_("The table has no rows."))
    if len(rows) > MOST_ROWS:
        raise InvalidInput(_("A file has at most %(most)s rows.") % {"most": MOST_ROWS})
    judged = judge_rows(rows, stores_by_word(region_code))
    with transaction.atomic():
        made = TravelTable.objects.create(
            region_code=region_code,
            file_name=storable(file_name.strip())[:200],
            state=(TableState.WRONG if judged.problems else TableState.WRITING).value,
            at=now,
            by=actor,
            count=len(judged.times),
            problems=[asdict(one) | {"given": storable(one.given)} for one in judged.problems[:PROBLEMS_KEPT]],
            wrong=len({one.line for one in judged.problems}),
        )
        told = {"file": made.file_name, "rows": len(rows), "wrong": made.wrong}
        record_audit(actor, "travel_table.given", "travel_table", made.pk, region_code, told)
    if judged.problems:
        return made
    in_batches(judged.times, lambda some: insert_all([_row(made, one) for one in some]))
    return _hold(actor, made.pk, now)


def put_back(*, actor: "User", table_id: UUID, now: datetime) -> TravelTable:
    """A table that held before holds again. Conflict for one that holds, was wrong, or was never written to its end."""
    seen = visible_tables(actor).get(pk=table_id)
    require(actor, rights.LEAD, seen.region_code)
    if seen.state != TableState.BEFORE:
        raise Conflict(_("Only a table that held before can be put back."))
    return _hold(actor, seen.pk, now)


def _hold(actor: "User", table_id: UUID, now: datetime) -> TravelTable:
    try:
        with transaction.atomic():
            made = TravelTable.objects.select_for_update().get(pk=table_id)
            TravelTable.objects.filter(region_code=made.region_code, state=TableState.HOLDS).update(state=TableState.BEFORE.value)
            made.state, made.held_at, made.held_by = TableState.HOLDS.value, now, actor
            made.save(update_fields=["state", "held_at", "held_by"])
            told = {"file": made.file_name, "rows": made.count}
            record_audit(actor, "travel_table.held", "travel_table", made.pk, made.region_code, told)
    except IntegrityError:
        raise Conflict(_("Somebody else gave a table for this area at the same moment: look at it, and try again.")) from None
    return made


def _row(table: TravelTable, one: Time) -> TravelTime:
    return TravelTime(
        table=table,
        store_id=one.store_id,
        place=storable(one.place),
        lon=one.lon,
        lat=one.lat,
        minutes=one.minutes,
        km=one.km,
    )


def _under_headings(cells: list[list[str]]) -> Sequence[tuple[int, Mapping[str, str]]]:
    """Rows under their columns with their line; the headings may stand below a title, within the first ten lines."""
    for at, headings in enumerate(cells[:10]):
        columns = [column_of(one) for one in headings]
        if not all(one in columns for one in NEEDED):
            continue
        if twice := [one for one, count in Counter(filter(None, columns)).items() if count > 1]:
            raise InvalidInput(_("Two columns mean the same: %(names)s.") % {"names": ", ".join(twice)})
        told = [
            (line, {column: text for column, text in zip(columns, row, strict=False) if column})
            for line, row in enumerate(cells[at + 1 :], at + 2)
        ]
        return [(line, row) for line, row in told if any(text.strip() for text in row.values())]
    needed = ", ".join(HEADINGS[one][0] for one in NEEDED)
    raise InvalidInput(_("The first lines have no headings for %(needed)s.") % {"needed": needed})
