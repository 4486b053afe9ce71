"""Files of geographic information systems as deliveries: GeoPackage and Shapefile (zipped), read by GDAL; KML and KMZ by `kml`.

GDAL reads what strangers made: call this only in a process of its own with little memory and time. Members of an archive are
taken out under names of ours and weighed first; the format is known by the first bytes and never by a name. Coordinates of a
projection, or of another ellipsoid, come back as degrees, longitude first.
"""

import zlib
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

from tocsin.base.errors import InvalidInput
from tocsin.base.sheets import SIGNATURE
from tocsin.engine.deliveries.contract import Kind
from tocsin.engine.deliveries.files import MOST_BYTES, MOST_ROWS
from tocsin.engine.deliveries.kml import MOST_BYTES as MOST_KML
from tocsin.engine.deliveries.kml import kml_layers, read_kml
from tocsin.engine.deliveries.profile import Delivery

_SQLITE: Final = b"SQLite format 3\0"
_APPLICATIONS: Final = (b"GPKG", b"GP10", b"GP11")  # OGC 12-128r18, requirement 2; at byte 68 of the file
_MOST_UNPACKED: Final = 600_000_000
_KML: Final = (".kml", ".kmz")
_LOCKED: Final = 1  # bit of a member that a password locks
_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_DEGREES: Final = ("EPSG:4326", "EPSG:4490", "OGC:CRS84")
_HEAD: Final = 4096
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
    import pyogrio

    if _suffix_of(content) in _KML:
        return kml_layers(_kml_in(content))
    with _on_disk(content) as path, _read_by_gdal():
        return [str(name) for name, _kind in pyogrio.list_layers(path)]


def read_layer(content: bytes, layer: str = "") -> Delivery:
    """One layer, the first where none is named (of a KML the whole), as a delivery. InvalidInput where there is none, or it is
    too large.
    """
    import pyogrio

    if len(content) > MOST_BYTES:
        raise InvalidInput("A file has at most %(most)d MB.", most=MOST_BYTES // 1_000_000)
    if _suffix_of(content) in _KML:
        return read_kml(_kml_in(content), layer, sha256(content).hexdigest())
    with _on_disk(content) as path, _read_by_gdal():
        names = [str(name) for name, _kind in pyogrio.list_layers(path)]
        if not names or (layer and layer not in names):
            known = ", ".join(names) or "–"
            raise InvalidInput("The file has no layer %(layer)s; it has %(names)s.", layer=layer, names=known)
        told = pyogrio.read_info(path, layer=layer or names[0])
        if told["features"] > MOST_ROWS:
            raise InvalidInput("A delivery has at most %(most)s rows.", most=MOST_ROWS)
        source = path if told["crs"] is None or told["crs"] in _DEGREES else _in_degrees(path, layer or names[0])
        meta, table = pyogrio.raw.read_arrow(source, layer=layer or names[0])
    return _delivery(meta, table, sha256(content).hexdigest())


def _delivery(meta: dict[str, Any], table: Any, digest: str) -> Delivery:
    frame = pl.DataFrame(pl.from_arrow(table))
    place = meta.get("geometry_name") or "wkb_geometry"
    shapes = None
    if place in frame.columns:
        wkb = np.array(frame[place].to_list(), dtype=object)
        shapes = shapely.force_2d(shapely.from_wkb(wkb, on_invalid="ignore"))
        frame = frame.drop(place)
    kinds = {name: _kind_of(kind) for name, kind in frame.schema.items()}
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
        held = [suffix for suffix in (".shp", ".kml") if any(one.endswith(suffix) for one in names)]
        return {".shp": ".shp", ".kml": ".kmz"}[held[0]] if held else ""
    head = content[:_HEAD]
    return ".kml" if b"<kml" in head or "<kml".encode("utf-16-le") in head or "<kml".encode("utf-16-be") in head else ""


def _names_in(content: bytes) -> list[str]:
    from io import BytesIO

    try:
        with ZipFile(BytesIO(content)) as parts:
            return parts.namelist()
    except BadZipFile:
        return []


@contextmanager
def _on_disk(content: bytes) -> Iterator[Path]:
    """The file where GDAL finds it, under a name of ours."""
    suffix = _suffix_of(content)
    if not suffix:
        raise InvalidInput("This is no GeoPackage, no zipped Shapefile and no KML.")
    with TemporaryDirectory(prefix="tocsin-") as folder:
        path = Path(folder) / f"file{suffix}"
        if suffix == ".shp":
            _unpack(content, Path(folder))
        else:
            path.write_bytes(content)
        yield path


def _kml_in(content: bytes) -> bytes:
    """The text of a KML, or of the main document of a KMZ: `doc.kml`, else the only one there is."""
    from io import BytesIO

    if not content.startswith(SIGNATURE):
        return content
    try:
        with ZipFile(BytesIO(content)) as parts:
            documents = [one for one in parts.infolist() if one.filename.lower().endswith(".kml")]
            main = [one for one in documents if one.filename.lower() == "doc.kml"] or documents
            if len(main) != 1:
                raise InvalidInput("The archive holds %(count)s layers: send one at a time.", count=len(main))
            if main[0].file_size > MOST_KML or main[0].flag_bits & _LOCKED:
                raise InvalidInput("the file unpacks to far more than its size, or is locked by a password")
            with parts.open(main[0]) as part:
                text = part.read(MOST_KML + 1)
    except (BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
        raise InvalidInput("the file can't be read: %(why)s", why=" ".join(str(error).split())[:120]) from None
    if len(text) > MOST_KML:
        raise InvalidInput("the file unpacks to far more than its size, or is locked by a password")
    return text


def _unpack(content: bytes, folder: Path) -> None:
    """Takes the parts of the one Shapefile out of an archive; the encoding of its texts is told where no part tells it."""
    from io import BytesIO

    with ZipFile(BytesIO(content)) as parts:
        shapes = [one.filename for one in parts.infolist() if one.filename.lower().endswith(".shp")]
        if len(shapes) != 1:
            raise InvalidInput("The archive holds %(count)s layers: send one at a time.", count=len(shapes))
        stem = shapes[0][: -len(".shp")].lower()
        mine = [one for one in parts.infolist() if one.filename.lower() in {stem + suffix for suffix in _PARTS}]
        if sum(one.file_size for one in mine) > _MOST_UNPACKED:
            raise InvalidInput("the file unpacks to far more than its size")
        held = {Path(one.filename).suffix.lower(): parts.read(one) for one in mine}
    if not {".shp", ".shx", ".dbf"} <= set(held):
        raise InvalidInput("A Shapefile has three parts at least: .shp, .shx and .dbf.")
    for suffix, part in held.items():
        (folder / f"file{suffix}").write_bytes(part)
    if ".cpg" not in held:
        (folder / "file.cpg").write_text(_encoding_of(held[".dbf"]))


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
