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
    """How long a way takes, and how long it is."""

    minutes: float
    km: float


@dataclass(frozen=True)
class _Foot:
    """Where a place meets the net: on which stretch, how far along it (0 to 1), how many metres off it."""

    stretch: int
    share: float
    metres: float


@dataclass(frozen=True)
class _Choice:
    """The best way from a foot: by which crossing it leaves its stretch, and by which end it comes to the first place's; None
    along the one stretch on which both lie.
    """

    minutes: float
    metres: float
    leaves: int | None
    side: int


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
        reached, self._before = csgraph.dijkstra(graph, directed=False, indices=self._ends, return_predecessors=True)
        part = np.array([self._foot.share, 1 - self._foot.share])
        self._reached = reached + (part * self._minutes[row])[:, None]
        self._metres = np.array([self._metres_back(one) for one in self._before]) + (part * net.metres[row])[:, None]

    def to(self, lon: float, lat: float) -> StreetWay | None:
        """The quickest way to a place; None where one of the two has no open street within reach, or nothing joins them."""
        foot, choice = self._chosen(lon, lat)
        if foot is None or choice is None or self._foot is None:
            return None
        off = foot.metres + self._foot.metres
        return StreetWay(choice.minutes + off / 1000 / self._slowest * 60, (choice.metres + off) / 1000)

    def course(self, lon: float, lat: float) -> NDArray[np.float64] | None:
        """Its line (longitude, latitude; shape (n, 2)) from that place to the first one; None where `to` knows none."""
        foot, choice = self._chosen(lon, lat)
        if foot is None or choice is None or self._foot is None:
            return None
        net = self._net
        if choice.leaves is None:
            lines = [_between(net.course[foot.stretch], foot.share, self._foot.share)]
        else:
            lines = self._followed(foot, self._foot, choice.leaves, choice.side)
        spots = np.vstack([shapely.get_coordinates(one) for one in lines])
        course = np.column_stack(net.plane.to_degrees(spots[:, 0], spots[:, 1]))
        return _without_repeats(np.vstack(([[lon, lat]], course, [[self._lon, self._lat]])))

    def _chosen(self, lon: float, lat: float) -> tuple[_Foot | None, _Choice | None]:
        foot = self._foot_of(lon, lat) if self._foot is not None else None
        if foot is None or self._foot is None:
            return None, None
        row, minutes, metres = foot.stretch, float(self._minutes[foot.stretch]), float(self._net.metres[foot.stretch])
        ways = [
            _Choice(
                float(self._reached[side, crossing]) + share * minutes,
                float(self._metres[side, crossing]) + share * metres,
                crossing,
                side,
            )
            for crossing, share in ((int(self._net.start[row]), foot.share), (int(self._net.end[row]), 1 - foot.share))
            for side in (0, 1)
        ]
        if row == self._foot.stretch:
            share = abs(foot.share - self._foot.share)
            ways.insert(0, _Choice(share * minutes, share * metres, None, 0))
        best = min(ways, key=lambda one: one.minutes)
        return foot, best if np.isfinite(best.minutes) else None

    def _followed(self, foot: _Foot, first: _Foot, leaves: int, side: int) -> list[shapely.LineString]:
        """The lines from a place's foot to the first one's."""
        net, here = self._net, foot.stretch
        lines = [_between(net.course[here], foot.share, 0.0 if int(net.start[here]) == leaves else 1.0)]
        at = leaves
        while at != self._ends[side]:
            towards = int(self._before[side, at])
            stretch = self._stretch_of(at, towards)
            lines.append(net.course[stretch] if int(net.start[stretch]) == at else net.course[stretch].reverse())
            at = towards
        return [*lines, _between(net.course[first.stretch], float(side), first.share)]

    def _metres_back(self, before: NDArray[np.int32]) -> NDArray[np.float64]:
        """The metres from each crossing to the one at which the search began: each step of the loop joins ways of twice as many
        stretches.
        """
        net = self._net
        at = np.flatnonzero(before >= 0)
        metres, ahead = np.zeros(net.crossings), before.astype(np.int64)
        key = np.minimum(at, ahead[at]) * net.crossings + np.maximum(at, ahead[at])
        metres[at] = net.metres[self._stretch[np.searchsorted(self._key, key)]]
        while len(at):
            metres[at] += metres[ahead[at]]
            ahead[at] = ahead[ahead[at]]
            at = at[ahead[at] >= 0]
        return metres

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
    kept: NDArray[np.float64] = spots[~same]
    return kept
