"""Tables as text, for spreadsheets and from them."""

import csv
from collections.abc import Collection, Iterable, Sequence
from io import StringIO

from tocsin.base.errors import InvalidInput

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV with a byte order mark, so that spreadsheets read Chinese; no cell can become a formula.

    >>> csv_text(["name", "number"], [["Li", "+86 532"]]).splitlines()[1]
    "Li,'+86 532"
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in rows)
    return "\ufeff" + text.getvalue()


def read_table(content: bytes, columns: Collection[str], needed: Collection[str]) -> list[dict[str, str]]:
    """The rows of a CSV, each column's text stripped, missing columns empty.

    UTF-8 or GB 18030, as spreadsheets in China write it; comma, semicolon or tab. InvalidInput names a column that is unknown
    or needed and absent.
    """
    text = _text_of(content)
    first = text.partition("\n")[0]
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=_delimiter(first), restkey="", restval="")
    names = [name.strip() for name in reader.fieldnames or ()]
    unknown, absent = [name for name in names if name not in columns], [name for name in needed if name not in names]
    if unknown or absent:
        told = [f"unknown columns: {', '.join(unknown)}"] * bool(unknown) + [f"columns missing: {', '.join(absent)}"] * bool(
            absent
        )
        raise InvalidInput("; ".join(told))
    reader.fieldnames = names
    try:
        rows = [{name: str(row.get(name) or "").strip() for name in columns} for row in reader]
    except csv.Error as error:
        raise InvalidInput(f"the file is no table: {error}") from None
    return [row for row in rows if any(row.values())]


def read_cells(content: bytes) -> list[list[str]]:
    """All rows of a CSV as stripped texts, the headings among them, whatever they are called; InvalidInput where it is no table.

    >>> read_cells("名称;地址\\n海诺 ;九水路".encode("gb18030"))
    [['名称', '地址'], ['海诺', '九水路']]
    """
    text = _text_of(content)
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text.partition("\n")[0]), strict=True))
    except csv.Error as error:
        raise InvalidInput(f"the file is no table: {error}") from None
    return [[cell.strip() for cell in row] for row in rows]


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
