"""Tables that people send: workbooks and CSV."""

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

from openpyxl import Workbook

from tocsin.base.errors import InvalidInput
from tocsin.base.sheets import SIGNATURE, read_sheet
from tocsin.base.storable import is_storable
from tocsin.base.tables import read_cells

MOST = 8_000


def check(data: bytes) -> None:
    """Cells that a database takes, or words about what can't be read."""
    with suppress(InvalidInput):
        rows = read_sheet(data, most_rows=200) if data.startswith(SIGNATURE) else read_cells(data)
        assert all(is_storable(cell) for row in rows for cell in row)


def seeds() -> Iterator[bytes]:
    """A small workbook, and tables as text."""
    book, held = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["name", "place", "since"])
    sheet.append(["one", 2.5, True])
    book.save(held)
    yield held.getvalue()
    yield 'name,place\n一,"a\nb"\n'.encode("utf-8-sig")
    yield "名称;地点\n一;二\n".encode("gb18030")
