"""A file is given: its rows are kept as they were read; nothing else changes. Its columns are matched, its cells mended."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.datums import Datum
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.bus.bulk import insert_all
from tocsin.records.audit.services import record_audit
from tocsin.records.imports.models import ColumnMeaning, ImportRow, TableImport
from tocsin.records.imports.queries import kind_of, require_giving, visible_imports
from tocsin.records.imports.rules import ImportKind, ImportState, bare_heading, repeated
from tocsin.records.imports.services.reading import MOST_TEXT, read_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.jurisdiction.face import User


def give_file(
    *, actor: "User", kind: str, region_code: str, file_name: str, content: bytes, datum: Datum = Datum.CGCS2000, now: datetime
) -> TableImport:
    """Keeps the rows of a file; every one is judged whenever it is looked at.

    InvalidInput for what can't be read as a table, is too large, has no rows, or no heading that means a column.
    """
    chosen = kind_of(kind)
    require_giving(actor, chosen, region_code)
    given = read_file(chosen, content, actor)
    if len(given.rows) > (most := chosen.limits().most_rows):
        raise InvalidInput(_("A file has at most %(most)s rows.") % {"most": most})
    if not given.rows:
        raise InvalidInput(_("There are no rows below the headings."))
    with transaction.atomic():
        made = TableImport.objects.create(
            kind=chosen.name,
            region_code=region_code,
            file_name=storable(file_name)[:200],
            at=now,
            by=actor,
            headings=given.headings,
            columns=given.columns,
            datum=datum.value,
            lines=len(given.rows),
        )
        insert_all(
            ImportRow(
                table=made,
                line=one.line,
                cells=storable(one.cells),
                shape=storable(one.shape),
                sheet=storable(one.sheet),
                sheet_line=one.sheet_line,
            )
            for one in given.rows
        )
        _note(actor, "import.given", made, rows=len(given.rows))
    return made


@transaction.atomic
def match_column(*, actor: "User", import_id: UUID, position: int, column: str) -> TableImport:
    """Says which column a heading means, "" for none; files that come later know it. Conflict for a file that waits no more."""
    made = waiting(actor, import_id)
    kind = kind_of(made.kind)
    if not 0 <= position < len(made.headings):
        raise InvalidInput(_("The file has no column %(number)s.") % {"number": position + 1})
    if column and column not in kind.headings():
        raise InvalidInput(_("There is no column %(name)s.") % {"name": column[:60]})
    columns = list(made.columns)
    columns[position] = column
    if twice := repeated(columns):
        raise Conflict(_("Two columns mean the same: %(names)s.") % {"names": ", ".join(_names(kind, twice))})
    made.columns = columns
    made.save(update_fields=["columns"])
    if heading := bare_heading(made.headings[position])[:120]:
        ColumnMeaning.objects.update_or_create(kind=kind.name, heading=heading, defaults={"column": column})
    return made


@transaction.atomic
def name_datum(*, actor: "User", import_id: UUID, datum: Datum) -> TableImport:
    """Says to which datum the file's coordinates refer."""
    made = waiting(actor, import_id)
    made.datum = datum.value
    made.save(update_fields=["datum"])
    return made


@transaction.atomic
def mend_cell(*, actor: "User", import_id: UUID, line: int, column: str, text: str) -> ImportRow:
    """One cell is written anew, or emptied; the row is judged again. The file itself stays as it is."""
    made = waiting(actor, import_id)
    if column not in kind_of(made.kind).headings():
        raise InvalidInput(_("There is no column %(name)s.") % {"name": column[:60]})
    row = _row(made, line)
    row.mended = {**row.mended, column: storable(text.strip())[:MOST_TEXT]}
    row.save(update_fields=["mended"])
    return row


@transaction.atomic
def leave_row(*, actor: "User", import_id: UUID, line: int, left: bool) -> ImportRow:
    """The row of this line is not taken over, or is again."""
    row = _row(waiting(actor, import_id), line)
    row.left = left
    row.save(update_fields=["left"])
    return row


@transaction.atomic
def drop_file(*, actor: "User", import_id: UUID, now: datetime) -> TableImport:
    """The file is not wanted: its rows are forgotten, that it was there is not."""
    made = waiting(actor, import_id)
    made.rows.all().delete()
    made.dropped_at = now
    made.save(update_fields=["dropped_at"])
    _note(actor, "import.dropped", made)
    return made


def waiting(actor: "User", import_id: UUID) -> TableImport:
    """The file, locked; Conflict where it waits no more. Inside a transaction."""
    found = visible_imports(actor).get(pk=import_id)
    made = TableImport.objects.select_for_update().get(pk=found.pk)
    if made.state is not ImportState.WAITING:
        raise Conflict(_("This file was taken over or dropped already."))
    return made


def _row(made: TableImport, line: int) -> ImportRow:
    row = made.rows.filter(line=line).first()
    if row is None:
        raise InvalidInput(_("The file has no row in line %(line)d.") % {"line": line})
    return row


def _names(kind: ImportKind, columns: "Sequence[str]") -> list[str]:
    return [(kind.headings()[one] or (one,))[0] for one in columns]


def _note(actor: "User", action: str, made: TableImport, **more: object) -> None:
    told: dict[str, object] = {"kind": made.kind, "file": made.file_name, **more}
    record_audit(actor, action, "import", made.pk, made.region_code, told)
