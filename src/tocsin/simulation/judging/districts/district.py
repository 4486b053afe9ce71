"""A district: places and lines of all owners in metres, and the features of its map."""

import math
from dataclasses import dataclass, field
from typing import Any

from tocsin.base.geometry import LocalPlane
from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.families import Family, Figures

Feature = dict[str, Any]  # GeoJSON, as the case format holds it

OWNERS = {
    "sewer": "drainage_bureau",
    "storm": "drainage_bureau",
    "water": "water_company",
    "gas": "gas_company",
    "heat": "heating_company",
    "power": "power_company",
    "telecom": "telecom",
}


@dataclass
class Place:
    """A point asset. `net`: the network it belongs to, a key of `OWNERS` or "building". Heights and depths in metres."""

    net: str
    kind: str
    x_m: float
    y_m: float
    ground_m: float
    depth_m: float
    year: int
    street: str
    owner: str
    buried: bool = False
    use: str = ""
    volume_m3: float = 5.0
    floor_m2: float = 2.0

    @property
    def is_well(self) -> bool:
        """True where there is air to measure."""
        return self.kind in ("manhole", "chamber") or (self.kind == "valve" and not self.buried)


@dataclass
class Line:
    """A line asset between two places; drains flow from `start` to `end`. With `mapped` false no map shows it."""

    net: str
    kind: str
    start: int
    end: int
    depth_m: float
    diameter_mm: int
    material: str
    year: int
    owner: str
    pressure_kpa: float = 0.0
    mapped: bool = True


@dataclass
class District:
    """All of one district. `drains_to`: the sewer manhole of each building. `sources`: the station of each network."""

    seed: int
    family: Family
    figures: Figures
    plane: LocalPlane
    places: list[Place] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    drains_to: dict[int, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    lines_at: dict[int, list[int]] = field(default_factory=dict)

    def add_place(self, place: Place) -> int:
        """The number of the new place."""
        self.places.append(place)
        return len(self.places) - 1

    def add_line(self, line: Line) -> int:
        """The number of the new line."""
        self.lines.append(line)
        number = len(self.lines) - 1
        self.lines_at.setdefault(line.start, []).append(number)
        self.lines_at.setdefault(line.end, []).append(number)
        return number

    def length_m(self, line: Line) -> float:
        """Length of a line."""
        return self.apart_m(line.start, line.end)

    def apart_m(self, first: int, second: int) -> float:
        """Straight distance of two places."""
        a, b = self.places[first], self.places[second]
        return math.dist((a.x_m, a.y_m), (b.x_m, b.y_m))

    def spot(self, line: Line, share: float) -> tuple[float, float]:
        """x, y of the place at a share of a line's length."""
        a, b = self.places[line.start], self.places[line.end]
        return a.x_m + share * (b.x_m - a.x_m), a.y_m + share * (b.y_m - a.y_m)

    def of_net(self, net: str) -> list[int]:
        """Numbers of the mapped lines of a network."""
        return [i for i, line in enumerate(self.lines) if line.net == net and line.mapped]

    def wells_near(self, x_m: float, y_m: float, within_m: float) -> list[tuple[float, int]]:
        """Wells within a distance, nearest first, with their distances."""
        away = [(math.dist((x_m, y_m), (p.x_m, p.y_m)), i) for i, p in enumerate(self.places) if p.is_well]
        return sorted(pair for pair in away if pair[0] <= within_m)

    def downstream(self, manhole: int) -> list[tuple[int, int]]:
        """(line, manhole) one after the other on the way from a manhole to the outfall."""
        way: list[tuple[int, int]] = []
        here, net = manhole, self.places[manhole].net
        while len(way) < 500:
            onward = [i for i in self.lines_at.get(here, []) if self.lines[i].start == here and self.lines[i].net == net]
            if not onward:
                return way
            here = self.lines[onward[0]].end
            way.append((onward[0], here))
        return way

    def upstream(self, manhole: int) -> list[tuple[int, int]]:
        """(line, manhole) of everything that flows to a manhole, nearest first."""
        found: list[tuple[int, int]] = []
        wanted, net = [manhole], self.places[manhole].net
        while wanted and len(found) < 500:
            here = wanted.pop(0)
            for i in self.lines_at.get(here, []):
                if self.lines[i].end == here and self.lines[i].net == net:
                    found.append((i, self.lines[i].start))
                    wanted.append(self.lines[i].start)
        return found

    def features(self, codes: list[str], draws: Draws) -> list[Feature]:
        """The map as the owners' tables tell it; `codes`: ids of places, then of lines. Some attributes are missing or wrong."""
        return [self._of_place(i, codes[i], draws) for i in range(len(self.places))] + [
            self._of_line(line, codes[len(self.places) + i], codes, draws) for i, line in enumerate(self.lines) if line.mapped
        ]

    def _of_place(self, number: int, code: str, draws: Draws) -> Feature:
        place = self.places[number]
        given: dict[str, object] = {"id": code, "kind": place.kind, "owner": place.owner}
        if place.kind == "manhole":
            given["utility"] = {"storm": "storm_drain"}.get(place.net, place.net)
        if place.kind == "valve":
            given["buried"] = place.buried
        if place.kind == "building":
            given["use"] = place.use
        else:
            given["depth_m"] = round(place.depth_m, 2)
            given["ground_elevation_m"] = round(place.ground_m, 2)
        given["installed"], given["street"] = place.year, place.street
        lon, lat = self.plane.spot_in_degrees(place.x_m, place.y_m)
        self._spoiled(given, ("installed", "street"), draws)
        return {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]},
            "properties": given,
        }

    def _of_line(self, line: Line, code: str, codes: list[str], draws: Draws) -> Feature:
        given: dict[str, object] = {
            "id": code,
            "kind": line.kind,
            "owner": line.owner,
            "from_node": codes[line.start],
            "to_node": codes[line.end],
            "depth_m": round(line.depth_m, 2),
            "diameter_mm": line.diameter_mm,
            "material": line.material,
            "installed": line.year,
        }
        if line.pressure_kpa:
            given["nominal_pressure_kpa"] = round(line.pressure_kpa)
        self._spoiled(given, ("installed", "diameter_mm", "material"), draws)
        ends = [self.plane.spot_in_degrees(self.places[end].x_m, self.places[end].y_m) for end in (line.start, line.end)]
        coordinates = [[round(lon, 6), round(lat, 6)] for lon, lat in ends]
        return {"type": "Feature", "geometry": {"type": "LineString", "coordinates": coordinates}, "properties": given}

    def _spoiled(self, given: dict[str, object], keys: tuple[str, ...], draws: Draws) -> None:
        """Leaves out an attribute, or writes a year that cannot be, as tables of real cities do."""
        if draws.chance(self.figures.unknown):
            key = draws.pick(keys)
            if key == "installed" and draws.chance(0.4):
                given[key] = draws.pick((1900, 1970, 2099))
            else:
                del given[key]
