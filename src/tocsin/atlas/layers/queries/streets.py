"""The streets of the city's own ground as a net on which ways are found, and by their names."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from tocsin.atlas.layers.queries.ground import ground_path, ground_version
from tocsin.atlas.layers.rules.ground import ROAD_FROM_ZOOM
from tocsin.engine.streets import StreetNet, street_net


@dataclass(frozen=True)
class NamedRoad:
    """A road of the ground, `kind` its rank (`trunk`, `major`, `minor`, `lane`)."""

    name: str
    name_en: str
    kind: str


def streets(folder: Path) -> StreetNet | None:
    """The net of the ground of that folder; None where there is no ground, or none with roads."""
    version = ground_version(folder)
    return _net(folder, version) if version else None


@lru_cache(maxsize=1)
def _net(folder: Path, version: str) -> StreetNet | None:
    """Reads the roads alone: a process that plans ways holds no buildings."""
    rows = pl.scan_parquet(ground_path(folder, version)).filter(pl.col("part") == "road").select("kind", "geometry").collect()
    return street_net(shapely.from_wkb(rows["geometry"].to_numpy()).tolist(), rows["kind"].to_list())


def named_roads(folder: Path, shape: BaseGeometry) -> list[NamedRoad]:
    """The roads with a name that touch a shape (degrees, longitude first), the greatest rank first, each name once."""
    version = ground_version(folder)
    if not version:
        return []
    rows = (
        pl.scan_parquet(ground_path(folder, version))
        .filter((pl.col("part") == "road") & (pl.col("name") != ""))
        .select("name", "name_en", "kind", "geometry")
        .collect()
    )
    touching = np.flatnonzero(shapely.intersects(shapely.from_wkb(rows["geometry"].to_numpy()), shape))
    ranks = list(ROAD_FROM_ZOOM)
    found = sorted(
        (NamedRoad(*one) for one in rows[touching].select("name", "name_en", "kind").iter_rows()),
        key=lambda one: (ranks.index(one.kind), one.name),
    )
    return list({one.name: one for one in reversed(found)}.values())[::-1]
