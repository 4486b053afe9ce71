"""KML as it is met: of Google Earth, GIS programs and map software of phones. Bytes in, a table of texts with shapes out.

Every placemark is a row: its name, its description as plain text, the folders that it lies in, its times, and what its extended
data hold; a description that is a table of names and values is read as columns. Styles, pictures and views are passed over. A
document that points at others (NetworkLink) is refused: what they hold would be missing. Nothing that the text names is fetched,
and no entity is put in.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from typing import TYPE_CHECKING, Final
from zipfile import ZipFile

import numpy as np
import polars as pl
import shapely
from lxml import etree

from tocsin.base.archives import BROKEN_ARCHIVE
from tocsin.base.errors import InvalidInput
from tocsin.base.sheets import SIGNATURE
from tocsin.engine.deliveries.contract import Kind
from tocsin.engine.deliveries.files import MOST_COLUMNS, MOST_ROWS
from tocsin.engine.deliveries.profile import Delivery

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_BYTES: Final = 150_000_000
MOST_TEXT: Final = 4_000  # characters of a description; what is longer is cut with an ellipsis
_MOST_DEPTH: Final = 40
_SEPARATOR: Final = "/"
_BEFORE: Final = re.compile(r"\A(?:\s|<!--.*?-->|<\?.*?\?>)*+", re.DOTALL)  # what may stand before the first element
_FOLDERS: Final = ("Document", "Folder")
_KINDS: Final = {
    **dict.fromkeys(("int", "uint", "short", "ushort"), Kind.WHOLE),
    **dict.fromkeys(("float", "double"), Kind.NUMBER),
    "bool": Kind.YES_NO,
}
_OWN: Final = ("name", "folder", "address", "phoneNumber", "when", "begin", "end", "description")


def kml_in(content: bytes) -> bytes:
    """The text of a KML, or of the main document of a KMZ: `doc.kml`, else the only one there is."""
    if not content.startswith(SIGNATURE):
        return content
    try:
        with ZipFile(BytesIO(content)) as parts:
            documents = [one for one in parts.infolist() if one.filename.lower().endswith(".kml")]
            main = [one for one in documents if one.filename.lower() == "doc.kml"] or documents
            if len(main) != 1:
                raise InvalidInput("The archive holds %(count)s layers: send one at a time.", count=len(main))
            with parts.open(main[0]) as part:  # RuntimeError where a password locks it
                text = part.read(MOST_BYTES + 1)
    except BROKEN_ARCHIVE as error:
        raise InvalidInput("the file can't be read: %(why)s", why=" ".join(str(error).split())[:120]) from None
    if len(text) > MOST_BYTES:
        raise InvalidInput("the file unpacks to far more than its size")
    return text


@dataclass
class Placemark:
    """One row: its cells by heading, its folder, its shape."""

    cells: dict[str, str] = field(default_factory=dict)
    shape: "shapely.Geometry | None" = None


def kml_layers(content: bytes) -> list[str]:
    """The folders that hold placemarks, as paths, in their order; one without a name where there are no folders."""
    placemarks, _kinds = _read(content)
    return list(dict.fromkeys(one.cells.get("folder", "") for one in placemarks))


def read_kml(content: bytes, layer: str, digest: str) -> Delivery:
    """All placemarks of a folder and of those within it, of the whole document where none is named."""
    placemarks, kinds = _read(content)
    if layer:
        known = list(dict.fromkeys(one.cells.get("folder", "") for one in placemarks))
        placemarks = [one for one in placemarks if f"{one.cells.get('folder', '')}/".startswith(f"{layer}/")]
        if not placemarks:
            raise InvalidInput("The file has no layer %(layer)s; it has %(names)s.", layer=layer, names=", ".join(known) or "–")
    headings = _headings(placemarks)
    if len(headings) > MOST_COLUMNS:
        raise InvalidInput("A delivery has at most %(most)s columns.", most=MOST_COLUMNS)
    columns = {name: pl.Series([one.cells.get(name) or None for one in placemarks], dtype=pl.String) for name in headings}
    shapes = np.empty(len(placemarks), dtype=object)
    shapes[:] = [one.shape for one in placemarks]
    return Delivery(pl.DataFrame(columns), digest, shapes, kinds={name: kinds.get(name, Kind.TEXT) for name in headings})


def _headings(placemarks: Sequence[Placemark]) -> list[str]:
    """Our own headings first, then those of the document as they come; only such as are filled somewhere."""
    filled = dict.fromkeys(name for one in placemarks for name, value in one.cells.items() if value)
    return [*(name for name in _OWN if name in filled), *(name for name in filled if name not in _OWN)]


def _read(content: bytes) -> tuple[list[Placemark], dict[str, Kind]]:
    """Every placemark in the order of the document, and the kinds of the columns that a schema names."""
    text = _text_of(content)
    if _BEFORE.sub("", text, count=1).startswith("<!"):
        raise InvalidInput("A KML has no document type and no entities: save it anew.")
    found: list[Placemark] = []
    kinds: dict[str, Kind] = {}
    folders: list[str] = []
    try:
        for event, element in _events(text.encode()):
            name = _local(element)
            if event == "start":
                if name in _FOLDERS:
                    folders.append("")
                    if len(folders) > _MOST_DEPTH:
                        raise InvalidInput("Folders of a KML lie in each other more than %(most)s deep.", most=_MOST_DEPTH)
                continue
            match name:
                case "name" if _within(element, _FOLDERS):
                    # The document's own name says nothing of a row.
                    folders[-1] = "" if len(folders) == 1 and _within(element, ("Document",)) else _plain(element.text)
                case "NetworkLink":
                    raise InvalidInput(
                        "The KML points at another file (%(address)s): send that file itself.", address=_address(element)
                    )
                case "SimpleField":
                    kinds[str(element.get("name") or "")] = _KINDS.get(str(element.get("type") or "").lower(), Kind.TEXT)
                case "Placemark":
                    found.append(_placemark(element, [one for one in folders if one]))
                    if len(found) > MOST_ROWS:
                        raise InvalidInput("A delivery has at most %(most)s rows.", most=MOST_ROWS)
                    element.clear(keep_tail=False)
            if name in _FOLDERS:
                folders.pop()
                element.clear(keep_tail=False)
    except etree.XMLSyntaxError as error:
        raise InvalidInput("the file can't be read: %(why)s", why=" ".join(str(error).split())[:120]) from None
    if not found:
        raise InvalidInput("The KML has no placemark: pictures and views alone are no rows.")
    return found, kinds


def _events(content: bytes) -> "Iterator[tuple[str, _Element]]":
    strict = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}
    plain = {"remove_comments": True, "remove_pis": True}
    for event, element in etree.iterparse(BytesIO(content), events=("start", "end"), **strict, **plain):
        if isinstance(element.tag, str):
            yield event, element


def _text_of(content: bytes) -> str:
    """The document as text, without its declaration: by its mark, by what it declares, else as GB 18030, which map software
    writes and calls UTF-8.
    """
    if len(content) > MOST_BYTES:
        raise InvalidInput("A file has at most %(most)d MB.", most=MOST_BYTES // 1_000_000)
    declared = re.search(rb"""<\?xml[^>]*encoding=["']([\w.-]{1,40})["']""", content[:200])
    marked = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig" if content[:3] == b"\xef\xbb\xbf" else ""
    for encoding in (marked, declared.group(1).decode() if declared else "", "utf-8", "gb18030"):
        try:
            text = content.decode(encoding or "utf-8")
            break
        except (LookupError, UnicodeDecodeError):
            continue
    else:
        raise InvalidInput("the file can't be read: %(why)s", why="no known encoding")
    return re.sub(r"^\s*<\?xml.*?\?>", "", text.lstrip("\ufeff"), count=1, flags=re.DOTALL)


def _placemark(element: "_Element", folders: Sequence[str]) -> Placemark:
    made = Placemark({"folder": _SEPARATOR.join(folders)})
    shapes: list[shapely.Geometry] = []
    for child in element:
        match _local(child):
            case ("name" | "address" | "phoneNumber") as name:
                made.cells[name] = _plain(child.text)
            case "description":
                made.cells["description"] = "".join(child.itertext())
            case "TimeStamp" | "TimeSpan":
                made.cells |= {_local(one): _plain(one.text) for one in child if _local(one) in ("when", "begin", "end")}
            case "ExtendedData":
                _add(made.cells, _extended(child))
            case _:
                shapes += _shapes(child, 0)
    made.shape = _one_shape(shapes)
    _settle_description(made.cells)
    return made


def _extended(element: "_Element") -> dict[str, str]:
    """Names and values of `Data` and of `SchemaData`; an untyped element of a foreign name is one as well (KML 2.2, 9.2)."""
    told: dict[str, str] = {}
    for one in element.iter():
        match _local(one):
            case "Data":
                told[str(one.get("name") or "")] = "".join(_plain(part.text) for part in one if _local(part) == "value")
            case "SimpleData":
                told[str(one.get("name") or "")] = _plain(one.text)
    return told


def _settle_description(cells: dict[str, str]) -> None:
    """A description becomes plain text; one that is a table of names and values becomes cells where nothing else tells them."""
    html = cells.pop("description", "")
    if not html.strip():
        return
    page = _Description()
    page.feed(html if "<" in html else unescape(html))
    page.close()
    pairs = [(row[0], row[1]) for row in page.rows if len(row) == 2 and row[0]]
    is_table = len(pairs) >= 2 and len(pairs) == len({name for name, _value in pairs})
    if is_table and not set(cells) - set(_OWN):
        _add(cells, dict(pairs))
        return
    text = " ".join(" ".join(page.texts).split())
    cells["description"] = text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1]}…"


class _Description(HTMLParser):
    """What a description says: its texts, and the rows of cells of its tables. Scripts, styles and pictures say nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        self._silent = 0
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """A row or a cell begins; one within another ends it."""
        if tag in ("script", "style", "head"):
            self._silent += 1
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self._in_cell = True
            if self.rows:
                self.rows[-1].append("")
        if tag in ("table", "tr"):
            self._in_cell = False

    def handle_endtag(self, tag: str) -> None:
        """A cell ends."""
        if tag in ("script", "style", "head"):
            self._silent = max(0, self._silent - 1)
        if tag in ("td", "th", "tr", "table"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        """Text within a cell, or beside the tables."""
        text = " ".join(data.split())
        if self._silent or not text:
            return
        self.texts.append(text)
        if self._in_cell and self.rows and self.rows[-1]:
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {text}".strip()


def _add(cells: dict[str, str], told: dict[str, str]) -> None:
    """Cells of the document's own names; one of a name that we give stands beside ours, unless it says the same."""
    for name, value in told.items():
        heading = " ".join(name.split()) or "#"
        if heading in _OWN and cells.get(heading, value) == value:
            cells[heading] = value
        else:
            cells[f"{heading}′" if heading in _OWN else heading] = value


def _shapes(element: "_Element", depth: int) -> "list[shapely.Geometry]":
    """The shapes of one element, parts of a MultiGeometry one by one; nothing for what can't be read as one."""
    name = _local(element)
    if depth > _MOST_DEPTH:
        return []
    if name in ("MultiGeometry", "MultiTrack"):
        return [shape for child in element for shape in _shapes(child, depth + 1)]
    made: shapely.Geometry | None = None
    try:
        match name:
            case "Point":
                points = _coordinates(element)
                made = shapely.Point(points[0]) if len(points) else None
            case "LineString" | "LinearRing":
                made = shapely.LineString(_coordinates(element))
            case "Polygon":
                rings = {side: [_coordinates(one) for one in element if _local(one) == side] for side in _SIDES}
                made = shapely.Polygon(rings["outerBoundaryIs"][0], rings["innerBoundaryIs"])
            case "Track":
                made = shapely.LineString(_places(" ".join(",".join(text.split()) for text in _texts(element, "coord"))))
    except (IndexError, ValueError, shapely.errors.ShapelyError):
        return []  # its row has no place, and the judgement says how many
    return [] if made is None else [made]


_SIDES: Final = ("outerBoundaryIs", "innerBoundaryIs")


def _coordinates(element: "_Element") -> list[tuple[float, float]]:
    return _places(" ".join(_texts(element, "coordinates")))


def _texts(element: "_Element", name: str) -> list[str]:
    return [one.text or "" for one in element.iter() if _local(one) == name]


def _places(text: str) -> list[tuple[float, float]]:
    """Longitude and latitude of each tuple; blanks behind commas, which some write, part none. ValueError for what is no number.

    >>> _places("120.1,36.2,5 120.3, 36.4")
    [(120.1, 36.2), (120.3, 36.4)]
    """
    found = []
    for one in re.sub(r"\s*,\s*", ",", text).split():
        lon, lat = (float(part) for part in one.split(",")[:2])
        if not (np.isfinite(lon) and np.isfinite(lat)):
            raise ValueError(one)
        found.append((lon, lat))
    return found


def _one_shape(shapes: "Sequence[shapely.Geometry]") -> "shapely.Geometry | None":
    """Parts of one kind as a Multi of it, of several kinds as a collection."""
    if len(shapes) < 2:
        return shapes[0] if shapes else None
    several = {"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}
    kinds = Counter(one.geom_type for one in shapes)
    made: shapely.Geometry = (several[next(iter(kinds))] if len(kinds) == 1 else shapely.GeometryCollection)(list(shapes))
    return made


def _within(element: "_Element", names: Sequence[str]) -> bool:
    parent = element.getparent()
    return parent is not None and _local(parent) in names


def _address(element: "_Element") -> str:
    return next((_plain(one.text)[:120] for one in element.iter() if _local(one) == "href"), "–")


def _local(element: "_Element") -> str:
    """The name without its namespace: documents of KML 2.0 to 2.3, of Google's own, and without any are read alike."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())
