"""The ground of this installation: one file below `<data>/ground`, cut into tiles that are the same for everybody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from tocsin.atlas.layers.rules.ground import PARTS, GroundFeature
from tocsin.atlas.layers.rules.rows import FINEST_PART
from tocsin.atlas.layers.rules.vector_tiles import TileFeature, TilePlace, encode_tile, on_unit_square
from tocsin.base.datums import Datum
from tocsin.base.documents import decode_json
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE, governing_prefix
from tocsin.jurisdiction.face import Person, may, regions_of_work
from tocsin.jurisdiction.rights.rules import Permission

KEEP: Final[Permission] = "map.keep"
MOST_ABOUT: Final = 1_000_000
NAMES_FROM_ZOOM = 11.0
NAMED_AREAS = ("wood", "park")  # their names stand once in their middle, not once in each tile


class GroundAbout(msgspec.Struct, frozen=True):
    """What a ground is: features by part, names and SHA-256 of its files (none: made by a program), the datum in which they were,
    the parts that were kept of the ground before it, when it was loaded and by whom.
    """

    version: str
    at: datetime
    by: str
    parts: dict[str, int]
    files: dict[str, str]
    datum: Datum
    kept: tuple[str, ...]


class Ground:
    """The features of one file, with what a tile asks of them ready."""

    def __init__(self, given: list[GroundFeature]) -> None:
        named = [one for one in given if one.part in NAMED_AREAS and one.name]
        names = [replace(one, part="place", kind=one.part, geometry=one.geometry.representative_point()) for one in named]
        self.features = features = [*given, *names]
        self._unit = shapely.transform(np.array([one.geometry for one in features], dtype=object), on_unit_square)
        self._boxes = shapely.bounds(self._unit)
        self._from = np.array([one.from_zoom for one in features])
        self._part = np.array([list(PARTS).index(one.part) for one in features])

    @property
    def box(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of what is built; None without blocks."""
        blocks = [one.geometry for one in self.features if one.part == "block"]
        if not blocks:
            return None
        west, south, east, north = shapely.total_bounds(blocks).tolist()
        return west, south, east, north

    def tile(self, place: TilePlace) -> bytes:
        """The vector tile: a layer for each part. A tile is drawn from its zoom to the next, so it carries what begins there."""
        left, top, right, bottom = place.box
        box = self._boxes
        meets = (box[:, 2] >= left) & (box[:, 0] <= right) & (box[:, 3] >= top) & (box[:, 1] <= bottom)
        span = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])
        finest = place.size * FINEST_PART
        seen = meets & (self._from < place.z + 1) & ((span >= finest) | (shapely.get_dimensions(self._unit) == 0))
        layers: dict[str, list[TileFeature]] = {}
        for number, part in enumerate(PARTS):
            rows = np.flatnonzero(seen & (self._part == number))
            if len(rows):
                cut = shapely.simplify(shapely.clip_by_rect(self._unit[rows], left, top, right, bottom), finest / 2)
                if part in ("building", "block"):
                    layers[part] = list(_joined(cut, [self.features[row].kind for row in rows.tolist()]))
                else:
                    told = (self._told(row, place.z) for row in rows.tolist())
                    layers[part] = [TileFeature(shape, one) for shape, one in zip(cut, told, strict=True)]
        return encode_tile(place, layers)

    def within(self, box: tuple[float, float, float, float], zoom: float) -> list[GroundFeature]:
        """What a picture of that box (west, south, east, north) at that zoom shows, in the order in which it is drawn."""
        west, south, east, north = box
        corners = on_unit_square(np.array([[west, north], [east, south]]))
        meets = (
            (self._boxes[:, 2] >= corners[0, 0])
            & (self._boxes[:, 0] <= corners[1, 0])
            & (self._boxes[:, 3] >= corners[0, 1])
            & (self._boxes[:, 1] <= corners[1, 1])
            & (self._from <= zoom)
        )
        rows = np.flatnonzero(meets)
        return [self.features[row] for row in rows[np.argsort(self._part[rows], kind="stable")]]

    def _told(self, row: int, zoom: int) -> dict[str, str | int | float | bool]:
        one = self.features[row]
        told = {"kind": one.kind} | (
            {"zh": one.name, "en": one.name_en} if zoom + 1 > NAMES_FROM_ZOOM or one.part == "place" else {}
        )
        return {name: value for name, value in told.items() if value}


def _joined(cut: NDArray[Any], kinds: list[str]) -> Iterator[TileFeature]:
    """One feature for each kind: nobody asks for a single house of the ground."""
    for kind in dict.fromkeys(kinds):
        parts = shapely.get_parts(cut[np.array(kinds) == kind])
        yield TileFeature(shapely.geometrycollections(parts), {"kind": kind} if kind else {})


def region_of_ground() -> str:
    """The smallest region in which all people of this installation work, for whom its one ground is; everywhere where that is no
    one region. Whoever keeps the map there exchanges it.
    """
    prefixes = [governing_prefix(code) for code in regions_of_work()]
    length = next(
        (
            one
            for one in (6, 4, 2)
            if len({prefix[:one] for prefix in prefixes if len(prefix) >= one}) == 1
            and all(len(prefix) >= one for prefix in prefixes)
        ),
        0,
    )
    return prefixes[0][:length].ljust(6, "0") if length else EVERYWHERE


def may_keep_ground(user: Person) -> bool:
    """Whether this person exchanges the ground."""
    return may(user, KEEP, region_of_ground())


def ground_about(folder: Path) -> GroundAbout | None:
    """What the ground is, where it came from and who loaded it; None where there is none, or it is older than this was kept."""
    version = ground_version(folder)
    if not version:
        return None
    told = pl.read_parquet_metadata(ground_path(folder, version)).get("tocsin")
    return decode_json(told.encode(), GroundAbout, most_bytes=MOST_ABOUT) if told else None


def ground_rows(folder: Path) -> pl.DataFrame | None:
    """The table that is kept; None where there is none."""
    version = ground_version(folder)
    return pl.read_parquet(ground_path(folder, version)) if version else None


def ground_version(folder: Path) -> str:
    """The name of the newest ground, empty where there is none: a file is never written over."""
    kept = sorted(folder.glob("ground-*.parquet"), key=lambda one: one.stat().st_mtime_ns)
    return kept[-1].stem.removeprefix("ground-") if kept else ""


def ground(folder: Path) -> Ground | None:
    """The ground of the folder; None where there is none."""
    version = ground_version(folder)
    return _read(folder, version) if version else None


def ground_path(folder: Path, version: str) -> Path:
    """The file of that version."""
    return folder / f"ground-{version}.parquet"


@lru_cache(maxsize=2)
def _read(folder: Path, version: str) -> Ground:
    rows = pl.read_parquet(ground_path(folder, version))
    shapes = shapely.from_wkb(rows["geometry"].to_numpy())
    told = zip(*(rows[name].to_list() for name in ("part", "kind", "name", "name_en")), shapes, strict=True)
    return Ground([GroundFeature(*one) for one in told])


@lru_cache(maxsize=2000)
def ground_tile(folder: Path, version: str, place: TilePlace) -> bytes:
    """A tile of that version of the ground."""
    return _read(folder, version).tile(place)
