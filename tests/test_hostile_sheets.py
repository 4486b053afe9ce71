"""Workbooks made to hurt: entities that multiply or read files, little that unpacks to much, rows and columns without end."""

import time
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from tocsin.base.errors import InvalidInput
from tocsin.base.sheets import read_sheet

SHEET = "xl/worksheets/sheet1.xml"


def changed(change: Callable[[bytes], bytes], **more: bytes) -> bytes:
    """A small workbook with another text of its sheet."""
    book, plain, packed = Workbook(), BytesIO(), BytesIO()
    book.active.append(["name", "place"])  # type: ignore[union-attr]
    book.active.append(["text one", "road"])  # type: ignore[union-attr]
    book.save(plain)
    with ZipFile(plain) as parts, ZipFile(packed, "w", ZIP_DEFLATED) as out:
        for one in parts.infolist():
            out.writestr(one.filename, change(parts.read(one)) if one.filename == SHEET else parts.read(one))
        for name, content in more.items():
            out.writestr(name, content)
    return packed.getvalue()


def with_type(declarations: bytes) -> bytes:
    return changed(lambda text: b"<!DOCTYPE x [" + declarations + b"]>" + text.replace(b"text one", b"&j;"))


LAUGHS = b'<!ENTITY a "%s">' % (b"a" * 50) + b"".join(
    b'<!ENTITY %c "%s">' % (98 + one, b"&%c;" % (97 + one) * 10) for one in range(9)
)
REFUSED = {
    "entities that multiply": with_type(LAUGHS),
    "an entity that reads a file": with_type(b'<!ENTITY j SYSTEM "file:///etc/hostname">'),
    "little that unpacks to much": changed(lambda text: text, padding=bytes(9_000_000)),
    "a row of cells without end": changed(
        lambda text: text.replace(b"</sheetData>", b"<row>" + b'<c r="A3"><v>1</v></c>' * 400_000 + b"</row></sheetData>")
    ),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_a_hostile_workbook_is_refused_at_once(content: bytes) -> None:
    began = time.process_time()
    with pytest.raises(InvalidInput):
        read_sheet(content, most_rows=1000)
    assert time.process_time() - began < 3


def test_a_row_far_down_and_a_wide_one_cost_nothing() -> None:
    far = changed(lambda text: text.replace(b'<row r="2"', b'<row r="1048576"'))
    assert len(read_sheet(far, most_rows=1000)) <= 1000
    assert read_sheet(changed(lambda text: text), most_rows=1000)[1][:2] == ["text one", "road"]
