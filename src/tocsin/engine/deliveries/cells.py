"""Cells as people write them, read as the kind that a contract names."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.engine.deliveries.contract import Kind

_DAYS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
_CLOCKS: Final = ("%H:%M:%S%.f", "%H:%M:%S", "%H:%M")
_YES: Final = ("是", "有", "y", "yes", "true", "t", "1", "1.0")
_NO: Final = ("否", "无", "n", "no", "false", "f", "0", "0.0")


def read_cells(cells: pl.Series, kind: Kind) -> pl.Series:
    """The values of a column of texts (null where empty): Float64 for numbers and yes or no, milliseconds of UTC (Int64) for days
    and moments, the texts themselves for texts. Null where a cell is empty or can't be read as that kind.

    >>> read_cells(pl.Series(["1,200", "3.5 ", "n/a", None]), Kind.NUMBER).to_list()
    [1200.0, 3.5, None, None]
    >>> read_cells(pl.Series(["2026年1月2日", "2026/1/2"]), Kind.DAY).n_unique()
    1
    """
    texts = cells.str.strip_chars()
    if kind is Kind.TEXT:
        return texts
    if kind in (Kind.WHOLE, Kind.NUMBER):
        numbers = texts.str.replace_all(r"[,，\s]", "").cast(pl.Float64, strict=False)
        finite = pl.select(pl.when(numbers.is_finite()).then(numbers)).to_series()
        return finite if kind is Kind.NUMBER else pl.select(pl.when(finite == finite.floor()).then(finite)).to_series()
    if kind is Kind.YES_NO:
        lower = texts.str.to_lowercase()
        return pl.select(pl.when(lower.is_in(_YES)).then(1.0).when(lower.is_in(_NO)).then(0.0)).to_series()
    return _moments(texts)


def numbers_of(cells: pl.Series) -> NDArray[np.float64]:
    """The numbers of a column of texts; NaN where there is none."""
    return read_cells(cells, Kind.NUMBER).cast(pl.Float64).fill_null(np.nan).to_numpy()


def _moments(texts: pl.Series) -> pl.Series:
    """A moment without an offset counts as one of China; one second is enough of it."""
    plain = texts.str.replace("T", " ", literal=True).str.replace(r"\s*(?:Z|[+-]\d\d:?\d\d)$", "")
    offset = texts.str.extract(r"(Z|[+-]\d\d:?\d\d)$").str.replace("Z", "+00:00").str.replace(":", "", literal=True)
    hours = offset.str.slice(0, 3).cast(pl.Float64, strict=False)
    minutes = offset.str.slice(3, 2).cast(pl.Float64, strict=False)
    with_clock = texts.str.contains(":", literal=True)
    shift = pl.select(
        pl.when(hours.is_not_null() & with_clock).then(hours * 60 + minutes.fill_null(0)).otherwise(480)
    ).to_series()
    day = pl.Series(plain.name, [None] * len(plain), pl.Datetime("ms"))
    for form in _DAYS:
        for clock in ("", *(f" {one}" for one in _CLOCKS)):
            written = plain if clock else plain.set(with_clock.fill_null(False), None) + " 00:00"
            read = written.str.to_datetime(form + (clock or " %H:%M"), time_unit="ms", strict=False)
            day = day.zip_with(day.is_not_null(), read)
    return day.cast(pl.Int64) - (shift * 60_000).cast(pl.Int64)


def filled(cells: pl.Series) -> pl.Series:
    """Which cells hold anything."""
    return (cells.is_not_null() & (cells.str.strip_chars() != "")).fill_null(False)
