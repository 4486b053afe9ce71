"""Workbooks made to hurt: entities that multiply or read files, little that unpacks to much, rows and columns without end."""

import contextlib
import re
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.budgets import quickest_s
from tocsin.base.errors import InvalidInput
from tocsin.base.sheets import read_sheet
from tocsin.base.storable import is_storable

SHEET = "xl/worksheets/sheet1.xml"


def changed(change: Callable[[bytes], bytes], packing: int = ZIP_DEFLATED, **more: bytes) -> bytes:
    """A small workbook with another text of its sheet."""
    book, plain, packed = Workbook(), BytesIO(), BytesIO()
    book.active.append(["name", "place"])  # type: ignore[union-attr]
    book.active.append(["text one", "road"])  # type: ignore[union-attr]
    book.save(plain)
    with ZipFile(plain) as parts, ZipFile(packed, "w", packing) as out:
        for one in parts.infolist():
            if one.filename.replace("/", "__") not in more:
                out.writestr(one.filename, change(parts.read(one)) if one.filename == SHEET else parts.read(one))
        for name, content in more.items():
            out.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


def with_type(declarations: bytes) -> bytes:
    return changed(lambda text: b"<!DOCTYPE x [" + declarations + b"]>" + text.replace(b"text one", b"&j;"))


def as_is(text: bytes) -> bytes:
    return text


def with_strings(content: bytes, name: str = "xl/sharedStrings.xml") -> bytes:
    """A workbook whose shared texts are these, under any name."""
    told = (
        b'<Override PartName="/%s" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
    )
    types = with_part("[Content_Types].xml").replace(b"</Types>", told % name.encode() + b"</Types>")
    return changed(as_is, ZIP_STORED, **{"[Content_Types].xml": types, name.replace("/", "__"): STRINGS % content})


def with_part(name: str) -> bytes:
    with ZipFile(BytesIO(changed(as_is))) as parts:
        return parts.read(name)


LISTED = re.compile(rb"<sheet [^>]*/>")
STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>'
LAUGHS = b'<!ENTITY a "%s">' % (b"a" * 50) + b"".join(
    b'<!ENTITY %c "%s">' % (98 + one, b"&%c;" % (97 + one) * 10) for one in range(9)
)
PLAIN = changed(as_is)
NAMES = ("[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels", SHEET)
REFUSED = {
    "entities that multiply": with_type(LAUGHS),
    "an entity that reads a file": with_type(b'<!ENTITY j SYSTEM "file:///etc/hostname">'),
    "little that unpacks to much": changed(lambda text: text, padding=bytes(9_000_000)),
    "texts without end": with_strings(b"<si/>" * 3_900_000),
    "texts without end in a picture": with_strings(b"<si/>" * 3_900_000, "xl/media/logo.png"),
    "texts of 20 MB": with_strings(b"<si><t>%s</t></si>" % (b"x" * 20_000_000)),
    "styles without end": changed(
        as_is, ZIP_STORED, **{"xl__styles.xml": b"<styleSheet><cellXfs>" + b"<xf/>" * 1_000_000 + b"</cellXfs></styleSheet>"}
    ),
    "one sheet a thousand times": changed(
        as_is,
        **{"xl__workbook.xml": LISTED.sub(lambda one: one[0] * 1000, with_part("xl/workbook.xml"))},
    ),
    "another alphabet": changed(lambda text: b'<?xml version="1.0" encoding="cp037"?>' + text.decode().encode("cp037")),
    "an unusual packing": changed(as_is, ZIP_BZIP2),
    "a password": changed(as_is).replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"),
    "a row of cells without end": changed(
        lambda text: text.replace(b"</sheetData>", b"<row>" + b'<c r="A3"><v>1</v></c>' * 400_000 + b"</row></sheetData>")
    ),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_a_hostile_workbook_is_refused_at_once(content: bytes) -> None:
    def refused() -> None:
        with pytest.raises(InvalidInput):
            read_sheet(content, most_rows=1000)

    assert quickest_s(refused, times=1) < 3


def test_a_row_far_down_and_a_wide_one_cost_nothing() -> None:
    far = changed(lambda text: text.replace(b'<row r="2"', b'<row r="1048576"'))
    assert len(read_sheet(far, most_rows=1000)) <= 1000
    assert read_sheet(changed(lambda text: text), most_rows=1000)[1][:2] == ["text one", "road"]


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(NAMES),
    st.lists(st.tuples(st.integers(0, 60_000), st.binary(min_size=1, max_size=6)), min_size=1, max_size=6),
    st.booleans(),
)
def test_a_damaged_workbook_is_read_or_refused(part: str, changes: list[tuple[int, bytes]], whole: bool) -> None:
    """Bytes changed in one part of a good workbook, or in the packed file: texts or a refusal, nothing else."""
    data = bytearray(PLAIN if whole else with_part(part))
    for place, value in changes:
        data[place % len(data) : place % len(data) + len(value)] = value
    content = bytes(data) if whole else changed(as_is, ZIP_STORED, **{part.replace("/", "__"): bytes(data)})
    with contextlib.suppress(InvalidInput):
        assert all(is_storable(cell) for row in read_sheet(content, most_rows=100) for cell in row)
