"""Files of geographic information systems as deliveries: GeoPackage, Shapefile (zipped), GML, read by GDAL; KML and KMZ by `kml`.

GDAL reads what strangers made: call this only in a process of its own with little memory and time. Members of an archive are
weighed, then taken out under names of ours, or their own without what is odd in them; the format is known by the first bytes and
never by a name. Coordinates of a projection, or of another ellipsoid, come back as degrees, longitude first. GML that refers to
a schema or to another document is read without them: GDAL asks no server.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr
from zipfile import BadZipFile, ZipFile

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from tocsin.base.archives import BROKEN_ARCHIVE
from tocsin.base.errors import InvalidInput
from tocsin.base.sheets import SIGNATURE
from tocsin.engine.deliveries.contract import Kind
from tocsin.engine.deliveries.files import MOST_BYTES, MOST_ROWS
from tocsin.engine.deliveries.kml import kml_in, kml_layers, read_kml
from tocsin.engine.deliveries.profile import Delivery

_SQLITE: Final = b"SQLite format 3\0"
_APPLICATIONS: Final = (b"GPKG", b"GP10", b"GP11")  # OGC 12-128r18, requirement 2; at byte 68 of the file
_MOST_UNPACKED: Final = 600_000_000
_KML: Final = (".kml", ".kmz")
_MOST_PAGES: Final = 100_000
_MOST_SHAPEFILES: Final = 60
_MOST_NAME: Final = 60  # characters of a layer's
_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_DEGREES: Final = ("EPSG:4326", "EPSG:4490", "OGC:CRS84")
_HEAD: Final = 4096
_BLANKS: Final = b"\xef\xbb\xbf \t\r\n"
_GML: Final = b"http://www.opengis.net/gml"
_GML_OPTIONS: Final = {
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "GML_FIELDTYPES": "ALWAYS_STRING",  # 007 stays 007, and pages agree on their columns
    "GML_ATTRIBUTES_TO_OGR_FIELDS": "NO",
}
_GML_BOUNDS: Final = ("lowerCorner", "upperCorner")  # of `boundedBy`, which GDAL takes for columns
_KINDS: Final = (
    (pl.Boolean, Kind.YES_NO),
    (pl.Date, Kind.DAY),
    (pl.Datetime, Kind.MOMENT),
    (pl.String, Kind.TEXT),
)


def is_vector_file(content: bytes) -> bool:
    """Whether a file begins as one of these.

    >>> is_vector_file(b"<?xml version='1.0'?><kml xmlns='http://www.opengis.net/kml/2.2'/>"), is_vector_file(b"a,b\\n")
    (True, False)
    """
    return bool(_suffix_of(content))


def layers_of(content: bytes) -> list[str]:
    """The names of the layers that a file holds, in its order; InvalidInput where GDAL does not read it."""
    if _suffix_of(content) in _KML:
        return kml_layers(kml_in(content))
    with _on_disk(content) as pages, _read_by_gdal():
        return _layers_in(pages[0])


def read_layer(content: bytes, layer: str = "") -> Delivery:
    """One layer, the first where none is named (of a KML the whole), as a delivery; InvalidInput where there is none, or it is
    too large. An archive of pages of GML is the rows of all of them.
    """
    if len(content) > MOST_BYTES:
        raise InvalidInput("A file has at most %(most)d MB.", most=MOST_BYTES // 1_000_000)
    digest, left = sha256(content).hexdigest(), MOST_ROWS
    if _suffix_of(content) in _KML:
        return read_kml(kml_in(content), layer, digest)
    parts: list[Delivery] = []
    with _on_disk(content) as pages, _read_by_gdal():
        for page in pages:
            parts.append(_read_page(page, layer, digest, left))
            left -= len(parts[-1].cells)
    return parts[0] if len(parts) == 1 else _joined(parts, digest)


def in_degrees(content: bytes) -> NDArray[np.object_]:
    """The shapes of a GeoJSON whose `crs` names another system of coordinates, in its order, as degrees."""
    import pyogrio

    with TemporaryDirectory(prefix="tocsin-") as folder, _read_by_gdal():
        path = Path(folder) / "file.geojson"
        path.write_bytes(content)
        name = _layers_in(path)[0]
        meta, table = pyogrio.raw.read_arrow(_in_degrees(path, name), layer=name, columns=[])
    frame = pl.DataFrame(pl.from_arrow(table))
    return _shapes(frame[meta.get("geometry_name") or "wkb_geometry"])


def _layers_in(path: Path) -> list[str]:
    import pyogrio

    pyogrio.set_gdal_config_options(_GML_OPTIONS)
    return [str(name) for name, _kind in pyogrio.list_layers(path)]


def _read_page(path: Path, layer: str, digest: str, most: int) -> Delivery:
    import pyogrio

    names = _layers_in(path)
    if not names or (layer and layer not in names):
        known = ", ".join(names) or "–"
        raise InvalidInput("The file has no layer %(layer)s; it has %(names)s.", layer=layer, names=known)
    told = pyogrio.read_info(path, layer=layer or names[0])
    if told["features"] > most:
        raise InvalidInput("A delivery has at most %(most)s rows.", most=MOST_ROWS)
    source = path if told["crs"] is None or told["crs"] in _DEGREES else _in_degrees(path, layer or names[0])
    meta, table = pyogrio.raw.read_arrow(source, layer=layer or names[0])
    return _delivery(meta, table, digest, is_gml=path.suffix == ".gml")


def _joined(parts: list[Delivery], digest: str) -> Delivery:
    """Pages one after the other; a column that a page has not is empty there."""
    cells = pl.concat([one.cells for one in parts], how="diagonal")
    none = [np.full(len(one.cells), None, dtype=object) if one.shapes is None else one.shapes for one in parts]
    has_shapes = any(one.shapes is not None for one in parts)
    return Delivery(cells, digest, np.concatenate(none) if has_shapes else None, kinds=parts[0].kinds)


def _shapes(wkb: pl.Series) -> NDArray[np.object_]:
    found: NDArray[np.object_] = shapely.from_wkb(np.array(wkb.to_list(), dtype=object), on_invalid="ignore")
    flat: NDArray[np.object_] = shapely.force_2d(found)
    return flat


def _delivery(meta: dict[str, Any], table: Any, digest: str, *, is_gml: bool) -> Delivery:
    frame = pl.DataFrame(pl.from_arrow(table))
    place = meta.get("geometry_name") or "wkb_geometry"
    shapes = None
    if place in frame.columns:
        shapes = _shapes(frame[place])
        frame = frame.drop(place)
    if is_gml:  # which tells no kinds: its texts are read as those of a table are
        frame = frame.drop(_GML_BOUNDS, strict=False)
    kinds = {} if is_gml else {name: _kind_of(kind) for name, kind in frame.schema.items()}
    cells = frame.select(pl.col(name).cast(pl.String, strict=False) for name in frame.columns)
    texts = cells.with_columns(pl.when(pl.all().str.strip_chars() == "").then(None).otherwise(pl.all()).name.keep())
    return Delivery(texts, digest, shapes, kinds=kinds)


def _kind_of(kind: pl.DataType) -> Kind:
    if kind.is_integer():
        return Kind.WHOLE
    if kind.is_float() or kind.is_decimal():
        return Kind.NUMBER
    return next((found for known, found in _KINDS if kind == known), Kind.TEXT)


def _suffix_of(content: bytes) -> str:
    if content.startswith(_SQLITE) and content[68:72] in _APPLICATIONS:
        return ".gpkg"
    if content.startswith(SIGNATURE):
        names = [name.lower() for name in _names_in(content)]
        held = [suffix for suffix in (".shp", ".kml", ".gml") if any(one.endswith(suffix) for one in names)]
        return {".shp": ".shp", ".kml": ".kmz", ".gml": ".gmz"}[held[0]] if held else ""
    head = content[:_HEAD]
    if any("<kml".encode(encoding) in head for encoding in ("utf-8", "utf-16-le", "utf-16-be")):
        return ".kml"
    return ".gml" if _GML in head and head.lstrip(_BLANKS).startswith(b"<") else ""


def _names_in(content: bytes) -> list[str]:
    from io import BytesIO

    try:
        with ZipFile(BytesIO(content)) as parts:
            return parts.namelist()
    except BROKEN_ARCHIVE:
        return []


@contextmanager
def _on_disk(content: bytes) -> Iterator[list[Path]]:
    """The file where GDAL finds it, under a name of ours; each page where it is several."""
    suffix = _suffix_of(content)
    if not suffix:
        raise InvalidInput("This is no GeoPackage, no zipped Shapefile, no KML and no GML.")
    with TemporaryDirectory(prefix="tocsin-") as folder:
        path = Path(folder) / f"file{suffix}"
        if suffix == ".gmz":
            yield _unpack_pages(content, Path(folder))
            return
        if suffix == ".shp":
            path = _unpack(content, Path(folder))
        else:
            path.write_bytes(_without_type(content) if suffix == ".gml" else content)
        yield [path]


def _unpack_pages(content: bytes, folder: Path) -> list[Path]:
    """The pages of GML of an archive, in the order of their names."""
    from io import BytesIO

    with ZipFile(BytesIO(content)) as parts:
        pages = sorted((one for one in parts.infolist() if one.filename.lower().endswith(".gml")), key=lambda one: one.filename)
        if sum(one.file_size for one in pages) > _MOST_UNPACKED or len(pages) > _MOST_PAGES:
            raise InvalidInput("the file unpacks to far more than its size")
        paths = [folder / f"page-{number}.gml" for number in range(len(pages))]
        for path, page in zip(paths, pages, strict=True):
            path.write_bytes(_without_type(parts.read(page)))
    return paths


def _without_type(content: bytes) -> bytes:
    """The same GML; InvalidInput for one with a document type, which may name other documents and grow without end."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise InvalidInput("The file has a document type; GML needs none, and none is read.")
    return content


def _unpack(content: bytes, folder: Path) -> Path:
    """Takes the Shapefiles out of an archive: the path of the only one, or a folder of them, which is one file to GDAL. The
    encoding of their texts is told where no part tells it.
    """
    from io import BytesIO

    with ZipFile(BytesIO(content)) as parts:
        stems = sorted(one.filename[: -len(".shp")] for one in parts.infolist() if one.filename.lower().endswith(".shp"))
        if len(stems) > _MOST_SHAPEFILES:
            raise InvalidInput(
                "The archive holds %(count)s Shapefiles: send %(most)s at a time.", count=len(stems), most=_MOST_SHAPEFILES
            )
        wanted = {(stem + suffix).lower() for stem in stems for suffix in _PARTS}
        mine = [one for one in parts.infolist() if one.filename.lower() in wanted]
        if sum(one.file_size for one in mine) > _MOST_UNPACKED:
            raise InvalidInput("the file unpacks to far more than its size")
        held = {one.filename.lower(): parts.read(one) for one in mine}
    names = ["file"] if len(stems) == 1 else _layer_names(stems)
    place = folder if len(stems) == 1 else folder / "layers"
    place.mkdir(exist_ok=True)
    for stem, name in zip(stems, names, strict=True):
        _lay_out({suffix: held[key] for suffix in _PARTS if (key := (stem + suffix).lower()) in held}, place / name)
    return place / "file.shp" if len(stems) == 1 else place


def _layer_names(stems: list[str]) -> list[str]:
    """The files' own names, without folders and without what is no letter, figure, dash or underscore; a number where two agree.

    >>> _layer_names(["李沧/管点", "李沧/管 线", "北/管点"])
    ['管点', '管_线', '管点_2']
    """
    names: list[str] = []
    for stem in stems:
        bare = re.sub(r"[^\w-]", "_", stem.replace("\\", "/").rsplit("/", 1)[-1])[:_MOST_NAME] or "_"
        taken = sum(one == bare or re.fullmatch(rf"{re.escape(bare)}_\d+", one) is not None for one in names)
        names.append(f"{bare}_{taken + 1}" if taken else bare)
    return names


def _lay_out(parts: dict[str, bytes], path: Path) -> None:
    if not {".shp", ".shx", ".dbf"} <= set(parts):
        raise InvalidInput("A Shapefile has three parts at least: .shp, .shx and .dbf.")
    for suffix, part in parts.items():
        path.with_name(path.name + suffix).write_bytes(part)
    if ".cpg" not in parts:
        path.with_name(f"{path.name}.cpg").write_text(_encoding_of(parts[".dbf"]))


def _encoding_of(table: bytes) -> str:
    """UTF-8 or GBK, by what stands in the table: a language byte is rarely set, and rarely true."""
    try:
        table[32:].decode("utf-8")
    except UnicodeDecodeError as error:
        return "UTF-8" if error.reason == "unexpected end of data" else "CP936"
    return "UTF-8"


def _in_degrees(path: Path, layer: str) -> Path:
    """A description beside the file that makes GDAL give its coordinates as degrees."""
    source = f"<OGRVRTLayer name={quoteattr(layer)}><SrcDataSource>{escape(str(path))}</SrcDataSource></OGRVRTLayer>"
    warped = f"<OGRVRTWarpedLayer>{source}<TargetSRS>EPSG:4326</TargetSRS></OGRVRTWarpedLayer>"
    found = path.with_suffix(".vrt")
    found.write_text(f"<OGRVRTDataSource>{warped}</OGRVRTDataSource>", "utf-8")
    return found


@contextmanager
def _read_by_gdal() -> Iterator[None]:
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

    try:
        yield
    except (DataSourceError, DataLayerError, FeatureError, FieldError, GeometryError, UnicodeDecodeError, BadZipFile) as error:
        words = " ".join(str(error).split())[:120]
        raise InvalidInput("the file can't be read: %(why)s", why=words) from None
