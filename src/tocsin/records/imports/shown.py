"""Files of rows as people and programs read them."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from ninja import Field, Schema

from tocsin.base.datums import Datum
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.queries import kind_of
from tocsin.records.imports.rules import ImportKind, ImportState, ImportVerdict, Row, english_heading
from tocsin.screens.geojson import Features, features, point

VERDICT_NAMES: Final[dict[ImportVerdict, Promise]] = {
    ImportVerdict.WRONG: pgettext_lazy("row of a table", "wrong"),
    ImportVerdict.NEW: pgettext_lazy("row of a table", "new"),
    ImportVerdict.CHANGED: pgettext_lazy("row of a table", "changes"),
    ImportVerdict.SAME: pgettext_lazy("row of a table", "as it is"),
    ImportVerdict.USED: pgettext_lazy("row of a table", "serves others"),
    ImportVerdict.LEFT: pgettext_lazy("row of a table", "left out"),
}
STATE_NAMES: Final[dict[ImportState, Promise]] = {
    ImportState.WAITING: pgettext_lazy("table", "waits"),
    ImportState.TAKING: pgettext_lazy("table", "is being taken over"),
    ImportState.TAKEN: pgettext_lazy("table", "taken over"),
    ImportState.DROPPED: pgettext_lazy("table", "dropped"),
    ImportState.UNDONE: pgettext_lazy("table", "undone"),
}
SHAPES: Final = {ImportVerdict.WRONG: "red", ImportVerdict.CHANGED: "orange", ImportVerdict.NEW: "good"}
MOST_PLACES: Final = 5_000  # on the map of a preview
DATUM_NAMES: Final[dict[Datum, str]] = {Datum.CGCS2000: "CGCS2000 / WGS 84", Datum.GCJ02: "GCJ-02", Datum.BD09: "BD-09"}


class ImportColumnOut(Schema):
    """A column that files of a kind may have."""

    column: str
    headings: list[str] = Field(description="what offices call it; a file's headings count without spaces and brackets")
    needed: bool


class ImportKindOut(Schema):
    """What can be imported."""

    name: str
    title: str
    suffixes: list[str]
    most_rows: int
    has_places: bool
    can_be_undone: bool
    columns: list[ImportColumnOut]


class ImportHeadingOut(Schema):
    """A heading of a file and the column that it means, empty for none."""

    position: int
    heading: str
    column: str


class TableImportOut(Schema):
    """A file of rows, and where it stands."""

    id: UUID
    kind: str
    title: str
    region_code: str
    file_name: str
    at: datetime
    by: str
    state: ImportState
    state_name: str
    rows: int
    done: int = Field(description="rows that are written")
    to_write: int | None = Field(description="rows that are written in all; empty until they were judged for it")
    quiet: bool = Field(description="whoever wrote it ended on the way: it goes on by itself within two minutes")
    datum: Datum
    headings: list[ImportHeadingOut]
    counts: dict[str, int] = Field(description="rows by verdict, once they were taken over")
    trouble: str = Field(description="why taking over stopped; empty where it did not")
    forgotten: bool = Field(description="its rows went after the days in policy")


class ImportProblemOut(Schema):
    column: str
    heading: str
    text: str
    value: str = Field(description="what the cell holds")


class ImportChangeOut(Schema):
    column: str
    heading: str
    before: str
    after: str


class ImportRowOut(Schema):
    """One row: what taking it over would do, or did."""

    line: int = Field(description="within the whole file; acts on a row name it")
    where: str = Field(description="the line, behind its sheet where the file has several")
    verdict: ImportVerdict
    verdict_name: str
    name: str
    cells: dict[str, str]
    problems: list[ImportProblemOut]
    changes: list[ImportChangeOut]
    place: tuple[float, float] | None


class ImportRowLine(ImportRowOut):
    """The same as pages show it: with what a new row says, under headings."""

    said: list[tuple[str, str]]


def describe_kind(kind: ImportKind) -> ImportKindOut:
    """A kind with its columns in the reader's words."""
    return ImportKindOut(
        name=kind.name,
        title=str(kind.title),
        suffixes=list(kind.suffixes),
        most_rows=kind.limits().most_rows,
        has_places=kind.place is not None,
        can_be_undone=kind.undo is not None,
        columns=[
            ImportColumnOut(column=name, headings=list(words), needed=name in kind.needed)
            for name, words in kind.headings().items()
        ],
    )


def describe_import(one: TableImport) -> TableImportOut:
    """One file; who gave it is loaded. A query for its progress where it is being taken over."""
    state = one.state
    taking = state is ImportState.TAKING
    done = one.rows.filter(written__isnull=False).count() if taking else (one.to_write or 0) * (state is ImportState.TAKEN)
    pairs = zip(one.headings, one.columns, strict=True)
    return TableImportOut(
        id=one.pk,
        kind=one.kind,
        title=str(kind_of(one.kind).title),
        region_code=one.region_code,
        file_name=one.file_name or "–",
        at=one.at,
        by=str(one.by),
        state=state,
        state_name=str(STATE_NAMES[state]),
        rows=one.lines,
        done=done,
        to_write=one.to_write,
        quiet=taking and not one.trouble and one.writing_until is not None and one.writing_until < timezone.now(),
        datum=Datum(one.datum),
        headings=[ImportHeadingOut(position=n, heading=name, column=column) for n, (name, column) in enumerate(pairs)],
        counts=one.counts,
        trouble=one.trouble,
        forgotten=one.forgotten_at is not None,
    )


def describe_row(kind: ImportKind, row: Row) -> ImportRowOut:
    """One row, columns under the headings that offices use."""
    return ImportRowOut(
        line=row.line,
        where=row.where,
        verdict=row.verdict,
        verdict_name=str(VERDICT_NAMES[row.verdict]),
        name=row.name,
        cells=dict(row.cells),
        problems=[
            ImportProblemOut(
                column=one.column, heading=heading_of(kind, one.column), text=one.text, value=row.cells.get(one.column, "")
            )
            for one in row.problems
        ],
        changes=[
            ImportChangeOut(column=one.column, heading=heading_of(kind, one.column), before=one.before, after=one.after)
            for one in row.changes
        ],
        place=row.place,
    )


def describe_line(kind: ImportKind, row: Row) -> ImportRowLine:
    """One row for the page of its file."""
    new = row.verdict is ImportVerdict.NEW
    said = [(heading_of(kind, column), text) for column, text in row.cells.items()] if new else []
    return ImportRowLine(**dict(describe_row(kind, row)), said=said)


def describe_rows(made: TableImport, rows: Sequence[Row]) -> list[ImportRowOut]:
    """Rows of one file."""
    kind = kind_of(made.kind)
    return [describe_row(kind, one) for one in rows]


def heading_of(kind: ImportKind, column: str) -> str:
    """A column as the reader would head it."""
    return heading_in(kind, column, in_chinese=(get_language() or "zh").startswith("zh"))


def heading_in(kind: ImportKind, column: str, *, in_chinese: bool) -> str:
    """A column as a heading of a table in one of the two languages; files are understood with either."""
    words = kind.headings().get(column, ())
    return words[0] if words and in_chinese else english_heading(column)


def counted(rows: Sequence[Row]) -> list[tuple[ImportVerdict, str, int]]:
    """How many rows have each verdict, the worst first."""
    counts = Counter(row.verdict for row in rows)
    return [(verdict, str(name), counts[verdict]) for verdict, name in VERDICT_NAMES.items()]


def features_of(made: TableImport, rows: Sequence[Row]) -> Features:
    """The rows that have a place, as a map of objects reads them: wrong ones are red, new ones green."""
    placed = [(row, row.place) for row in rows if row.place is not None][:MOST_PLACES]
    return features(
        point(
            *place,
            name=row.name or row.where,
            words=f"{row.where} · {VERDICT_NAMES[row.verdict]}",
            url=f"{reverse('table_import', args=[made.pk])}?verdict={row.verdict}#row-{row.line}",
            shape=SHAPES.get(row.verdict, "unknown"),
        )
        for row, place in placed
    )
