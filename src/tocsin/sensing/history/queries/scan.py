"""Rows of some sensors out of many files: by the table's log only files that can hold them, of these only such row groups."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable
from numpy.typing import NDArray

from tocsin.sensing.history.queries.layout import ANY_SENSOR, DAY_MS, MERGED, READ_COLUMNS, READ_SCHEMA, numbers
from tocsin.sensing.history.queries.places import Place

ROWS_AT_ONCE = 32 * 1024  # a row group: of all of them together most of a read was new memory

LATEST = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Files:
    """The files of one version of the table: path below its folder, day, and between which sensors and times their rows lie."""

    version: int
    paths: NDArray[np.object_]
    days: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    oldest_ms: NDArray[np.int64]
    newest_ms: NDArray[np.int64]

    @classmethod
    def of(cls, table: DeltaTable) -> "Files":
        """From the table's log alone; a file without statistics may hold any sensor, and any time of its day."""
        actions = pa.table(table.get_add_actions(flatten=True))
        count = actions.num_rows

        def told(name: str, otherwise: int) -> NDArray[np.int64]:
            return numbers(actions.column(name), otherwise) if name in actions.column_names else np.full(count, otherwise)

        return cls(
            table.version(),
            np.array(actions.column("path").to_pylist(), np.object_),
            told("partition.day", 0),
            told("min.sensor", 0),
            told("max.sensor", ANY_SENSOR),
            told("min.ts", 0),
            told("max.ts", LATEST),
        )

    @property
    def is_merged(self) -> NDArray[np.bool_]:
        """Which were written by a compaction."""
        return np.array([f"/{MERGED}" in path for path in self.paths], np.bool_)

    def take(self, which: NDArray[np.bool_]) -> "Files":
        """Some of them."""
        columns = (column[which] for column in (self.days, self.low, self.high, self.oldest_ms, self.newest_ms))
        return Files(self.version, self.paths[which], *columns)

    def days_between(self, first: int, last: int) -> NDArray[np.int64]:
        """Days with a file that may hold a sensor between these two."""
        return np.unique(self.days[(self.low <= last) & (self.high >= first)])

    def having(self, sensors: NDArray[np.int32], from_ms: int, to_ms: int) -> NDArray[np.bool_]:
        """Which may hold readings of these sensors (ascending) with from_ms <= ts < to_ms."""
        is_day = (self.days >= from_ms // DAY_MS) & (self.days <= (to_ms - 1) // DAY_MS)
        return is_day & (self.oldest_ms < to_ms) & (self.newest_ms >= from_ms) & _meet(self.low, self.high, sensors)


def scan(place: Place, paths: Sequence[str], sensors: NDArray[np.int32], from_ms: int, to_ms: int) -> pa.Table:
    """`READ_COLUMNS` of these sensors (ascending) with from_ms <= ts < to_ms, in no order."""
    before = int(sensors[0]) - 1
    is_asked = np.zeros(int(sensors[-1]) - before + 2, np.bool_)  # by sensor - before; nobody asks for the first and the last
    is_asked[sensors - before] = True

    def wanted(batch: pa.RecordBatch) -> pa.RecordBatch:
        ts = batch.column("ts").to_numpy()
        found = is_asked.take(batch.column("sensor").to_numpy() - before, mode="clip") & (ts >= from_ms) & (ts < to_ms)
        rows = np.flatnonzero(found)
        first, count = (int(rows[0]), int(rows[-1] - rows[0]) + 1) if len(rows) else (0, 0)
        return batch.slice(first, count) if count == len(rows) else batch.filter(pa.array(found))

    def read(path: str) -> list[pa.RecordBatch]:
        with pq.ParquetFile(path, filesystem=place.files, pre_buffer=True) as file:
            groups = row_groups_with(file.metadata, sensors)
            return [wanted(batch) for batch in file.iter_batches(ROWS_AT_ONCE, groups, READ_COLUMNS, use_threads=False)]

    with ThreadPoolExecutor(place.readers, "scan") as readers:
        parts = [rows for found in readers.map(read, paths) for rows in found if rows.num_rows]
    return pa.Table.from_batches(parts, READ_SCHEMA)


def row_groups_with(metadata: pq.FileMetaData, sensors: NDArray[np.int32]) -> list[int]:
    """Row groups that may hold one of these sensors (ascending)."""
    count = metadata.num_row_groups
    if count == 1:
        return [0]
    column = metadata.schema.names.index("sensor")
    told = [metadata.row_group(group).column(column).statistics for group in range(count)]
    low = np.array([0 if one is None else one.min for one in told], np.int64)
    high = np.array([ANY_SENSOR if one is None else one.max for one in told], np.int64)
    return np.flatnonzero(_meet(low, high, sensors)).tolist()


def _meet(low: NDArray[np.int64], high: NDArray[np.int64], sensors: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Where one of the sensors (ascending) lies between low and high."""
    return np.searchsorted(sensors, high, "right") > np.searchsorted(sensors, low, "left")
