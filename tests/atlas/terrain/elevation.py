"""Elevation models for tests: GeoTIFFs of a surface that is known everywhere."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.transform import Affine
from rasterio.warp import transform

WEST, NORTH = 120.38, 36.20
STEP: Final = 0.0003  # degrees: 27 to 33 m
SIDE: Final = 240
GAUSS_KRUEGER = "EPSG:4549"  # CGCS2000, 3 degrees, 120 E
UTM = "EPSG:32651"

type Floats = NDArray[np.float64]


def slope(lon: Floats, lat: Floats) -> Floats:
    """Metres above the sea: rises to the east and to the north."""
    return 50.0 + 2000.0 * (lon - WEST) + 900.0 * (lat - 36.1)


def write_model(
    path: Path,
    *,
    crs: str | None = "EPSG:4490",
    place: Affine | None = None,
    shape: tuple[int, int] = (SIDE, SIDE),
    values: NDArray[Any] | None = None,
    kind: str = "float32",
    bands: int = 1,
    unit: str = "",
    scale: float = 1.0,
    **told: Any,
) -> Path:
    """A GeoTIFF of the slope, or of `values`."""
    placed = place or Affine.translation(WEST, NORTH) @ Affine.scale(STEP, -STEP)
    if values is None:
        columns, rows = np.meshgrid(np.arange(shape[1]) + 0.5, np.arange(shape[0]) + 0.5)
        x, y = placed @ (columns.ravel(), rows.ravel())
        lon, lat = transform(crs or "EPSG:4490", "EPSG:4326", x, y)
        values = slope(np.asarray(lon), np.asarray(lat)).reshape(shape) / scale
    height, width = values.shape
    profile = {
        "driver": "GTiff",
        "height": height,
        "width": width,
        "count": bands,
        "dtype": kind,
        "crs": crs,
        "transform": placed,
    }
    with rasterio.open(path, "w", **profile, **told) as file:
        for band in range(1, bands + 1):
            file.write(np.asarray(values).astype(kind), band)
        if scale != 1.0:
            file.scales = (scale,) * bands
        if unit:
            file.units = (unit,) * bands
    return path


def metres(west: float, north: float, step: float, *, turned: float = 0.0) -> Affine:
    """The place of a file in metres of a projection."""
    return Affine.translation(west, north) @ Affine.rotation(turned) @ Affine.scale(step, -step)
