"""Objects from tables: every row that is wrong is told with how to mend it, the rest is taken over in one press, nothing is lost.

A row is known by credit code and site, by its information code, or, without both, by parent, kind and name: the same file taken
over twice changes nothing. An empty cell never erases what the register holds.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.sheets import read_foreign_table
from tocsin.base.storable import storable
from tocsin.bus.bulk import in_batches, insert_all, save_all
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit, record_audits
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.models import ObjectImport, SupervisedObject
from tocsin.supervision.objects.policy.register import register
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import WITH_CREDIT_CODE, NewObject, part_code, part_number, place_code, site_code
from tocsin.supervision.objects.rules.tables import NEEDED, RowVerdict, column_of
from tocsin.supervision.objects.services.register import columns_of
from tocsin.supervision.objects.services.rows import ORDER, KeptRow, Row, changes_of, judge_rows

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def preview_import(*, actor: "User", region_code: str, file_name: str, content: bytes) -> ObjectImport:
    """Keeps a file with the verdict on each of its rows; nothing of the register changes.

    InvalidInput for a file that is no table, is too large, or lacks a needed column. `region_code`: where rows lie that name
    none, and within which all must lie.
    """
    require(actor, rights.MANAGE, region_code)
    policy = register().imports
    limits = {"most_bytes": policy.most_bytes, "most_rows": policy.most_rows + 20}
    kept = _kept(read_foreign_table(content, owner=actor.pk, **limits))
    if len(kept) > policy.most_rows:
        raise InvalidInput(_("A file has at most %(most)s rows.") % {"most": policy.most_rows})
    rows = judge_rows(actor, region_code, kept)
    told = dict(Counter(row.verdict.value for row in rows))
    with transaction.atomic():
        made = ObjectImport.objects.create(
            region_code=region_code,
            file_name=storable(file_name)[:200],
            at=current_time(),
            by=actor,
            rows=[_as_kept(row) for row in rows],
        )
        record_audit(actor, "objects.previewed", "object_import", made.pk, region_code, {"file": made.file_name, "rows": told})
    return made


def take_over(*, actor: "User", import_id: UUID, leave_wrong: bool = False) -> ObjectImport:
    """Writes all rows of a previewed file, judged anew against the register as it is now, some at a time: who writes beside it
    waits for a batch, not for the file. Where it breaks off, what is written stays, and taking it over again writes the rest.

    Conflict for one that was taken or dropped, and for one with wrong rows unless they are to be left; those stay in the import.
    """
    made = _open_import(actor, ObjectImport.objects.get(pk=import_id))
    rows = judge_rows(actor, made.region_code, made.rows)
    if not leave_wrong and any(row.verdict is RowVerdict.WRONG for row in rows):
        raise Conflict(_("Rows of this file are wrong: mend them in the file, or take over the others alone."))
    ended = [_as_ended(row) for row in rows]
    _write(actor, rows)
    with transaction.atomic():
        made = _open_import(actor, ObjectImport.objects.select_for_update().get(pk=import_id))
        made.rows = ended
        made.taken_at = current_time()
        made.save(update_fields=["rows", "taken_at"])
        told = dict(Counter(row.verdict.value for row in rows))
        record_audit(
            actor, "objects.imported", "object_import", made.pk, made.region_code, {"file": made.file_name, "rows": told}
        )
    return made


@transaction.atomic
def drop_import(*, actor: "User", import_id: UUID) -> ObjectImport:
    """The file is not wanted: its rows are forgotten, that it was there is not."""
    made = _open_import(actor, ObjectImport.objects.select_for_update().get(pk=import_id))
    made.rows, made.dropped_at = [], current_time()
    made.save(update_fields=["rows", "dropped_at"])
    record_audit(actor, "objects.dropped", "object_import", made.pk, made.region_code, {"file": made.file_name})
    return made


def _open_import(actor: "User", made: ObjectImport) -> ObjectImport:
    require(actor, rights.MANAGE, made.region_code)
    if made.taken_at is not None or made.dropped_at is not None:
        raise Conflict(_("This file was taken over or dropped already."))
    return made


def _as_kept(row: Row) -> KeptRow:
    return {"line": row.line, "cells": row.cells, "rest": row.rest, "left": row.left, "verdict": row.verdict.value}


def _as_ended(row: Row) -> KeptRow:
    """The row with what was wrong with it and what it changes, as the register was then."""
    changes = changes_of(row.before, row.new) if row.before and row.new and row.verdict is RowVerdict.CHANGED else {}
    return {**_as_kept(row), "problems": [(one.field, one.text) for one in row.problems], "changes": changes}


def _kept(cells: list[list[str]]) -> list[KeptRow]:
    """Rows under their columns with their line in the file; what stands under other headings is kept beside them. The headings
    may stand below a title, within the first ten lines.
    """
    for at, headings in enumerate(cells[:10]):
        columns = [column_of(one) for one in headings]
        if all(one in columns for one in NEEDED):
            twice = [one for one, count in Counter(filter(None, columns)).items() if count > 1]
            if twice:
                raise InvalidInput(_("Two columns mean the same: %(names)s.") % {"names": ", ".join(twice)})
            found: list[KeptRow] = []
            for line, row in enumerate(cells[at + 1 :], at + 2):
                known = {column: text for column, text in zip(columns, row, strict=False) if column and text}
                told = zip(columns, headings, row, strict=False)
                rest = {heading.strip(): text for column, heading, text in told if not column and heading.strip() and text}
                if known:
                    found.append({"line": line, "cells": known, "rest": rest})
            return found
    raise InvalidInput(_("The first lines have no headings for name and trade: the page shows which headings are understood."))


def _write(actor: "User", rows: list[Row]) -> None:
    fresh = sorted((row for row in rows if row.verdict is RowVerdict.NEW), key=lambda row: (ORDER[_new(row).kind], row.line))
    now = current_time()
    numbers = _Numbers()
    made = []
    for row in fresh:
        new = _new(row)
        row.code = numbers.code_of(row)
        made.append(
            SupervisedObject(
                **columns_of(new), id=row.id, kind=new.kind.value, parent_id=new.parent_id, code=row.code, created_at=now
            )
        )
    try:
        in_batches(made, partial(_write_new, actor))
        in_batches([row for row in rows if row.verdict is RowVerdict.CHANGED], partial(_write_changes, actor))
    except IntegrityError:
        raise Conflict(
            _("The register has changed meanwhile. What was taken over stays; look at the file again and take over the rest.")
        ) from None


def _write_new(actor: "User", made: Sequence[SupervisedObject]) -> None:
    insert_all(made)
    told = ((one.pk, one.region_code, {"code": one.code, "name": one.name}) for one in made)
    record_audits(actor, "object.registered", "object", told)


def _write_changes(actor: "User", rows: Sequence[Row]) -> None:
    changed, told = [], []
    for row in rows:
        before, new = row.before, _new(row)
        if before is None:
            continue
        told.append((before.pk, before.region_code, changes_of(before, new)))
        for name, value in columns_of(new).items():
            setattr(before, name, value)
        changed.append(before)
    if changed:
        names = list(columns_of(_new(rows[0])))
        save_all(changed, *names)
        record_audits(actor, "object.changed", "object", told)


class _Numbers:
    """Numbers of new parts and places, each counted from the highest there is."""

    def __init__(self) -> None:
        self._last: dict[tuple[object, str], int] = {}

    def code_of(self, row: Row) -> str:
        new, prefix = _new(row), register().code.prefix
        if new.kind in WITH_CREDIT_CODE and new.credit_code:
            return site_code(prefix, new.credit_code, new.site_number)
        key = (new.parent_id or new.region_code, new.kind.value)
        if key not in self._last:
            same = SupervisedObject.objects.filter(kind=new.kind.value, parent=new.parent_id, credit_code="")
            if new.parent_id is None:
                same = same.filter(code__startswith=f"{prefix}-{new.region_code}-")
            self._last[key] = max(map(part_number, same.values_list("code", flat=True)), default=0)
        self._last[key] += 1
        if row.parent is None:
            return place_code(prefix, new.region_code, new.kind, self._last[key])
        return part_code(row.parent.code, new.kind, self._last[key])


def _new(row: Row) -> NewObject:
    if row.new is None:
        raise ValueError("a wrong row is never written")
    return row.new
