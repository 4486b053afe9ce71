"""The streets of the city's own ground as a net on which ways are found."""

from functools import lru_cache
from pathlib import Path

import polars as pl
import shapely

from tocsin.atlas.layers.queries.ground import ground_path, ground_version
from tocsin.engine.streets import StreetNet, street_net


def streets(folder: Path) -> StreetNet | None:
    """The net of the ground of that folder; None where there is no ground, or none with roads."""
    version = ground_version(folder)
    return _net(folder, version) if version else None


@lru_cache(maxsize=1)
def _net(folder: Path, version: str) -> StreetNet | None:
    """Reads the roads alone: a process that plans ways holds no buildings."""
    rows = pl.scan_parquet(ground_path(folder, version)).filter(pl.col("part") == "road").select("kind", "geometry").collect()
    return street_net(shapely.from_wkb(rows["geometry"].to_numpy()).tolist(), rows["kind"].to_list())
