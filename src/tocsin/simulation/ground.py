"""The ground of the simulated district: blocks, buildings, parks, river, bay and railway round the streets as they are."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from tocsin.simulation import noise
from tocsin.simulation.city import City
from tocsin.simulation.plan import Feature

HALF_WIDTH_M: Final = {"trunk": 22.0, "major": 15.0, "minor": 9.0}
ROAD_ON_M: Final = 2600.0  # trunk and major roads go on so far beyond the last crossing
RIVER_HALF_M, RIVER_AWAY_M = 55.0, 190.0
RAIL_AWAY_M: Final = 420.0
SHORE_AWAY_M: Final = 1500.0
HILL_AWAY_M: Final = 900.0
SHORE_SWAY, HILL_SWAY = (240.0, 1300.0), (180.0, 900.0)  # how far an edge bends, and how long its waves are, m
BEYOND_M: Final = 7000.0
SLAB_M: Final = {
    "residential": (54.0, 13.0, 40.0),
    "commercial": (46.0, 34.0, 64.0),
    "industrial": (88.0, 46.0, 112.0),
    "public": (62.0, 20.0, 72.0),
}
"""By the use of a block the length and depth of a building and the distance from one row to the next."""

_PARKS = (
    ("李村公园", "Licun Park"),
    ("文昌阁公园", "Wenchang Park"),
    ("振华绿地", "Zhenhua Green"),
    ("果园公园", "Orchard Park"),
    ("金水广场", "Jinshui Square"),
    ("书院花园", "Shuyuan Garden"),
)


@dataclass(frozen=True)
class _Draws:
    """Draws that hang on the seed and a number only, so that one more block changes no other."""

    seed: int

    def __call__(self, stream: int, number: int) -> float:
        return float(noise.uniform(self.seed, 900 + stream, number)[0])


def ground_of(city: City) -> tuple[Feature, ...]:
    """GeoJSON features as `atlas/layers/rules/ground.py` reads them, from the largest to the smallest.

    >>> {one["properties"]["part"] for one in ground_of(City.build())} >= {"sea", "park", "block", "building", "rail", "road"}
    True
    """
    roads = _streets(city)
    cells = _cells(roads)
    wide = shapely.union_all([line.buffer(HALF_WIDTH_M[told["rank"]], cap_style="flat") for line, told in roads])
    frame = Surroundings(shapely.union_all(cells))
    draws = _Draws(city.seed)
    pieces = [*frame.pieces(), *_built(cells, wide, draws), *_roads(roads, frame)]
    return tuple(_feature(city, *one) for one in pieces)


def surroundings_of(city: City) -> "Surroundings":
    """What lies round the built district."""
    return Surroundings(shapely.union_all(_cells(_streets(city))))


def _streets(city: City) -> list[tuple[shapely.LineString, Feature]]:
    return [(_in_metres(city, one), one["properties"]) for one in city.street_features]


def _cells(roads: list[tuple[shapely.LineString, Feature]]) -> list[BaseGeometry]:
    """What the streets enclose, from west to east."""
    net = shapely.union_all([line for line, _ in roads])
    return sorted(shapely.polygonize([net]).geoms, key=lambda one: (round(one.centroid.x), round(one.centroid.y)))


type _Piece = tuple[BaseGeometry, str, str, str, str]


class Surroundings:
    """What lies round the built district: the bay to the west, the river to the south, hills to the east."""

    def __init__(self, built: BaseGeometry) -> None:
        self.built = built
        corners = np.asarray(shapely.get_coordinates(shapely.minimum_rotated_rectangle(built)))[:4]
        south_west = corners[np.argmin(corners.sum(axis=1))]
        sides = [one - south_west for one in corners]
        east = max(sides, key=lambda one: float(one[0] - abs(one[1])))
        north = max(sides, key=lambda one: float(one[1] - abs(one[0])))
        self._east, self._north = east / np.hypot(*east), north / np.hypot(*north)
        self._corner, self._width, self._height = south_west, float(np.hypot(*east)), float(np.hypot(*north))
        self.shore = self._column(-SHORE_AWAY_M, *SHORE_SWAY)
        self.sea = self._beyond(self.shore, -BEYOND_M)
        river = self._row(-RIVER_AWAY_M, 45.0, 1400.0)
        self.river = river.buffer(RIVER_HALF_M).difference(built.buffer(30.0)).difference(self.sea)

    def pieces(self) -> Iterator[_Piece]:
        """The large pieces, and the names of places."""
        hills = self._beyond(self._column(self._width + HILL_AWAY_M, *HILL_SWAY), BEYOND_M).difference(self.river)
        rail = self._column(-RAIL_AWAY_M, 60.0, 2900.0)
        yield self.sea, "sea", "", "", ""
        yield hills, "wood", "", "", ""
        yield self.river, "water", "river", "李村河", "Licun River"
        yield rail, "rail", "", "胶济铁路", "Jiaoji Railway"
        yield self._spot(-SHORE_AWAY_M - 1500.0, 0.5 * self._height), "place", "sea", "胶州湾", "Jiaozhou Bay"
        yield self._spot(self._width + HILL_AWAY_M + 1300.0, 0.55 * self._height), "place", "hill", "石门山", "Shimen Hills"
        yield self._spot(0.45 * self._width, -RIVER_AWAY_M), "place", "water", "李村河", "Licun River"
        yield self._spot(-RAIL_AWAY_M, 0.62 * self._height), "place", "station", "李沧站", "Licang Station"
        yield self._spot(0.5 * self._width, 0.42 * self._height), "place", "quarter", "李村", "Licun"
        yield self._spot(0.16 * self._width, 0.8 * self._height), "place", "quarter", "振华路", "Zhenhua"

    def _spot(self, east_m: float, north_m: float) -> shapely.Point:
        return shapely.Point(*(self._corner + east_m * self._east + north_m * self._north))

    def beyond_shore(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """How many metres places (n, 2) in metres lie inland of the shore; less than nothing in the bay."""
        return self._eastward(places, -SHORE_AWAY_M, *SHORE_SWAY)

    def beyond_foot(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """How many metres they lie behind the foot of the hills."""
        return self._eastward(places, self._width + HILL_AWAY_M, *HILL_SWAY)

    def _eastward(self, places: NDArray[np.float64], east_m: float, sway_m: float, wave_m: float) -> NDArray[np.float64]:
        off = places - self._corner
        return np.asarray(off @ self._east - _swaying(off @ self._north, east_m, sway_m, wave_m), np.float64)

    def _column(self, east_m: float, sway_m: float, wave_m: float) -> shapely.LineString:
        along = np.arange(-BEYOND_M, self._height + BEYOND_M, 60.0)
        aside = _swaying(along, east_m, sway_m, wave_m)
        return shapely.LineString(self._corner + np.outer(aside, self._east) + np.outer(along, self._north))

    def _row(self, north_m: float, sway_m: float, wave_m: float) -> shapely.LineString:
        along = np.arange(-BEYOND_M, self._width + BEYOND_M, 60.0)
        bend = np.asarray([self._edge_m(one) for one in along])
        aside = north_m + bend + sway_m * np.sin(along / wave_m)
        return shapely.LineString(self._corner + np.outer(along, self._east) + np.outer(aside, self._north))

    def _edge_m(self, east_m: float) -> float:
        """How far north of the corner the built district begins at that place, so that the river keeps its distance."""
        at = min(max(east_m, 1.0), self._width - 1.0)
        foot = self._corner + at * self._east
        ray = shapely.LineString([foot - 500.0 * self._north, foot + self._height * self._north])
        met = shapely.get_coordinates(ray.intersection(self.built))
        return float(min(((one - foot) @ self._north for one in met), default=0.0))

    def _beyond(self, edge: shapely.LineString, away_m: float) -> shapely.Polygon:
        """Everything from an edge outwards."""
        line = shapely.get_coordinates(edge)
        return shapely.Polygon(np.vstack((line, (line + away_m * self._east)[::-1]))).buffer(0)


def _swaying(along: NDArray[np.float64], east_m: float, sway_m: float, wave_m: float) -> NDArray[np.float64]:
    """How far east an edge from south to north lies at places along it."""
    return np.asarray(
        east_m + sway_m * np.sin(along / wave_m) + 0.35 * sway_m * np.sin(along / (0.29 * wave_m) + 1.0), np.float64
    )


def _built(cells: list[BaseGeometry], wide: BaseGeometry, draws: _Draws) -> Iterator[_Piece]:
    """Parks, blocks, then the buildings in them."""
    parks = iter(_PARKS)
    buildings: list[_Piece] = []
    for number, cell in enumerate(cells):
        block = cell.difference(wide).buffer(-6.0, join_style="mitre").buffer(2.0)
        if block.is_empty or block.area < 2500.0:
            continue
        lot = draws(1, number)
        named = next(parks, None) if 0.40 < lot < 0.50 else None
        if named:
            yield block, "park", "", *named
            pond = affinity.scale(block.centroid.buffer(45.0), 1.7, 0.8)
            yield affinity.rotate(pond, 180.0 * draws(2, number)), "water", "pond", "", ""
            continue
        use = (
            "industrial"
            if cell.centroid.x < -1500.0 and lot < 0.5
            else "commercial"
            if lot > 0.86
            else "public"
            if lot > 0.78
            else "residential"
        )
        yield block, "block", use, "", ""
        buildings += ((one, "building", use, "", "") for one in _buildings(block, use, draws, number))
    yield from buildings


def _buildings(block: BaseGeometry, use: str, draws: _Draws, number: int) -> Iterator[BaseGeometry]:
    """Rows of slabs along the longer side of a block, some places left free."""
    length, depth, pitch = SLAB_M[use]
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(block))
    side = corners[1] - corners[0]
    angle = math.atan2(side[1], side[0])
    turned = affinity.rotate(block.buffer(-10.0), -angle, origin=(0.0, 0.0), use_radians=True)
    if turned.is_empty:
        return
    west, south, east, north = turned.bounds
    rows = np.arange(south + depth / 2 + 4.0, north - depth / 2, pitch)
    for row, y in enumerate(rows.tolist()):
        for place, x in enumerate(np.arange(west + length / 2, east - length / 2, length + 16.0).tolist()):
            draw = draws(3, 10_000 * number + 100 * row + place)
            slab = shapely.box(x - length / 2 * (0.72 + 0.28 * draw), y - depth / 2, x + length / 2, y + depth / 2)
            if draw > 0.1 and turned.contains(slab):
                yield affinity.rotate(slab, angle, origin=(0.0, 0.0), use_radians=True)


def _roads(roads: list[tuple[shapely.LineString, Feature]], frame: Surroundings) -> Iterator[_Piece]:
    """The streets; the larger ones go on into the country, as far as there is land."""
    for line, told in roads:
        course = shapely.get_coordinates(line)
        if told["rank"] != "minor":
            course = np.vstack((_on(course[1], course[0]), course, _on(course[-2], course[-1])))
        whole = shapely.LineString(course).difference(frame.sea.buffer(60.0))
        yield whole, "road", told["rank"], told["name"], told["name_en"]


def _on(before: np.ndarray[tuple[int], np.dtype[np.float64]], last: np.ndarray[tuple[int], np.dtype[np.float64]]) -> BaseGeometry:
    course = last - before
    return last + course / np.hypot(*course) * ROAD_ON_M


def _in_metres(city: City, street: Feature) -> shapely.LineString:
    lon, lat = np.asarray(street["geometry"]["coordinates"]).T
    return shapely.LineString(np.column_stack(city.site.plane.to_metres(lon, lat)))


def _feature(city: City, shape: BaseGeometry, part: str, kind: str, name: str, name_en: str) -> Feature:
    def degrees(metres: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        lon, lat = city.site.plane.to_degrees(metres[:, 0], metres[:, 1])
        return np.round(np.column_stack((lon, lat)), 6)

    geometry = shapely.geometry.mapping(shapely.transform(shape, degrees))
    told = {"part": part, "kind": kind, "name": name, "name_en": name_en}
    return {"type": "Feature", "geometry": geometry, "properties": {key: value for key, value in told.items() if value}}
