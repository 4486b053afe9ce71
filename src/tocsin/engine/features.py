"""One GeoJSON feature of a buried network read into a typed row, or refused with the reason."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tocsin.base.errors import InvalidInput
from tocsin.base.storable import is_storable

POINT_KINDS = (
    "manhole",
    "chamber",
    "valve",
    "pump_station",
    "heat_station",
    "gas_regulator",
    "substation",
    "building",
    "junction",
)
LINE_KINDS = (
    "gas_main",
    "heat_main_supply",
    "heat_main_return",
    "water_main",
    "sewer",
    "storm_drain",
    "power_cable",
    "telecom_duct",
)


@dataclass(frozen=True)
class AssetRow:
    """An asset as it stands in a file: texts "" and figures NaN where not given; `coordinates` (lon, lat) in degrees,
    one pair for a point.
    """

    code: str
    kind: str
    owner: str
    coordinates: tuple[tuple[float, float], ...]
    lon: float
    lat: float
    from_code: str = ""
    to_code: str = ""
    utility: str = ""
    use: str = ""
    name: str = ""
    street: str = ""
    material: str = ""
    buried: bool = False
    depth_m: float = math.nan
    diameter_mm: float = math.nan
    elevation_m: float = math.nan
    pressure_kpa: float = math.nan
    installed: float = math.nan


_NUMBERS = ("depth_m", "diameter_mm", "ground_elevation_m", "nominal_pressure_kpa", "installed")
_TEXTS = {
    "id": 60,
    "kind": 20,
    "owner": 60,
    "from_node": 60,
    "to_node": 60,
    "utility": 20,
    "use": 40,
    "name": 120,
    "street": 120,
    "material": 60,
}
"""Properties that are texts, with the characters that each may have at most."""

_YEARS = range(1800, 2200)


def read_feature(feature: Mapping[str, Any], number: int) -> AssetRow:
    """The row of one feature; InvalidInput says which feature (by id, else by `number` in the file) and what is wrong
    with it.
    """
    label = f"feature {number}"
    properties = _part_of(feature, "properties", label)
    if properties.get("id"):
        label += f" ({_read_text(properties, 'id', label)})"
    texts = {key: _read_text(properties, key, label) for key in _TEXTS}
    code, kind = texts["id"], texts["kind"]
    if not code:
        raise InvalidInput(f"{label}: no property 'id'")
    if not kind:
        raise InvalidInput(f"{label}: no property 'kind'")
    coordinates = _read_coordinates(_part_of(feature, "geometry", label), kind, label)
    numbers = {key: _read_number(properties, key, label) for key in _NUMBERS}
    if not math.isnan(numbers["installed"]) and int(numbers["installed"]) not in _YEARS:
        raise InvalidInput(f"{label}: installed is {numbers['installed']:g}, which is no year")
    lon, lat = middle(coordinates)
    return AssetRow(
        code=code,
        kind=kind,
        owner=texts["owner"],
        coordinates=coordinates,
        lon=lon,
        lat=lat,
        from_code=texts["from_node"],
        to_code=texts["to_node"],
        utility=texts["utility"],
        use=texts["use"],
        name=texts["name"],
        street=texts["street"],
        material=texts["material"],
        buried=bool(properties.get("buried", False)),
        depth_m=numbers["depth_m"],
        diameter_mm=numbers["diameter_mm"],
        elevation_m=numbers["ground_elevation_m"],
        pressure_kpa=numbers["nominal_pressure_kpa"],
        installed=numbers["installed"],
    )


def _part_of(feature: object, name: str, label: str) -> Mapping[str, Any]:
    """An object that the feature holds, empty where there is none."""
    if not isinstance(feature, Mapping):
        raise InvalidInput(f"{label}: no object, a GeoJSON feature is expected")
    part = feature.get(name) or {}
    if not isinstance(part, Mapping):
        raise InvalidInput(f"{label}: {name} is no object")
    return part


def _read_text(properties: Mapping[str, Any], key: str, label: str) -> str:
    value = properties.get(key)
    text = "" if not value else str(value)
    if len(text) > _TEXTS[key]:
        raise InvalidInput(f"{label}: {key} has {len(text)} characters, at most {_TEXTS[key]} are kept: shorten it")
    if not is_storable(text):
        raise InvalidInput(f"{label}: {key} holds a character that no text may hold (NUL, half a pair): take it out")
    return text


def _read_coordinates(geometry: Mapping[str, Any], kind: str, label: str) -> tuple[tuple[float, float], ...]:
    if kind not in POINT_KINDS and kind not in LINE_KINDS:
        raise InvalidInput(f"{label}: unknown kind {kind!r}; known are {', '.join(POINT_KINDS + LINE_KINDS)}")
    wanted = "Point" if kind in POINT_KINDS else "LineString"
    if geometry.get("type") != wanted:
        raise InvalidInput(f"{label}: a {kind} is a {wanted}, not {geometry.get('type')!r}")
    raw: Sequence[Any] = [geometry.get("coordinates")] if wanted == "Point" else geometry.get("coordinates") or []
    try:
        pairs = tuple((float(pair[0]), float(pair[1])) for pair in raw)
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        raise InvalidInput(f"{label}: coordinates are not pairs of numbers") from None
    if len(pairs) < (1 if wanted == "Point" else 2):
        raise InvalidInput(f"{label}: a {kind} needs two places or more")
    if not all(-180 <= lon <= 180 and -90 <= lat <= 90 for lon, lat in pairs):
        raise InvalidInput(f"{label}: coordinates are not degrees of longitude and latitude")
    return pairs


def _read_number(properties: Mapping[str, Any], key: str, label: str) -> float:
    value = properties.get(key)
    if value is None or value == "":
        return math.nan
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.inf
    if not math.isfinite(number):
        raise InvalidInput(f"{label}: {key} is {str(value)[:40]!r}, not a number")
    return number


def middle(coordinates: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The place halfway along a line (degrees are near enough to a plane within one asset), or the point itself.

    >>> middle([(120.0, 36.0), (120.0, 36.1), (120.0, 36.4)])
    (120.0, 36.2)
    """
    lengths = [math.dist(a, b) for a, b in itertools.pairwise(coordinates)]
    half = sum(lengths) / 2
    for length, a, b in zip(lengths, coordinates[:-1], coordinates[1:], strict=True):
        if half <= length and length > 0:
            share = half / length
            return a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
        half -= length
    return coordinates[0]
