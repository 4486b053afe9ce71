"""Files of departments as deliveries: CSV in UTF-8 or GB 18030, workbooks, GeoJSON. Bytes in, a table of texts out."""

from csv import reader
from hashlib import sha256
from io import StringIO
from typing import Any, Final

import numpy as np
import polars as pl
import shapely
from shapely.geometry import shape

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.base.sheets import OLD_SIGNATURE, SIGNATURE, read_sheet
from tocsin.base.storable import is_storable
from tocsin.engine.deliveries.profile import Delivery

MOST_BYTES: Final = 200_000_000
MOST_ROWS: Final = 1_000_000
MOST_COLUMNS: Final = 300
_DEGREES: Final = ("", "4326", "4490", "CRS84")


def read_delivery(content: bytes) -> Delivery:
    """A delivery of what a file holds; its kind is known by its first bytes. InvalidInput where it is no table, or too large.

    >>> read_delivery("编号,深度\\nW1,2.5\\n".encode("gb18030")).cells.columns
    ['编号', '深度']
    """
    if len(content) > MOST_BYTES:
        raise InvalidInput("A file has at most %(most)d MB.", most=MOST_BYTES // 1_000_000)
    digest = sha256(content).hexdigest()
    if content.startswith((SIGNATURE, OLD_SIGNATURE)):
        return _of_rows(read_sheet(content, most_rows=MOST_ROWS), digest)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _of_geojson(content, digest)
    return _of_rows(_cells_of(content), digest)


def _cells_of(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = content.decode("utf-8", errors="replace")  # bytes fell out on the way: it is told as garbled, not refused unread
    if not is_storable(text):
        raise InvalidInput("The file holds characters that no text may hold (NUL): is it a table at all?")
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    rows: list[list[str]] = []
    for row in reader(StringIO(text, newline=""), delimiter=delimiter):
        if len(rows) > MOST_ROWS:
            raise InvalidInput("A delivery has at most %(most)s rows.", most=MOST_ROWS)
        rows.append([cell.strip() for cell in row])
    return rows


def _of_rows(rows: list[list[str]], digest: str) -> Delivery:
    """The first row that is not empty holds the headings; rows without any cell are none."""
    filled = [row for row in rows if any(row)]
    if not filled:
        return Delivery(pl.DataFrame(), digest)
    headings, *below = filled
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > MOST_COLUMNS:
        raise InvalidInput("A delivery has at most %(most)s columns.", most=MOST_COLUMNS)
    width = len(headings)
    ragged = sum(len(row) < width or any(row[width:]) for row in below)
    columns = zip(*[(row + [""] * width)[:width] for row in below], strict=True) if below else [()] * width
    named = zip(_unlike(headings), columns, strict=True)
    cells = pl.DataFrame({name: pl.Series([one or None for one in column], dtype=pl.String) for name, column in named})
    return Delivery(cells, digest, ragged=ragged)


def _unlike(headings: list[str]) -> list[str]:
    """Headings told apart: an empty one gets its place, one that stands twice its number."""
    named: list[str] = []
    for place, heading in enumerate(headings, 1):
        name = heading or f"#{place}"
        while name in named:
            name += "′"
        named.append(name)
    return named


def _of_geojson(content: bytes, digest: str) -> Delivery:
    document = read_json(content.removeprefix(b"\xef\xbb\xbf"), most_bytes=MOST_BYTES)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise InvalidInput('This JSON is no GeoJSON: it needs "features", a list.')
    if len(features) > MOST_ROWS:
        raise InvalidInput("A delivery has at most %(most)s rows.", most=MOST_ROWS)
    rows = [one.get("properties") if isinstance(one, dict) else None for one in features]
    if not all(isinstance(one, dict | None) for one in rows):
        raise InvalidInput("The properties of a feature are an object of names and values, or null.")
    headings = list(dict.fromkeys(str(name) for row in rows if row for name in row))
    if len(headings) > MOST_COLUMNS:
        raise InvalidInput("A delivery has at most %(most)s columns.", most=MOST_COLUMNS)
    cells = pl.DataFrame({name: pl.Series([_text((row or {}).get(name)) for row in rows], dtype=pl.String) for name in headings})
    if features and _system_in(document) not in _DEGREES:
        from tocsin.engine.deliveries.vector_files import in_degrees

        return Delivery(cells, digest, in_degrees(content))
    shapes = np.array([_shape(one.get("geometry") if isinstance(one, dict) else None) for one in features], dtype=object)
    return Delivery(cells, digest, shapes)


def _system_in(document: dict[str, Any]) -> str:
    """The code of the system of coordinates that a GeoJSON names, as it could before RFC 7946; empty where it names none.

    >>> _system_in({"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}})
    '4549'
    """
    told = document.get("crs")
    properties = told.get("properties") if isinstance(told, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name.replace("/", ":").rpartition(":")[2].upper() if isinstance(name, str) else ""


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _shape(geometry: Any) -> "shapely.Geometry | None":
    """None for what is no geometry: its row then has no place, and the judgement says how many."""
    try:
        return shape(geometry) if isinstance(geometry, dict) else None
    except (shapely.errors.ShapelyError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None
