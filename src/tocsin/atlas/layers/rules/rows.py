"""Rows of one layer, ready to be cut into tiles, counted in a shape and printed; and the clusters of many points."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.atlas.layers.rules.vector_tiles import TileFeature, TilePlace, on_unit_square

SHAPES: Final = ("good", "unknown", "blue", "yellow", "orange", "red")
"""Shapes of points from calm to urgent: the later one stands for a cluster."""

CLUSTERS_BELOW_ZOOM: Final = 15
CLUSTERS_FROM: Final = 250  # points of a layer; fewer are drawn one by one
CELLS: Final = 9  # clusters along the edge of a tile of 512 pixels
MOST_NAMED: Final = 400  # lines and areas of one tile that have their names; more are joined by their shape
FINEST_PART: Final = 1 / 1500  # of a tile: lines and areas smaller than that are no longer seen

type Row = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class LayerRows:
    """Geometry in WGS84 as one array, and of each row key, name, words, address and shape (or kind).

    `more` holds a resource's own columns by their names, for the table.
    """

    geometry: NDArray[Any]
    keys: Sequence[str]
    names: Sequence[str]
    words: Sequence[str]
    urls: Sequence[str]
    shapes: Sequence[str]
    more: Mapping[str, Any]

    @classmethod
    def of_features(cls, features: Iterable[Mapping[str, Any]], drill: str = "") -> Self:
        """From GeoJSON features, `drill` before the names of what is practised; one without geometry is left out."""
        found = [one for one in features if one.get("geometry")]
        told = [one["properties"] for one in found]
        return cls(
            geometry=_geometries([one["geometry"] for one in found]),
            keys=[str(one.get("id") or one.get("url") or number) for number, one in enumerate(told)],
            names=[_named(one, drill) for one in told],
            words=[str(one.get("words") or "") for one in told],
            urls=[str(one.get("url") or "") for one in told],
            shapes=[str(one.get("shape") or one.get("kind") or "") for one in told],
            more={},
        )

    def __len__(self) -> int:
        return len(self.geometry)

    @cached_property
    def unit(self) -> NDArray[Any]:
        """The geometry on the unit square of Web Mercator."""
        unit: NDArray[Any] = shapely.transform(self.geometry, on_unit_square)
        return unit

    @cached_property
    def boxes(self) -> NDArray[np.float64]:
        """float64[n, 4] of left, top, right and bottom on the unit square."""
        bounds: NDArray[np.float64] = shapely.bounds(self.unit)
        return bounds

    @cached_property
    def ranks(self) -> NDArray[np.int64]:
        """How urgent the shape of each row is, 0 for one that is none of `SHAPES`."""
        return np.array([SHAPES.index(shape) + 1 if shape in SHAPES else 0 for shape in self.shapes], dtype=np.int64)

    def ready(self) -> Self:
        """The same with what every tile asks of it made."""
        _ = self.boxes, self.ranks
        return self

    @cached_property
    def all_points(self) -> bool:
        """Whether each row is one point."""
        return bool((shapely.get_type_id(self.geometry) == 0).all())

    @property
    def box(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of all rows; None without any."""
        if not len(self):
            return None
        west, south, east, north = shapely.total_bounds(self.geometry).tolist()
        return west, south, east, north

    def properties(self, row: int) -> dict[str, str | int | float | bool]:
        """What a tile tells of a row; empty texts are left out."""
        told = {
            "key": self.keys[row],
            "name": self.names[row],
            "words": self.words[row],
            "url": self.urls[row],
            "shape": self.shapes[row],
        }
        return {name: value for name, value in told.items() if value}

    def in_box(self, box: tuple[float, float, float, float]) -> NDArray[np.int64]:
        """Rows whose box meets a box on the unit square."""
        left, top, right, bottom = box
        bounds = self.boxes
        meets = (bounds[:, 2] >= left) & (bounds[:, 0] <= right) & (bounds[:, 3] >= top) & (bounds[:, 1] <= bottom)
        rows: NDArray[np.int64] = np.flatnonzero(meets)
        return rows

    def features_of(self, place: TilePlace) -> Iterator[TileFeature]:
        """What of these rows a tile shows: clusters where there are many points, else the rows themselves."""
        if self.all_points:
            rows = self.in_box(
                (place.x * place.size, place.y * place.size, (place.x + 1) * place.size, (place.y + 1) * place.size)
            )
            clustered = place.z < CLUSTERS_BELOW_ZOOM and len(self) >= CLUSTERS_FROM
            yield from self._clusters(place, rows) if clustered else self._singles(rows)
            return
        rows = self.in_box(place.box)
        span = np.maximum(self.boxes[rows, 2] - self.boxes[rows, 0], self.boxes[rows, 3] - self.boxes[rows, 1])
        finest = place.size * FINEST_PART
        rows = rows[(span >= finest) | (shapely.get_dimensions(self.geometry[rows]) == 0)]
        cut = shapely.simplify(shapely.clip_by_rect(self.unit[rows], *place.box), finest / 2)
        if len(rows) > MOST_NAMED:
            yield from _joined(cut, [self.shapes[row] for row in rows.tolist()])
            return
        for row, shape in zip(rows.tolist(), cut, strict=True):
            if not shape.is_empty:
                yield TileFeature(shape, self.properties(row))

    def _singles(self, rows: NDArray[np.int64]) -> Iterator[TileFeature]:
        for row in rows.tolist():
            yield TileFeature(self.unit[row], self.properties(row))

    def _clusters(self, place: TilePlace, rows: NDArray[np.int64]) -> Iterator[TileFeature]:
        """A point for each cell of the tile that holds any: the row itself, or the mean place of several."""
        spots = self.boxes[rows, :2]
        cells = ((spots - (place.x * place.size, place.y * place.size)) * (CELLS / place.size)).astype(np.int64)
        np.clip(cells, 0, CELLS - 1, out=cells)
        number = cells[:, 1] * CELLS + cells[:, 0]
        counts = np.bincount(number, minlength=CELLS * CELLS)
        sums = [np.bincount(number, spots[:, axis], CELLS * CELLS) for axis in (0, 1)]
        gravest = self._gravest(number, rows)
        for cell in np.flatnonzero(counts).tolist():
            count, row = int(counts[cell]), int(gravest[cell])
            if count == 1:
                yield TileFeature(self.unit[row], self.properties(row))
                continue
            told: dict[str, str | int | float | bool] = {"count": count, "few": _abbreviated(count)}
            if self.shapes[row]:
                told["shape"] = self.shapes[row]
            yield TileFeature(shapely.Point(sums[0][cell] / count, sums[1][cell] / count), told)

    def _gravest(self, number: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of each cell the row with the gravest shape, the first one of several."""
        order = self.ranks[rows] * (len(self) + 1) + (len(self) - rows)
        most = np.full(CELLS * CELLS, -1, dtype=np.int64)
        np.maximum.at(most, number, order)
        return len(self) - most % (len(self) + 1)


def _joined(cut: NDArray[Any], shapes: Sequence[str]) -> Iterator[TileFeature]:
    """One feature for each shape: what is drawn the same is told once."""
    kinds = np.array(shapes)
    for kind in dict.fromkeys(shapes):
        parts = shapely.get_parts(cut[kinds == kind])
        for number in np.unique(shapely.get_type_id(parts)).tolist():
            joined = shapely.geometrycollections(parts[shapely.get_type_id(parts) == number])
            yield TileFeature(joined, {"shape": kind} if kind else {})


def _named(told: Mapping[str, Any], drill: str) -> str:
    name = str(told.get("name") or "")
    return f"{drill}{name}" if told.get("drill") and drill not in name else name


def _abbreviated(count: int) -> str:
    """A number short enough for its disc.

    >>> _abbreviated(999), _abbreviated(12_345)
    ('999', '12k')
    """
    return str(count) if count < 1000 else f"{count / 1000:.1f}k" if count < 10_000 else f"{count // 1000}k"


def _geometries(shapes: Sequence[Mapping[str, Any]]) -> NDArray[Any]:
    """Points at once, others one by one."""
    if all(one["type"] == "Point" for one in shapes):
        spots = np.array([one["coordinates"][:2] for one in shapes], dtype=np.float64).reshape(-1, 2)
        points: NDArray[Any] = shapely.points(spots)
        return points
    others = np.empty(len(shapes), dtype=object)
    for number, one in enumerate(shapes):
        others[number] = shapely.force_2d(shapely.geometry.shape(one))
    return others
