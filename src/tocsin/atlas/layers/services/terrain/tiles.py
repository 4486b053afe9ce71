"""The tiles of a terrain from its models: the finest zoom sampled from the files, coarser ones from it, holes filled from
those.
"""

from collections.abc import Iterator
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tocsin.atlas.layers.queries.terrain_store import TerrainStore
from tocsin.atlas.layers.rules.terrain import COARSEST_ZOOM, TILE, Heights, Voids, between, pooled, quarter
from tocsin.atlas.layers.rules.vector_tiles import on_unit_square
from tocsin.atlas.layers.services.terrain.files import AT_ONCE, Model

KNOTS: Final = 9  # of a tile each way, at which coordinates are reckoned; between them they are straight

type Box = tuple[float, float, float, float]


def places_of(models: list[Model], z: int) -> Iterator[tuple[int, int]]:
    """Columns and rows of the tiles that the box of a model meets, each once, row by row: strips of a file are then read once."""
    spans = [_span(one.box, z) for one in models]
    for y in range(min(one[1] for one in spans), max(one[3] for one in spans) + 1):
        columns = {x for left, top, right, low in spans if top <= y <= low for x in range(left, right + 1)}
        yield from ((x, y) for x in sorted(columns))


def count_of(models: list[Model], z: int) -> int:
    """How many tiles there are at most."""
    return sum((right - left + 1) * (low - top + 1) for left, top, right, low in (_span(one.box, z) for one in models))


def write_finest(store: TerrainStore, models: list[Model], z: int) -> int:
    """Tiles of the finest zoom; how many have a height. `models`: the finest first."""
    spans = [(one, _span(one.box, z)) for one in models]
    count = 0
    for x, y in places_of(models, z):
        meeting = [one for one, (left, top, right, low) in spans if left <= x <= right and top <= y <= low]
        heights, voids = _sample(meeting, z, x, y)
        if not voids.all():
            store.put(z, x, y, heights, voids)
            count += 1
    return count


def write_coarser(store: TerrainStore, z: int) -> int:
    """Tiles of a zoom from four finer ones each; how many."""
    parents = {(x // 2, y // 2) for x, y in store.places(z + 1)}
    for x, y in sorted(parents, key=lambda one: (one[1], one[0])):
        heights, voids = np.zeros((2 * TILE, 2 * TILE), np.float32), np.ones((2 * TILE, 2 * TILE), np.bool_)
        for across, down in product((0, 1), (0, 1)):
            child = store.tile(z + 1, 2 * x + across, 2 * y + down)
            if child is not None:
                part = slice(down * TILE, (down + 1) * TILE), slice(across * TILE, (across + 1) * TILE)
                heights[part], voids[part] = child
        store.put(z, x, y, *pooled(heights, voids, 2))
    return len(parents)


def fill_holes(store: TerrainStore, finest: int) -> None:
    """What has no height looks as the coarser tile above it does, so that no cliff stands round a hole or an edge."""
    for z in range(min(finest, COARSEST_ZOOM) + 1, finest + 1):
        for x, y in store.places(z, holed=True):
            own, above = store.tile(z, x, y), store.tile(z - 1, x // 2, y // 2)
            if own is not None and above is not None:
                store.refill(z, x, y, np.where(own[1], quarter(above[0], x % 2, y % 2, 1), own[0]))


def _span(box: Box, z: int) -> tuple[int, int, int, int]:
    west, south, east, north = box
    corners = np.clip(on_unit_square(np.array([[west, north], [east, south]])) * 2**z, 0, 2**z - 1e-9)
    (left, top), (right, low) = np.floor(corners).astype(int).tolist()
    return left, top, right, low


def _sample(models: list[Model], z: int, x: int, y: int) -> tuple[Heights, Voids]:
    """Heights of a tile, of the finest model that has one at each pixel."""
    heights, voids = np.zeros((TILE, TILE), np.float32), np.ones((TILE, TILE), np.bool_)
    for one in models:
        found = _sample_of(one, z, x, y)
        if found is None:
            continue
        fresh = voids & ~found[1]
        heights[fresh], voids = found[0][fresh], voids & found[1]
        if not voids.any():
            break
    return heights, voids


def _sample_of(model: Model, z: int, x: int, y: int) -> tuple[Heights, Voids] | None:
    columns, rows = _places_in(model, z, x, y)
    left, right = max(0, int(columns.min()) - 2), min(model.file.width, int(columns.max()) + 3)
    top, low = max(0, int(rows.min()) - 2), min(model.file.height, int(rows.max()) + 3)
    if right <= left or low <= top:
        return None
    factor = max(1, int(max(np.ptp(columns), np.ptp(rows)) / TILE))
    heights, voids = _put_together(model, (left, top, right, low), factor)
    return between(heights, voids, (columns - left) / factor - 0.5, (rows - top) / factor - 0.5)


def _put_together(model: Model, window: tuple[int, int, int, int], factor: int) -> tuple[Heights, Voids]:
    """Heights of a window of a model that is finer than the tile: the mean of so many pixels each way, strip by strip."""
    left, top, right, low = window
    step = max(1, AT_ONCE // ((right - left) * factor)) * factor
    parts = [
        pooled(*model.read(left, first, right, min(low, first + step)), factor) if factor > 1 else model.read(*window)
        for first in (range(top, low, step) if factor > 1 else (top,))
    ]
    return np.concatenate([one[0] for one in parts]), np.concatenate([one[1] for one in parts])


def _places_in(model: Model, z: int, x: int, y: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Column and row of a file, with fractions, at the middle of each pixel of a tile."""
    knots = np.linspace(0.0, 1.0, KNOTS)
    across, down = np.meshgrid((x + knots) / 2**z, (y + knots) / 2**z)
    lon = (across.ravel() - 0.5) * 360.0
    lat = np.degrees(np.arctan(np.sinh((0.5 - down.ravel()) * 2 * np.pi)))
    columns, rows = model.places_in(np.column_stack([lon, lat]))
    return _spread(columns.reshape(KNOTS, KNOTS)), _spread(rows.reshape(KNOTS, KNOTS))


def _spread(knots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values at the middle of each pixel of a tile from those at its knots, straight between them."""
    middles = (np.arange(TILE) + 0.5) / TILE * (KNOTS - 1)
    first = np.minimum(middles.astype(int), KNOTS - 2)
    share = middles - first
    rows = knots[first] * (1 - share)[:, None] + knots[first + 1] * share[:, None]
    found: NDArray[np.float64] = rows[:, first] * (1 - share) + rows[:, first + 1] * share
    return found
