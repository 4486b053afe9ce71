"""Pieces of the ground as the table that is kept."""

from collections.abc import Sequence

import polars as pl
import shapely

from tocsin.atlas.layers.rules.ground import GroundFeature


def rows_of(features: Sequence[GroundFeature]) -> pl.DataFrame:
    """One row for each, its geometry as WKB."""
    return pl.DataFrame(
        {
            "part": [one.part for one in features],
            "kind": [one.kind for one in features],
            "name": [one.name for one in features],
            "name_en": [one.name_en for one in features],
            "geometry": pl.Series(shapely.to_wkb([one.geometry for one in features]).tolist(), dtype=pl.Binary),
        }
    )
