"""The terrain of this installation: one file below `<data>/terrain`, tiles of heights that are the same for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from tocsin.atlas.layers.queries.terrain_store import TerrainStore
from tocsin.atlas.layers.rules.terrain import TILE, Heights, Voids, between
from tocsin.atlas.layers.rules.vector_tiles import on_unit_square
from tocsin.base.datums import Datum, metres_between
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput

NAME: Final = "terrain"  # of the layer that shows it
MOST_ABOUT: Final = 1_000_000
PROFILE_PLACES: Final = 200
MOST_CORNERS: Final = 1000


class TerrainAbout(msgspec.Struct, frozen=True):
    """What a terrain is: its finest zoom, the box in degrees, the lowest and highest height, the share of the files' pixels
    without one, names and SHA-256 of the files, their datum, who made them and under which licence, when they were loaded and by
    whom.
    """

    version: str
    at: datetime
    by: str
    zoom: int
    box: tuple[float, float, float, float]
    lowest_m: float
    highest_m: float
    void_share: float
    tiles: int
    files: dict[str, str]
    datum: Datum
    source: str


@dataclass(frozen=True)
class ProfilePlace:
    """A place along a line: how far from its beginning, and how high; None where the terrain has no height."""

    metres: float
    lon: float
    lat: float
    height_m: float | None


def terrain_version(folder: Path) -> str:
    """The name of the newest terrain, empty where there is none: a file is never written over."""
    kept = sorted(folder.glob("terrain-*.sqlite3"), key=_written_ns)
    return kept[-1].stem.removeprefix("terrain-") if kept else ""


def _written_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:  # put away since it was listed
        return 0


def terrain_path(folder: Path, version: str) -> Path:
    """The file of a version."""
    return folder / f"terrain-{version}.sqlite3"


def terrain_about(folder: Path) -> TerrainAbout | None:
    """What the terrain is; None where there is none."""
    version = terrain_version(folder)
    return _about(folder, version) if version else None


@lru_cache(maxsize=2)
def _about(folder: Path, version: str) -> TerrainAbout:
    store = TerrainStore(terrain_path(folder, version))
    try:
        return decode_json(store.about().encode(), TerrainAbout, most_bytes=MOST_ABOUT)
    finally:
        store.close()


def terrain_picture(folder: Path, version: str, z: int, x: int, y: int) -> bytes:
    """The PNG of a tile of that version."""
    store = TerrainStore(terrain_path(folder, version))
    try:
        return store.drawn(z, x, y)
    finally:
        store.close()


@lru_cache(maxsize=64)
def _tile(folder: Path, version: str, z: int, x: int, y: int) -> tuple[Heights, Voids] | None:
    store = TerrainStore(terrain_path(folder, version))
    try:
        return store.tile(z, x, y)
    finally:
        store.close()


def heights_at(folder: Path, places: Sequence[tuple[float, float]]) -> list[float | None]:
    """The height in metres at places (longitude, latitude); None where the terrain has none."""
    about = terrain_about(folder)
    if about is None:
        return [None] * len(places)
    pixels = on_unit_square(np.array(places, np.float64).reshape(-1, 2)) * 2**about.zoom * TILE - 0.5
    return [_height(folder, about, float(x), float(y)) for x, y in pixels]


def profile_along(folder: Path, line: Sequence[tuple[float, float]], count: int = PROFILE_PLACES) -> list[ProfilePlace]:
    """Heights at places along a line of degrees, as far from each other; InvalidInput for what is no line on the map."""
    if not 2 <= len(line) <= MOST_CORNERS or not all(-180 <= lon <= 180 and -85 <= lat <= 85 for lon, lat in line):
        raise InvalidInput("a line has between 2 and %(most)s corners on the map, each longitude and latitude", most=MOST_CORNERS)
    corners = np.array(line, np.float64)
    steps = metres_between(corners[:-1], corners[1:])
    until = np.concatenate([[0.0], np.cumsum(steps)])
    metres = np.linspace(0.0, float(until[-1]), count)
    lon, lat = (np.interp(metres, until, corners[:, axis]) for axis in (0, 1))
    heights = heights_at(folder, list(zip(lon.tolist(), lat.tolist(), strict=True)))
    told = zip(metres.tolist(), lon.tolist(), lat.tolist(), heights, strict=True)
    return [ProfilePlace(round(far, 1), round(east, 6), round(north, 6), height) for far, east, north, height in told]


def heights_within(
    folder: Path, about: TerrainAbout, box: tuple[float, float, float, float], z: int
) -> tuple[Heights, Voids, int, int] | None:
    """Heights of the tiles of a zoom that a box in degrees meets, put together, and their first column and row of pixels; None
    where there is no terrain in it. What has no height is filled so that no cliff stands round it.
    """
    west, south, east, north = box
    corners = np.floor(np.clip(on_unit_square(np.array([[west, north], [east, south]])) * 2**z, 0, 2**z - 1)).astype(int)
    (left, top), (right, low) = corners.tolist()
    shape = (low - top + 1) * TILE, (right - left + 1) * TILE
    heights, voids = np.zeros(shape, np.float32), np.ones(shape, np.bool_)
    for y in range(top, low + 1):
        for x in range(left, right + 1):
            found = _tile(folder, about.version, z, x, y)
            if found is not None:
                part = slice((y - top) * TILE, (y - top + 1) * TILE), slice((x - left) * TILE, (x - left + 1) * TILE)
                heights[part], voids[part] = found
    return None if voids.all() else (heights, voids, left * TILE, top * TILE)


def _height(folder: Path, about: TerrainAbout, x: float, y: float) -> float | None:
    """At a place in pixels of the finest zoom, by the four round it, which may lie in four tiles."""
    left, top = int(np.floor(x)), int(np.floor(y))
    heights, voids = np.zeros((2, 2), np.float32), np.ones((2, 2), np.bool_)
    for across in (0, 1):
        for down in (0, 1):
            column, row = left + across, top + down
            found = _tile(folder, about.version, about.zoom, column // TILE, row // TILE)
            if found is not None:
                heights[down, across] = found[0][row % TILE, column % TILE]
                voids[down, across] = found[1][row % TILE, column % TILE]
    height, is_void = between(heights, voids, np.array([x - left]), np.array([y - top]))
    return None if is_void[0] else round(float(height[0]), 1)
