"""A selection as a map file: GeoJSON, and Shapefiles in a ZIP. Both carry where the rows come from."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import polars as pl
import shapely
from django.utils.translation import gettext as _

from tocsin.atlas.exchange.queries.pages import features_json
from tocsin.atlas.exchange.rules.collections import GEOMETRY, KEY, RESERVED, FeatureCollection
from tocsin.atlas.exchange.rules.frames import CRS84
from tocsin.base.tables import csv_text

if TYPE_CHECKING:
    from collections.abc import Sequence

CRS: Final = "EPSG:4326"
SHAPES: Final = {
    "points": ("Point",),
    "multipoints": ("MultiPoint",),
    "lines": ("LineString", "MultiLineString"),
    "areas": ("Polygon", "MultiPolygon"),
}
"""Parts of a selection that a Shapefile holds, one kind of geometry each."""
MOST_SHORT: Final = 10
"""Characters of a column's name in a Shapefile."""


class GeoJsonWriter:
    """One feature collection (RFC 7946) in degrees, with the provenance as a member of its own. Times are UTC."""

    def __init__(self, path: Path, collection: FeatureCollection, origin: list[tuple[str, str]]) -> None:
        self._collection, self._file, self._begun = collection, path.open("w", encoding="utf-8"), False
        told = {"name": collection.name, "provenance": dict(origin)}
        self._file.write(f'{{"type":"FeatureCollection",{json.dumps(told, ensure_ascii=False)[1:-1]},"features":[')

    def add(self, rows: pl.DataFrame) -> None:
        """Writes these rows behind those before."""
        for feature in features_json(rows, list(self._collection.types), CRS84):
            self._file.write(f",\n{feature}" if self._begun else f"\n{feature}")
            self._begun = True

    def pack(self) -> Iterator[None]:
        """Nothing takes long."""
        yield from ()

    def close(self) -> None:
        """Ends the list of features."""
        self._file.write("\n]}\n")
        self._file.close()


class ShapefileWriter:
    """Zipped Shapefiles: points, lines and areas a layer each, in UTF-8; rows without a place as a table without geometry.

    Names of columns are cut to ten characters; which column is which stands in `columns.csv`, the provenance in
    `provenance.csv`. A Shapefile holds at most 254 bytes of a text: longer ones are cut. Times are texts of UTC.
    """

    def __init__(self, path: Path, collection: FeatureCollection, origin: list[tuple[str, str]]) -> None:
        self._path, self._collection, self._origin = path, collection, origin
        self._folder = TemporaryDirectory()
        self._short = short_names(("key", *collection.types))
        self._begun: set[str] = set()

    def add(self, rows: pl.DataFrame) -> None:
        """Writes these rows behind those before."""
        kinds = shapely.get_type_id(shapely.from_wkb(rows[GEOMETRY].to_numpy())) if rows.height else []
        parts = pl.Series([_LAYER_OF.get(int(one), "") for one in kinds], dtype=pl.String)
        told = rows.select(pl.col(KEY).alias("key"), *(_flat(rows, name) for name in self._collection.types), GEOMETRY)
        told = told.rename({name: self._short[name] for name in ("key", *self._collection.types)})
        for layer in parts.unique(maintain_order=True):
            self._append(layer, told.filter(parts == layer))

    def _append(self, layer: str, rows: pl.DataFrame) -> None:
        import pyogrio

        ending = "shp" if layer else "dbf"
        geometry = {"geometry_name": GEOMETRY, "geometry_type": SHAPES[layer][0], "crs": CRS} if layer else {}
        pyogrio.write_arrow(
            (rows if layer else rows.drop(GEOMETRY)).to_arrow(),
            Path(self._folder.name) / f"{'_'.join(filter(None, (self._collection.name, layer)))}.{ending}",
            driver="ESRI Shapefile",
            append=layer in self._begun,
            **geometry,
            **({} if layer in self._begun else {"ENCODING": "UTF-8"}),
        )
        self._begun.add(layer)

    def pack(self) -> Iterator[None]:
        """Nothing takes long."""
        yield from ()

    def close(self) -> None:
        """Packs the layers with their provenance; a selection without rows has a layer of points without any."""
        if not self._begun:
            empty = pl.DataFrame(schema={**RESERVED, **self._collection.types})
            told = empty.select(pl.col(KEY).alias("key"), *(_flat(empty, name) for name in self._collection.types), GEOMETRY)
            self._append("points", told.rename({name: self._short[name] for name in ("key", *self._collection.types)}))
        words = {one.name: str(one.words) for one in self._collection.fields}
        columns = [(short, name, words.get(name, "")) for name, short in self._short.items()]
        with zipfile.ZipFile(self._path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            for part in sorted(Path(self._folder.name).iterdir()):
                archive.write(part, part.name)
            archive.writestr("columns.csv", csv_text(("column", "property", "name"), columns).encode())
            archive.writestr("provenance.csv", csv_text([_("Provenance"), ""], self._origin).encode())
        self._folder.cleanup()


def short_names(names: "Sequence[str]") -> dict[str, str]:
    """Names cut to ten characters, none twice.

    >>> short_names(["nominal_pressure_kpa", "nominal_pressure_bar", "name"])
    {'nominal_pressure_kpa': 'nominal_pr', 'nominal_pressure_bar': 'nominal__1', 'name': 'name'}
    """
    found: dict[str, str] = {}
    for name in names:
        short, number = name[:MOST_SHORT], 0
        while short.lower() in {one.lower() for one in found.values()}:
            number += 1
            short = f"{name[: MOST_SHORT - 1 - len(str(number))]}_{number}"
        found[name] = short
    return found


def _flat(rows: pl.DataFrame, name: str) -> pl.Expr:
    """A column of a kind that a table of dBASE has."""
    kind = rows.schema[name]
    if isinstance(kind, pl.Datetime):
        return pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    return pl.col(name).cast(pl.Int32) if kind == pl.Boolean else pl.col(name)


_LAYER_OF: Final = {int(getattr(shapely.GeometryType, kind.upper())): layer for layer, kinds in SHAPES.items() for kind in kinds}
