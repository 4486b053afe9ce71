"""The quickest ways on a net of streets from one place to many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from tocsin.engine.streets.net import StreetNet


@dataclass(frozen=True)
class StreetWay:
    """A way: minutes, kilometres, and its course (longitude, latitude; shape (n, 2)) from the place that was asked for to the
    place from which all ways are reckoned.
    """

    minutes: float
    km: float
    course: NDArray[np.float64]


@dataclass(frozen=True)
class _Foot:
    """Where a place meets the net: on which stretch, how far along it (0 to 1), how many metres off it."""

    stretch: int
    share: float
    metres: float


class WaysFrom:
    """All ways from one place. Streets count in both directions."""

    def __init__(
        self,
        net: StreetNet,
        lon: float,
        lat: float,
        *,
        kmh: Mapping[str, float],
        reach_m: float,
        closed: Sequence[shapely.Geometry] = (),
    ) -> None:
        """`kmh`: speed by rank, above 0. `reach_m`: how far a place may lie from its first street; the way to it counts at the
        lowest of the speeds. `closed`: lines or areas in degrees; no way uses a stretch that touches one.
        """
        from scipy.sparse import csgraph, csr_array  # a third of a second of every start

        self._net, self._reach_m, self._lon, self._lat = net, reach_m, lon, lat
        self._slowest = min(kmh.values())
        speed = np.array([kmh[one] for one in net.ranks])[net.rank]
        self._minutes = net.metres / 1000 / speed * 60
        self._open = np.ones(len(net.start), dtype=bool)
        if len(closed):
            shapes = np.array([net.flat(one) for one in closed], dtype=object)
            self._open[net.tree.query(shapes, predicate="intersects")[1]] = False
        self._foot = self._foot_of(lon, lat)
        if self._foot is None:
            return
        self._key, self._stretch = self._quickest()
        graph = csr_array(
            (self._minutes[self._stretch], (self._key // net.crossings, self._key % net.crossings)),
            shape=(net.crossings, net.crossings),
        )
        row = self._foot.stretch
        self._ends = (int(net.start[row]), int(net.end[row]))
        self._reached, self._before = csgraph.dijkstra(graph, directed=False, indices=self._ends, return_predecessors=True)
        part = np.array([self._foot.share, 1 - self._foot.share]) * self._minutes[row]
        self._reached = self._reached + part[:, None]

    def to(self, lon: float, lat: float) -> StreetWay | None:
        """The quickest way to a place; None where one of the two has no open street within reach, or nothing joins them."""
        foot = self._foot_of(lon, lat) if self._foot is not None else None
        if foot is None or self._foot is None:
            return None
        net, row = self._net, foot.stretch
        shares = ((int(net.start[row]), foot.share), (int(net.end[row]), 1 - foot.share))
        ways = [
            (float(self._reached[side, crossing] + share * self._minutes[row]), side, crossing)
            for crossing, share in shares
            for side in (0, 1)
        ]
        minutes, side, crossing = min(ways)
        direct = abs(foot.share - self._foot.share) * float(self._minutes[row])
        if row == self._foot.stretch and direct <= minutes:
            lines, minutes = [_between(net.course[row], foot.share, self._foot.share)], direct
            metres = abs(foot.share - self._foot.share) * float(net.metres[row])
        elif not np.isfinite(minutes):
            return None
        else:
            lines, metres = self._followed(foot, side, crossing)
        off = foot.metres + self._foot.metres
        spots = np.vstack([shapely.get_coordinates(one) for one in lines])
        course = np.column_stack(net.plane.to_degrees(spots[:, 0], spots[:, 1]))
        whole = np.vstack(([[lon, lat]], course, [[self._lon, self._lat]]))
        return StreetWay(minutes + off / 1000 / self._slowest * 60, (metres + off) / 1000, _without_repeats(whole))

    def _followed(self, foot: _Foot, side: int, crossing: int) -> tuple[list[shapely.LineString], float]:
        """The lines from a place to the first one, by the crossing at which it leaves its own stretch; and their metres."""
        assert self._foot is not None  # noqa: S101 - `to` has looked
        net = self._net
        here, there = foot.stretch, self._foot.stretch
        leaves = 0.0 if int(net.start[here]) == crossing else 1.0
        arrives = float(side)
        lines = [_between(net.course[here], foot.share, leaves)]
        metres = abs(foot.share - leaves) * float(net.metres[here])
        at = crossing
        while at != self._ends[side]:
            towards = int(self._before[side, at])
            stretch = self._stretch_of(at, towards)
            course = net.course[stretch]
            lines.append(course if int(net.start[stretch]) == at else course.reverse())
            metres += float(net.metres[stretch])
            at = towards
        lines.append(_between(net.course[there], arrives, self._foot.share))
        return lines, metres + abs(arrives - self._foot.share) * float(net.metres[there])

    def _quickest(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of the open stretches that join the same two crossings the quickest: keys in their order, and numbers of stretches."""
        net = self._net
        rows = np.flatnonzero(self._open & (net.start != net.end))
        low, high = np.minimum(net.start[rows], net.end[rows]), np.maximum(net.start[rows], net.end[rows])
        key = low * net.crossings + high
        order = np.lexsort((self._minutes[rows], key))
        key, rows = key[order], rows[order]
        first = np.r_[True, key[1:] != key[:-1]] if len(key) else np.zeros(0, dtype=bool)
        return key[first], rows[first]

    def _stretch_of(self, one: int, other: int) -> int:
        key = min(one, other) * self._net.crossings + max(one, other)
        return int(self._stretch[np.searchsorted(self._key, key)])

    def _foot_of(self, lon: float, lat: float) -> _Foot | None:
        """Where a place meets the nearest open stretch within reach."""
        net = self._net
        x, y = net.plane.to_metres(np.array([lon]), np.array([lat]))
        point = shapely.Point(x[0], y[0])
        near = net.tree.query(point, predicate="dwithin", distance=self._reach_m)
        near = np.sort(near[self._open[near]])
        if not len(near):
            return None
        apart = shapely.distance(net.course[near], point)
        row = int(near[np.argmin(apart)])
        share = float(shapely.line_locate_point(net.course[row], point, normalized=True))
        return _Foot(row, share, float(apart.min()))


def _between(course: Any, begin: float, end: float) -> shapely.LineString:
    """The part of a line from one share of its length to another, in that direction; a point's length is nothing."""
    part = substring(course, begin, end, normalized=True)
    return part if part.geom_type == "LineString" else shapely.LineString([part, part])


def _without_repeats(spots: NDArray[np.float64]) -> NDArray[np.float64]:
    same = np.r_[False, np.all(np.isclose(spots[1:], spots[:-1], rtol=0, atol=1e-9), axis=1)]
    return spots[~same]
