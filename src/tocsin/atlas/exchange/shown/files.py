"""A selection as a file that carries where it comes from: CSV (in a ZIP, with a sheet of provenance), GeoPackage, Excel; GeoJSON
and Shapefiles by `map_files`.

A writer is opened upon a path, is given the rows in parts, and is closed; only then the file is whole.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl
import shapely
from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tocsin.atlas.exchange.policy import exchange_policy
from tocsin.atlas.exchange.rules.collections import GEOMETRY, KEY, RESERVED, FeatureCollection
from tocsin.atlas.exchange.shown.map_files import GeoJsonWriter, ShapefileWriter
from tocsin.base.tables import csv_text, plain_cell

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from tocsin.jurisdiction.face import Person

type Origin = list[tuple[str, str]]

CRS: Final = "EPSG:4326"
PIECE: Final = 1_000_000  # bytes of a sheet that are packed in one step


class Writer(Protocol):
    """What writes one form of file, part after part."""

    def add(self, rows: pl.DataFrame) -> None:
        """Writes these rows behind those before."""

    def pack(self) -> Iterator[None]:
        """Does a step at a time what is to be done behind the last rows, where that takes long."""

    def close(self) -> None:
        """Writes what stands at the end; the file is whole."""


@dataclass(frozen=True)
class FileForm:
    """One form: the ending of its name, its media type, how many rows one file holds that is written at once, and its writer."""

    ending: str
    media: str
    most: int
    writer: Callable[[Path, FeatureCollection, Origin], Writer]

    def write(self, collection: FeatureCollection, rows: pl.DataFrame, origin: Origin) -> bytes:
        """The whole file of these rows."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"selection.{self.ending}"
            with closing(self.writer(path, collection, origin)) as writer:
                writer.add(rows)
            return path.read_bytes()


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


class CsvWriter:
    """A ZIP with the rows, the geometry as WKT, and the provenance. No text becomes a formula."""

    def __init__(self, path: Path, collection: FeatureCollection, origin: Origin) -> None:
        self._collection, self._origin = collection, origin
        self._parts = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        self._text = io.TextIOWrapper(
            self._parts.open(f"{collection.name}.csv", "w", force_zip64=True), encoding="utf-8-sig", newline=""
        )
        self._rows = csv.writer(self._text)
        self._rows.writerow([KEY, *collection.types, GEOMETRY])

    def add(self, rows: pl.DataFrame) -> None:
        """Writes these rows behind those before."""
        told = _plain(self._collection, rows)
        self._rows.writerows([plain_cell(one) if isinstance(one, str) else one for one in row] for row in told.iter_rows())

    def pack(self) -> Iterator[None]:
        """Nothing takes long."""
        yield from ()

    def close(self) -> None:
        """Adds the sheet of provenance."""
        self._text.close()
        self._parts.writestr("provenance.csv", csv_text([_("Provenance"), ""], self._origin).encode())
        self._parts.close()


class ExcelWriter:
    """A workbook: the rows, and the provenance on a sheet of its own. A text never becomes a formula."""

    def __init__(self, path: Path, collection: FeatureCollection, origin: Origin) -> None:
        from openpyxl import Workbook

        self._path, self._collection, self._origin = path, collection, origin
        self._provenance, self._packed = _("Provenance"), False
        self._book = Workbook(write_only=True)
        self._sheet: WriteOnlyWorksheet = self._book.create_sheet("features")
        self._sheet.append([self._cell(str(one)) for one in (KEY, *(field.words for field in collection.fields), "geometry")])

    def _cell(self, value: object) -> object:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(self._sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value))
        made.data_type = "s"
        return made

    def add(self, rows: pl.DataFrame) -> None:
        """Writes these rows behind those before."""
        for row in _plain(self._collection, rows).iter_rows():
            self._sheet.append([self._cell(value) for value in row])

    def pack(self) -> Iterator[None]:
        """Adds the sheet of provenance and packs the book, a piece of the rows at a time: that takes long."""
        from tocsin.atlas.exchange.shown.workbooks import pack_sheet, write_rest

        told = self._book.create_sheet(self._provenance)
        for line in self._origin:
            told.append([self._cell(text) for text in line])
        with zipfile.ZipFile(self._path, "w", zipfile.ZIP_DEFLATED) as archive:
            yield from pack_sheet(archive, self._sheet, PIECE)
            write_rest(archive, self._book, self._sheet)
        self._packed = True

    def close(self) -> None:
        """Packs the book at once, where that has not been done."""
        if not self._packed:
            for _done in self.pack():
                pass


class GeoPackageWriter:
    """A GeoPackage with the layer, and the provenance as its metadata and as a table of its own."""

    def __init__(self, path: Path, collection: FeatureCollection, origin: Origin) -> None:
        self._path, self._collection, self._origin = path, collection, origin
        self._begun = False

    def add(self, rows: pl.DataFrame) -> None:
        """Writes these rows behind those before."""
        import pyogrio

        pyogrio.write_arrow(
            rows.select(KEY, *self._collection.types, GEOMETRY).rename({KEY: "key"}).to_arrow(),
            self._path,
            layer=self._collection.name,
            driver="GPKG",
            geometry_name=GEOMETRY,
            geometry_type="Unknown",
            crs=CRS,
            append=self._begun,
            **({} if self._begun else {"layer_metadata": dict(self._origin)}),
        )
        self._begun = True

    def pack(self) -> Iterator[None]:
        """Nothing takes long."""
        yield from ()

    def close(self) -> None:
        """Adds the table of provenance, and the layer where no row came."""
        import pyogrio

        if not self._begun:
            self.add(pl.DataFrame(schema={**RESERVED, **self._collection.types}))
        about = pl.DataFrame({"what": [one for one, _told in self._origin], "told": [told for _one, told in self._origin]})
        pyogrio.write_arrow(about.to_arrow(), self._path, layer="provenance", driver="GPKG", append=True)


def _plain(collection: FeatureCollection, rows: pl.DataFrame) -> pl.DataFrame:
    """Key, properties and the geometry as WKT; times by the clock of here."""
    shapes = shapely.to_wkt(shapely.from_wkb(rows[GEOMETRY].to_numpy()), rounding_precision=8) if rows.height else []
    times = [
        pl.col(name).dt.convert_time_zone(settings.TIME_ZONE).dt.replace_time_zone(None).dt.truncate("1s")
        for name, dtype in collection.types.items()
        if isinstance(dtype, pl.Datetime)
    ]
    told = rows.select(KEY, *collection.types).with_columns(*times)
    return told.with_columns(pl.Series(GEOMETRY, list(shapes), dtype=pl.String))


FORMS: Final[dict[str, FileForm]] = {
    "csv": FileForm("csv.zip", "application/zip", 200_000, CsvWriter),
    "gpkg": FileForm("gpkg", "application/geopackage+sqlite3", 500_000, GeoPackageWriter),
    "xlsx": FileForm("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 50_000, ExcelWriter),
    "geojson": FileForm("geojson", "application/geo+json", 200_000, GeoJsonWriter),
    "shp": FileForm("shp.zip", "application/zip", 200_000, ShapefileWriter),
}


def most_at_once(person: "Person", form: FileForm) -> int:
    """How many rows are written while the reader waits; who is not known can't be told later, and has all that a form holds."""
    return min(form.most, exchange_policy().files.at_once_rows) if person.is_authenticated else form.most
