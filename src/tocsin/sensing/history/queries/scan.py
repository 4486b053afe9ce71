"""Rows of some sensors out of many files: by the table's log only files that can hold them, of these only such row groups."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable
from numpy.typing import NDArray

from tocsin.sensing.history.queries.compaction import ANY_SENSOR
from tocsin.sensing.history.queries.layout import DAY_MS, READ_COLUMNS, numbers
from tocsin.sensing.history.queries.places import Place

SPANS = 8  # at most so many pieces into which the sensors of a read are cut for the scan
WIDE_GAP = 1000  # at gaps so wide: some hundred sensors share a row group, narrower ones cost more than they skip

type Spans = NDArray[np.int64]  # [n, 2]: first and last sensor


@dataclass(frozen=True, eq=False)
class Files:
    """The files of one version of the table: path below its folder, day, and the sensors between which each file's rows are."""

    version: int
    paths: NDArray[np.object_]
    days: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]

    @classmethod
    def of(cls, table: DeltaTable) -> "Files":
        """From the table's log alone; a file without statistics may hold any sensor."""
        actions = pa.table(table.get_add_actions(flatten=True))
        count, known = actions.num_rows, "min.sensor" in actions.column_names
        return cls(
            table.version(),
            np.array(actions.column("path").to_pylist(), np.object_),
            numbers(actions.column("partition.day"), 0) if count else np.zeros(0, np.int64),
            numbers(actions.column("min.sensor"), 0) if known else np.zeros(count, np.int64),
            numbers(actions.column("max.sensor"), ANY_SENSOR) if known else np.full(count, ANY_SENSOR, np.int64),
        )

    def days_with(self, spans: Spans) -> NDArray[np.int64]:
        """Days with a file that may hold sensors of these spans."""
        return np.unique(self.days[self._meet(spans)])

    def paths_with(self, spans: Spans, from_ms: int, to_ms: int) -> list[str]:
        """Files that may hold readings of these sensors with from_ms <= ts < to_ms."""
        when = (self.days >= from_ms // DAY_MS) & (self.days <= (to_ms - 1) // DAY_MS)
        return list(self.paths[when & self._meet(spans)])

    def _meet(self, spans: Spans) -> NDArray[np.bool_]:
        return _meet(self.low, self.high, spans)


def spans_of(sensors: NDArray[np.int32]) -> Spans:
    """First and last of few spans in which all of these sensors (ascending) lie, and few others."""
    gaps = np.diff(sensors)
    widest = np.sort(np.argsort(-gaps, kind="stable")[: SPANS - 1])
    cuts = widest[gaps[widest] >= WIDE_GAP]
    return np.column_stack([sensors[np.append(0, cuts + 1)], sensors[np.append(cuts, len(sensors) - 1)]]).astype(np.int64)


def scan(place: Place, paths: Sequence[str], sensors: NDArray[np.int32], from_ms: int, to_ms: int) -> pa.Table:
    """`READ_COLUMNS` of these sensors (ascending) with from_ms <= ts < to_ms, in no order."""
    spans = spans_of(sensors)

    def read(path: str) -> pa.Table:
        with pq.ParquetFile(path, filesystem=place.files, pre_buffer=True) as file:
            groups = row_groups_with(file.metadata, spans)
            rows = file.read_row_groups(groups, columns=READ_COLUMNS, use_threads=False)
        sensor, ts = rows.column("sensor").to_numpy(), rows.column("ts").to_numpy()
        wanted = sensor == sensors[0] if len(sensors) == 1 else np.isin(sensor, sensors)
        return rows.filter(pa.array(wanted & (ts >= from_ms) & (ts < to_ms)))

    with ThreadPoolExecutor(place.readers, "scan") as readers:
        return pa.concat_tables(readers.map(read, paths))


def row_groups_with(metadata: pq.FileMetaData, spans: Spans) -> list[int]:
    """Row groups that may hold sensors of these spans."""
    count = metadata.num_row_groups
    if count == 1:
        return [0]
    column = metadata.schema.names.index("sensor")
    told = [metadata.row_group(group).column(column).statistics for group in range(count)]
    low = np.array([0 if one is None else one.min for one in told], np.int64)
    high = np.array([ANY_SENSOR if one is None else one.max for one in told], np.int64)
    return np.flatnonzero(_meet(low, high, spans)).tolist()


def _meet(low: NDArray[np.int64], high: NDArray[np.int64], spans: Spans) -> NDArray[np.bool_]:
    met = np.zeros(len(low), np.bool_)
    for first, last in spans.tolist():
        met |= (low <= last) & (high >= first)
    return met
