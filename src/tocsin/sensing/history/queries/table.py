"""History of readings: a Delta Lake table, partitioned by day (UTC), each batch of the log in it exactly once.

The conditions under which that holds: the writer tells with every append up to which position of the log it has come; the
position is the version of the table's own transaction (`APPLICATION`), committed with the rows or not at all; a writer that
begins again reads the log behind `last_version`. All appends of one writer go through the same table object, so a second
writer, or one that has been left behind, is refused by the table. Writers of different sensors bear names of their own and stand
side by side.

A reading is known by (sensor, ts). Where it was written twice, the lowest log position stands, at read and for ever at
compaction: what a device has said of a moment it can't take back later. A file's reading stands only where no device's does.
"""

import functools
import logging
import operator
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import ColumnProperties, CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError
from numpy.typing import NDArray

from tocsin.base.errors import Conflict, Unavailable
from tocsin.engine.columns import Readings
from tocsin.sensing.devices.policy import policy

log = logging.getLogger(__name__)

APPLICATION = "tocsin-detector"
DAY_MS = 86_400_000
FROM_A_FILE = 0  # position of what did not come from the log
LAST_RANK = np.iinfo(np.int64).max
FILES_WORTH_MERGING = 32  # small ones of the newest day: a commit is a file, so this is a few minutes of a detector
FEW_FILES = 3  # small ones of a day gone by, where only late readings still come
LARGE_FILE_BYTES = 32 * 1024 * 1024
COMMITS_TRIED = 5  # a compaction comes once a minute
SPANS = 8  # at most so many pieces into which the sensors of a read are cut for the scan
WIDE_GAP = 1000  # at gaps so wide: some hundred sensors share a row group, narrower ones cost more than they skip
KEPT_FOR_READERS = timedelta(hours=1)  # a reader that began before a compaction still finds its files

_TYPES: dict[str, pa.DataType] = {
    "day": pa.int32(),  # days since 1970-01-01, UTC
    "sensor": pa.int32(),
    "ts": pa.int64(),
    "value": pa.float64(),
    "quality": pa.int8(),
    "position": pa.int64(),
}
SCHEMA = pa.schema(_TYPES)
CONFIGURATION: dict[str, str | None] = {
    "delta.logRetentionDuration": "interval 1 days",
    "delta.deletedFileRetentionDuration": "interval 1 hours",
    "delta.checkpointInterval": "100",
}
# Sorted by sensor, a row group holds few sensors, so that one sensor's month touches few of them.
# Times of one sensor are nearly equal steps apart: as differences they take almost no room.
COLUMNS = {
    "ts": ColumnProperties(dictionary_enabled=False, encoding="DELTA_BINARY_PACKED"),
    "sensor": ColumnProperties(dictionary_enabled=False, encoding="DELTA_BINARY_PACKED"),
}
LIVE_FILES = WriterProperties(compression="ZSTD", compression_level=1, column_properties=COLUMNS)
MERGED_FILES = WriterProperties(compression="ZSTD", compression_level=5, max_row_group_size=64 * 1024, column_properties=COLUMNS)


class History:
    """The history in one folder. One writer of each name; any number of readers, in other processes too.

    `resolution` in `append` is what values are quantised to: readings of a resolution of 0.1 take 3 bytes on disk, raw floats 10.
    """

    def __init__(self, folder: Path, *, keep_days: int | None = None, writer: str = APPLICATION) -> None:
        """`keep_days` before the newest day are kept by `compact`; the policy's where it is not given. `writer` names who appends
        what comes from the log; no two writers may append readings of one sensor.
        """
        self._folder = folder
        self._writer = writer
        self._given_keep_days = keep_days
        self._lock = threading.Lock()
        self._table = _open_or_create(folder)

    def last_version(self) -> int:
        """The highest log position that this writer has appended; 0 where there is none."""
        return self.version_of(self._writer)

    def version_of(self, writer: str) -> int:
        """The highest log position that the writer of this name has appended; 0 where there is none."""
        with self._lock:
            self._table.update_incremental()
            return self._table.transaction_version(writer) or 0

    def append(self, readings: Readings, *, version: int | None, resolution: NDArray[np.float64] | None = None) -> None:
        """Adds readings, whole or not at all; what is known already stands (`contradictions` tells what else was said).

        `version` is the log position up to which they reach; None for readings that do not come from the log (a file): a
        reading of the log wins over them. `resolution` float64, indexed by sensor, 0 where none is known.
        Conflict where this position, or a later one, has been written already; Unavailable where the disk refuses.
        """
        table = _to_arrow(readings, position=version or 0, resolution=resolution)
        transactions = None if version is None else [Transaction(self._writer, version)]
        with self._lock:
            for _ in range(COMMITS_TRIED):
                written = self._table.transaction_version(self._writer) or 0
                if version is not None and version <= written:
                    raise Conflict(f"history has been written up to position {written}; {version} can't be added again")
                if self._commit(table, transactions):
                    return
                self._table.update_incremental()
                if (self._table.transaction_version(self._writer) or 0) != written:
                    raise Conflict(f"another process writes the history in {self._folder}")
            raise Unavailable(
                f"history in {self._folder} changed {COMMITS_TRIED} times while {len(readings)} readings were added"
            )

    def _commit(self, rows: pa.Table, transactions: list[Transaction] | None) -> bool:
        """False where somebody else's commit came between: a compaction that rewrote a day, or a second writer."""
        try:
            write_deltalake(
                self._table,
                rows,
                mode="append",
                writer_properties=LIVE_FILES,
                commit_properties=CommitProperties(app_transactions=transactions),
            )
        except CommitFailedError as error:
            log.info("an append to the history meets another commit: %s", error)
            return False
        except (DeltaError, OSError) as error:
            raise Unavailable(f"history in {self._folder} can't be written: {error}") from error
        return True

    @property
    def _keep_days(self) -> int:
        return policy().history.keep_days if self._given_keep_days is None else self._given_keep_days

    def read(self, sensors: Sequence[int] | NDArray[np.integer], from_ms: int, to_ms: int) -> Readings:
        """Readings of these sensors with from_ms <= ts < to_ms, by sensor and then time, each once.

        Unavailable where the table can't be read.
        """
        wanted = np.unique(np.asarray(sensors, dtype=np.int32))
        if not len(wanted) or to_ms <= from_ms:
            return Readings.empty()
        days = (ds.field("day") >= from_ms // DAY_MS) & (ds.field("day") <= (to_ms - 1) // DAY_MS)
        which = _within_spans(wanted) & ds.field("sensor").isin(pa.array(wanted))
        when = (ds.field("ts") >= from_ms) & (ds.field("ts") < to_ms)
        try:
            with self._lock:
                self._table.update_incremental()
                dataset = self._table.to_pyarrow_dataset()
            found = dataset.to_table(columns=["sensor", "ts", "value", "quality", "position"], filter=days & which & when)
        except (DeltaError, OSError, pa.ArrowException) as error:
            raise Unavailable(f"history in {self._folder} can't be read: {error}") from error
        return _to_readings(found)

    def days_of(self, first: int, last: int) -> NDArray[np.int64]:
        """Days, since 1970-01-01 UTC, with a file that may hold sensors between these two; from the table's statistics alone.

        An index is never given twice and grows: days before a sensor was registered are none of its own.
        """
        try:
            with self._lock:
                self._table.update_incremental()
                files = pa.table(self._table.get_add_actions(flatten=True))
        except (DeltaError, OSError, pa.ArrowException) as error:
            raise Unavailable(f"history in {self._folder} can't be read: {error}") from error
        if not files.num_rows:
            return np.zeros(0, np.int64)
        days = files.column("partition.day").to_numpy().astype(np.int64)
        if "min.sensor" not in files.column_names:
            return np.unique(days)
        lowest = _filled(files.column("min.sensor"), 0)  # files without statistics may hold any
        highest = _filled(files.column("max.sensor"), np.iinfo(np.int32).max)
        return np.unique(days[(lowest <= last) & (highest >= first)])

    def compact(self, *, in_turns: bool = False) -> int:
        """Merges the small files of the log's appends and drops days beyond retention; returns how many days were touched.

        Days with the most small files come first. `in_turns`: once the policy's seconds are used up no further day is begun.

        Days before the newest one are rewritten by sensor and time without their duplicates; the newest day's files are only
        joined, which needs no pause of the writer. Safe beside an append: where both touch one day, compaction gives way and
        is done another time. To be called every minute or so; it looks first and mostly finds nothing to do.
        """
        table = DeltaTable(self._folder)
        small = _small_files_by_day(table)
        newest = max(small, default=0)
        touched = _forget_days(table, before=newest - self._keep_days) if min(small, default=0) < newest - self._keep_days else 0
        until = time.monotonic() + (policy().history.compaction_s if in_turns else float("inf"))
        for day, files in sorted(small.items(), key=lambda item: -item[1]):
            if touched and time.monotonic() > until:
                log.info("merging the history's files goes on with the next turn")
                break
            if newest - self._keep_days <= day < newest and files >= FEW_FILES:
                touched += _rewrite_day(table, day)
            elif day == newest and files >= FILES_WORTH_MERGING:
                touched += _join_day(table, day)
        if touched:
            table.vacuum(
                retention_hours=round(KEPT_FOR_READERS.total_seconds() / 3600), dry_run=False, enforce_retention_duration=False
            )
        return touched


def _filled(column: "pa.ChunkedArray[Any]", otherwise: int) -> NDArray[np.int64]:
    return np.array([otherwise if one is None else one for one in column.to_pylist()], np.int64)


def _open_or_create(folder: Path) -> DeltaTable:
    """Several processes may come first at once: whoever loses opens what the winner made."""
    folder.mkdir(parents=True, exist_ok=True)
    if not DeltaTable.is_deltatable(str(folder)):
        try:
            return DeltaTable.create(folder, schema=SCHEMA, partition_by=["day"], configuration=CONFIGURATION)
        except DeltaError:
            if not DeltaTable.is_deltatable(str(folder)):
                raise
    return DeltaTable(folder)


def _to_arrow(readings: Readings, *, position: int, resolution: NDArray[np.float64] | None) -> pa.Table:
    """Sorted by day, sensor, time; of two rows with one (sensor, ts) the earlier one in the batch."""
    value = quantised(readings, resolution)
    order = np.lexsort((np.arange(len(readings)), readings.ts, readings.sensor))
    sensor, ts = readings.sensor[order], readings.ts[order]
    order = order[first_of_each(sensor, ts)]
    columns = [
        pa.array((readings.ts[order] // DAY_MS).astype(np.int32)),
        pa.array(readings.sensor[order]),
        pa.array(readings.ts[order]),
        pa.array(value[order]),
        pa.array(readings.quality[order].astype(np.int8)),
        pa.array(np.full(len(order), position, np.int64)),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def quantised(readings: Readings, resolution: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """The values as the history keeps them. `resolution` float64, indexed by sensor, 0 where none is known."""
    if resolution is None or not len(readings):
        return readings.value
    step = resolution[readings.sensor]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(step > 0, np.round(np.round(readings.value / step) * step, 9), readings.value)


def _within_spans(sensors: NDArray[np.int32]) -> pc.Expression:
    """A condition that holds for all of these sensors (ascending) and for few others: by it the scan skips parts of files."""
    gaps = np.diff(sensors)
    widest = np.sort(np.argsort(-gaps, kind="stable")[: SPANS - 1])
    cuts = widest[gaps[widest] >= WIDE_GAP]
    low, high = sensors[np.append(0, cuts + 1)], sensors[np.append(cuts, len(sensors) - 1)]
    spans = [
        (ds.field("sensor") >= first) & (ds.field("sensor") <= last)
        for first, last in zip(low.tolist(), high.tolist(), strict=True)
    ]
    either: pc.Expression = functools.reduce(operator.or_, spans)
    return either


def _to_readings(table: pa.Table) -> Readings:
    sensor, ts, value, quality, position = (
        table.column(name).to_numpy() for name in ("sensor", "ts", "value", "quality", "position")
    )
    order = np.lexsort((_rank(position), ts, sensor))
    order = order[first_of_each(sensor[order], ts[order])]
    return Readings.of(sensor=sensor[order], ts=ts[order], value=value[order], quality=quality[order])


def _rank(position: NDArray[np.int64]) -> NDArray[np.int64]:
    """The lowest stands: the first of the log, and a file's behind all of them."""
    return np.where(position == FROM_A_FILE, LAST_RANK, position)


def first_of_each(sensor: NDArray[np.int32], ts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mask of the first row of each (sensor, ts) in sorted columns."""
    if not len(sensor):
        return np.zeros(0, np.bool_)
    return np.append(True, (sensor[1:] != sensor[:-1]) | (ts[1:] != ts[:-1]))


def _small_files_by_day(table: DeltaTable) -> dict[int, int]:
    """Every day and how many of its files are still worth merging."""
    files = pa.table(table.get_add_actions(flatten=True))
    days, sizes = files.column("partition.day").to_numpy(), files.column("size_bytes").to_numpy()
    found = {int(day): 0 for day in np.unique(days)}
    for day, count in zip(*np.unique(days[sizes < LARGE_FILE_BYTES], return_counts=True), strict=True):
        found[int(day)] = int(count)
    return found


def _forget_days(table: DeltaTable, *, before: int) -> int:
    try:
        table.delete(f"day < {before}")
    except CommitFailedError as error:
        log.info("dropping days beyond retention gives way to an append and is done another time: %s", error)
        table.update_incremental()
        return 0
    return 1


def _rewrite_day(table: DeltaTable, day: int) -> int:
    rows = table.to_pyarrow_table(filters=[("day", "=", day)])
    rows = rows.append_column("rank", pa.array(_rank(rows.column("position").to_numpy())))
    rows = rows.sort_by([("sensor", "ascending"), ("ts", "ascending"), ("rank", "ascending")])
    rows = rows.filter(pa.array(first_of_each(rows.column("sensor").to_numpy(), rows.column("ts").to_numpy())))
    try:
        write_deltalake(
            table,
            rows.select(SCHEMA.names).cast(SCHEMA),
            mode="overwrite",
            predicate=f"day = {day}",
            writer_properties=MERGED_FILES,
        )
    except CommitFailedError as error:
        log.info("compaction of day %d gives way to an append and is done another time: %s", day, error)
        table.update_incremental()
        return 0
    return 1


def _join_day(table: DeltaTable, day: int) -> int:
    try:
        table.optimize.compact(partition_filters=[("day", "=", str(day))], writer_properties=LIVE_FILES)
    except CommitFailedError as error:
        log.info("joining the files of day %d gives way: %s", day, error)
        table.update_incremental()
        return 0
    return 1
