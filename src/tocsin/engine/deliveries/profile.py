"""What is remembered of a delivery, small enough to keep for each: how its columns looked, and a sample of its rows.

The sample is coordinated: rows whose key has the smallest hashes. Two deliveries of the same objects therefore hold the same rows
in their samples, and values can be compared row by row without the old table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

import msgspec
import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from tocsin.engine.deliveries.cells import filled, read_cells
from tocsin.engine.deliveries.contract import Contract, Kind

SAMPLE: Final = 500
_TOP: Final = 40
_LOOKS: Final = 12
_QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Delivery:
    """A file as it arrived. `cells`: every column as texts, null where empty, under the file's own headings; `shapes`: geometries
    of shapely row by row, or None; `digest`: SHA-256 of the file; `ragged`: rows with more or fewer cells than headings; `kinds`:
    of columns whose file says what they hold.
    """

    cells: pl.DataFrame
    digest: str
    shapes: NDArray[np.object_] | None = None
    ragged: int = 0
    kinds: Mapping[str, Kind] = field(default_factory=dict)


class ColumnProfile(msgspec.Struct, frozen=True, kw_only=True):
    """How one column looked. `looks`: shares of the outlines of its values (`99-a`); `top`: shares of its commonest values."""

    empty: float
    distinct: int
    looks: dict[str, float]
    top: dict[str, float]
    quantiles: tuple[float, ...] = ()
    decimals: int = 0


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a delivery. `rows`, `newest` (milliseconds), columns by the contract's names, the sampled rows."""

    digest: str
    rows: int
    columns: dict[str, ColumnProfile]
    sample: dict[str, dict[str, str]]
    places: dict[str, tuple[float, float]]
    place_decimals: int = 0
    newest: int | None = None


def profile_of(delivery: Delivery, named: dict[str, str], contract: Contract) -> Profile:
    """The profile of a delivery. `named`: the file's heading of each column of the contract that it has."""
    cells = delivery.cells
    keys = keys_of(cells, named, contract)
    sampled = _sampled(keys)
    lonlat = places_of(delivery, named, contract)
    columns = {name: column_profile(cells[heading], contract.column(name).kind) for name, heading in named.items()}
    texts = {name: cells[heading] for name, heading in named.items()}
    return Profile(
        digest=delivery.digest,
        rows=len(cells),
        columns=columns,
        sample={
            keys[row]: {name: text for name, column in texts.items() if (text := column[row]) is not None} for row in sampled
        },
        places={
            keys[row]: (float(lonlat[row, 0]), float(lonlat[row, 1]))
            for row in sampled
            if lonlat is not None and np.isfinite(lonlat[row]).all()
        },
        place_decimals=place_decimals(delivery, named, contract, lonlat),
        newest=newest_of(cells, named, contract),
    )


def keys_of(cells: pl.DataFrame, named: dict[str, str], contract: Contract) -> list[str]:
    """The key of each row as one text; empty where the contract has none, or a column of it is missing."""
    if not contract.key or any(one not in named for one in contract.key):
        return []
    parts = [cells[named[one]].fill_null("").str.strip_chars() for one in contract.key]
    return pl.select(pl.concat_str(parts, separator="\x1f")).to_series().to_list()


def _sampled(keys: list[str]) -> list[int]:
    """Rows of the smallest hashes, each key once, in the order of their hashes."""
    first: dict[str, int] = {}
    for row, key in enumerate(keys):
        if key.strip("\x1f"):
            first.setdefault(key, row)
    ranked = sorted(first, key=lambda key: blake2b(key.encode(), digest_size=8).digest())
    return [first[key] for key in ranked[:SAMPLE]]


def column_profile(cells: pl.Series, kind: Kind) -> ColumnProfile:
    """How a column of texts looks, and its numbers where it holds some."""
    held = cells.str.strip_chars().filter(filled(cells))
    count = max(len(held), 1)
    top = held.value_counts(sort=True, name="n").head(_TOP)
    numbers = read_cells(held, kind).drop_nulls() if kind in (Kind.NUMBER, Kind.WHOLE) else pl.Series([], dtype=pl.Float64)
    return ColumnProfile(
        empty=1 - len(held) / max(len(cells), 1),
        distinct=held.n_unique() if len(held) else 0,
        looks=_looks(held),
        top={text: number / count for text, number in top.iter_rows()},
        quantiles=tuple(float(numbers.quantile(one) or 0.0) for one in _QUANTILES) if len(numbers) else (),
        decimals=_decimals(held) if len(numbers) else 0,
    )


def _looks(held: pl.Series) -> dict[str, float]:
    """Outlines: runs of digits as 9, of Latin letters as a, of other letters as 字; everything else as it is."""
    if not len(held):
        return {}
    outline = held.str.slice(0, 40).str.replace_all(r"\p{Nd}+", "9").str.replace_all(r"[A-Za-z]+", "a")
    outline = outline.str.replace_all(r"[^\x00-\x7F]+", "字")
    counts = outline.value_counts(sort=True, name="n").head(_LOOKS)
    return {text: number / len(held) for text, number in counts.iter_rows()}


def _decimals(held: pl.Series) -> int:
    """How many digits stand behind the point, in nine of ten values at most so many."""
    behind = held.str.extract(r"\.(\d*?)0*$", 1).str.len_chars().fill_null(0)
    return int(behind.quantile(0.9, "nearest") or 0)


def places_of(delivery: Delivery, named: dict[str, str], contract: Contract) -> NDArray[np.float64] | None:
    """(n, 2) degrees as they were delivered, NaN where a row has none; None where the contract has no places, or lost them."""
    if delivery.shapes is not None and contract.shapes:
        points = shapely.centroid(delivery.shapes)
        return np.column_stack([shapely.get_x(points), shapely.get_y(points)]).astype(np.float64)
    if contract.longitude in named and contract.latitude in named:
        pair = [read_cells(delivery.cells[named[one]], Kind.NUMBER) for one in (contract.longitude, contract.latitude)]
        return np.column_stack([one.fill_null(np.nan).to_numpy() for one in pair])
    return None


def place_decimals(delivery: Delivery, named: dict[str, str], contract: Contract, lonlat: NDArray[np.float64] | None) -> int:
    """How many decimals of a degree places have."""
    if lonlat is None or not len(lonlat):
        return 0
    if contract.longitude in named and not (delivery.shapes is not None and contract.shapes):
        cells = delivery.cells[named[contract.longitude]]
        return _decimals(cells.str.strip_chars().filter(filled(cells)))
    finite = lonlat[np.isfinite(lonlat[:, 0]), 0]
    return _decimals(pl.Series([f"{one:.8f}" for one in finite[:2000]])) if len(finite) else 0


def newest_of(cells: pl.DataFrame, named: dict[str, str], contract: Contract) -> int | None:
    """The newest moment of the column that must grow, milliseconds of UTC."""
    if contract.moment not in named:
        return None
    newest = read_cells(cells[named[contract.moment]], Kind.MOMENT).max()
    return int(newest) if isinstance(newest, int) else None
