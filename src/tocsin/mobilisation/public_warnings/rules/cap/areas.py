"""Polygons and circles as CAP writes them: latitude before longitude, rings closed."""

import math

from shapely import Polygon

from tocsin.base.errors import InvalidInput

Spot = tuple[float, float]
"""Latitude and longitude in degrees of WGS84."""


class BadArea(InvalidInput):
    """A polygon or circle that is no area on the ground."""

    code = "area"


def read_polygon(text: str) -> tuple[Spot, ...]:
    """The ring of a polygon, its last place the first one again; BadArea with the reason otherwise."""
    ring = tuple(read_spot(part) for part in text.split())
    if len(ring) < 4:
        raise BadArea("A polygon needs at least four places, the last one the first again; it has %(count)s", count=len(ring))
    if ring[0] != ring[-1]:
        raise BadArea(
            "The polygon's ring is not closed: %(first)s at its beginning, %(last)s at its end", first=ring[0], last=ring[-1]
        )
    shape = Polygon([(lon, lat) for lat, lon in ring])
    if not shape.is_valid:
        raise BadArea("The polygon is no area: its ring crosses or touches itself")
    if shape.area == 0:
        raise BadArea("The polygon is no area: its places lie on one line")
    return ring


def read_circle(text: str) -> tuple[Spot, float]:
    """Centre and radius in kilometres; BadArea with the reason otherwise."""
    parts = text.split()
    if len(parts) != 2:
        raise BadArea('"%(written)s" is no circle: write "latitude,longitude kilometres"', written=text[:80])
    radius = _number(parts[1])
    if radius < 0 or radius > 20_100:
        raise BadArea("A circle of %(radius)s km does not exist on Earth", radius=radius)
    return read_spot(parts[0]), radius


def read_spot(text: str) -> Spot:
    """Latitude and longitude; BadArea for what lies on no map, as two that are exchanged mostly do."""
    parts = text.split(",")
    if len(parts) != 2:
        raise BadArea('"%(written)s" is no place: write "latitude,longitude"', written=text[:80])
    lat, lon = _number(parts[0]), _number(parts[1])
    if not -90 <= lat <= 90 or not -180 <= lon <= 180:
        raise BadArea("%(written)s lies on no map: latitude comes first, then longitude", written=text[:80])
    return lat, lon


def write_polygon(ring: tuple[Spot, ...]) -> str:
    """A closed ring in five decimals, which are 1.1 m."""
    return " ".join(f"{lat:.5f},{lon:.5f}" for lat, lon in ring)


def write_circle(centre: Spot, radius_km: float) -> str:
    """A circle; its radius is rounded up."""
    return f"{centre[0]:.5f},{centre[1]:.5f} {math.ceil(radius_km * 1000) / 1000:.3f}"


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadArea('"%(written)s" is no number', written=text[:80])
    return value
