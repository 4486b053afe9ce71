"""What an import is: a kind of rows that somebody knows how to judge and to write, a file of them, what becomes of each."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from uuid import UUID

import numpy as np

from tocsin.base.datums import Datum, convert
from tocsin.base.tables import column_of

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from tocsin.jurisdiction.face import User
    from tocsin.jurisdiction.rights.rules import Permission

HEADING_LINES: Final = 10  # the headings may stand below a title
SHEETS: Final = (".xlsx", ".csv", ".txt")


class ImportVerdict(StrEnum):
    """What taking a row over would do, the worst first."""

    WRONG = "wrong"
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    USED = "used"  # is nothing by itself: other rows are made with it
    LEFT = "left"  # a person left it out


class ImportState(StrEnum):
    """Where a file stands."""

    WAITING = "waiting"
    TAKING = "taking"
    TAKEN = "taken"
    DROPPED = "dropped"
    UNDONE = "undone"


class CellProblem(NamedTuple):
    """What is wrong with a row: the column, and how to mend it."""

    column: str
    text: str


class CellChange(NamedTuple):
    """What a row changes: the column, what it holds now and what it will hold, as texts."""

    column: str
    before: str
    after: str


@dataclass
class Row:
    """One row of a file. The first three are given; the kind's `judge` fills in the rest.

    `shape`: the geometry of a feature, where the file has some. `place`: longitude and latitude, for the map of the preview.
    `found`: whatever `judge` wants to hand to `write`. `line` counts through the whole file; where it has several sheets,
    `sheet` and `sheet_line` say where the row stands.
    """

    line: int
    cells: Mapping[str, str]
    shape: Mapping[str, Any] | None = None
    verdict: ImportVerdict = ImportVerdict.WRONG
    name: str = ""
    problems: list[CellProblem] = field(default_factory=list)
    changes: list[CellChange] = field(default_factory=list)
    place: tuple[float, float] | None = None
    found: Any = None
    sheet: str = ""
    sheet_line: int = 0

    @property
    def where(self) -> str:
        """Its line, behind its sheet where the file has several.

        >>> Row(7, {}).where, Row(2_007, {}, sheet="管线表", sheet_line=7).where
        ('7', '管线表 7')
        """
        return f"{self.sheet} {self.sheet_line}" if self.sheet else str(self.line)


@dataclass(frozen=True)
class ImportSheet:
    """One of several tables that a file of a kind has: its title, and its columns in their order."""

    title: "StrPromise"
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """What one row became: the id of what was made or changed, and whatever the kind's `undo` needs to take it back."""

    id: UUID
    before: Mapping[str, Any] | None = None


class Judge(Protocol):
    """Says of each row what taking it over would do, against what is there now; writes nothing. The rows are those of one file,
    in its order, without those that are left out. Few queries, however many rows.
    """

    def __call__(self, *, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None: ...


class Write(Protocol):
    """Writes rows that are new or changed, with their audit entries; called inside a transaction, some rows at a time. What each
    row became, in their order. Conflict where what is there has changed since they were judged.
    """

    def __call__(self, *, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> Sequence[Written]: ...


class Finish(Protocol):
    """Called once when everything is written, and once more after it was undone, inside that transaction: what counts the changes
    of the whole, or tells programs to read it anew.
    """

    def __call__(self, *, actor: "User", region_code: str, rows: int, now: datetime) -> None: ...


class Undo(Protocol):
    """Takes back what was written at that moment (`now` of `Write`), the last row first; called inside a transaction. Conflict,
    and nothing is undone, where something builds on a row or it was changed since: the text says which row, and what.
    """

    def __call__(
        self, *, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime
    ) -> None: ...


@dataclass(frozen=True)
class FollowUp:
    """What is done with a file that was taken over: `act` is the name of an address below which the file's id stands, to which
    the page sends a form; `words` are on its button.
    """

    act: str
    words: "StrPromise"
    icon: str


class Limits(Protocol):
    """How large a file may be: in bytes, and in rows."""

    @property
    def most_bytes(self) -> int: ...
    @property
    def most_rows(self) -> int: ...


class UsualLimits(NamedTuple):
    """Those of kinds that name no others."""

    most_bytes: int = 8_000_000
    most_rows: int = 10_000


@dataclass(frozen=True)
class ImportKind:
    """What can be imported: one constant of its subject, named in `IMPORT_KINDS` of the catalogue.

    `headings`: by column what offices call it; a file's headings count without spaces and brackets, and the column's own name
    counts too. `example`: one row by column, for the empty table; `english_example`: the cells that it has in English instead.
    `page`: the name of the address where it is seen afterwards. `place`: the columns of longitude and latitude, in degrees; files
    may name another datum. `features`: reads files that are no tables (None: this file is one), as (cells, geometry) in the
    file's order. `limits`: how large a file may be, by policy where the kind has one. `order`: rows with a smaller number are
    written first (None: in the file's order). `batch`: rows of one transaction, where the transaction costs more than they do
    (0: as many as take a tenth of a second). `own`: whoever has this permission for a body of their own gives files, too, and
    sees those alone; `judge` and `write` hold every row against its body. `sheets`: files have several tables (sheets of a
    workbook, or files of a ZIP), whose rows are judged together; these are those of the empty table, and which one a row stands
    in `judge` sees by its columns. `also`: whoever has one of these gives files, too; `judge` leaves out the rows that are not
    theirs. `most_text`: characters of one cell.
    """

    name: str
    title: "StrPromise"
    permission: "Permission"
    headings: Callable[[], Mapping[str, Sequence[str]]]
    needed: tuple[str, ...]
    example: Mapping[str, str]
    page: str
    judge: Judge
    write: Write
    undo: Undo | None = None
    place: tuple[str, str] | None = None
    features: "Callable[[bytes], list[tuple[dict[str, str], dict[str, Any] | None]] | None] | None" = None
    order: "Callable[[Row], int] | None" = None
    batch: int = 0
    finish: Finish | None = None
    follow_up: FollowUp | None = None
    own: "Permission | None" = None
    english_example: Mapping[str, str] = field(default_factory=dict)
    suffixes: tuple[str, ...] = SHEETS
    limits: Callable[[], Limits] = UsualLimits
    sheets: tuple[ImportSheet, ...] = ()
    also: "tuple[Permission, ...]" = ()
    most_text: int = 2_000


def bare_heading(heading: str) -> str:
    """A heading as it is remembered: without spaces, brackets and stars, in small letters.

    >>> bare_heading(" 保质期（月） *"), bare_heading("Shelf life [months]")
    ('保质期', 'shelflife')
    """
    cut = min((at for mark in "（([" if (at := heading.find(mark)) >= 0), default=len(heading))
    return "".join(heading[:cut].replace("*", "").split()).lower()


def find_headings(
    cells: Sequence[Sequence[str]], headings: Mapping[str, Sequence[str]], remembered: Mapping[str, str]
) -> tuple[int, list[str]]:
    """The line of the headings (counted from 0) and the column that each means, '' for one that means none.

    It is the one of the first lines that names most columns. Of two headings that mean the same the first one counts.

    >>> find_headings([["物资表"], ["名称", "单位", "备注"], ["棉被", "床", ""]], {"name": ("名称",), "unit": ("单位",)}, {})
    (1, ['name', 'unit', ''])
    """
    best, found = 0, list[str]()
    for at, line in enumerate(cells[:HEADING_LINES]):
        columns = [remembered.get(bare_heading(one)) or column_of(one, headings) for one in line]
        known = [one if one not in columns[:number] else "" for number, one in enumerate(columns)]
        if sum(map(bool, known)) > sum(map(bool, found)) or not found:
            best, found = at, known
    return best, found


def repeated(columns: Sequence[str]) -> list[str]:
    """The columns that are named more than once."""
    return [one for one, count in Counter(filter(None, columns)).items() if count > 1]


def in_cgcs2000(cells: Mapping[str, str], place: tuple[str, str], datum: Datum) -> dict[str, str]:
    """The cells with longitude and latitude moved from that datum; as they are where one of the two is no number.

    >>> moved = in_cgcs2000({"lon": "121.531542", "lat": "31.175304"}, ("lon", "lat"), Datum.GCJ02)
    >>> [round(float(moved[one]), 5) for one in ("lon", "lat")]
    [121.52721, 31.17743]
    """
    try:
        given = np.array([[float(cells[one]) for one in place]])
    except (KeyError, ValueError):
        return dict(cells)
    if datum is Datum.CGCS2000 or not np.isfinite(given).all():
        return dict(cells)
    moved = convert(given, datum, Datum.CGCS2000)[0]
    return {**cells, **{name: f"{value:.7f}" for name, value in zip(place, moved, strict=True)}}


def shape_in_cgcs2000(shape: Mapping[str, Any], datum: Datum) -> dict[str, Any]:
    """The GeoJSON geometry moved from that datum; as it is where its coordinates are none.

    >>> line = {"type": "LineString", "coordinates": [[121.531542, 31.175304], [121.532, 31.175304]]}
    >>> [round(one, 5) for one in shape_in_cgcs2000(line, Datum.GCJ02)["coordinates"][0]]
    [121.52721, 31.17743]
    """
    if datum is Datum.CGCS2000:
        return dict(shape)
    try:
        return {**shape, "coordinates": _moved(shape["coordinates"], datum)}
    except (KeyError, TypeError, ValueError, IndexError, RecursionError):
        return dict(shape)


def _moved(coordinates: Any, datum: Datum) -> Any:
    if isinstance(coordinates[0], list | tuple):
        return [_moved(one, datum) for one in coordinates]
    given = np.array([coordinates[:2]], np.float64)
    if not np.isfinite(given).all():
        return coordinates
    return [*convert(given, datum, Datum.CGCS2000)[0].round(7).tolist(), *coordinates[2:]]


def english_heading(column: str) -> str:
    """A column as a heading in English, which is understood as the column's own name is.

    >>> english_heading("people_day"), column_of(english_heading("people_day"), {"people_day": ()})
    ('People day', 'people_day')
    """
    return column.replace("_", " ").capitalize()
