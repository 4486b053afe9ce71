"""Where a warning holds: as drawn, as a shape on the ground, and as CAP writes it, never smaller than it was drawn."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon

from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import LocalPlane
from tocsin.mobilisation.public_warnings.rules.cap.areas import Spot, write_circle, write_polygon
from tocsin.mobilisation.public_warnings.rules.cap.message import Area, Named

MOST_VERTICES = 100
"""Of one ring with its closing one: what receivers of CAP are known to take."""
MOST_RINGS = 20
ROUNDING_M = 1.2  # five decimals of a degree, and the corner of that square
LARGEST_M = 200_000.0
_QUARTER = 8  # segments of a rounded corner


class Units(msgspec.Struct, frozen=True, tag="units", forbid_unknown_fields=True):
    """Administrative units by code: city, county (six digits) or town (nine)."""

    codes: tuple[str, ...]


class Ring(msgspec.Struct, frozen=True, tag="polygon", forbid_unknown_fields=True):
    """A polygon, its ring closed: latitude before longitude."""

    ring: tuple[Spot, ...]


class Circle(msgspec.Struct, frozen=True, tag="circle", forbid_unknown_fields=True):
    """A circle on the ground."""

    lat: float
    lon: float
    radius_m: float


class Along(msgspec.Struct, frozen=True, tag="along", forbid_unknown_fields=True):
    """Both sides of a pipe or road."""

    line: tuple[Spot, ...]
    width_m: float
    code: str = ""  # of the pipe


class Plume(msgspec.Struct, frozen=True, tag="plume", forbid_unknown_fields=True):
    """A sector in the direction into which the wind blows, with a circle round the source for what spreads against it."""

    lat: float
    lon: float
    towards_deg: float
    length_m: float
    half_angle_deg: float = 30.0
    around_m: float = 50.0


type Place = Units | Ring | Circle | Along | Plume
type ShapeOfUnit = Callable[[str], Polygon | MultiPolygon | None]


def check_place(place: Place) -> None:
    """InvalidInput for what is no area on the ground."""
    match place:
        case Units(codes=codes):
            if not codes or any(not code.isdigit() or len(code) not in (6, 9) for code in codes):
                raise InvalidInput("A unit is named by its code of six digits, a town by nine")
        case Ring(ring=ring):
            _check_spots(ring)
            shape = Polygon([(lon, lat) for lat, lon in ring]) if len(ring) > 3 else None
            if shape is None or ring[0] != ring[-1] or not shape.is_valid or shape.area == 0:
                raise InvalidInput("The polygon is no area: its ring must be closed and may not cross itself")
        case Circle():
            _check_spots([(place.lat, place.lon)])
            _check_metres(place.radius_m)
        case Along(line=line):
            _check_spots(line)
            _check_metres(place.width_m)
            if len(line) < 2:
                raise InvalidInput("A line needs two places")
        case Plume():
            _check_spots([(place.lat, place.lon)])
            _check_metres(place.length_m)
            _check_metres(place.around_m)
            if not 0 <= place.towards_deg <= 360 or not 0 < place.half_angle_deg <= 90:
                raise InvalidInput("A plume has a direction from 0 to 360 degrees and half an opening of up to 90")


def shape_of(place: Place, shape_of_unit: ShapeOfUnit) -> Polygon | MultiPolygon:
    """The place as a shape in degrees, longitude first; empty for a unit whose border is not known, as those of towns."""
    match place:
        case Units(codes=codes):
            shapes = [shape for shape in (shape_of_unit(code) for code in codes) if shape is not None]
            return _polygons(shapely.union_all(shapes)) if shapes else Polygon()
        case Ring(ring=ring):
            return Polygon([(lon, lat) for lat, lon in ring])
        case Circle():
            return _on_ground((place.lat, place.lon), lambda to: Point(*to(place.lat, place.lon)).buffer(place.radius_m))
        case Along(line=line):
            return _on_ground(line[0], lambda to: LineString([to(lat, lon) for lat, lon in line]).buffer(place.width_m))
        case Plume():
            return _on_ground((place.lat, place.lon), lambda to: _sector(place, to(place.lat, place.lon)))


def as_cap(place: Place, description: str, shape_of_unit: ShapeOfUnit) -> Area:
    """The place as an area of CAP. Polygons hold all of it, and some metres more."""
    if isinstance(place, Circle):
        circle = write_circle((place.lat, place.lon), (place.radius_m + ROUNDING_M) / 1000)
        return Area(description, circles=(circle,))
    rings = outward(shape_of(place, shape_of_unit))
    codes = place.codes if isinstance(place, Units) else ()
    return Area(
        description,
        polygons=tuple(write_polygon(ring) for ring in rings),
        geocodes=tuple(Named("GB/T 2260" if len(code) == 6 else "statistical code", code) for code in codes),
    )


def outward(shape: Polygon | MultiPolygon, *, most: int = MOST_VERTICES) -> list[tuple[Spot, ...]]:
    """Rings in five decimals of at most `most` places each, which hold all of the shape: simplified, they only grow.

    Holes are filled. A shape is widened by more than the simplifying and the rounding may take away, and the result is tested;
    what can't be held so becomes its convex hull, at last its box.
    """
    parts = [Polygon(part.exterior) for part in _parts(shape)]
    if len(parts) > MOST_RINGS:
        parts = [Polygon(part.exterior) for part in _parts(_joined(parts))]
    return [ring for part in parts for ring in _ring_around(part, most)]


def _ring_around(part: Polygon, most: int) -> list[tuple[Spot, ...]]:
    plane = LocalPlane(part.centroid.x, part.centroid.y)
    flat = _to_plane(part, plane)
    exact = _written(flat, plane)
    if exact is not None and len(exact) <= most and _holds(exact, part):
        return [exact]
    tolerance = 1.0
    reach = max(flat.bounds[2] - flat.bounds[0], flat.bounds[3] - flat.bounds[1])
    while tolerance < 2 * reach + 4:
        wide = flat.buffer(tolerance + 2 * ROUNDING_M, quad_segs=2)
        ring = _written(Polygon(wide.exterior).simplify(tolerance, preserve_topology=True), plane)
        if ring is not None and len(ring) <= most and _holds(ring, part):
            return [ring]
        tolerance *= 1.6
    box = flat.buffer(2 * ROUNDING_M).envelope
    ring = _written(box, plane)
    assert ring is not None  # noqa: S101 - a box is always a ring
    return [ring]


def _joined(parts: list[Polygon]) -> Polygon | MultiPolygon:
    """Fewer parts that hold them all: neighbours grow together; where they are too far apart, the hull of all."""
    for degrees in (0.01, 0.03, 0.1):
        joined = _polygons(shapely.union_all([part.buffer(degrees, quad_segs=2) for part in parts]))
        if len(_parts(joined)) <= MOST_RINGS:
            return joined
    return _polygons(shapely.union_all(parts).convex_hull.buffer(0.0001))


def _written(flat: Any, plane: LocalPlane) -> tuple[Spot, ...] | None:
    """The ring as it will be written; None where rounding makes it no polygon."""
    if flat.is_empty or flat.geom_type != "Polygon":
        return None
    x, y = np.array(flat.exterior.coords.xy)
    lon, lat = plane.to_degrees(x, y)
    spots = [(round(float(one), 5) + 0.0, round(float(other), 5) + 0.0) for one, other in zip(lat, lon, strict=True)]
    ring = [spot for index, spot in enumerate(spots) if index == 0 or spot != spots[index - 1]]
    if len(ring) < 4 or ring[0] != ring[-1] or not Polygon(ring).is_valid:
        return None
    return tuple(ring)


def _holds(ring: tuple[Spot, ...], part: Polygon) -> bool:
    return bool(Polygon([(lon, lat) for lat, lon in ring]).covers(part))


def _to_plane(part: Polygon, plane: LocalPlane) -> Polygon:
    lon, lat = np.array(part.exterior.coords.xy)
    return Polygon(np.column_stack(plane.to_metres(lon, lat)))


def _on_ground(middle: Spot, draw: Callable[[Callable[[float, float], tuple[float, float]]], Any]) -> Polygon | MultiPolygon:
    """What is drawn in metres round a place, in degrees."""
    plane = LocalPlane(middle[1], middle[0])

    def to(lat: float, lon: float) -> tuple[float, float]:
        x, y = plane.to_metres(np.array([lon]), np.array([lat]))
        return float(x[0]), float(y[0])

    drawn = draw(to)
    return _polygons(shapely.transform(drawn, lambda x, y: plane.to_degrees(x, y), interleaved=False))


def _sector(place: Plume, source: tuple[float, float]) -> Any:
    angles = np.radians(
        np.linspace(place.towards_deg - place.half_angle_deg, place.towards_deg + place.half_angle_deg, 2 * _QUARTER)
    )
    far = place.length_m / math.cos(math.radians(place.half_angle_deg / (2 * _QUARTER - 1)))  # chords lie outside the arc
    arc = [(source[0] + far * math.sin(angle), source[1] + far * math.cos(angle)) for angle in angles]
    return Polygon([source, *arc]).union(Point(*source).buffer(place.around_m))


def _polygons(shape: Any) -> Polygon | MultiPolygon:
    parts = _parts(shape)
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _parts(shape: Any) -> list[Polygon]:
    if shape.geom_type == "Polygon":
        return [] if shape.is_empty else [shape]
    return [part for one in getattr(shape, "geoms", ()) for part in _parts(one)]


def _check_spots(spots: Iterable[Spot]) -> None:
    for lat, lon in spots:
        if not (math.isfinite(lat) and math.isfinite(lon) and -90 <= lat <= 90 and -180 <= lon <= 180):
            raise InvalidInput("%(lat)s, %(lon)s lies on no map: latitude comes first, then longitude", lat=lat, lon=lon)


def _check_metres(metres: float) -> None:
    if not 0 < metres <= LARGEST_M:
        raise InvalidInput("A distance lies between 0 and %(most)s m", most=f"{LARGEST_M:g}")
