"""Tables that people keep in Excel, as texts. What a file would cost is weighed before anything of it is parsed."""

import os
import re
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, Final
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from tocsin.base.archives import BROKEN_ARCHIVE
from tocsin.base.errors import InvalidInput
from tocsin.base.gate import FOREIGN_FILES
from tocsin.base.storable import is_storable
from tocsin.base.tables import MOST_CELLS, read_cells

SIGNATURE: Final = b"PK\x03\x04"
OLD_SIGNATURE: Final = b"\xd0\xcf\x11\xe0"
_UNPACKED: Final = 40  # times the packed size; a sheet of texts packs to a fifth
_LEAST_UNPACKED: Final = 8_000_000
_MOST_UNPACKED: Final = 40_000_000
_MOST_STRINGS: Final = 20_000_000  # of the texts that cells share
_MOST_PARTS: Final = 500
_MOST_SHEETS: Final = 50
_MOST_TAGS: Final = 2_000_000  # of sheets and shared texts: 5,000 rows of 40 cells have half
_MOST_TAGS_BESIDE: Final = 100_000  # of styles and the like, which are held whole: some 1 kB each
_TYPES: Final = "[Content_Types].xml"
_SHEET: Final = "worksheet+xml"
_STRINGS: Final = "sharedStrings+xml"
_ENCODING: Final = re.compile(rb"""[^<]*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")
_BROKEN: Final = (
    *BROKEN_ARCHIVE,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    SyntaxError,  # an XML ParseError is one
    TypeError,
    ValueError,
)
"""What zip, expat and openpyxl raise for damaged files, found by fuzzing."""


def load_workbook(content: bytes) -> Any:
    """A workbook whose sheets are read as they are asked for."""
    os.environ.setdefault("OPENPYXL_LXML", "False")  # one parser, whatever else is installed: the one that was weighed against
    import openpyxl  # a fifth of a second of every start, and few processes come here
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except InvalidFileException as error:
        raise ValueError(str(error)) from error


def read_foreign_table(content: bytes, *, most_bytes: int, most_rows: int, owner: object) -> list[list[str]]:
    """The cells of a table that a person sends, Excel or CSV, behind the gate of foreign files; `owner` reads one at a time.

    Call it before any transaction. InvalidInput for what is no table or too large, Unavailable where many are read just now.
    """
    if len(content) > most_bytes:
        raise InvalidInput("A file has at most %(most)d MB.", most=most_bytes // 1_000_000)
    with FOREIGN_FILES.held(owner):
        is_workbook = content.startswith((SIGNATURE, OLD_SIGNATURE))
        return read_sheet(content, most_rows=most_rows) if is_workbook else read_cells(content)


def read_foreign_book(
    content: bytes, *, most_bytes: int, most_rows: int, owner: object, most_columns: int = 16
) -> dict[str, list[list[str]]]:
    """The same of all sheets of a workbook by their titles, or of a CSV under the title "", `most_rows` for each of them."""
    if len(content) > most_bytes:
        raise InvalidInput("A file has at most %(most)d MB.", most=most_bytes // 1_000_000)
    with FOREIGN_FILES.held(owner):
        if content.startswith((SIGNATURE, OLD_SIGNATURE)):
            return read_book(content, most_rows=most_rows, most_columns=most_columns)
        cells = read_cells(content)
    if len(cells) > most_rows:
        raise InvalidInput("the sheet has more than %(most)s rows", most=most_rows)
    return {"": cells}


def read_sheet(content: bytes, *, most_rows: int, most_columns: int = 100) -> list[list[str]]:
    """All rows of a workbook's first sheet as stripped texts, as a CSV would hold them; empty rows stay, so that numbers fit.

    Formulas give the value that was last shown. Whole numbers lose their ".0", moments are ISO 8601. InvalidInput for the old
    format, for what is no workbook, for one that unpacks to far more than it is, and for more rows.
    """
    return next(iter(_read(content, most_rows, most_columns, most_sheets=1).values()))


def read_book(content: bytes, *, most_rows: int, most_columns: int = 16) -> dict[str, list[list[str]]]:
    """The same of all sheets of a workbook, by their titles."""
    return _read(content, most_rows, most_columns, _MOST_SHEETS)


def _read(content: bytes, most_rows: int, most_columns: int, most_sheets: int) -> dict[str, list[list[str]]]:
    if content.startswith(OLD_SIGNATURE):
        raise InvalidInput("this is the old Excel format: save it as .xlsx or CSV")
    try:
        with ZipFile(BytesIO(content)) as parts:
            _weigh(parts, len(content))
        book = load_workbook(content)
    except _BROKEN as error:
        raise InvalidInput("the file can't be read as a workbook: %(why)s", why=_words(error)) from None
    found: dict[str, list[list[str]]] = {}
    cells = 0
    try:
        if not book.worksheets:
            raise InvalidInput("the workbook has no sheet")
        for sheet in book.worksheets[:most_sheets]:
            found[sheet.title] = _rows_of(sheet, most_rows, most_columns, MOST_CELLS - cells)
            cells += len(found[sheet.title]) * most_columns
    except _BROKEN as error:
        raise InvalidInput("the sheet can't be read: %(why)s", why=_words(error)) from None
    finally:
        book.close()
    return found


def _rows_of(sheet: Any, most_rows: int, most_columns: int, most_cells: int) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in sheet.iter_rows(max_col=most_columns, values_only=True):
        if len(rows) > most_rows:
            raise InvalidInput("the sheet has more than %(most)s rows", most=most_rows)
        if len(rows) * most_columns > most_cells:
            raise InvalidInput("the table has more than %(most)s cells: send it in parts", most=MOST_CELLS)
        rows.append([_text(cell, len(rows) + 1) for cell in row])
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _weigh(parts: ZipFile, packed: int) -> None:
    """InvalidInput for a workbook that would cost more than a table that people keep."""
    infos = parts.infolist()
    if any(one.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or one.flag_bits & 1 for one in infos):
        raise InvalidInput("the workbook is locked or packed in an unusual way: save it anew as .xlsx, without a password")
    if sum(one.file_size for one in infos) > min(_MOST_UNPACKED, max(_LEAST_UNPACKED, _UNPACKED * packed)):
        raise InvalidInput("the file unpacks to far more than its size")
    _weigh_parts(parts, [parts.getinfo(_TYPES)], _MOST_TAGS_BESIDE)
    streamed = _streamed(parts.read(_TYPES))
    sheets, strings = ([one for one in infos if streamed.get(one.filename) == kind] for kind in (_SHEET, _STRINGS))
    if len(infos) > _MOST_PARTS or len(sheets) > _MOST_SHEETS:
        raise InvalidInput("the workbook has more than %(most)s sheets: keep the one that is to be read", most=_MOST_SHEETS)
    if sum(one.file_size for one in strings) > _MOST_STRINGS:
        raise InvalidInput("the workbook holds more than %(most)s MB of texts: send it in parts", most=_MOST_STRINGS // 1_000_000)
    _weigh_parts(parts, [one for one in infos if one.filename not in streamed], _MOST_TAGS_BESIDE)
    _weigh_parts(parts, sheets, _MOST_TAGS)
    _weigh_parts(parts, strings, _MOST_TAGS)


def _streamed(types: bytes) -> dict[str, str]:
    """The parts that are read piece by piece, with their kind: those declared as a sheet or as shared texts and as nothing else.

    Names say nothing: openpyxl looks a part up by its declared type, but styles and properties, which it holds whole, by name.
    """
    declared: dict[str, str] = {}
    for one in ElementTree.fromstring(types):  # noqa: S314 - what declares entities was refused before
        name, kind = one.get("PartName", "").removeprefix("/"), one.get("ContentType", "").rpartition(".")[2]
        declared[name] = kind if declared.get(name, kind) == kind else ""
    held_whole = ("xl/styles.xml", "xl/theme/theme1.xml", _TYPES)
    return {
        name: kind
        for name, kind in declared.items()
        if kind in (_SHEET, _STRINGS) and name not in held_whole and not name.startswith("docProps/") and ".rels" not in name
    }


def _weigh_parts(parts: ZipFile, some: list[ZipInfo], most: int) -> None:
    """InvalidInput for parts with more tags than that together (each is an object of the parser), with declarations of their own
    or in a rare encoding, in which the signs that are counted here would look otherwise.
    """
    tags = sheets = 0
    for one in some:
        text = parts.read(one).replace(b"\0", b"")  # UTF-16 as ASCII
        tags += text.count(b"<")
        sheets += text.count(b"sheetId")
        encoding = _ENCODING.match(text)
        if b"<!DOCTYPE" in text or (encoding and encoding[1].lower() not in (b"utf-8", b"utf-16", b"us-ascii", b"ascii")):
            raise InvalidInput("the workbook is locked or packed in an unusual way: save it anew as .xlsx, without a password")
        if tags > most:
            raise InvalidInput(
                "the workbook is larger than a table that people keep: save its first sheet alone, as .xlsx or CSV"
            )
    if sheets > _MOST_SHEETS and most == _MOST_TAGS_BESIDE:
        raise InvalidInput("the workbook has more than %(most)s sheets: keep the one that is to be read", most=_MOST_SHEETS)


def _words(error: BaseException) -> str:
    """What a library says of a damaged file, as one short line."""
    return " ".join(str(error).split())[:120] or type(error).__name__


def _text(cell: Any, line: int) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            text = str(cell).strip()
            if not is_storable(text):
                raise InvalidInput("line %(line)s holds a character that no text may hold (NUL): take it out", line=line)
            return text
