"""A net of streets from the lines of a map."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.base.geometry import METRES_PER_DEGREE, LocalPlane

JOIN_M: Final = 3.0
SAME_DEGREES: Final = 1e-6  # a tenth of a metre


@dataclass(frozen=True)
class StreetNet:
    """Stretches between crossings. Arrays of one row a stretch: `start` and `end` number its crossings, `metres` is its length on
    the ground, `rank` the number of its rank in `ranks`, `course` its line on the flat map of `plane`.
    """

    plane: LocalPlane
    ranks: tuple[str, ...]
    crossings: int
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    metres: NDArray[np.float64]
    rank: NDArray[np.int64]
    course: NDArray[Any]

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The courses by where they lie."""
        return shapely.STRtree(self.course)

    def flat(self, shape: shapely.Geometry) -> shapely.Geometry:
        """A shape in degrees on the flat map."""
        return shapely.transform(shape, lambda spots: np.column_stack(self.plane.to_metres(spots[:, 0], spots[:, 1])))


def street_net(lines: Sequence[shapely.Geometry], ranks: Sequence[str], *, join_m: float = JOIN_M) -> StreetNet | None:
    """Joins lines (longitude, latitude; LineString or MultiLineString), each of its rank; None where there is none.

    Lines meet where they have a corner in common, as maps of streets are drawn: a bridge crosses a road without one. An end that
    has none, and lies within `join_m` of another line, meets that line there.
    """
    parts, owner = shapely.get_parts(np.asarray(lines, dtype=object), return_index=True)
    kept = shapely.get_num_points(parts) > 1
    parts, owner = parts[kept], owner[kept]
    if not len(parts):
        return None
    west, south, east, north = shapely.total_bounds(parts)
    plane = LocalPlane((west + east) / 2, (south + north) / 2)
    parts = _with_loose_ends_joined(parts, plane, join_m)
    known = tuple(dict.fromkeys(ranks))
    rank = np.array([known.index(one) for one in ranks], dtype=np.int64)[owner]
    return _stretches(parts, plane, known, rank)


def _stretches(parts: NDArray[Any], plane: LocalPlane, ranks: tuple[str, ...], rank: NDArray[np.int64]) -> StreetNet:
    spots, line = shapely.get_coordinates(parts, return_index=True)
    corner, count = _corners(spots)
    first = np.flatnonzero(np.r_[True, line[1:] != line[:-1]])
    last = np.r_[first[1:], len(line)] - 1
    cuts = count[corner] > 1
    cuts[first] = cuts[last] = True
    places = np.flatnonzero(cuts)
    inside = line[places[:-1]] == line[places[1:]]  # from one cut of a line to its next
    begin, stop = places[:-1][inside], places[1:][inside]

    step = np.diff(spots, axis=0) * METRES_PER_DEGREE
    step[:, 0] *= np.cos(np.radians((spots[1:, 1] + spots[:-1, 1]) / 2))
    along = np.r_[0.0, np.cumsum(np.hypot(step[:, 0], step[:, 1]))]

    size = stop - begin + 1
    rows = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size) + np.repeat(begin, size)
    flat = np.column_stack(plane.to_metres(spots[rows, 0], spots[rows, 1]))
    names, ends = np.unique(np.r_[corner[begin], corner[stop]], return_inverse=True)
    return StreetNet(
        plane=plane,
        ranks=ranks,
        crossings=len(names),
        start=ends[: len(begin)],
        end=ends[len(begin) :],
        metres=along[stop] - along[begin],
        rank=rank[line[begin]],
        course=shapely.linestrings(flat, indices=np.repeat(np.arange(len(begin)), size)),
    )


def _corners(spots: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The number of each spot's corner, the same for the same place; and how often each corner occurs."""
    keys = np.round(spots / SAME_DEGREES).astype(np.int64)
    _keys, corner, count = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    return corner.reshape(-1), count


def _with_loose_ends_joined(parts: NDArray[Any], plane: LocalPlane, join_m: float) -> NDArray[Any]:
    """The lines, with a corner more where the loose end of another line lies on them or almost."""
    spots, line = shapely.get_coordinates(parts, return_index=True)
    corner, count = _corners(spots)
    first = np.flatnonzero(np.r_[True, line[1:] != line[:-1]])
    ends = np.r_[first, np.r_[first[1:], len(line)] - 1]
    loose = ends[count[corner[ends]] == 1]
    flat = shapely.transform(parts, lambda every: np.column_stack(plane.to_metres(every[:, 0], every[:, 1])))
    points = shapely.points(np.column_stack(plane.to_metres(spots[loose, 0], spots[loose, 1])))
    end, other = shapely.STRtree(flat).query(points, predicate="dwithin", distance=join_m)
    foreign = line[loose[end]] != other
    end, other = end[foreign], other[foreign]
    if not len(end):
        return parts
    order = np.lexsort((shapely.distance(points[end], flat[other]), end))
    end, other = end[order], other[order]
    nearest = np.r_[True, end[1:] != end[:-1]]
    end, other = end[nearest], other[nearest]
    at = shapely.line_locate_point(flat[other], points[end])
    mended = parts.copy()
    for target in np.unique(other).tolist():
        mine = np.flatnonzero(other == target)
        corners = shapely.get_coordinates(flat[target])
        reached = np.r_[0.0, np.cumsum(np.hypot(*np.diff(corners, axis=0).T))]
        where = np.r_[reached, at[mine]]
        every = np.vstack((shapely.get_coordinates(parts[target]), spots[loose[end[mine]]]))
        mended[target] = shapely.linestrings(every[np.argsort(where, kind="stable")])
    return mended
