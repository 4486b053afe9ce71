"""Rows of some sensors out of many files: by the table's log only files that can hold them, of these only such row groups."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable
from numpy.typing import NDArray

from tocsin.sensing.history.queries.layout import ANY_SENSOR, DAY_MS, MERGED, READ_COLUMNS, numbers
from tocsin.sensing.history.queries.places import Place

SPANS = 8  # at most so many pieces into which the sensors of a read are cut for the scan
WIDE_GAP = 1000  # at gaps so wide: some hundred sensors share a row group, narrower ones cost more than they skip

LATEST = np.iinfo(np.int64).max

type Spans = NDArray[np.int64]  # [n, 2]: first and last sensor


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

    def days_with(self, spans: Spans) -> NDArray[np.int64]:
        """Days with a file that may hold sensors of these spans."""
        return np.unique(self.days[self._meet(spans)])

    def having(self, spans: Spans, from_ms: int, to_ms: int) -> NDArray[np.bool_]:
        """Which may hold readings of these sensors with from_ms <= ts < to_ms."""
        is_day = (self.days >= from_ms // DAY_MS) & (self.days <= (to_ms - 1) // DAY_MS)
        return is_day & (self.oldest_ms < to_ms) & (self.newest_ms >= from_ms) & self._meet(spans)

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
