"""The process that reads digital elevation models: bounded memory and time; it writes the tiles of the terrain.

    python -I -m tocsin.atlas.layers.services.terrain_child < ORDER > ANSWER

ORDER and ANSWER are JSON (`TerrainOrder`, `TerrainAnswer`). GDAL reads windows, never a whole file; where one wants more than is
allowed this process falls and nobody else.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from math import cos, radians
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tocsin.atlas.layers.rules.terrain import (
    COARSEST_ZOOM,
    HIGHEST_M,
    LOWEST_M,
    TILE,
    Heights,
    Voids,
    between,
    halved,
    zoom_for,
)
from tocsin.atlas.resources.services.child import NICE, limit
from tocsin.base.datums import Datum, convert, metres_between
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput

MOST_ORDER: Final = 1_000_000
DEGREES: Final = "EPSG:4326"
KNOTS: Final = 9  # of a tile each way, at which coordinates are reckoned; between them they are straight
BLOCKS_MEGABYTES: Final = 96
FINER: Final = 1.5  # pixels of a window that are read for each of a tile
_MOST_LATITUDE: Final = 85.0
_DATUMS: Final = ("China_2000", "CGCS2000", "China Geodetic Coordinate System 2000", "WGS_1984", "World Geodetic System 1984")
_KINDS: Final = ("int16", "uint16", "int32", "float32", "float64")


class TerrainOrder(msgspec.Struct, frozen=True):
    """What is to be read: names and paths of the files; `store`: where the tiles go."""

    files: tuple[tuple[str, str], ...]
    store: str
    datum: Datum
    deepest_zoom: int
    most_megapixels: int
    memory_bytes: int
    cpu_s: int


class TerrainAnswer(msgspec.Struct, frozen=True):
    """What was read, or `refused`: file, template and figures of what can't be. `box`: west, south, east, north."""

    refused: tuple[tuple[str, str, dict[str, str]], ...] = ()
    zoom: int = 0
    tiles: int = 0
    lowest_m: float = 0.0
    highest_m: float = 0.0
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    void_share: float = 0.0


@dataclass(frozen=True)
class _Model:
    """One file: `metres` a pixel, its edge in degrees."""

    file: Any
    metres: float
    edge: NDArray[np.float64]


def read(order: TerrainOrder) -> TerrainAnswer:
    """Reads all files and writes the tiles; nothing where one can't be read."""
    import rasterio
    import rasterio.errors

    settings = {"GDAL_CACHEMAX": BLOCKS_MEGABYTES, "GDAL_NUM_THREADS": "1", "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR"}
    refused: list[tuple[str, str, dict[str, str]]] = []
    models: list[_Model] = []
    with rasterio.Env(**settings), ExitStack() as opened:
        for name, path in order.files:
            try:
                models.append(_open(path, opened, order))
            except InvalidInput as refusal:
                refused.append(_told(name, refusal))
        if refused:
            return TerrainAnswer(refused=tuple(refused))
        try:
            _check_size(models, order.most_megapixels)
            return _write(sorted(models, key=lambda one: one.metres), order)
        except InvalidInput as refusal:
            return TerrainAnswer(refused=(_told("", refusal),))
        except rasterio.errors.RasterioError:
            return TerrainAnswer(refused=(_told("", InvalidInput("a part of the file can't be unpacked: is it cut off?")),))


def _told(name: str, refusal: InvalidInput) -> tuple[str, str, dict[str, str]]:
    return name, str(refusal.args[0]), {key: str(value) for key, value in refusal.named.items()}


def _check_size(models: list[_Model], most_megapixels: int) -> None:
    pixels = sum(one.file.width * one.file.height for one in models)
    if pixels > most_megapixels * 1_000_000:
        raise InvalidInput(
            "%(count)s million pixels are more than the %(most)s million that a terrain may have",
            count=f"{pixels / 1_000_000:,.0f}",
            most=f"{most_megapixels:,}",
        )


def _open(path: str, opened: ExitStack, order: TerrainOrder) -> _Model:
    import rasterio
    from rasterio.errors import RasterioError

    try:
        file = opened.enter_context(rasterio.open(path, driver="GTiff"))
    except RasterioError:
        raise InvalidInput("it is no GeoTIFF, or one that is cut off") from None
    if file.count != 1:
        raise InvalidInput("it has %(count)s bands: a picture, not heights; an elevation model has one", count=file.count)
    if file.dtypes[0] not in _KINDS:
        raise InvalidInput(
            "its values are %(kind)s: heights are whole numbers of 16 or 32 bits, or floating point", kind=file.dtypes[0]
        )
    if file.crs is None or file.transform.is_identity:
        raise InvalidInput("nothing says where it lies: save it as a GeoTIFF with its system of coordinates inside")
    _check_datum(file)
    edge = _edge(file, order.datum)
    if not np.isfinite(edge).all() or np.abs(edge[:, 1]).max() > _MOST_LATITUDE or np.abs(edge[:, 0]).max() > 180:
        raise InvalidInput("it lies outside the map in degrees: does it name the right system of coordinates?")
    return _Model(file, _metres(file), edge)


def _check_datum(file: Any) -> None:
    """A datum of before CGCS2000 lies up to 100 m off, and no shift for it is public."""
    text = file.crs.to_wkt()
    name = text.partition('DATUM["')[2].partition('"')[0] or text.partition('ENSEMBLE["')[2].partition('"')[0]
    if name.removeprefix("D_") not in _DATUMS:
        raise InvalidInput("it is in the datum %(datum)s: have it converted to CGCS2000 first", datum=name or "?")


def _edge(file: Any, datum: Datum) -> NDArray[np.float64]:
    steps = np.linspace(0.0, 1.0, 21)
    ones, zeros = np.ones(21), np.zeros(21)
    across = np.concatenate([steps, steps, zeros, ones]) * file.width
    down = np.concatenate([zeros, ones, steps, steps]) * file.height
    return _in_degrees(file, across, down, datum)


def _in_degrees(file: Any, columns: NDArray[np.float64], rows: NDArray[np.float64], datum: Datum) -> NDArray[np.float64]:
    from rasterio.warp import transform

    x, y = file.transform * (columns, rows)
    lon, lat = transform(file.crs, DEGREES, x, y)
    return convert(np.column_stack([lon, lat]), datum, Datum.CGCS2000)


def _metres(file: Any) -> float:
    """How far two pixels in the middle lie from each other."""
    x, y = file.width / 2, file.height / 2
    corners = _in_degrees(file, np.array([x, x + 1, x]), np.array([y, y, y + 1]), Datum.CGCS2000)
    return float(np.mean(metres_between(corners[[0, 0]], corners[[1, 2]])))


def _write(models: list[_Model], order: TerrainOrder) -> TerrainAnswer:
    from tocsin.atlas.layers.queries.terrain_store import TerrainStore

    edges = np.concatenate([one.edge for one in models])
    (west, south), (east, north) = edges.min(axis=0).tolist(), edges.max(axis=0).tolist()
    zoom = zoom_for(models[0].metres, (south + north) / 2, deepest=order.deepest_zoom)
    lowest, highest, known, count = np.inf, -np.inf, 0, 0
    store = TerrainStore(Path(order.store), new=True)
    try:
        for x, y in _tiles((west, south, east, north), zoom):
            heights, voids = _sample(models, zoom, x, y, order.datum)
            if voids.all():
                continue
            store.put(zoom, x, y, heights, voids)
            there = heights[~voids]
            lowest, highest = min(lowest, float(there.min())), max(highest, float(there.max()))
            known, count = known + there.size, count + 1
        if not count:
            raise InvalidInput(
                "no value is a height between %(lowest)s and %(highest)s m: is everything empty?",
                lowest=f"{LOWEST_M:,.0f}",
                highest=f"{HIGHEST_M:,.0f}",
            )
        for z in range(zoom - 1, min(zoom, COARSEST_ZOOM) - 1, -1):
            count += _write_coarser(store, z)
    finally:
        store.close()
    pixel_m = 156_543.034 * cos(radians((south + north) / 2)) / 2**zoom
    covered = sum(one.file.width * one.file.height * one.metres**2 for one in models)
    void_share = max(0.0, 1.0 - known * pixel_m**2 / covered)
    return TerrainAnswer((), zoom, count, lowest, highest, (west, south, east, north), round(void_share, 3))


def _write_coarser(store: Any, z: int) -> int:
    """Tiles of a zoom from four finer ones each; how many."""
    parents = {(x // 2, y // 2) for x, y in store.places(z + 1)}
    for x, y in sorted(parents, key=lambda one: (one[1], one[0])):
        heights, voids = np.zeros((2 * TILE, 2 * TILE), np.float32), np.ones((2 * TILE, 2 * TILE), np.bool_)
        for across, down in product((0, 1), (0, 1)):
            child = store.tile(z + 1, 2 * x + across, 2 * y + down)
            if child is not None:
                part = slice(down * TILE, (down + 1) * TILE), slice(across * TILE, (across + 1) * TILE)
                heights[part], voids[part] = child
        store.put(z, x, y, *halved(heights, voids))
    return len(parents)


def _tiles(box: tuple[float, float, float, float], z: int) -> Iterator[tuple[int, int]]:
    """Columns and rows of the tiles that a box in degrees meets, row by row: strips of a file are then read once."""
    from tocsin.atlas.layers.rules.vector_tiles import on_unit_square

    west, south, east, north = box
    corners = np.clip(on_unit_square(np.array([[west, north], [east, south]])) * 2**z, 0, 2**z - 1e-9)
    (left, top), (right, low) = np.floor(corners).astype(int).tolist()
    return ((x, y) for y in range(top, low + 1) for x in range(left, right + 1))


def _sample(models: list[_Model], z: int, x: int, y: int, datum: Datum) -> tuple[Heights, Voids]:
    """Heights of a tile, of the finest model that has one at each pixel."""
    heights, voids = np.zeros((TILE, TILE), np.float32), np.ones((TILE, TILE), np.bool_)
    for one in models:
        found = _sample_of(one.file, z, x, y, datum)
        if found is None:
            continue
        fresh = voids & ~found[1]
        heights[fresh], voids = found[0][fresh], voids & found[1]
        if not voids.any():
            break
    return heights, voids


def _sample_of(file: Any, z: int, x: int, y: int, datum: Datum) -> tuple[Heights, Voids] | None:
    from rasterio.enums import Resampling
    from rasterio.windows import Window

    columns, rows = _places_in(file, z, x, y, datum)
    left, right = max(0, int(columns.min()) - 2), min(file.width, int(columns.max()) + 3)
    top, low = max(0, int(rows.min()) - 2), min(file.height, int(rows.max()) + 3)
    if right <= left or low <= top:
        return None
    width, height = (min(most, max(1, int(TILE * FINER))) for most in (right - left, low - top))
    coarser = width < right - left or height < low - top
    read = file.read(
        1,
        window=Window(left, top, right - left, low - top),
        out_shape=(height, width),
        masked=True,
        resampling=Resampling.average if coarser else Resampling.nearest,
    )
    values = np.ma.getdata(read).astype(np.float32) * np.float32(file.scales[0]) + np.float32(file.offsets[0])
    with np.errstate(invalid="ignore"):
        voids = np.ma.getmaskarray(read) | ~((values >= LOWEST_M) & (values <= HIGHEST_M))
    at_x = (columns - left) * width / (right - left) - 0.5
    at_y = (rows - top) * height / (low - top) - 0.5
    return between(np.where(voids, np.float32(0), values), voids, at_x, at_y)


def _places_in(file: Any, z: int, x: int, y: int, datum: Datum) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Column and row of a file, with fractions, at the middle of each pixel of a tile."""
    from rasterio.warp import transform

    knots = np.linspace(0.0, 1.0, KNOTS)
    across, down = np.meshgrid((x + knots) / 2**z, (y + knots) / 2**z)
    lon = (across.ravel() - 0.5) * 360.0
    lat = np.degrees(np.arctan(np.sinh((0.5 - down.ravel()) * 2 * np.pi)))
    places = convert(np.column_stack([lon, lat]), Datum.CGCS2000, datum)
    east, north = (np.asarray(one) for one in transform(DEGREES, file.crs, places[:, 0], places[:, 1]))
    columns, rows = ~file.transform * (east, north)
    return _spread(columns.reshape(KNOTS, KNOTS)), _spread(rows.reshape(KNOTS, KNOTS))


def _spread(knots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values at the middle of each pixel of a tile from those at its knots, straight between them."""
    middles = (np.arange(TILE) + 0.5) / TILE * (KNOTS - 1)
    first = np.minimum(middles.astype(int), KNOTS - 2)
    share = middles - first
    rows = knots[first] * (1 - share)[:, None] + knots[first + 1] * share[:, None]
    found: NDArray[np.float64] = rows[:, first] * (1 - share) + rows[:, first + 1] * share
    return found


def main() -> int:
    """The child."""
    os.nice(NICE)
    order = decode_json(sys.stdin.buffer.read(), TerrainOrder, most_bytes=MOST_ORDER)
    limit(order.memory_bytes, order.cpu_s)
    sys.stdout.buffer.write(msgspec.json.encode(read(order)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
