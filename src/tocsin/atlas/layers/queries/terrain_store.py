"""The file in which a terrain is kept: tiles of heights as PNG, which of their pixels have none, and what the terrain is."""

import io
import sqlite3
import zlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from tocsin.atlas.layers.rules.terrain import TILE, Heights, Voids, coded, decoded, quarter

_TABLES = """
CREATE TABLE about (text TEXT NOT NULL);
CREATE TABLE tile (z INTEGER, x INTEGER, y INTEGER, heights BLOB NOT NULL, voids BLOB, PRIMARY KEY (z, x, y)) WITHOUT ROWID;
"""


class TerrainStore:
    """Tiles by zoom, column and row."""

    def __init__(self, path: Path, *, new: bool = False, existing: bool = False) -> None:
        """Reads a store, which never changes; `new` begins one, `existing` goes on writing one that nobody reads yet.

        sqlite3.OperationalError where there is none.
        """
        if not new and not existing:
            self._file = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
            return
        self._file = sqlite3.connect(path)
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute("PRAGMA synchronous = OFF")  # whoever takes it over forces it to disk as a whole
        if new:
            self._file.executescript(_TABLES)

    def close(self) -> None:
        """What was put is kept."""
        self._file.commit()
        self._file.close()

    def put(self, z: int, x: int, y: int, heights: Heights, voids: Voids) -> None:
        """Keeps a tile; holes are filled from what is nearest, so that no cliff stands round them."""
        held = zlib.compress(np.packbits(voids).tobytes()) if voids.any() else None
        self._file.execute("INSERT INTO tile VALUES (?, ?, ?, ?, ?)", (z, x, y, _png(_filled(heights, voids)), held))

    def refill(self, z: int, x: int, y: int, heights: Heights) -> None:
        """Exchanges the heights that are drawn; where there are none stays as it was."""
        self._file.execute("UPDATE tile SET heights = ? WHERE (z, x, y) = (?, ?, ?)", (_png(heights), z, x, y))

    def picture(self, z: int, x: int, y: int) -> bytes | None:
        """The PNG of a tile; None where the terrain has none."""
        row = self._file.execute("SELECT heights FROM tile WHERE (z, x, y) = (?, ?, ?)", (z, x, y)).fetchone()
        return bytes(row[0]) if row else None

    def tile(self, z: int, x: int, y: int) -> tuple[Heights, Voids] | None:
        """Heights and holes of a tile."""
        row = self._file.execute("SELECT heights, voids FROM tile WHERE (z, x, y) = (?, ?, ?)", (z, x, y)).fetchone()
        if row is None:
            return None
        with Image.open(io.BytesIO(row[0])) as picture:
            heights = decoded(np.asarray(picture.convert("RGB")))
        if row[1] is None:
            return heights, np.zeros((TILE, TILE), np.bool_)
        bits = np.unpackbits(np.frombuffer(zlib.decompress(row[1]), np.uint8), count=TILE * TILE)
        return heights, bits.reshape(TILE, TILE).astype(np.bool_)

    def places(self, z: int, *, holed: bool = False) -> Iterable[tuple[int, int]]:
        """Columns and rows of the tiles of a zoom; `holed`: of those with pixels that have no height."""
        told = "SELECT x, y FROM tile WHERE z = ? AND (NOT ? OR voids IS NOT NULL) ORDER BY y, x"
        return [(x, y) for x, y in self._file.execute(told, (z, holed))]

    def drawn(self, z: int, x: int, y: int) -> bytes:
        """The PNG that a map draws: where there is no tile, what the next coarser one has there; else the sea's level."""
        own = self.picture(z, x, y)
        if own is not None:
            return own
        for zooms in range(1, z + 1):
            above = self.tile(z - zooms, x >> zooms, y >> zooms)
            if above is not None:
                return _png(quarter(above[0], x % 2**zooms, y % 2**zooms, zooms))
        return flat_tile()

    def write_about(self, text: str) -> None:
        """What the terrain is, as JSON."""
        self._file.execute("DELETE FROM about")
        self._file.execute("INSERT INTO about VALUES (?)", (text,))

    def about(self) -> str:
        """What was written of it."""
        return str(self._file.execute("SELECT text FROM about").fetchone()[0])


@cache
def flat_tile() -> bytes:
    """A tile at the level of the sea."""
    return _png(np.zeros((TILE, TILE), np.float32))


def _png(heights: Heights) -> bytes:
    body = io.BytesIO()
    Image.fromarray(coded(heights)).save(body, "PNG", compress_level=4)
    return body.getvalue()


def _filled(heights: Heights, voids: Voids) -> Heights:
    if not voids.any():
        return heights
    if voids.all():
        return np.zeros_like(heights)
    from scipy.ndimage import distance_transform_edt

    nearest = distance_transform_edt(voids, return_distances=False, return_indices=True)
    return np.asarray(heights[tuple(nearest)], np.float32)
