"""What a file holds, before anything of it is judged: its headings with the columns that they mean, and its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZipFile, ZipInfo

from django.utils.translation import gettext as _

from tocsin.base.archives import BROKEN_ARCHIVE
from tocsin.base.errors import InvalidInput
from tocsin.base.gate import FOREIGN_FILES
from tocsin.base.sheets import SIGNATURE, read_foreign_book, read_foreign_table
from tocsin.records.imports.queries import meanings
from tocsin.records.imports.rules import HEADING_LINES, ImportKind, bare_heading, find_headings

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_TEXT: Final = 2_000  # of one cell
MOST_COLUMNS: Final = 200
MOST_MEMBERS: Final = 20  # tables of one ZIP
_MOST_UNPACKED: Final = 100_000_000
_MEMBER_SUFFIXES: Final = (".xlsx", ".csv", ".txt")
_UTF8_NAME: Final = 0x800  # the flag of a ZIP's entry whose name is UTF-8


@dataclass(frozen=True)
class GivenRow:
    """One row as it stands in the file: its number within the whole file, its cells under the file's headings, the geometry of a
    feature, and of a file of several sheets the sheet with the line there.
    """

    line: int
    cells: list[str]
    shape: dict[str, Any] | None = None
    sheet: str = ""
    sheet_line: int = 0


@dataclass
class GivenFile:
    """All headings of a file, the column that each means (`""` for none), and its rows."""

    headings: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[GivenRow] = field(default_factory=list)


def read_file(kind: ImportKind, content: bytes, actor: "User") -> GivenFile:
    """The file as the kind understands it; InvalidInput for what can't be read, is too large or has no heading that is known."""
    limits = kind.limits()
    if len(content) > limits.most_bytes:
        raise InvalidInput(_("A file has at most %(most)s MB.") % {"most": limits.most_bytes // 1_000_000})
    remembered = meanings(kind.name)
    if (features := _features(kind, content, actor)) is not None:
        names = list(dict.fromkeys(name for cells, _shape in features for name in cells))[:MOST_COLUMNS]
        _line, columns = find_headings([names], kind.headings(), remembered)
        rows = [
            GivenRow(number, [_cut(cells.get(name, ""), kind.most_text) for name in names], shape)
            for number, (cells, shape) in enumerate(features, 1)
        ]
        return GivenFile(names, columns, rows)
    most_rows = limits.most_rows + 2 * HEADING_LINES
    if kind.sheets:
        return _of_sheets(kind, _sheets(content, limits.most_bytes, most_rows, actor), remembered)
    cells = read_foreign_table(content, owner=actor.pk, most_bytes=limits.most_bytes, most_rows=most_rows)
    at, columns = find_headings(cells, kind.headings(), remembered)
    if not any(columns):
        raise InvalidInput(_no_headings(kind))
    names = _names(cells[at])
    below = enumerate(cells[at + 1 :], at + 2)
    rows = [GivenRow(line, [_cut(one) for one in row[: len(names)]]) for line, row in below if any(row)]
    return GivenFile(names, columns[: len(names)], rows)


def _of_sheets(kind: ImportKind, sheets: Mapping[str, list[list[str]]], remembered: Mapping[str, str]) -> GivenFile:
    """The rows of all sheets that have headings, one behind the other. Headings that read alike are one column; of two that read
    otherwise and mean the same in two sheets, each sheet's own counts.
    """
    whole, before, known = GivenFile(), 0, False
    for title, cells in sheets.items():
        at, columns = find_headings(cells, kind.headings(), remembered) if cells else (0, [])
        if sum(map(bool, columns)) > 1:
            known = True
            names = _names(cells[at])
            places = [_place_of(whole, name, column) for name, column in zip(names, columns, strict=False)]
            for line, row in enumerate(cells[at + 1 :], at + 2):
                if any(row):
                    told = [""] * len(whole.headings)
                    for place, text in zip(places, row, strict=False):
                        told[place] = told[place] or _cut(text)
                    whole.rows.append(GivenRow(before + line, told, sheet=title[:80], sheet_line=line))
        before += len(cells)
    if not known:
        raise InvalidInput(_no_headings(kind))
    return whole


def _place_of(whole: GivenFile, name: str, column: str) -> int:
    for place, (other, meant) in enumerate(zip(whole.headings, whole.columns, strict=True)):
        if (column and meant == column) or (not column and not meant and bare_heading(other) == bare_heading(name)):
            return place
    whole.headings.append(name)
    whole.columns.append(column)
    return len(whole.headings) - 1


def _sheets(content: bytes, most_bytes: int, most_rows: int, actor: "User") -> dict[str, list[list[str]]]:
    """The sheets of a workbook, or of all tables of a ZIP, by their titles."""
    members = _members(content)
    if members is None:
        return read_foreign_book(content, most_bytes=most_bytes, most_rows=most_rows, owner=actor.pk, most_columns=60)
    found: dict[str, list[list[str]]] = {}
    for name, each in members:
        book = read_foreign_book(each, most_bytes=most_bytes, most_rows=most_rows, owner=actor.pk, most_columns=60)
        for title, cells in book.items():
            found[" · ".join(filter(None, (PurePosixPath(name).name, title if len(book) > 1 else "")))] = cells
    return found


def _members(content: bytes) -> list[tuple[str, bytes]] | None:
    """The tables of a ZIP with their names; None where the file is none, or a workbook (which is one, too)."""
    if not content.startswith(SIGNATURE):
        return None
    try:
        with ZipFile(BytesIO(content)) as archive:
            infos = [one for one in archive.infolist() if not one.is_dir()]
            if any(one.filename == "[Content_Types].xml" for one in infos):
                return None
            tables = [one for one in infos if one.filename.lower().endswith(_MEMBER_SUFFIXES) and "__MACOSX" not in one.filename]
            if not tables or len(tables) > MOST_MEMBERS:
                raise InvalidInput(_("A ZIP holds 1 to %(most)s tables, Excel or CSV.") % {"most": MOST_MEMBERS})
            if sum(one.file_size for one in tables) > _MOST_UNPACKED:
                raise InvalidInput("the file unpacks to far more than its size")
            return [(_member_name(one), archive.read(one)) for one in tables]
    except BROKEN_ARCHIVE as error:
        raise InvalidInput("the file can't be read as a workbook: %(why)s", why=" ".join(str(error).split())[:120]) from None


def _member_name(info: ZipInfo) -> str:
    """Its name; what Windows in China packs has GB 18030 where the standard says code page 437."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def _features(kind: ImportKind, content: bytes, actor: "User") -> list[tuple[dict[str, str], dict[str, Any] | None]] | None:
    if kind.features is None:
        return None
    with FOREIGN_FILES.held(actor.pk):
        return kind.features(content)


def _no_headings(kind: ImportKind) -> str:
    known = ", ".join(words[0] if words else name for name, words in list(kind.headings().items())[:8])
    return _("None of the first lines has headings that are known, such as %(known)s.") % {"known": known}


def _names(line: Sequence[str]) -> list[str]:
    return [one.strip()[:120] for one in line][:MOST_COLUMNS]


def _cut(text: str, most: int = MOST_TEXT) -> str:
    return text.strip()[:most]
