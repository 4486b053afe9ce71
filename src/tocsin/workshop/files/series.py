"""Series of any kind in CSV files: `timestamp,value[,value…]` read, `timestamp,score,state` written, and the network that the
columns belong to.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput
from tocsin.engine.anomaly.scorer import Judged

SEPARATORS = (",", ";", "\t")
NAME_ENDS = ".:/"  # what divides the name of a component from that of its channel
_SECONDS, _MILLISECONDS, _MICROSECONDS = 1e11, 1e14, 1e17  # whole numbers below these are times in that unit


@dataclass(frozen=True, eq=False)
class Series:
    """A file's rows in their order: `stamps` as they are written, `ts_ms` int64[n] UTC (a time without zone is taken as UTC),
    `values` float64[n, channels], NaN where nothing stands; `channels` are the names of the columns.
    """

    stamps: tuple[str, ...]
    ts_ms: NDArray[np.int64]
    values: NDArray[np.float64]
    channels: tuple[str, ...]


def read_series(path: Path) -> Series:
    """The series of a CSV file, times in the first column; InvalidInput names the file, the row and the column that can't be
    read.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            header = file.readline()
        separator = max(SEPARATORS, key=header.count)
        table = pl.read_csv(path, separator=separator, infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError, OSError) as error:
        raise InvalidInput(f"{path}: {str(error).splitlines()[0]}") from None
    if table.width < 2 or not table.height:
        raise InvalidInput(f"{path}: a first column of times, at least one of values, and a row are needed: timestamp,value")
    stamps = table.to_series(0).fill_null("")
    values = [_numbers(path, table[name]) for name in table.columns[1:]]
    return Series(tuple(stamps), _times(path, stamps), np.column_stack(values), tuple(table.columns[1:]))


def write_scores(out: TextIO, series: Series, judged: Judged) -> None:
    """`timestamp,score,state`, a row for each of the file, times as they were written there."""
    columns = {"timestamp": series.stamps, "score": np.round(judged.event, 12), "state": np.round(judged.state, 6)}
    out.write(pl.DataFrame(columns).write_csv())


def read_ways(path: Path) -> dict[str, list[str]]:
    """The network of a CSV file with the columns `from,to`: what happens in `from` shows next in `to`."""
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError, OSError) as error:
        raise InvalidInput(f"{path}: {str(error).splitlines()[0]}") from None
    if not {"from", "to"} <= set(table.columns):
        raise InvalidInput(f"{path}: the columns from and to are needed, not {', '.join(table.columns)}")
    ways: dict[str, list[str]] = {}
    for cause, effect in table.select("from", "to").drop_nulls().iter_rows():
        ways.setdefault(cause, []).append(effect)
    return ways


def components_of(channels: tuple[str, ...], ways: dict[str, list[str]], path: Path) -> tuple[str, ...]:
    """The component of each channel: a name in the network, or what stands before the last `.`, `:` or `/` (pump1.flow is of
    pump1); InvalidInput where the network names a component without a channel.
    """
    known = {*ways, *(effect for effects in ways.values() for effect in effects)}
    found = tuple(name if name in known else name[: max(max(map(name.rfind, NAME_ENDS)), 0)] or name for name in channels)
    missing = sorted(known - set(found))
    if missing:
        raise InvalidInput(f"{path}: no column belongs to {', '.join(missing)}; the columns are {', '.join(channels)}")
    return found


def _numbers(path: Path, column: pl.Series) -> NDArray[np.float64]:
    numbers = column.str.strip_chars().replace("", None).cast(pl.Float64, strict=False)
    wrong = (numbers.is_null() & column.is_not_null() & (column.str.strip_chars() != "")).arg_true()
    if len(wrong):
        row = int(wrong[0])
        raise InvalidInput(f"{path}: row {row + 2}, column {column.name}: {column[row]!r} is not a number")
    return numbers.fill_null(float("nan")).to_numpy()


def _times(path: Path, stamps: pl.Series) -> NDArray[np.int64]:
    numbers = stamps.cast(pl.Float64, strict=False)
    if numbers.null_count() == 0:
        largest = float(np.abs(numbers.to_numpy()).max())
        scale = 1000.0 if largest < _SECONDS else 1.0 if largest < _MILLISECONDS else 1e-3 if largest < _MICROSECONDS else 1e-6
        return (numbers * scale).cast(pl.Int64).to_numpy()
    for pattern in (
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d",
        "%d.%m.%Y %H:%M:%S",
        "%m/%d/%Y %H:%M:%S",
        "%m/%d/%Y %H:%M",
    ):
        plain = stamps.str.replace("T", " ", literal=True)
        times = plain.str.to_datetime(pattern, strict=False)
        if times.null_count() == 0:
            return times.dt.epoch("ms").to_numpy()
    zoned = stamps.str.replace("T", " ", literal=True).str.replace(r"Z$", "+00:00")
    times = zoned.str.to_datetime("%Y-%m-%d %H:%M:%S%.f%#z", strict=False, time_zone="UTC")
    if times.null_count():
        row = int(times.is_null().arg_true()[0])
        raise InvalidInput(f"{path}: row {row + 2}: {stamps[row]!r} is not a time (2026-01-15 04:40:00, ISO 8601 or a Unix time)")
    return times.dt.epoch("ms").to_numpy()
