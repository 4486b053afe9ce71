"""A judged delivery as the table that is kept and served: the contract's columns with their types, a key, a shape in degrees."""

from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
import shapely

from tocsin.base.datums import Datum, convert
from tocsin.engine.deliveries.cells import read_cells
from tocsin.engine.deliveries.contract import Contract, Kind
from tocsin.engine.deliveries.profile import Delivery, keys_of, places_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEY: Final = "_key"
GEOMETRY: Final = "_geometry"
BOUNDS: Final = ("_west", "_south", "_east", "_north")
_CHINA_MS: Final = 8 * 3_600_000
_DIGITS: Final = 8

TYPES: Final[dict[Kind, pl.DataType]] = {
    Kind.TEXT: pl.String(),
    Kind.WHOLE: pl.Int64(),
    Kind.NUMBER: pl.Float64(),
    Kind.YES_NO: pl.Boolean(),
    Kind.DAY: pl.Date(),
    Kind.MOMENT: pl.Datetime("ms", "UTC"),
}


def schema_of(contract: Contract) -> dict[str, pl.DataType]:
    """The columns of a kept table with their types."""
    places: dict[str, pl.DataType] = {GEOMETRY: pl.Binary(), **{name: pl.Float64() for name in BOUNDS}}
    return {KEY: pl.String(), **places, **{one.name: TYPES[one.kind] for one in contract.columns}}


def typed_rows(delivery: Delivery, headings: dict[str, str], contract: Contract) -> pl.DataFrame:
    """The rows of `schema_of`, by ascending key. `headings`: the file's heading of each column of the contract that it has.

    A cell that can't be read as its column's kind is null. Shapes and places come out as CGCS2000, longitude first.

    >>> from tocsin.engine.deliveries.contract import Column
    >>> wells = Contract(name="wells", columns=(Column(name="no"), Column(name="depth", kind=Kind.NUMBER)), key=("no",))
    >>> cells = pl.DataFrame({"no": ["W2", "W1"], "depth": ["2.5", "deep"]})
    >>> typed_rows(Delivery(cells, ""), {"no": "no", "depth": "depth"}, wells)[["_key", "depth"]].rows()
    [('W1', None), ('W2', 2.5)]
    """
    count = len(delivery.cells)
    columns = {
        one.name: _typed(delivery.cells[headings[one.name]], one.kind)
        if one.name in headings
        else pl.Series(one.name, [None] * count, TYPES[one.kind])
        for one in contract.columns
    }
    shapes = _shapes(delivery, headings, contract)
    frame = pl.DataFrame({KEY: row_keys(delivery.cells, headings, contract), **_placed(shapes, count), **columns})
    return frame.cast(schema_of(contract)).select(list(schema_of(contract))).sort(KEY)  # type: ignore[arg-type]


def row_keys(cells: pl.DataFrame, headings: dict[str, str], contract: Contract) -> pl.Series:
    """A text for each row, no two alike: what the contract's key holds, parts joined by `|`; without one the row's number."""
    numbered = pl.Series([f"{row:0{_DIGITS}d}" for row in range(1, len(cells) + 1)], dtype=pl.String)
    if not contract.key or any(one not in headings for one in contract.key):
        return numbered
    parts = [cells[headings[one]].fill_null("").str.strip_chars() for one in contract.key]
    if len(parts) > 1:
        parts = [one.str.replace_all("|", "%7C", literal=True) for one in parts]
    keys = pl.select(pl.concat_str(parts, separator="|")).to_series()
    empty = pl.Series([not text.strip("\x1f") for text in keys_of(cells, headings, contract)], dtype=pl.Boolean)
    keys = pl.select(pl.when(empty).then(pl.lit("#") + numbered).otherwise(keys)).to_series()
    again = pl.DataFrame({"key": keys}).select((pl.int_range(pl.len()).over("key") > 0).alias("again")).to_series()
    return pl.select(pl.when(again).then(keys + pl.lit("#") + numbered).otherwise(keys)).to_series()


def _typed(cells: pl.Series, kind: Kind) -> pl.Series:
    values = read_cells(cells, kind)
    if kind is Kind.YES_NO:
        return values.cast(pl.Float64).cast(pl.Boolean)
    if kind is Kind.DAY:
        return (values.cast(pl.Int64) + _CHINA_MS).cast(pl.Datetime("ms")).cast(pl.Date)
    if kind is Kind.MOMENT:
        return values.cast(pl.Int64).cast(pl.Datetime("ms", "UTC"))
    if kind is Kind.WHOLE:
        return values.cast(pl.Int64, strict=False)
    return values


def _shapes(delivery: Delivery, headings: dict[str, str], contract: Contract) -> "NDArray[np.object_] | None":
    """Sound shapes in degrees of CGCS2000, None where a row has none or it lies nowhere on the earth."""
    if delivery.shapes is not None and contract.shapes:
        shapes: NDArray[np.object_] = np.array(delivery.shapes, dtype=object)
    else:
        places = places_of(delivery, headings, contract)
        if places is None:
            return None
        known = np.isfinite(places).all(axis=1)
        shapes = np.full(len(places), None, dtype=object)
        shapes[known] = shapely.points(places[known])
    if contract.datum is not Datum.CGCS2000:
        shapes = np.asarray(shapely.transform(shapes, lambda lonlat: convert(lonlat, contract.datum, Datum.CGCS2000)))
    bounds = shapely.bounds(shapes)
    on_earth = (bounds[:, 0] >= -180) & (bounds[:, 1] >= -90) & (bounds[:, 2] <= 180) & (bounds[:, 3] <= 90)
    shapes[~on_earth] = None
    return shapes


def _placed(shapes: "NDArray[np.object_] | None", count: int) -> dict[str, pl.Series]:
    if shapes is None:
        nothing = [None] * count
        return {GEOMETRY: pl.Series(nothing, dtype=pl.Binary), **{name: pl.Series(nothing, dtype=pl.Float64) for name in BOUNDS}}
    bounds = shapely.bounds(shapes)
    wkb = pl.Series(list(shapely.to_wkb(shapes)), dtype=pl.Binary)
    return {GEOMETRY: wkb, **{name: pl.Series(bounds[:, at]).fill_nan(None) for at, name in enumerate(BOUNDS)}}
