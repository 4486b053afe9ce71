"""The drawing board on which a city is laid out: points and lines with the properties of the network file."""

import math
from dataclasses import dataclass, field
from typing import Any

from tocsin.simulation import noise
from tocsin.simulation.streets import Street, Streets

Feature = dict[str, Any]

# What a point is called, in Chinese and English, after its street and number.
_NAMES = {
    "sewer": ("号窨井", "manhole"),
    "storm_drain": ("号雨水井", "storm manhole"),
    "telecom": ("号通信井", "telecom manhole"),
    "heat": ("号热力小室", "heating chamber"),
    "power": ("号电力井", "power chamber"),
    "gas": ("号燃气阀井", "gas valve well"),
    "water": ("号供水阀井", "water valve well"),
    "building": ("号", "building"),
}
_FIRST_ID = 10_000


@dataclass
class Plan:
    """A city while it is drawn. Positions in metres on the plane of its site.

    `newer_years` makes all its pipes younger than a usual city's.
    """

    seed: int
    streets: Streets
    features: list[Feature] = field(default_factory=list)
    place: dict[str, tuple[float, float]] = field(default_factory=dict)
    unmapped: list[Feature] = field(default_factory=list)
    _numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    newer_years: int = 0
    _draws: int = 0

    def chance(self) -> float:
        """The next number between 0 and 1 of this plan."""
        self._draws += 1
        return float(noise.uniform(self.seed, 77, self._draws)[0])

    def year(self, first: int) -> int:
        """A year of installation between `first` and 2023, rather later than earlier."""
        first = min(2018, first + self.newer_years)
        return first + int((2023 - first) * math.sqrt(self.chance()))

    def point(self, kind: str, x_m: float, y_m: float, *, call: str, street: Street | None, **given: Any) -> str:
        """A point asset named by its street and running number unless `name` is given (`call` empty)."""
        asset = f"A{_FIRST_ID + len(self.features)}"
        lon, lat = self.streets.site.plane.spot_in_degrees(x_m, y_m)
        properties: Feature = {"id": asset, "kind": kind, **given}
        if street is not None:
            properties["street"] = street.name
            properties["street_zh"] = street.name_zh
        if street is not None and call:
            number = self._numbers[street.name, call] = self._numbers.get((street.name, call), 0) + 1
            chinese, english = _NAMES[call]
            properties["name"] = f"{street.name_zh} {number} {chinese}"
            properties["name_en"] = f"{street.name} {english} {number}"
        if kind != "building":
            properties["ground_elevation_m"] = round(self.streets.site.ground.at(x_m, y_m), 2)
        self.place[asset] = (x_m, y_m)
        self._add("Point", [round(float(lon), 6), round(float(lat), 6)], properties)
        return asset

    def line(self, kind: str, start: str, end: str, street: Street | None, **given: Any) -> str:
        """A line asset between two points; returns its id."""
        asset = f"A{_FIRST_ID + len(self.features)}"
        ends = [self.properties(start), self.properties(end)]
        properties: Feature = {"id": asset, "kind": kind, "from_node": start, "to_node": end, **given}
        if street is not None:
            properties["street"] = street.name
            properties["street_zh"] = street.name_zh
        self._add("LineString", [self._coordinates(point) for point in ends], properties)
        return asset

    def hidden_duct(self, start: str, end: str) -> None:
        """A duct between two points that no map shows."""
        properties = {"id": "", "kind": "telecom_duct", "from_node": start, "to_node": end, "owner": "telecom"}
        self.unmapped.append({"type": "Feature", "geometry": None, "properties": properties})

    def properties(self, asset: str) -> Feature:
        """The properties of an asset drawn before."""
        properties: Feature = self.features[int(asset[1:]) - _FIRST_ID]["properties"]
        return properties

    def ground_m(self, name: str) -> float:
        """Height of the ground at a point above the sea, m."""
        return self.streets.site.ground.at(*self.place[name])

    def length_m(self, start: str, end: str) -> float:
        """Straight distance of two points."""
        return math.dist(self.place[start], self.place[end])

    def _coordinates(self, properties: Feature) -> list[float]:
        coordinates: list[float] = self.features[int(properties["id"][1:]) - _FIRST_ID]["geometry"]["coordinates"]
        return coordinates

    def _add(self, shape: str, coordinates: Any, properties: Feature) -> None:
        geometry = {"type": shape, "coordinates": coordinates}
        self.features.append({"type": "Feature", "geometry": geometry, "properties": properties})
