"""The process that reads digital elevation models: bounded memory and time; it writes the tiles of the terrain.

    python -I -m tocsin.atlas.layers.services.terrain.child < ORDER > ANSWER

ORDER and ANSWER are JSON (`TerrainOrder`, `TerrainAnswer`). GDAL reads windows, never a whole file; where one wants more than is
allowed this process falls and nobody else.
"""

import os
import resource
import sqlite3
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from tocsin.atlas.resources.services.child import NICE, limit
from tocsin.base.datums import Datum
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput

if TYPE_CHECKING:
    from tocsin.atlas.layers.services.terrain.files import Model, Survey

MOST_ORDER: Final = 1_000_000
BLOCKS_MEGABYTES: Final = 256


class TerrainOrder(msgspec.Struct, frozen=True):
    """What is to be read: names and paths of the files; `store`: where the tiles go, and how large that may become."""

    files: tuple[tuple[str, str], ...]
    store: str
    store_bytes: int
    datum: Datum
    deepest_zoom: int
    most_megapixels: int
    most_tiles: int
    memory_bytes: int
    cpu_s: int


class TerrainRefusal(msgspec.Struct, frozen=True):
    """Why a file can't be read, as template and figures; no `file`: all of them together."""

    file: str
    template: str
    figures: dict[str, str] = {}


class TerrainAnswer(msgspec.Struct, frozen=True):
    """What was read, or `refused`. `box`: west, south, east, north; `void_share`: of the files' pixels."""

    refused: tuple[TerrainRefusal, ...] = ()
    zoom: int = 0
    tiles: int = 0
    lowest_m: float = 0.0
    highest_m: float = 0.0
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    void_share: float = 0.0


def read(order: TerrainOrder) -> TerrainAnswer:
    """Reads all files and writes the tiles; nothing where one can't be read."""
    import rasterio

    settings = {"GDAL_CACHEMAX": BLOCKS_MEGABYTES, "GDAL_NUM_THREADS": "1", "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR"}
    with rasterio.Env(**settings), ExitStack() as opened:
        models, surveys, refused = _open(order, opened)
        if refused:
            return TerrainAnswer(refused=tuple(refused))
        try:
            boxes = [one.box for one in models]
            zoom, tiles = _write(sorted(models, key=lambda one: one.metres), order)
        except InvalidInput as refusal:
            return TerrainAnswer(refused=(_told("", refusal),))
        except sqlite3.OperationalError:
            most = f"{order.store_bytes // 1_000_000:,}"
            full = InvalidInput(
                "its tiles take more than %(most)s MB, half of what is free on the disk: make room, or give less", most=most
            )
            return TerrainAnswer(refused=(_told("", full),))
    west, south, east, north = zip(*boxes, strict=True)
    return TerrainAnswer(
        zoom=zoom,
        tiles=tiles,
        lowest_m=min(one.lowest_m for one in surveys),
        highest_m=max(one.highest_m for one in surveys),
        box=(min(west), min(south), max(east), max(north)),
        void_share=round(1.0 - sum(one.known for one in surveys) / sum(one.pixels for one in surveys), 4),
    )


def _open(order: TerrainOrder, opened: ExitStack) -> tuple[list["Model"], list["Survey"], list[TerrainRefusal]]:
    """All files, what they hold, and what is wrong with those that can't be read."""
    from tocsin.atlas.layers.services.terrain.files import check_sum, open_model

    models: list[Model] = []
    surveys: list[Survey] = []
    refused: list[TerrainRefusal] = []
    for name, path in order.files:
        try:
            models.append(open_model(name, path, opened, datum=order.datum, most_megapixels=order.most_megapixels))
        except InvalidInput as refusal:
            refused.append(_told(name, refusal))
    try:
        check_sum(models, order.most_megapixels)
    except InvalidInput as refusal:
        return models, surveys, [*refused, _told("", refusal)]
    for model in models:
        try:
            surveys.append(model.survey())
        except InvalidInput as refusal:
            refused.append(_told(model.name, refusal))
    return models, surveys, refused


def _write(models: list["Model"], order: TerrainOrder) -> tuple[int, int]:
    """Writes all tiles; the finest zoom, and how many tiles."""
    from tocsin.atlas.layers.queries.terrain_store import TerrainStore
    from tocsin.atlas.layers.rules.terrain import COARSEST_ZOOM, zoom_for
    from tocsin.atlas.layers.services.terrain.tiles import count_of, fill_holes, write_coarser, write_finest

    zoom = zoom_for(models[0].metres, models[0].box[1], deepest=order.deepest_zoom)
    if (count := count_of(models, zoom)) > order.most_tiles:
        raise InvalidInput(
            "the finest file, %(file)s, makes %(count)s tiles of the whole, more than %(most)s: give fewer, or leave the "
            "finest out",
            file=models[0].name,
            count=f"{count:,}",
            most=f"{order.most_tiles:,}",
        )
    store = TerrainStore(Path(order.store), new=True)
    try:
        tiles = write_finest(store, models, zoom)
        for z in range(zoom - 1, min(zoom, COARSEST_ZOOM) - 1, -1):
            tiles += write_coarser(store, z)
        fill_holes(store, zoom)
    finally:
        store.close()
    return zoom, tiles


def _told(name: str, refusal: InvalidInput) -> TerrainRefusal:
    return TerrainRefusal(name, str(refusal.args[0]), {key: str(value) for key, value in refusal.named.items()})


def main() -> int:
    """The child."""
    os.nice(NICE)
    order = decode_json(sys.stdin.buffer.read(), TerrainOrder, most_bytes=MOST_ORDER)
    limit(order.memory_bytes, order.cpu_s)
    resource.setrlimit(resource.RLIMIT_FSIZE, (order.store_bytes, order.store_bytes))
    sys.stdout.buffer.write(msgspec.json.encode(read(order)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
