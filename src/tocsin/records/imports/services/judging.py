"""The rows of a file as they would be taken over now."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tocsin.base.datums import Datum
from tocsin.records.imports.models import ImportRow, TableImport
from tocsin.records.imports.queries import kind_of
from tocsin.records.imports.rules import CellProblem, ImportKind, ImportState, ImportVerdict, Row, in_cgcs2000, shape_in_cgcs2000

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def judged(*, actor: "User", made: TableImport, now: datetime) -> list[tuple[ImportRow, Row]]:
    """Every row of a file that is not taken over yet, in its order, judged against what is there now."""
    kind = kind_of(made.kind)
    kept = list(made.rows.all())
    pairs = [(one, as_row(kind, made, one)) for one in kept]
    judge_these(kind, actor, made.region_code, [row for one, row in pairs if not one.left], now)
    for one, row in pairs:
        if one.left:
            row.verdict = ImportVerdict.LEFT
    return pairs


def rows_of(*, actor: "User", made: TableImport, now: datetime) -> list[Row]:
    """The rows of a file in its order: as they would be taken over, or as they were."""
    if made.state is ImportState.WAITING:
        return [row for _kept, row in judged(actor=actor, made=made, now=now)]
    kind = kind_of(made.kind)
    return [_as_ended(kind, kept, as_row(kind, made, kept)) for kept in made.rows.all()]


def judge_these(kind: ImportKind, actor: "User", region_code: str, rows: list[Row], now: datetime) -> None:
    """Rows that come together; what lacks a needed cell is wrong whatever the kind says."""
    kind.judge(actor=actor, region_code=region_code, rows=rows, now=now)
    for row in rows:
        told = {one.column for one in row.problems}
        empty = [one for one in kind.needed if one not in told and not row.cells.get(one, "").strip()]
        row.problems += [CellProblem(one, _("This cell must not be empty.")) for one in empty]
        if row.problems:
            row.verdict, row.changes = ImportVerdict.WRONG, []


def as_row(kind: ImportKind, made: TableImport, kept: ImportRow) -> Row:
    """The kept row under the columns that its headings mean now, mended, its place in our datum."""
    cells: dict[str, str] = {}
    for column, text in zip(made.columns, kept.cells, strict=False):
        if column and text and column not in cells:
            cells[column] = text
    cells = {column: text for column, text in (cells | kept.mended).items() if text}
    shape: dict[str, Any] | None = kept.shape
    if kind.place is not None:
        cells = in_cgcs2000(cells, kind.place, Datum(made.datum))
        shape = None if shape is None else shape_in_cgcs2000(shape, Datum(made.datum))
    return Row(line=kept.line, cells=cells, shape=shape, sheet=kept.sheet, sheet_line=kept.sheet_line)


def _as_ended(kind: ImportKind, kept: ImportRow, row: Row) -> Row:
    row.name = " ".join(filter(None, (row.cells.get(one, "") for one in kind.needed[:2])))
    row.verdict = ImportVerdict(kept.verdict or ImportVerdict.LEFT)
    row.problems = [CellProblem(*one) for one in kept.problems]
    return row
