"""One page of a collection's features as GeoJSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import shapely

from tocsin.atlas.exchange.rules.collections import GEOMETRY, KEY, RESERVED, FeatureCollection
from tocsin.atlas.exchange.rules.frames import Frame
from tocsin.atlas.exchange.rules.questions import Question, beyond, cursor_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True)
class FeaturePage:
    """Features of a page in their order, how many there are in all, and the place after the last (empty: it is the end)."""

    rows: pl.DataFrame
    matched: int
    after: str


def all_rows(collection: FeatureCollection, person: "Person") -> pl.LazyFrame:
    """Everything of it that the reader may see, with no other columns than it tells."""
    return collection.rows(person).select(*RESERVED, *collection.types)


def count_of(collection: FeatureCollection, person: "Person") -> int:
    """How many rows of it the reader may see."""
    return int(all_rows(collection, person).select(pl.len()).collect().item())


def selected(collection: FeatureCollection, person: "Person", conditions: Sequence[pl.Expr]) -> pl.LazyFrame:
    """What all conditions are true for."""
    rows = all_rows(collection, person)
    return rows.filter(*conditions) if conditions else rows


def page_of(collection: FeatureCollection, person: "Person", question: Question) -> FeaturePage:
    """The page that the question asks for."""
    matching = selected(collection, person, question.conditions)
    begun = beyond(question)
    rest = matching if begun is None else matching.filter(begun)
    count, rows = pl.collect_all([matching.select(pl.len()), in_order(rest, question).head(question.limit + 1)])
    after = ""
    if rows.height > question.limit:
        rows = rows.head(question.limit)
        after = cursor_of([rows[one][-1] for one in (*(order.name for order in question.orders), KEY)])
    return FeaturePage(rows, int(count.item()), after)


def in_order(rows: pl.LazyFrame, question: Question) -> pl.LazyFrame:
    """The rows as the question sorts them, else by key as they come."""
    if not question.orders:
        return rows
    by = [*(one.name for one in question.orders), KEY]
    return rows.sort(by, descending=[*(one.descending for one in question.orders), False], nulls_last=True)


def rows_of_selection(collection: FeatureCollection, person: "Person", question: Question, most: int) -> tuple[pl.DataFrame, int]:
    """All rows that the question selects, at most so many, with the properties it names, and how many there are."""
    matching = selected(collection, person, question.conditions)
    kept = [*RESERVED, *question.properties]
    count, rows = pl.collect_all([matching.select(pl.len()), in_order(matching, question).head(most).select(kept)])
    return rows, int(count.item())


def feature_of(collection: FeatureCollection, person: "Person", key: str) -> pl.DataFrame:
    """The feature of that key, or no row."""
    return selected(collection, person, [pl.col(KEY) == key]).head(1).collect()


def features_json(rows: pl.DataFrame, properties: Sequence[str], frame: Frame) -> list[str]:
    """Each feature as GeoJSON."""
    if rows.is_empty():
        return []
    shapes = frame.from_degrees(shapely.from_wkb(rows[GEOMETRY].to_numpy()))
    told = rows.select(
        pl.struct(
            pl.col(KEY).alias("id"),
            (pl.struct(*(_plain(rows, name) for name in properties)) if properties else pl.lit(None)).alias("properties"),
        )
        .struct.json_encode()
        .alias("told")
    )["told"]
    geometries = np.where(shapely.is_missing(shapes), "null", shapely.to_geojson(shapes))
    return [
        f'{{"type":"Feature","geometry":{geometry},{text[1:]}' for geometry, text in zip(geometries, told.to_list(), strict=True)
    ]


def _plain(rows: pl.DataFrame, name: str) -> pl.Expr:
    """A column as JSON holds it: times as texts of UTC, no number that is none."""
    dtype: Any = rows.schema[name]
    if isinstance(dtype, pl.Datetime):
        return pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S%.fZ")
    if dtype == pl.Date:
        return pl.col(name).dt.strftime("%Y-%m-%d")
    if dtype.is_float():
        return pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name)
    return pl.col(name)


def extent_of(collection: FeatureCollection, person: "Person") -> tuple[float, float, float, float] | None:
    """West, south, east and north of all its features; None where none has a place."""
    west, south, east, north = (
        all_rows(collection, person)
        .select(pl.col("_west").min(), pl.col("_south").min(), pl.col("_east").max(), pl.col("_north").max())
        .collect()
        .row(0)
    )
    return None if west is None else (west, south, east, north)
