"""History of readings: a Delta Lake table in a folder or an object store, partitioned by day (UTC), each batch of the log in it
exactly once.

The conditions under which that holds: the writer tells with every append up to which position of the log it has come; the
position is the version of the table's own transaction (`APPLICATION`), committed with the rows or not at all; a writer that
begins again reads the log behind `last_version`. All appends of one writer go through the same table object, so a second
writer, or one that has been left behind, is refused by the table. Writers of different sensors bear names of their own and stand
side by side.

A reading is known by (sensor, ts). Where it was written twice, the lowest log position stands, at read and for ever at
compaction: what a device has said of a moment it can't take back later. A file's reading stands only where no device's does.
"""

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError
from numpy.typing import NDArray

from tocsin.base.errors import Conflict, Unavailable
from tocsin.engine.columns import Readings
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.history.queries.compaction import files_by_day, merge_files, worth_merging
from tocsin.sensing.history.queries.layout import DAY_MS, LIVE_FILES, SCHEMA, first_of_each, numbers, to_readings
from tocsin.sensing.history.queries.newest import forget_newest, newest_of_day
from tocsin.sensing.history.queries.places import FAULTS, Folder, Place, open_or_create
from tocsin.sensing.history.queries.scan import Files, scan

log = logging.getLogger(__name__)

APPLICATION = "tocsin-detector"
COMMITS_TRIED = 5  # a compaction comes once a minute
KEPT_FOR_READERS = timedelta(hours=1)  # a reader that began before a compaction still finds its files


@dataclass(frozen=True)
class Size:
    """What the history holds by its own log. Of a day that is not merged yet, a reading that was written twice counts twice."""

    readings: int
    bytes: int
    files: int


class History:
    """The history in one place. One writer of each name; any number of readers, in other processes too.

    `resolution` in `append` is what values are quantised to: readings of a resolution of 0.1 take 3 bytes on disk, raw floats 10.
    """

    def __init__(self, place: Place | Path, *, keep_days: int | None = None, writer: str = APPLICATION) -> None:
        """A place that can't be reached now is opened by whoever asks next.

        `keep_days` before the newest day are kept by `compact`; the policy's where it is not given. `writer` names who appends
        what comes from the log; no two writers may append readings of one sensor.
        """
        self._place = place if isinstance(place, Place) else Folder(place)
        self._writer = writer
        self._given_keep_days = keep_days
        self._lock = threading.Lock()
        self._opened: DeltaTable | None = None
        self._open()
        self._known: Files | None = None

    def _open(self) -> None:
        try:
            self._opened = open_or_create(self._place)
        except Unavailable as error:
            log.warning("%s; it is tried again when it is needed", error)

    @property
    def writer(self) -> str:
        """By which name readings of the log are appended here."""
        return self._writer

    @property
    def _table(self) -> DeltaTable:
        """Unavailable where the place can't be reached."""
        if self._opened is None:
            self._opened = open_or_create(self._place)
        return self._opened

    def last_version(self) -> int:
        """The highest log position that this writer has appended; 0 where there is none."""
        return self.version_of(self._writer)

    def version_of(self, writer: str) -> int:
        """The highest log position that the writer of this name has appended; 0 where there is none."""
        with self._lock:
            self._update()
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
                self._update()
                if (self._table.transaction_version(self._writer) or 0) != written:
                    raise Conflict(f"another process writes the history in {self._place}")
            raise Unavailable(f"history in {self._place} changed {COMMITS_TRIED} times while {len(readings)} readings were added")

    def _commit(self, rows: pa.Table, transactions: list[Transaction] | None) -> bool:
        """False where somebody else's commit came between: a compaction that rewrote a day, or a second writer."""
        try:
            with self._place.committing():
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
        except FAULTS as error:
            raise self._place.fault("written", error) from error
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
        try:
            files = self._files()
            paths = list(files.paths[files.having(wanted, from_ms, to_ms)])
            return to_readings(scan(self._place, paths, wanted, from_ms, to_ms)) if paths else Readings.empty()
        except FAULTS as error:
            raise self._place.fault("read", error) from error

    def newest(self, sensors: Sequence[int] | NDArray[np.integer], from_ms: int, to_ms: int) -> Readings:
        """Of each of these sensors the last reading with from_ms <= ts < to_ms, by sensor; those without one are left out.

        Days are read from the last one back, each only for sensors that no later day has. Unavailable where the table can't be
        read.
        """
        missing = np.unique(np.asarray(sensors, dtype=np.int32))
        parts: list[Readings] = []
        if len(missing) and to_ms > from_ms:
            days = self.days_of(int(missing[0]), int(missing[-1]))
            days = days[(days >= from_ms // DAY_MS) & (days <= (to_ms - 1) // DAY_MS)]
            for day in days[::-1].tolist():
                parts.append(self._newest_of_day(missing, max(from_ms, day * DAY_MS), min(to_ms, (day + 1) * DAY_MS)))
                missing = np.setdiff1d(missing, parts[-1].sensor, assume_unique=True)
                if not len(missing):
                    break
        found = Readings.concatenate(parts)
        return found.take(np.argsort(found.sensor))

    def _newest_of_day(self, wanted: NDArray[np.int32], from_ms: int, to_ms: int) -> Readings:
        try:
            return newest_of_day(self._place, self._files(), wanted, from_ms, to_ms)
        except FAULTS as error:
            raise self._place.fault("read", error) from error

    def _update(self) -> None:
        """The table as it is now; whoever calls holds the lock."""
        try:
            self._table.update_incremental()
        except FAULTS as error:
            raise self._place.fault("read", error) from error

    def _files(self) -> Files:
        """Those of the table as it is now."""
        with self._lock:
            self._update()
            if self._known is None or self._known.version != self._table.version():
                self._known = Files.of(self._table)
            return self._known

    def size(self) -> Size:
        """How much it holds, from the table's log alone."""
        with self._lock:
            self._update()
            files = pa.table(self._table.get_add_actions(flatten=True))
        if not files.num_rows:
            return Size(0, 0, 0)
        readings, size = (int(numbers(files.column(name), 0).sum()) for name in ("num_records", "size_bytes"))
        return Size(readings, size, files.num_rows)

    def days_of(self, first: int, last: int) -> NDArray[np.int64]:
        """Days, since 1970-01-01 UTC, with a file that may hold sensors between these two; from the table's statistics alone.

        An index is never given twice and grows: days before a sensor was registered are none of its own.
        """
        try:
            return self._files().days_between(first, last)
        except FAULTS as error:
            raise self._place.fault("read", error) from error

    def compact(self, *, in_turns: bool = False) -> int:
        """Merges the small files of the log's appends and drops days beyond retention; returns how many days were touched.

        Days with the most small files come first. `in_turns`: once the policy's seconds are used up no further day is begun.

        Safe beside appends, which it neither holds up nor gives way to. To be called every minute or so; it looks first and
        mostly finds nothing to do.
        """
        try:
            return self._compact(self._place.table(), in_turns=in_turns)
        except FAULTS as error:
            raise self._place.fault("compacted", error) from error

    def _compact(self, table: DeltaTable, *, in_turns: bool) -> int:
        days = files_by_day(table)
        newest = max(days, default=0)
        oldest_kept = newest - self._keep_days
        touched = int(self._forget_days(table, before=oldest_kept)) if min(days, default=0) < oldest_kept else 0
        until = time.monotonic() + (policy().history.compaction_s if in_turns else float("inf"))
        for day, files in sorted(days.items(), key=lambda item: -len(item[1])):
            if touched and time.monotonic() > until:
                log.info("merging the history's files goes on with the next turn")
                break
            merged = worth_merging(files, is_newest=day == newest) if day >= oldest_kept else ()
            if merged:
                touched += merge_files(table, self._place, day, merged)
        if touched:
            hours = round(KEPT_FOR_READERS.total_seconds() / 3600)
            with self._place.committing():
                table.vacuum(retention_hours=hours, dry_run=False, enforce_retention_duration=False)
            current = {file.path for files in files_by_day(table).values() for file in files}
            forget_newest(self._place, current, newest_day=newest, older_than=KEPT_FOR_READERS)
        return touched

    def _forget_days(self, table: DeltaTable, *, before: int) -> bool:
        try:
            with self._place.committing():
                table.delete(f"day < {before}")
        except CommitFailedError as error:
            log.info("dropping days beyond retention gives way to an append and is done another time: %s", error)
            table.update_incremental()
            return False
        return True


def _to_arrow(readings: Readings, *, position: int, resolution: NDArray[np.float64] | None) -> pa.Table:
    """Sorted by day, sensor, time; of two rows with one (sensor, ts) the earlier one in the batch."""
    value = quantised(readings, resolution)
    order = np.lexsort((readings.ts, readings.sensor))
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
