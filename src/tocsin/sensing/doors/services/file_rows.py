"""Rows of a file of readings, part by part: Parquet and CSV by pyarrow, lines of JSON by a compiled loop.

A part whose lines are of another form than the loop knows is read by pyarrow, too.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow import csv, json

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.base.levels import Quality
from tocsin.engine.lines.names import Names
from tocsin.engine.lines.rows import NO_TIME, Rows, read_rows

BLOCK_BYTES: Final = 1 << 24  # of a text: some 300,000 rows, each block an entry of the history's log
ROWS_AT_ONCE: Final = 1 << 20
LINES: Final = (".ndjson", ".jsonl")
TABLES: Final[dict[str, ds.FileFormat]] = {
    ".parquet": ds.ParquetFileFormat(),
    ".csv": ds.CsvFileFormat(read_options=csv.ReadOptions(block_size=BLOCK_BYTES)),
}


@dataclass(frozen=True, eq=False)
class Part:
    """Some rows of a file; `spelt` tells what the file calls the sensor of one of them."""

    rows: Rows
    spelt: Callable[[int], str]


def parts_of(path: Path, names: Names) -> Iterator[Part]:
    """All rows in the file's order; the next part is read in a thread of its own meanwhile.

    InvalidInput for a file that can't be read.
    """
    kind = path.suffix.lower()
    if kind not in TABLES and kind not in LINES:
        raise InvalidInput(f"{path}: the name must end in {', '.join((*TABLES, *LINES))}")
    parts = _of_lines(path, names) if kind in LINES else _of_table(path, names, TABLES[kind])
    try:
        with ThreadPoolExecutor(1, "rows") as reader:
            ahead = reader.submit(next, parts, None)
            while (part := ahead.result()) is not None:
                ahead = reader.submit(next, parts, None)
                yield part
    except (OSError, pa.ArrowException, pl.exceptions.PolarsError) as error:
        raise InvalidInput(f"{path} can't be read: {str(error).splitlines()[0]}") from error


def _of_table(path: Path, names: Names, kind: ds.FileFormat) -> Iterator[Part]:
    for batch in ds.dataset(path, format=kind).to_batches(batch_size=ROWS_AT_ONCE):
        yield _of_frame(pl.from_arrow(batch), path, names)


def _of_lines(path: Path, names: Names) -> Iterator[Part]:
    line = 1
    with path.open("rb") as file:
        for block in _whole_lines(file, path):
            rows = read_rows(block, names)
            yield _of_json(block, path, names, line) if rows is None else Part(rows, _Spelling(block, rows))
            line += block.count(b"\n")


def _whole_lines(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """The file in blocks that end with a line."""
    rest = b""
    while block := file.read(BLOCK_BYTES):
        end = block.rfind(b"\n") + 1
        if not end and len(rest) + len(block) > BLOCK_BYTES:
            raise InvalidInput(f"{path} can't be read: a line has more than {BLOCK_BYTES // 1_000_000} MB")
        if end:
            yield rest + block[:end]
            rest = b""
        rest += block[end:]
    if rest:
        yield rest


@dataclass(frozen=True, eq=False)
class _Spelling:
    """Names in lines of JSON, read again for the few that are told."""

    block: bytes
    rows: Rows

    def __call__(self, row: int) -> str:
        start = int(self.rows.line[row])
        told = read_json(self.block[start:].split(b"\n", 1)[0])
        return f"{told['device']}/{told['channel']}" if {"device", "channel"} <= set(told) else str(told["sensor"])


def _of_json(block: bytes, path: Path, names: Names, line: int) -> Part:
    """Lines as pyarrow understands them; InvalidInput names the one that is no JSON."""
    try:
        table = json.read_json(BytesIO(block), read_options=json.ReadOptions(block_size=len(block) + 1))
    except pa.ArrowException:
        for number, one in enumerate(block.split(b"\n"), line):
            if one.strip():
                read_json(one, line=number)
        raise
    return _of_frame(pl.from_arrow(table), path, names)


def _of_frame(frame: Any, path: Path, names: Names) -> Part:
    told = frame.select(_key(frame, path), _time(frame, path), _value(frame, path), _quality(frame))
    keys = told["key"].unique().drop_nulls()
    numbers = pl.DataFrame({"key": keys, "number": names.find(keys.to_list())}, schema={"key": pl.String, "number": pl.Int32})
    number = told.join(numbers, on="key", how="left", maintain_order="left")["number"].fill_null(-1)
    rows = Rows(
        sensor=number.to_numpy(),
        ts=told["ts"].fill_null(NO_TIME).to_numpy(),
        value=told["value"].fill_null(float("nan")).to_numpy(),
        quality=told["quality"].to_numpy(),
        line=np.arange(len(told)),
    )
    return Part(rows, lambda row: str(told["key"][row]))


def _key(frame: pl.DataFrame, path: Path) -> pl.Expr:
    if {"device", "channel"} <= set(frame.columns):
        return pl.concat_str("device", "channel", separator="/").alias("key")
    if "sensor" in frame.columns:
        return pl.col("sensor").cast(pl.String).alias("key")
    raise InvalidInput(
        f"{path}: who measured? Columns device and channel, or sensor, are needed; there are {', '.join(frame.columns)}"
    )


def _time(frame: pl.DataFrame, path: Path) -> pl.Expr:
    kind = frame.schema.get("ts")
    column = pl.col("ts")
    if kind is None:
        raise InvalidInput(f"{path}: there is no column ts; the columns are {', '.join(frame.columns)}")
    if isinstance(kind, pl.Datetime):
        return column.dt.epoch("ms").alias("ts")
    if kind == pl.String:
        return column.str.to_datetime("%+", time_zone="UTC", strict=False).dt.epoch("ms").alias("ts")
    if kind.is_integer():
        return column.cast(pl.Int64).alias("ts")
    raise InvalidInput(f"{path}: ts must be milliseconds or times, not {kind}")


def _value(frame: pl.DataFrame, path: Path) -> pl.Expr:
    kind = frame.schema.get("value")
    if kind is None or not (kind.is_numeric() or kind == pl.Null):
        raise InvalidInput(f"{path}: a column value of numbers is needed, not {kind}")
    return pl.col("value").cast(pl.Float64)


def _quality(frame: pl.DataFrame) -> pl.Expr:
    unknown = pl.col("value").cast(pl.Float64).is_finite().not_().fill_null(True)  # a missing value too
    given = pl.col("quality").cast(pl.UInt8, strict=False).fill_null(0) if "quality" in frame.columns else pl.lit(0, pl.UInt8)
    bad = pl.lit(int(Quality.BAD), pl.UInt8)
    return pl.when(unknown | (given > bad)).then(bad).otherwise(given).alias("quality")
