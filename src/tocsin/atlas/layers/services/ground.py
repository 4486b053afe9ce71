"""A city's own ground takes the place of the one before."""

import hashlib
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import shapely

from tocsin.atlas.layers.rules.ground import read_ground
from tocsin.jurisdiction.face import User, region_of
from tocsin.records.face import record_audit

LOADED = "map.ground_loaded"


def keep_ground(*, actor: User, features: Iterable[Mapping[str, Any]], folder: Path) -> str:
    """Keeps GeoJSON features as the ground of the map and returns its version; InvalidInput leaves the old one as it was."""
    read = read_ground(features)
    rows = pl.DataFrame(
        {
            "part": [one.part for one in read],
            "kind": [one.kind for one in read],
            "name": [one.name for one in read],
            "name_en": [one.name_en for one in read],
            "geometry": pl.Series(shapely.to_wkb([one.geometry for one in read]).tolist(), dtype=pl.Binary),
        }
    )
    body = io.BytesIO()
    rows.write_parquet(body)
    version = hashlib.sha256(body.getvalue()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"ground-{version}.parquet"
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_bytes(body.getvalue())
    draft.replace(path)
    for old in folder.glob("ground-*.parquet"):
        if old != path:
            old.unlink(missing_ok=True)  # a process that has read it holds it in memory
    record_audit(actor, LOADED, "map", version, region_of(actor), {"features": len(read)})
    return version
