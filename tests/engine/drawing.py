"""Small networks drawn in metres: points and lines as GeoJSON features around one place."""

from typing import Any

import numpy as np

from tocsin.base.geometry import LocalPlane

PLANE = LocalPlane(120.4, 36.2)


def point(code: str, kind: str, x_m: float, y_m: float, **properties: Any) -> dict[str, Any]:
    """A point feature, metres east and north of the plane's middle."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": _degrees(x_m, y_m)},
        "properties": {"id": code, "kind": kind, "x_m": x_m, "y_m": y_m, **properties},
    }


def line(code: str, kind: str, start: dict[str, Any], end: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """A straight line feature from one point feature to another."""
    ends = {"from_node": start["properties"]["id"], "to_node": end["properties"]["id"]}
    coordinates = [start["geometry"]["coordinates"], end["geometry"]["coordinates"]]
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": coordinates},
        "properties": {"id": code, "kind": kind, **ends, **properties},
    }


def _degrees(x_m: float, y_m: float) -> list[float]:
    lon, lat = PLANE.to_degrees(np.array([x_m]), np.array([y_m]))
    return [float(lon[0]), float(lat[0])]
