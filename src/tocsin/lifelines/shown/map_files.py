"""Objects of networks as a map file with the import's own columns: what was taken out, worked over elsewhere, comes in again."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
import polars as pl
import shapely
from django.http import HttpResponse
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.engine.features import LINE_KINDS, POINT_KINDS
from tocsin.lifelines.models import Asset
from tocsin.lifelines.rules import tables as rules
from tocsin.screens.budgets.requests import claim
from tocsin.screens.tables import MOST_IN_A_FILE

if TYPE_CHECKING:
    from django.db.models import QuerySet

CRS: Final = "EPSG:4326"
TOGETHER: Final = 5000  # rows that are in memory twice
LAYERS: Final = {"points": POINT_KINDS, "lines": LINE_KINDS}
COLUMNS: Final = {
    name: pl.Float64 if name in rules.NUMBERS else pl.Int32 if name == "installed" else pl.String
    for name in rules.HEADINGS
    if name not in ("lon", "lat")
}
"""Column of the file, by the names that the import knows, and its type."""
_ELSEWHERE: Final = {"from_node": "from_code", "to_node": "to_code"}
_SHAPE: Final = {"points": "Point", "lines": "LineString"}


def map_file_of(assets: "QuerySet[Asset]", form: str) -> HttpResponse:
    """The objects as a file to keep. InvalidInput for more of them than a file holds (nothing is cut off), or another form."""
    claim()
    if (count := assets.count()) > MOST_IN_A_FILE:
        text = _("%(count)s objects are more than the %(most)s of one file: choose a kind or search first.")
        raise InvalidInput(text, count=count, most=MOST_IN_A_FILE)
    written, content = network_file(assets.select_related("owner").iterator(chunk_size=2000), form)
    response = HttpResponse(content, content_type=written.media)
    response["Content-Disposition"] = f'attachment; filename="networks.{written.ending}"'
    return response


class MapFile(NamedTuple):
    """A form of file: the ending of its name, its media type, and what writes it."""

    ending: str
    media: str
    write: Callable[[Iterable[Asset], Path], None]


def network_file(assets: Iterable[Asset], form: str) -> tuple[MapFile, bytes]:
    """The objects as a GeoPackage (`gpkg`), zipped Shapefiles (`shp`): points and lines a layer each; or GeoJSON; in degrees.

    InvalidInput for another form.
    """
    if form not in FORMS:
        raise InvalidInput(_("Known forms of file are: %(known)s"), known=", ".join(FORMS))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"networks.{form}"
        FORMS[form].write(assets, path)
        return FORMS[form], path.read_bytes()


def _geopackage(assets: Iterable[Asset], path: Path) -> None:
    for layer, rows in _parts(assets):
        _append(rows, path, layer, "GPKG")


def _geojson(assets: Iterable[Asset], path: Path) -> None:
    """One collection of points and lines; columns that say nothing are left out."""
    with path.open("wb") as file:
        file.write(b'{"type":"FeatureCollection","features":[')
        for number, one in enumerate(assets):
            told = {name: value for name in COLUMNS if (value := _value(one, name)) not in (None, "")}
            feature = {"type": "Feature", "geometry": one.geometry, "properties": told}
            file.write((b",\n" if number else b"\n") + msgspec.json.encode(feature))
        file.write(b"\n]}\n")


def _shapefiles(assets: Iterable[Asset], path: Path) -> None:
    """A ZIP; names of columns are cut to the ten characters that a Shapefile has, and the import knows them so."""
    with TemporaryDirectory() as folder:
        for layer, rows in _parts(assets):
            short = rows.rename({name: rules.short_name(name) for name in COLUMNS})
            _append(short, Path(folder) / f"{layer}.shp", layer, "ESRI Shapefile")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, part.name)
        path.write_bytes(packed.getvalue())


def _parts(assets: Iterable[Asset]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Rows of one layer at a time; both layers are there, with no rows where nothing is of them."""
    for layer in LAYERS:
        yield layer, _frame([])
    for part in batched(assets, TOGETHER):
        for layer, kinds in LAYERS.items():
            if told := [one for one in part if one.kind in kinds]:
                yield layer, _frame(told)


def _frame(assets: list[Asset]) -> pl.DataFrame:
    rows = [[_value(one, name) for name in COLUMNS] for one in assets]
    shapes = [shapely.to_wkb(shapely.geometry.shape(one.geometry)) for one in assets]
    told = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    return told.with_columns(pl.Series("geometry", shapes, dtype=pl.Binary))


def _value(asset: Asset, column: str) -> object:
    if column == "owner":
        return asset.owner.code if asset.owner else asset.owner_code
    if column == "buried":
        return rules.YES[0] if asset.buried else rules.NO[0]
    if column in rules.IN_PROPERTIES:
        told = asset.properties.get(column)
        return (rules.YES[0] if told else rules.NO[0]) if isinstance(told, bool) else None if told is None else str(told)
    return getattr(asset, _ELSEWHERE.get(column, column))


def _append(rows: pl.DataFrame, path: Path, layer: str, driver: str) -> None:
    import pyogrio  # a quarter of a second of every start, and few come here

    exists = path.exists() and layer in {name for name, _kind in pyogrio.list_layers(path)}
    pyogrio.write_arrow(
        rows.to_arrow(),
        path,
        layer=layer,
        driver=driver,
        geometry_name="geometry",
        geometry_type=_SHAPE[layer],
        crs=CRS,
        append=exists,
        **({"ENCODING": "UTF-8"} if driver == "ESRI Shapefile" and not exists else {}),
    )


FORMS: Final = {
    "gpkg": MapFile("gpkg", "application/geopackage+sqlite3", _geopackage),
    "geojson": MapFile("geojson", "application/geo+json", _geojson),
    "shp": MapFile("shp.zip", "application/zip", _shapefiles),
}
