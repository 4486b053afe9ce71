"""By which ways, and how far, something travels through the voids under the streets."""

import heapq
import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tocsin.simulation.city import City
from tocsin.simulation.plan import Feature

# How many metres of heating trench a metre of another way counts for what is warm and moist.
WARMTH = {"heat_main_supply": 1.0, "telecom_duct": 1.3, "sewer": 1.6, "power_cable": 2.5}


@dataclass(frozen=True)
class Spot:
    """A place along a line asset: `part` of the way from its first to its second end; metres on the plane of the site."""

    line: str
    part: float
    x_m: float
    y_m: float


def spot(city: City, line: str, part: float) -> Spot:
    """The place `part` (0 to 1) along a line."""
    given = city.properties(line)
    start, end = city.place[given["from_node"]], city.place[given["to_node"]]
    return Spot(line, part, start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1]))


def reach(city: City, source: Spot, cost: Mapping[str, float], limit_m: float) -> dict[str, float]:
    """Weighted metres of way from a spot to each point within `limit_m`, through lines of the kinds in `cost`."""
    ways: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for given in city.lines():
        weight = cost.get(given["kind"])
        if weight is None:
            continue
        start, end = given["from_node"], given["to_node"]
        length = math.dist(city.place[start], city.place[end]) * weight
        ways[start].append((end, length))
        ways[end].append((start, length))
    given = city.properties(source.line)
    queue = [(math.dist(city.place[given[end]], (source.x_m, source.y_m)), given[end]) for end in ("from_node", "to_node")]
    heapq.heapify(queue)
    metres: dict[str, float] = {}
    while queue:
        length, name = heapq.heappop(queue)
        if name in metres or length > limit_m:
            continue
        metres[name] = length
        for other, more in ways[name]:
            if other not in metres:
                heapq.heappush(queue, (length + more, other))
    return metres


def around(city: City, x_m: float, y_m: float, radius_m: float) -> dict[str, float]:
    """Points within `radius_m` in a straight line, with their distance."""
    return {
        name: math.dist(place, (x_m, y_m))
        for name, place in city.place.items()
        if abs(place[0] - x_m) <= radius_m and math.dist(place, (x_m, y_m)) <= radius_m
    }


def along(city: City, source: Spot, kind: str, limit_m: float) -> dict[str, float]:
    """Metres of line of one kind from a spot on it to each point within `limit_m`."""
    return reach(city, source, {kind: 1.0}, limit_m)


def lines_near(city: City, source: Spot, kinds: Collection[str], radius_m: float) -> list[tuple[Feature, float]]:
    """Lines of these kinds, on the map or not, that pass within `radius_m` of a spot, with their distance."""
    near = []
    for line in city.lines():
        if line["kind"] in kinds:
            metres = _to_stretch(source, city.place[line["from_node"]], city.place[line["to_node"]])
            if metres <= radius_m:
                near.append((line, metres))
    return near


def _to_stretch(source: Spot, start: tuple[float, float], end: tuple[float, float]) -> float:
    run = end[0] - start[0], end[1] - start[1]
    square = run[0] ** 2 + run[1] ** 2
    part = 0.0 if square == 0.0 else ((source.x_m - start[0]) * run[0] + (source.y_m - start[1]) * run[1]) / square
    part = min(1.0, max(0.0, part))
    return math.dist((source.x_m, source.y_m), (start[0] + part * run[0], start[1] + part * run[1]))


def downstream(city: City, point: str, kind: str) -> list[tuple[str, float]]:
    """The wells a drain passes below `point`, with the metres run to each, the first being the point itself."""
    below = {
        feature["properties"]["from_node"]: feature["properties"]["to_node"]
        for feature in city.features
        if feature["properties"]["kind"] == kind
    }
    run, wells = 0.0, [(point, 0.0)]
    while point in below:
        following = below[point]
        run += math.dist(city.place[point], city.place[following])
        wells.append((following, run))
        point = following
    return wells


def upstream(city: City, point: str, kind: str, limit_m: float) -> list[tuple[str, float]]:
    """The wells that drain to `point` within `limit_m` of pipe, nearest first, with the metres to each."""
    above: dict[str, list[str]] = defaultdict(list)
    for feature in city.features:
        if feature["properties"]["kind"] == kind:
            above[feature["properties"]["to_node"]].append(feature["properties"]["from_node"])
    queue, wells = [(0.0, point)], []
    while queue:
        run, name = heapq.heappop(queue)
        wells.append((name, run))
        for other in above[name]:
            length = run + math.dist(city.place[name], city.place[other])
            if length <= limit_m:
                heapq.heappush(queue, (length, other))
    return wells
