"""Mapbox Vector Tiles 2.1, written by hand: a tile is a few kinds of varints (docs/decisions/0024-map-tiles.md).

Geometry comes in on the unit square of Web Mercator (x to the east, y to the south, both 0 to 1) and leaves in the 4096 steps of
the tile.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

EXTENT = 4096
BUFFER = 128  # steps beyond the edge, so that lines and outlines do not end there
_MOVE, _LINE, _CLOSE = 1, 2, 7
_POINT, _LINES, _AREA = 1, 2, 3

type Value = str | int | float | bool


@dataclass(frozen=True)
class TileFeature:
    """A geometry on the unit square and what is told of it."""

    geometry: shapely.Geometry
    properties: Mapping[str, Value]


@dataclass(frozen=True)
class TilePlace:
    """Which tile: zoom, column from the west, row from the north."""

    z: int
    x: int
    y: int

    @property
    def size(self) -> float:
        """Width on the unit square."""
        return float(2.0**-self.z)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom on the unit square with the buffer round it.

        >>> TilePlace(1, 1, 0).box[0] < 0.5 < TilePlace(1, 1, 0).box[2]
        True
        """
        beyond = self.size * BUFFER / EXTENT
        left, top = self.x * self.size, self.y * self.size
        return left - beyond, top - beyond, left + self.size + beyond, top + self.size + beyond


def on_unit_square(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """float64[n, 2] of x and y, of longitude and latitude.

    >>> on_unit_square(np.array([[0.0, 0.0], [180.0, 0.0]])).tolist()
    [[0.5, 0.5], [1.0, 0.5]]
    """
    lat = np.clip(degrees[:, 1], -85.06, 85.06)
    y = 0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)
    return np.column_stack((degrees[:, 0] / 360 + 0.5, y))


def encode_tile(place: TilePlace, layers: Mapping[str, Iterable[TileFeature]]) -> bytes:
    """The tile with its layers; features that have nothing in it are left out, so are layers without features."""
    return b"".join(_field(3, body) for name, features in layers.items() if (body := _layer(place, name, features)))


def _layer(place: TilePlace, name: str, features: Iterable[TileFeature]) -> bytes:
    keys: dict[str, int] = {}
    values: dict[tuple[type, Value], int] = {}
    bodies: list[bytes] = []
    for feature in features:
        kind, commands = _geometry(place, feature.geometry)
        if not commands:
            continue
        tags: list[int] = []
        for key, value in feature.properties.items():
            tags += (keys.setdefault(key, len(keys)), values.setdefault((type(value), value), len(values)))
        bodies.append(_field(2, _packed(2, tags) + _number(3, kind) + _packed(4, commands)))
    if not bodies:
        return b""
    told = b"".join((*(_field(3, key.encode()) for key in keys), *(_field(4, _value(one)) for _, one in values)))
    return _field(1, name.encode()) + b"".join(bodies) + told + _number(5, EXTENT) + _number(15, 2)


def _geometry(place: TilePlace, shape: shapely.Geometry) -> tuple[int, list[int]]:
    """Kind and commands of what of the shape lies in the tile."""
    if shape.geom_type == "Point" and not shape.is_empty:
        spot = _steps(place, np.array([[shape.x, shape.y]]))
        within = bool(((spot >= -BUFFER) & (spot <= EXTENT + BUFFER)).all())
        return _POINT, _commands([spot], _POINT) if within else []
    parts = [one for one in shapely.get_parts(shapely.get_parts(shape)) if not one.is_empty]
    if not parts:
        return 0, []
    match parts[0].geom_type:
        case "Point":
            steps = _steps(place, shapely.get_coordinates(parts))
            inside = steps[((steps >= -BUFFER) & (steps <= EXTENT + BUFFER)).all(axis=1)]
            return _POINT, _commands([inside], _POINT) if len(inside) else []
        case "LineString" | "LinearRing":
            return _LINES, _commands([_steps(place, shapely.get_coordinates(one)) for one in parts], _LINES)
        case "Polygon":
            rings: list[NDArray[np.int64]] = []
            # Outer rings have a positive area by the surveyor's formula in steps, as the specification asks.
            for polygon in shapely.orient_polygons(parts, exterior_cw=False):
                rings += [_steps(place, shapely.get_coordinates(ring))[:-1] for ring in (polygon.exterior, *polygon.interiors)]
            return _AREA, _commands(rings, _AREA)
    return 0, []


def _steps(place: TilePlace, unit: NDArray[np.float64]) -> NDArray[np.int64]:
    scale = EXTENT / place.size
    corner = np.array((place.x * place.size, place.y * place.size))
    steps: NDArray[np.int64] = np.rint((unit - corner) * scale).astype(np.int64)
    return steps


def _commands(parts: Sequence[NDArray[np.int64]], kind: int) -> list[int]:
    """Moves and lines as zigzag steps from the last place; what has shrunk below one step is left out."""
    told: list[int] = []
    x, y = 0, 0
    for given in parts:
        part = given if kind == _POINT else given[np.append(True, (np.diff(given, axis=0) != 0).any(axis=1))]
        if len(part) < {_POINT: 1, _LINES: 2, _AREA: 3}[kind]:
            continue
        moves = np.diff(part, axis=0, prepend=[(x, y)])
        x, y = int(part[-1, 0]), int(part[-1, 1])
        zigzag = ((moves << 1) ^ (moves >> 63)).ravel().tolist()
        if kind == _POINT:
            told += [_MOVE | len(part) << 3, *zigzag]
        else:
            told += [_MOVE | 1 << 3, *zigzag[:2], _LINE | (len(part) - 1) << 3, *zigzag[2:]]
            if kind == _AREA:
                told.append(_CLOSE | 1 << 3)
    return told


def _value(value: Value) -> bytes:
    match value:
        case bool():
            return _number(7, int(value))
        case int():
            return _number(6, (value << 1) ^ (value >> 63))
        case float():
            return _varint(3 << 3 | 1) + np.float64(value).tobytes()
        case str():
            return _field(1, value.encode())


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _packed(number: int, values: Sequence[int]) -> bytes:
    return _field(number, b"".join(map(_varint, values)))


_SMALL = tuple(bytes((value,)) for value in range(128))


def _varint(value: int) -> bytes:
    if value < 128:
        return _SMALL[value]
    told = bytearray()
    while value > 127:
        told.append(value & 127 | 128)
        value >>= 7
    told.append(value)
    return bytes(told)
