"""The buried network of a district as numpy columns, and the graph of ways by which one asset can touch another.

Every asset, point or line, is one node. A way leads from asset to asset: along a pipe or duct to its ends, with or
against the flow of a drain, through a few metres of soil, from a building into the manhole it drains to.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import LocalPlane
from tocsin.engine.features import LINE_KINDS, POINT_KINDS, AssetRow, read_feature
from tocsin.engine.kernel import kernel

DRAINS = ("sewer", "storm_drain")
HEAT_MAINS = ("heat_main_supply", "heat_main_return")

PRESSURE_PIPES = ("gas_main", "water_main", *HEAT_MAINS)
NO_SPACES = ("building", "junction")  # a junction is where pipes join, with no room around it
VOIDS = (*DRAINS, "telecom_duct", "power_cable")

CROSSING_REACH_M = 2.0  # pipes that cross, or share a trench
SOIL_REACH_M = 15.0  # beyond this nothing travels through soil within days (domain: gas and heat in soil)
DRAINAGE_REACH_M = 120.0  # a premises farther from every sewer manhole is not joined to one


class Way(IntEnum):
    """How one asset touches the next.

    Downstream and upstream are of drains. Soil leads from a line into a chamber beside it and between chambers, never
    from a chamber into a line: a line is one node, and what entered it there would come out at its far end at once.
    For the same reason a crossing leads from a pipe under pressure into a drain, duct or trench close to it and not
    back.
    """

    DOWNSTREAM = 0
    UPSTREAM = 1
    DUCT = 2
    HEAT_TRENCH = 3
    CABLE_TRENCH = 4
    PIPE_BED = 5
    SOIL = 6
    DRAINS_TO = 7
    BACKS_UP = 8
    CROSSING = 9


_ALONG = {
    "telecom_duct": Way.DUCT,
    "heat_main_supply": Way.HEAT_TRENCH,
    "heat_main_return": Way.HEAT_TRENCH,
    "power_cable": Way.CABLE_TRENCH,
    "gas_main": Way.PIPE_BED,
    "water_main": Way.PIPE_BED,
}


@dataclass(frozen=True, eq=False)
class Ways:
    """Directed ways sorted by target: those into asset `a` are `start[a]:start[a + 1]`.

    `source` int32[m], `length_m` float64[m], `way` uint8[m] (`Way`), `start` int64[n + 1].
    """

    start: NDArray[np.int64]
    source: NDArray[np.int32]
    length_m: NDArray[np.float64]
    way: NDArray[np.uint8]

    @classmethod
    def build(
        cls,
        count: int,
        source: NDArray[np.int32],
        target: NDArray[np.int32],
        length_m: NDArray[np.float64],
        way: NDArray[np.uint8],
    ) -> "Ways":
        """Ways from four columns of one length, for `count` assets."""
        order = np.lexsort((source, target))
        start = np.searchsorted(target[order], np.arange(count + 1))
        return cls(start.astype(np.int64), source[order], length_m[order], way[order])

    def into(self, asset: int) -> tuple[list[int], list[float], list[int]]:
        """Assets from which a way leads into that one, metres, and kinds of way, as plain lists."""
        here = slice(int(self.start[asset]), int(self.start[asset + 1]))
        return self.source[here].tolist(), self.length_m[here].tolist(), self.way[here].tolist()

    def only(self, kinds: frozenset[Way]) -> "Ways":
        """The ways of these kinds alone."""
        keep = np.isin(self.way, np.array(sorted(kinds), np.uint8))
        kept_before = np.concatenate(([0], np.cumsum(keep)))
        return Ways(kept_before[self.start], self.source[keep], self.length_m[keep], self.way[keep])

    def turned(self) -> "Ways":
        """The same ways by where they begin: `source` is then where they lead."""
        count = len(self.start) - 1
        target = np.repeat(np.arange(count, dtype=np.int32), np.diff(self.start))
        return Ways.build(count, target, self.source, self.length_m, self.way)


@dataclass(frozen=True, eq=False)
class Network:
    """The assets of a district, one position each, and the ways between them.

    `kind`, `owner`, `utility`, `use`, `name` are tuples of n names ("" where not given). `lon`, `lat` (degrees) and
    `x_m`, `y_m` (metres on `plane`) are the middle of a line or the point itself. `from_node`, `to_node` int32[n] are
    the ends of a line, -1 where there is none. `depth_m`, `diameter_mm`, `elevation_m`, `pressure_kpa`, `installed`
    float64[n], NaN where not given. `geometry` holds n shapely geometries in metres; `corner_x_m`, `corner_y_m` float64 are all
    their corners, those of asset `a` from `first_corner[a]` to `first_corner[a + 1]` (int64[n + 1]). `is_space` marks what
    holds air that people or sensors can be in: manholes, chambers, stations and valves that are not buried.
    """

    plane: LocalPlane
    codes: tuple[str, ...]
    position: Mapping[str, int]
    kind: tuple[str, ...]
    owner: tuple[str, ...]
    utility: tuple[str, ...]
    use: tuple[str, ...]
    name: tuple[str, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    from_node: NDArray[np.int32]
    to_node: NDArray[np.int32]
    depth_m: NDArray[np.float64]
    diameter_mm: NDArray[np.float64]
    elevation_m: NDArray[np.float64]
    pressure_kpa: NDArray[np.float64]
    installed: NDArray[np.float64]
    length_m: NDArray[np.float64]
    is_line: NDArray[np.bool_]
    is_space: NDArray[np.bool_]
    geometry: NDArray[Any] = field(repr=False)
    first_corner: NDArray[np.int64] = field(repr=False)
    corner_x_m: NDArray[np.float64] = field(repr=False)
    corner_y_m: NDArray[np.float64] = field(repr=False)
    ways: Ways = field(repr=False)
    tree: shapely.STRtree = field(repr=False)
    _chosen: dict[tuple[frozenset[Way], bool], Ways] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def from_features(cls, features: Iterable[Mapping[str, Any]]) -> "Network":
        """The network of GeoJSON features (properties `id`, `kind`, `owner`, …); InvalidInput names the feature that
        can't be read.

        >>> place = {"type": "Point", "coordinates": [120.4, 36.2]}
        >>> len(Network.from_features([{"geometry": place, "properties": {"id": "M1", "kind": "manhole"}}]))
        1
        """
        return build_network([read_feature(feature, number) for number, feature in enumerate(features)])

    def ways_into(self, kinds: frozenset[Way]) -> Ways:
        """The ways of these kinds by the asset they lead to; chosen once."""
        if (kinds, False) not in self._chosen:
            self._chosen[kinds, False] = self.ways.only(kinds)
        return self._chosen[kinds, False]

    def ways_out(self, kinds: frozenset[Way]) -> Ways:
        """The ways of these kinds by the asset they come from; chosen once."""
        if (kinds, True) not in self._chosen:
            self._chosen[kinds, True] = self.ways.only(kinds).turned()
        return self._chosen[kinds, True]

    def where(self, *kinds: str) -> NDArray[np.int32]:
        """Positions of the assets of these kinds."""
        return np.flatnonzero([kind in kinds for kind in self.kind]).astype(np.int32)

    def within(self, x_m: float, y_m: float, radius_m: float) -> NDArray[np.int32]:
        """Positions of the assets that come within `radius_m` of that place, in ascending order."""
        found = self.tree.query(shapely.Point(x_m, y_m), predicate="dwithin", distance=radius_m)
        return np.sort(np.asarray(found)).astype(np.int32)

    def distance_m(self, asset: int, x_m: float, y_m: float) -> float:
        """Metres from a place to the nearest part of that asset."""
        near_x, near_y = self.nearest_on(asset, x_m, y_m)
        return math.hypot(near_x - x_m, near_y - y_m)

    def nearest_on(self, asset: int, x_m: float, y_m: float) -> tuple[float, float]:
        """x, y in metres of the part of that asset nearest to a place."""
        return _nearest_on(self.first_corner, self.corner_x_m, self.corner_y_m, asset, x_m, y_m)

    def ends(self, line: int) -> tuple[int, int]:
        """Positions of a line's from_node and to_node, -1 where there is none."""
        return int(self.from_node[line]), int(self.to_node[line])

    def to_degrees(self, x_m: float, y_m: float) -> tuple[float, float]:
        """lon, lat of a place on the plane."""
        return self.plane.spot_in_degrees(x_m, y_m)


def build_network(rows: Sequence[AssetRow]) -> Network:
    """The network of read rows; InvalidInput for a code that occurs twice or an end that is not there."""
    position = {row.code: number for number, row in enumerate(rows)}
    if len(position) < len(rows):
        seen: set[str] = set()
        twice = next(row.code for row in rows if row.code in seen or seen.add(row.code))  # type: ignore[func-returns-value]
        raise InvalidInput(f"the asset {twice!r} occurs twice")
    ends = np.full((2, len(rows)), -1, np.int32)
    for number, row in enumerate(rows):
        for side, code in enumerate((row.from_code, row.to_code)):
            if code and code not in position:
                raise InvalidInput(f"the line {row.code!r} ends at {code!r}, which is not in the network")
            if code:
                ends[side, number] = position[code]
    lon = np.array([row.lon for row in rows], np.float64)
    lat = np.array([row.lat for row in rows], np.float64)
    plane = LocalPlane(float(lon.mean()), float(lat.mean())) if rows else LocalPlane(0.0, 0.0)
    x_m, y_m = plane.to_metres(lon, lat)
    first_corner, corner_x_m, corner_y_m = _corners(rows, plane)
    geometry = _geometries(first_corner, corner_x_m, corner_y_m)
    length_m = np.asarray(shapely.length(geometry), np.float64)
    is_line = np.array([row.kind in LINE_KINDS for row in rows], np.bool_)
    is_space = np.array([row.kind in POINT_KINDS and row.kind not in NO_SPACES and not row.buried for row in rows], np.bool_)
    tree = shapely.STRtree(geometry)
    return Network(
        plane=plane,
        codes=tuple(row.code for row in rows),
        position=position,
        kind=tuple(row.kind for row in rows),
        owner=tuple(row.owner for row in rows),
        utility=tuple(row.utility for row in rows),
        use=tuple(row.use for row in rows),
        name=tuple(row.name for row in rows),
        lon=lon,
        lat=lat,
        x_m=x_m,
        y_m=y_m,
        from_node=ends[0],
        to_node=ends[1],
        depth_m=np.array([row.depth_m for row in rows], np.float64),
        diameter_mm=np.array([row.diameter_mm for row in rows], np.float64),
        elevation_m=np.array([row.elevation_m for row in rows], np.float64),
        pressure_kpa=np.array([row.pressure_kpa for row in rows], np.float64),
        installed=np.array([row.installed for row in rows], np.float64),
        length_m=length_m,
        is_line=is_line,
        is_space=is_space,
        geometry=geometry,
        first_corner=first_corner,
        corner_x_m=corner_x_m,
        corner_y_m=corner_y_m,
        ways=_build_ways(rows, ends, length_m, is_space, geometry, tree, x_m, y_m),
        tree=tree,
    )


def _corners(rows: Sequence[AssetRow], plane: LocalPlane) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Where each row's corners begin, and x and y of all corners in metres on the plane."""
    coordinates = np.array([pair for row in rows for pair in row.coordinates], np.float64).reshape(-1, 2)
    first = np.concatenate(([0], np.cumsum([len(row.coordinates) for row in rows]))).astype(np.int64)
    return first, *plane.to_metres(coordinates[:, 0].copy(), coordinates[:, 1].copy())


def _geometries(first: NDArray[np.int64], x_m: NDArray[np.float64], y_m: NDArray[np.float64]) -> NDArray[Any]:
    """One shapely geometry a row: a point of one corner, a line of more."""
    corners = np.column_stack((x_m, y_m))
    counts = np.diff(first)
    shapes = np.empty(len(counts), object)
    alone = counts == 1
    shapes[alone] = shapely.points(corners[first[:-1][alone]])
    of_line = np.repeat(np.arange(len(counts)), counts)
    inside = ~alone[of_line]
    lines = np.cumsum(~alone) - 1
    shapes[~alone] = shapely.linestrings(corners[inside], indices=lines[of_line[inside]])
    return shapes


@kernel
def _nearest_on(
    first: NDArray[np.int64], x_m: NDArray[np.float64], y_m: NDArray[np.float64], asset: int, at_x_m: float, at_y_m: float
) -> tuple[float, float]:
    """The place on a chain of corners that is nearest to another place."""
    begin, end = first[asset], first[asset + 1]
    best_x, best_y = x_m[begin], y_m[begin]
    best = (best_x - at_x_m) ** 2 + (best_y - at_y_m) ** 2
    for k in range(begin, end - 1):
        along_x, along_y = x_m[k + 1] - x_m[k], y_m[k + 1] - y_m[k]
        length = along_x * along_x + along_y * along_y
        share = ((at_x_m - x_m[k]) * along_x + (at_y_m - y_m[k]) * along_y) / length if length > 0 else 0.0
        share = min(max(share, 0.0), 1.0)
        near_x, near_y = x_m[k] + share * along_x, y_m[k] + share * along_y
        apart = (near_x - at_x_m) ** 2 + (near_y - at_y_m) ** 2
        if apart < best:
            best_x, best_y, best = near_x, near_y, apart
    return float(best_x), float(best_y)


def _near(
    geometry: NDArray[Any], tree: shapely.STRtree, chosen: NDArray[np.int64], within_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of a chosen asset and another within so many metres."""
    pairs = tree.query(geometry[chosen], predicate="dwithin", distance=within_m)
    first, second = chosen[pairs[0]], np.asarray(pairs[1], np.int64)
    return first[first != second], second[first != second]


def _near_lines(
    kinds: NDArray[np.str_],
    ends: NDArray[np.int32],
    spaces: NDArray[np.int64],
    geometry: NDArray[Any],
    tree: shapely.STRtree,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of a line and a chamber beside it, without those that end in the chamber."""
    space, line = _near(geometry, tree, spaces, SOIL_REACH_M)
    keep = np.isin(kinds[line], LINE_KINDS) & (ends[0][line] != space) & (ends[1][line] != space)
    return line[keep], space[keep]


def _metres(geometry: NDArray[Any], a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(shapely.distance(geometry[a], geometry[b]), np.float64)


def nearest_points(
    x_m: NDArray[np.float64], y_m: NDArray[np.float64], at_x_m: NDArray[np.float64], at_y_m: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Of each place (`at`), which of the points is nearest and how many metres away."""
    points = shapely.STRtree(shapely.points(x_m, y_m))  # not scipy's: its import takes a third of a second of every start
    found, metres = points.query_nearest(shapely.points(at_x_m, at_y_m), return_distance=True, all_matches=False)
    return np.asarray(found[1], np.int64), np.asarray(metres, np.float64)


def _build_ways(
    rows: Sequence[AssetRow],
    ends: NDArray[np.int32],
    length_m: NDArray[np.float64],
    is_space: NDArray[np.bool_],
    geometry: NDArray[Any],
    tree: shapely.STRtree,
    x_m: NDArray[np.float64],
    y_m: NDArray[np.float64],
) -> Ways:
    """All ways of the network: along lines, through soil, from premises into sewers."""
    source: list[NDArray[np.int32]] = []
    target: list[NDArray[np.int32]] = []
    length: list[NDArray[np.float64]] = []
    way: list[NDArray[np.uint8]] = []

    def one_way(a: NDArray[Any], b: NDArray[Any], metres: NDArray[np.float64], kind: int) -> None:
        source.append(a.astype(np.int32))
        target.append(b.astype(np.int32))
        length.append(metres)
        way.append(np.full(len(metres), kind, np.uint8))

    def add(a: NDArray[Any], b: NDArray[Any], metres: NDArray[np.float64], there: int, back: int) -> None:
        one_way(a, b, metres, there)
        one_way(b, a, metres, back)

    kinds = np.array([row.kind for row in rows])
    for kind in LINE_KINDS:
        there, back = (Way.DOWNSTREAM, Way.UPSTREAM) if kind in DRAINS else (_ALONG[kind], _ALONG[kind])
        lines = np.flatnonzero((kinds == kind) & (ends[0] >= 0))
        add(ends[0][lines], lines, length_m[lines] / 2, there, back)
        lines = np.flatnonzero((kinds == kind) & (ends[1] >= 0))
        add(lines, ends[1][lines], length_m[lines] / 2, there, back)
    spaces = np.flatnonzero(is_space)
    from_line, into_space = _near_lines(kinds, ends, spaces, geometry, tree)
    one_way(from_line, into_space, _metres(geometry, from_line, into_space), Way.SOIL)
    space_a, space_b = _near(geometry, tree, spaces, SOIL_REACH_M)
    between = is_space[space_b] & (space_a < space_b)
    add(space_a[between], space_b[between], _metres(geometry, space_a[between], space_b[between]), Way.SOIL, Way.SOIL)
    pipe, other = _near(geometry, tree, np.flatnonzero(np.isin(kinds, PRESSURE_PIPES)), CROSSING_REACH_M)
    into_void = np.isin(kinds[other], VOIDS)
    one_way(pipe[into_void], other[into_void], _metres(geometry, pipe[into_void], other[into_void]), Way.CROSSING)
    sewers = np.flatnonzero([row.kind == "manhole" and row.utility == "sewer" for row in rows])
    buildings = np.flatnonzero(kinds == "building")
    if len(sewers) and len(buildings):
        which, near = nearest_points(x_m[sewers], y_m[sewers], x_m[buildings], y_m[buildings])
        joined = near <= DRAINAGE_REACH_M
        add(buildings[joined], sewers[which[joined]], near[joined], Way.DRAINS_TO, Way.BACKS_UP)
    return Ways.build(len(rows), np.concatenate(source), np.concatenate(target), np.concatenate(length), np.concatenate(way))
