"""How the history lies in files: its columns, how they are packed, and which of two rows with one (sensor, ts) stands."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import ColumnProperties, WriterProperties
from numpy.typing import NDArray

from tocsin.engine.columns import Readings

DAY_MS = 86_400_000
FROM_A_FILE = 0  # position of what did not come from the log
SPAN_BITS = 32  # of milliseconds, 49 days: a day or a month of rows has one whole number as its key
LAST_RANK = np.iinfo(np.int64).max
ANY_SENSOR = np.iinfo(np.int32).max
MERGED = "merged-"  # so begins the name of a file that a compaction has written

_TYPES: dict[str, pa.DataType] = {
    "day": pa.int32(),  # days since 1970-01-01, UTC
    "sensor": pa.int32(),
    "ts": pa.int64(),
    "value": pa.float64(),
    "quality": pa.int8(),
    "position": pa.int64(),
}
SCHEMA = pa.schema(_TYPES)
NO_PARTITION = pa.schema([field for field in SCHEMA if field.name != "day"])
READ_COLUMNS = ["sensor", "ts", "value", "quality", "position"]
READ_SCHEMA = pa.schema([SCHEMA.field(name) for name in READ_COLUMNS])
CONFIGURATION: dict[str, str | None] = {
    "delta.logRetentionDuration": "interval 1 days",
    "delta.deletedFileRetentionDuration": "interval 1 hours",
    "delta.checkpointInterval": "100",
}
# Times of one sensor are nearly equal steps apart: as differences they take almost no room.
COLUMNS = {
    "ts": ColumnProperties(dictionary_enabled=False, encoding="DELTA_BINARY_PACKED"),
    "sensor": ColumnProperties(dictionary_enabled=False, encoding="DELTA_BINARY_PACKED"),
}
LIVE_FILES = WriterProperties(compression="ZSTD", compression_level=1, column_properties=COLUMNS)
# Sorted by sensor, a row group holds few sensors, so that one sensor's month touches few of them.
PACKING: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 5,
    "row_group_size": 32 * 1024,
    "use_dictionary": ["value", "quality", "position"],
    "column_encoding": {"sensor": "DELTA_BINARY_PACKED", "ts": "DELTA_BINARY_PACKED"},
}


def rank(position: NDArray[np.int64]) -> NDArray[np.int64]:
    """The lowest stands: the first of the log, and a file's behind all of them."""
    return np.where(position == FROM_A_FILE, LAST_RANK, position)


def first_of_each(sensor: NDArray[np.int32], ts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mask of the first row of each (sensor, ts) in sorted columns."""
    if not len(sensor):
        return np.zeros(0, np.bool_)
    return np.append(True, (sensor[1:] != sensor[:-1]) | (ts[1:] != ts[:-1]))


def to_readings(table: pa.Table) -> Readings:
    """Rows of `READ_COLUMNS` as readings by sensor and time, the first of each (sensor, ts)."""
    sensor, ts, value, quality, position = (table.column(name).to_numpy() for name in READ_COLUMNS)
    order = in_order(sensor, ts, position)
    if order is None:
        return Readings.of(sensor=sensor, ts=ts, value=value, quality=quality)
    return Readings.of(sensor=sensor[order], ts=ts[order], value=value[order], quality=quality[order])


def in_order(sensor: NDArray[np.int32], ts: NDArray[np.int64], position: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """The rows by sensor and time, of each (sensor, ts) the one that stands; None where they are so already.

    Files are sorted, and so are most of their joints: a stable sort of one key merges them, ten times as fast as one of three.

    >>> in_order(np.array([2, 1, 1], np.int32), np.array([5, 5, 5]), np.array([1, 8, 7])).tolist()
    [2, 0]
    """
    key = sensor.astype(np.int64) << SPAN_BITS
    if len(ts) and int(ts.max()) - int(ts.min()) >> SPAN_BITS:
        order = np.lexsort((rank(position), ts, sensor))
        return order[first_of_each(sensor[order], ts[order])]
    key += ts - (ts.min() if len(ts) else 0)
    if bool((key[1:] > key[:-1]).all()):
        return None
    order = np.argsort(key, kind="stable")
    first = np.append(True, key[order[1:]] != key[order[:-1]])
    if not first.all():
        order = np.lexsort((rank(position), key))
        order = order[np.append(True, key[order[1:]] != key[order[:-1]])]
    return order


def numbers(column: "pa.ChunkedArray[Any]", otherwise: int) -> NDArray[np.int64]:
    """A column of a table's statistics; `otherwise` where a file has none."""
    whole = pc.coalesce(column.cast(pa.int64()), pa.scalar(otherwise, pa.int64()))
    return np.asarray(whole, np.int64)
