"""A file is given: its rows are kept as they were read; nothing else changes. Its columns are matched, its cells mended."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.datums import Datum
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.gate import FOREIGN_FILES
from tocsin.base.sheets import read_foreign_table
from tocsin.base.storable import storable
from tocsin.bus.bulk import insert_all
from tocsin.records.audit.services import record_audit
from tocsin.records.imports.models import ColumnMeaning, ImportRow, TableImport
from tocsin.records.imports.queries import kind_of, meanings, require_giving, visible_imports
from tocsin.records.imports.rules import HEADING_LINES, ImportKind, ImportState, bare_heading, find_headings, repeated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.jurisdiction.face import User

MOST_TEXT: Final = 2_000  # of one cell
MOST_COLUMNS: Final = 200


def give_file(
    *, actor: "User", kind: str, region_code: str, file_name: str, content: bytes, datum: Datum = Datum.CGCS2000, now: datetime
) -> TableImport:
    """Keeps the rows of a file; every one is judged whenever it is looked at.

    InvalidInput for what can't be read as a table, is too large, has no rows, or no heading that means a column.
    """
    chosen = kind_of(kind)
    require_giving(actor, chosen, region_code)
    headings, rows = _read(chosen, content, actor)
    if len(rows) > (most := chosen.limits().most_rows):
        raise InvalidInput(_("A file has at most %(most)s rows.") % {"most": most})
    if not rows:
        raise InvalidInput(_("There are no rows below the headings."))
    with transaction.atomic():
        made = TableImport.objects.create(
            kind=chosen.name,
            region_code=region_code,
            file_name=storable(file_name)[:200],
            at=now,
            by=actor,
            headings=[name for name, _column in headings],
            columns=[column for _name, column in headings],
            datum=datum.value,
            lines=len(rows),
        )
        insert_all(
            [ImportRow(table=made, line=line, cells=storable(cells), shape=storable(shape)) for line, cells, shape in rows]
        )
        _note(actor, "import.given", made, rows=len(rows))
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


type _Given = tuple[int, list[str], dict[str, Any] | None]


def _read(kind: ImportKind, content: bytes, actor: "User") -> tuple[list[tuple[str, str]], list[_Given]]:
    """Headings with the columns that they mean, and rows: line, cells, geometry."""
    remembered = meanings(kind.name)
    limits = kind.limits()
    if len(content) > limits.most_bytes:
        raise InvalidInput(_("A file has at most %(most)s MB.") % {"most": limits.most_bytes // 1_000_000})
    if (features := _features(kind, content, actor)) is not None:
        names = list(dict.fromkeys(name for cells, _shape in features for name in cells))[:MOST_COLUMNS]
        _line, columns = find_headings([names], kind.headings(), remembered)
        numbered = enumerate(features, 1)
        return list(zip(names, columns, strict=True)), [
            (number, [_cut(cells.get(name, "")) for name in names], shape) for number, (cells, shape) in numbered
        ]
    most_rows = limits.most_rows + 2 * HEADING_LINES
    cells = read_foreign_table(content, owner=actor.pk, most_bytes=limits.most_bytes, most_rows=most_rows)
    at, columns = find_headings(cells, kind.headings(), remembered)
    if not any(columns):
        known = ", ".join(words[0] if words else name for name, words in list(kind.headings().items())[:8])
        raise InvalidInput(_("None of the first lines has headings that are known, such as %(known)s.") % {"known": known})
    names = [one.strip()[:120] for one in cells[at]][:MOST_COLUMNS]
    below = enumerate(cells[at + 1 :], at + 2)
    rows: list[_Given] = [(line, [_cut(one) for one in row[: len(names)]], None) for line, row in below if any(row)]
    return list(zip(names, columns, strict=False)), rows


def _features(kind: ImportKind, content: bytes, actor: "User") -> list[tuple[dict[str, str], dict[str, Any] | None]] | None:
    if kind.features is None:
        return None
    with FOREIGN_FILES.held(actor.pk):
        return kind.features(content)


def _cut(text: str) -> str:
    return text.strip()[:MOST_TEXT]


def _note(actor: "User", action: str, made: TableImport, **more: object) -> None:
    told: dict[str, object] = {"kind": made.kind, "file": made.file_name, **more}
    record_audit(actor, action, "import", made.pk, made.region_code, told)
