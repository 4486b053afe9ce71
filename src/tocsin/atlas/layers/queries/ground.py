"""The ground of this installation: one file below `<data>/ground`, cut into tiles that are the same for everybody."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from tocsin.atlas.layers.rules.ground import PARTS, GroundFeature
from tocsin.atlas.layers.rules.rows import FINEST_PART
from tocsin.atlas.layers.rules.vector_tiles import TileFeature, TilePlace, encode_tile, on_unit_square

NAMES_FROM_ZOOM = 11.0
NAMED_AREAS = ("wood", "park")  # their names stand once in their middle, not once in each tile


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


def ground_version(folder: Path) -> str:
    """The name of the newest ground, empty where there is none: a file is never written over."""
    kept = sorted(folder.glob("ground-*.parquet"), key=lambda one: one.stat().st_mtime_ns)
    return kept[-1].stem.removeprefix("ground-") if kept else ""


def ground(folder: Path) -> Ground | None:
    """The ground of the folder; None where there is none."""
    version = ground_version(folder)
    return _read(folder, version) if version else None


@lru_cache(maxsize=2)
def _read(folder: Path, version: str) -> Ground:
    rows = pl.read_parquet(folder / f"ground-{version}.parquet")
    shapes = shapely.from_wkb(rows["geometry"].to_numpy())
    told = zip(*(rows[name].to_list() for name in ("part", "kind", "name", "name_en")), shapes, strict=True)
    return Ground([GroundFeature(*one) for one in told])


@lru_cache(maxsize=2000)
def ground_tile(folder: Path, version: str, place: TilePlace) -> bytes:
    """A tile of that version of the ground."""
    return _read(folder, version).tile(place)
