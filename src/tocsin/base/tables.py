"""Tables as text, for spreadsheets and from them."""

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence
from io import StringIO
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.base.storable import is_storable

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula; Excel in Chinese and Japanese also the full-width signs."""

MOST_CELLS: Final = 1_000_000


def plain_cell(text: str) -> str:
    """The text of a cell that no spreadsheet takes for a formula: an apostrophe stands before what would be one.

    >>> plain_cell("=1+1"), plain_cell("＝1+1"), plain_cell(" @x"), plain_cell("1+1")
    ("'=1+1", "'＝1+1", "' @x", '1+1')
    """
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV with a byte order mark, so that spreadsheets read Chinese; no cell can become a formula.

    >>> csv_text(["name", "number"], [["Li", "+86 532"]]).splitlines()[1]
    "Li,'+86 532"
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([plain_cell(one) for one in columns])
    writer.writerows([plain_cell(cell) for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()


def read_table(content: bytes, columns: Collection[str], needed: Collection[str]) -> list[dict[str, str]]:
    """The rows of a CSV, each column's text stripped, missing columns empty.

    UTF-8 or GB 18030, as spreadsheets in China write it; comma, semicolon or tab. InvalidInput names a column that is unknown
    or needed and absent.
    """
    names, *cells = read_cells(content) or [[]]
    unknown, absent = [name for name in names if name not in columns], [name for name in needed if name not in names]
    if unknown:
        raise InvalidInput(
            "unknown columns: %(unknown)s; known are %(known)s", unknown=", ".join(unknown), known=", ".join(columns)
        )
    if absent:
        raise InvalidInput("columns missing: %(absent)s", absent=", ".join(absent))
    empty = dict.fromkeys(columns, "")
    rows = [empty | dict(zip(names, row, strict=False)) for row in cells]
    return [row for row in rows if any(row.values())]


def read_cells(content: bytes) -> list[list[str]]:
    """All rows of a CSV as stripped texts, the headings among them, whatever they are called; InvalidInput where it is no table.

    >>> read_cells("名称;地址\\n海诺 ;九水路".encode("gb18030"))
    [['名称', '地址'], ['海诺', '九水路']]
    """
    text, rows, cells = _text_of(content), [], 0
    if not is_storable(text):
        line = next(number for number, one in enumerate(text.split("\n"), 1) if not is_storable(one))
        raise InvalidInput("line %(line)s holds a character that no text may hold (NUL): take it out", line=line)
    delimiter = _delimiter(text.partition("\n")[0])
    if text.count(delimiter) > MOST_CELLS:
        raise InvalidInput("the table has more than %(most)s cells: send it in parts", most=MOST_CELLS)
    try:
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True):
            cells += len(row) + 1
            if cells > MOST_CELLS:
                raise InvalidInput("the table has more than %(most)s cells: send it in parts", most=MOST_CELLS)
            rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        raise InvalidInput("the file is no table: near line %(line)s: %(why)s", line=len(rows) + 1, why=error) from None
    return rows


def column_of(heading: str, columns: Mapping[str, Sequence[str]]) -> str:
    """The column that a heading means, of `columns` with what offices call them; '' for one that is not known.

    A heading counts without spaces and without what stands in brackets behind it.

    >>> column_of("开始时间（本地）", {"start": ("开始时间",)}), column_of("Start", {"start": ()}), column_of("备注", {})
    ('start', 'start', '')
    """
    bare = "".join(heading.replace("（", "(").partition("(")[0].replace("*", "").split())
    english = bare.lower().replace("_", "")
    return next((name for name, words in columns.items() if bare in words or english == name.replace("_", "")), "")


def rows_below_headings(
    cells: Sequence[Sequence[str]], columns: Mapping[str, Sequence[str]], needed: Collection[str]
) -> list[tuple[int, dict[str, str]]]:
    """The rows below the headings, which stand in one of the first lines, with their line in the file; empty ones are left out.

    InvalidInput where no line has headings for all that is needed.
    """
    for at, headings in enumerate(cells[:10]):
        names = [column_of(one, columns) for one in headings]
        if all(one in names for one in needed):
            rows = [(line, dict(zip(names, row, strict=False))) for line, row in enumerate(cells[at + 1 :], at + 2)]
            return [(line, {name: text for name, text in row.items() if name}) for line, row in rows if any(row.values())]
    raise InvalidInput("none of the first lines has headings for %(needed)s", needed=", ".join(needed))


def _text_of(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError:
            raise InvalidInput("the file is neither UTF-8 nor GB 18030 text") from None


def _delimiter(first_line: str) -> str:
    return max(",;\t", key=first_line.count)
