"""A selection as a file that carries where it comes from: CSV (in a ZIP, with a sheet of provenance), GeoPackage, Excel."""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
import shapely
from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tocsin.atlas.exchange.rules.collections import GEOMETRY, KEY, FeatureCollection
from tocsin.base.tables import csv_text, plain_cell

type Origin = list[tuple[str, str]]

CRS: Final = "EPSG:4326"


@dataclass(frozen=True)
class FileForm:
    """One form: the ending of its name, its media type, how many rows one file holds, and what writes it."""

    ending: str
    media: str
    most: int
    write: Callable[[FeatureCollection, pl.DataFrame, Origin], bytes]


def origin_of(collection: FeatureCollection, address: str, selection: str, reader: str, rows: int, now: datetime) -> Origin:
    """Where the rows come from, in the reader's language: what every file of them says."""
    updated = localtime(collection.updated_at).isoformat(" ", "minutes") if collection.updated_at else "–"
    return [
        (_("Collection"), f"{collection.title} ({collection.name})"),
        (_("What it holds"), str(collection.description)),
        (_("Owner"), collection.owner or "–"),
        (_("Licence"), collection.licence or "–"),
        (_("Last delivery"), updated),
        (_("Address"), address),
        (_("Selection"), selection or _("everything")),
        (_("Rows"), str(rows)),
        (_("Read by"), reader),
        (_("Read at"), localtime(now).isoformat(" ", "seconds")),
        (_("Coordinates"), "WGS84 / CGCS2000, EPSG:4326"),
    ]


def csv_bytes(collection: FeatureCollection, rows: pl.DataFrame, origin: Origin) -> bytes:
    """A ZIP with the rows, the geometry as WKT, and the provenance. No text becomes a formula."""
    told = _plain(collection, rows)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(told.columns)
    writer.writerows([plain_cell(one) if isinstance(one, str) else one for one in row] for row in told.iter_rows())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as parts:
        parts.writestr(f"{collection.name}.csv", ("\ufeff" + text.getvalue()).encode())
        parts.writestr("provenance.csv", csv_text([_("Provenance"), ""], origin).encode())
    return packed.getvalue()


def excel_bytes(collection: FeatureCollection, rows: pl.DataFrame, origin: Origin) -> bytes:
    """A workbook: the rows, and the provenance on a sheet of its own. A text never becomes a formula."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("features")

    def cell(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
        made.data_type = "s"
        return made

    sheet.append([cell(str(one)) for one in (KEY, *(field.words for field in collection.fields), "geometry")])
    for row in _plain(collection, rows).iter_rows():
        sheet.append([cell(value) for value in row])
    told = book.create_sheet(_("Provenance"))
    for line in origin:
        told.append([cell(text) for text in line])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def geopackage_bytes(collection: FeatureCollection, rows: pl.DataFrame, origin: Origin) -> bytes:
    """A GeoPackage with the layer, and the provenance as its metadata and as a table of its own."""
    import pyogrio

    table = rows.select(KEY, *collection.types, GEOMETRY).rename({KEY: "key"}).to_arrow()
    about = pl.DataFrame({"what": [one for one, _told in origin], "told": [told for _one, told in origin]}).to_arrow()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "selection.gpkg"
        pyogrio.write_arrow(
            table,
            path,
            layer=collection.name,
            driver="GPKG",
            geometry_name=GEOMETRY,
            geometry_type="Unknown",
            crs=CRS,
            layer_metadata=dict(origin),
        )
        pyogrio.write_arrow(about, path, layer="provenance", driver="GPKG", append=True)
        return path.read_bytes()


def _plain(collection: FeatureCollection, rows: pl.DataFrame) -> pl.DataFrame:
    """Key, properties and the geometry as WKT; times by the clock of here."""
    shapes = shapely.to_wkt(shapely.from_wkb(rows[GEOMETRY].to_numpy()), rounding_precision=8) if rows.height else []
    times = [
        pl.col(name).dt.convert_time_zone(settings.TIME_ZONE).dt.replace_time_zone(None).dt.truncate("1s")
        for name, dtype in collection.types.items()
        if isinstance(dtype, pl.Datetime)
    ]
    told = rows.select(KEY, *collection.types).with_columns(*times)
    return told.with_columns(pl.Series("_geometry", list(shapes), dtype=pl.String))


FORMS: Final[dict[str, FileForm]] = {
    "csv": FileForm("csv.zip", "application/zip", 200_000, csv_bytes),
    "gpkg": FileForm("gpkg", "application/geopackage+sqlite3", 500_000, geopackage_bytes),
    "xlsx": FileForm("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 50_000, excel_bytes),
}
