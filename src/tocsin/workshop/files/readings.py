"""Readings from a file, batch by batch: Parquet, CSV or NDJSON with columns sensor, ts, value, perhaps quality and quantity."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import Quality

ROWS = 1 << 19  # per batch of Parquet
_BLOCK_BYTES = 1 << 23  # per batch of text
_SENSOR_NAMES = ("sensor", "sensor_id")
_EARLIEST_MS = 100_000_000_000  # March 1973: an integer below it is a time in seconds
_QUALITIES = {quality.name.lower(): int(quality) for quality in Quality}


type Column = Any  # an Arrow array: of which type, the file decides


@dataclass(frozen=True, eq=False)
class Batch:
    """Rows of the file: `sensor` as the file names it (integers or texts), `ts` int64 ms, `value` float64, `quality` uint8;
    `quantity` where the file has it; `done` 0 to 1 is how much of the file has been read with it.
    """

    sensor: Column
    ts: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8]
    quantity: Column | None
    done: float


def read_batches(path: Path) -> Iterator[Batch]:
    """All rows in the file's order; the next batch is decoded in a thread of its own while this one is worked on.

    InvalidInput for a file that can't be read, a missing column, or one of the wrong type.
    """
    batches = _decoded(path)
    with ThreadPoolExecutor(1, "decode") as decoder:
        ahead = decoder.submit(next, batches, None)
        while (batch := ahead.result()) is not None:
            ahead = decoder.submit(next, batches, None)
            yield batch


def _decoded(path: Path) -> Iterator[Batch]:
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise InvalidInput(f"{path}: the name must end in {', '.join(_READERS)}")
    row = 0
    try:
        for table, done in reader(path):
            yield _batch(table, path, row, done)
            row += table.num_rows
    except OSError as error:
        raise InvalidInput(f"{path} can't be read: {error.strerror or error}") from None
    except pa.ArrowException as error:
        raise InvalidInput(f"{path} can't be read: {str(error).splitlines()[0]}") from None


def _parquet(path: Path) -> Iterator[tuple[pa.RecordBatch, float]]:
    with pq.ParquetFile(path) as file:
        names = _wanted(file.schema_arrow.names, path)
        total = max(1, file.metadata.num_rows)
        row = 0
        for batch in file.iter_batches(batch_size=ROWS, columns=names):
            row += batch.num_rows
            yield batch, row / total


def _csv(path: Path) -> Iterator[tuple[pa.RecordBatch, float]]:
    with path.open("rb") as file:
        first = file.readline().decode("utf-8-sig", "replace").strip()
    names = _wanted([name.strip().strip('"') for name in first.split(",")], path)
    convert = pyarrow.csv.ConvertOptions(include_columns=names, column_types={"value": pa.float64()})
    read = pyarrow.csv.ReadOptions(block_size=_BLOCK_BYTES)
    with path.open("rb") as file:
        for batch in pyarrow.csv.open_csv(file, read_options=read, convert_options=convert):
            yield batch, file.tell() / path.stat().st_size


def _ndjson(path: Path) -> Iterator[tuple[pa.RecordBatch, float]]:
    with path.open("rb") as file:
        for batch in pyarrow.json.open_json(file, read_options=pyarrow.json.ReadOptions(block_size=_BLOCK_BYTES)):
            yield batch.select(_wanted(batch.schema.names, path)), file.tell() / path.stat().st_size


_READERS = {".parquet": _parquet, ".csv": _csv, ".ndjson": _ndjson, ".jsonl": _ndjson}


def _wanted(names: Sequence[str], path: Path) -> list[str]:
    """The columns to read, sensor first; InvalidInput names those that are missing."""
    sensor = next((name for name in _SENSOR_NAMES if name in names), None)
    missing = [name for name in ("ts", "value") if name not in names]
    if sensor is None or missing:
        lost = " and ".join([*([] if sensor else ["sensor"]), *missing])
        raise InvalidInput(f"{path}: no column {lost}; the columns are {', '.join(names)}")
    return [sensor, "ts", "value", *(name for name in ("quality", "quantity") if name in names)]


def _batch(table: pa.RecordBatch, path: Path, row: int, done: float) -> Batch:
    """The columns in our types. A missing value is not a number, so the detector calls it unreadable; a missing sensor or time
    is refused with its row.
    """
    names = table.schema.names
    for name in (names[0], "ts"):
        column = table.column(name)
        if column.null_count:
            place = row + pc.index(pc.is_null(column), True).as_py()
            raise InvalidInput(f"{path}: {name} is empty in row {place + 1} of the data")
    value: Column = _cast(table.column("value"), pa.float64(), f"{path}: value must be a number")
    return Batch(
        sensor=table.column(0),
        ts=_milliseconds(table.column("ts"), path),
        value=pc.fill_null(value, np.nan).to_numpy(zero_copy_only=False),
        quality=_quality(table.column("quality"), path) if "quality" in names else np.zeros(table.num_rows, np.uint8),
        quantity=table.column("quantity") if "quantity" in names else None,
        done=min(done, 1.0),
    )


def _milliseconds(column: Column, path: Path) -> NDArray[np.int64]:
    """UTC milliseconds of an integer column, of timestamps with a zone, or of ISO 8601 texts with a zone."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        message = f"{path}: ts must be milliseconds or ISO 8601 with a zone, like 2026-11-24T05:00:00Z"
        column = _cast(column, pa.timestamp("ms", "UTC"), message)
    if pa.types.is_timestamp(column.type):
        if column.type.tz is None:
            raise InvalidInput(f"{path}: ts has no time zone; write milliseconds UTC, or a zone, like 2026-11-24T05:00:00Z")
        column = pc.cast(column, pa.timestamp("ms", "UTC"), safe=False)
    whole: Column = _cast(column, pa.int64(), f"{path}: ts must be whole milliseconds UTC")
    numbers = np.asarray(whole.to_numpy(zero_copy_only=False), np.int64)
    if len(numbers) and 0 < int(numbers[0]) < _EARLIEST_MS:
        raise InvalidInput(f"{path}: ts {int(numbers[0])} looks like seconds; it must be milliseconds UTC")
    return numbers


def _quality(column: Column, path: Path) -> NDArray[np.uint8]:
    """0 good, 1 suspect, 2 bad, or those words; empty is good."""
    known = ", ".join(f"{number} {name}" for name, number in _QUALITIES.items())
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        number: Column = pc.index_in(column, pa.array(list(_QUALITIES), column.type))
        if number.null_count > column.null_count:
            raise InvalidInput(f"{path}: quality must be one of {known}")
        column = number
    numbers: Column = pc.fill_null(_cast(column, pa.uint8(), f"{path}: quality must be one of {known}"), 0)
    return np.asarray(numbers.to_numpy(zero_copy_only=False), np.uint8)


def _cast(column: Column, kind: pa.DataType, message: str) -> Column:
    """The column in another type; InvalidInput with the message where a value does not fit."""
    try:
        return pc.cast(column, kind)
    except pa.ArrowException as error:
        raise InvalidInput(f"{message} ({str(error).splitlines()[0]})") from None
