"""The small files of appends become few sorted ones, beside the writer.

Files are merged by sensor and time, each reading once, into files that hold other sensors each; one commit puts these in the
place of those. It names the files that it takes away, so an append that comes between contradicts nothing and stays as it is.
"""

import json
import logging
import time
import uuid
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError
from deltalake.transaction import AddAction, RemoveAction

from tocsin.sensing.history.queries.layout import ANY_SENSOR, MERGED, NO_PARTITION, SCHEMA, in_order, numbers
from tocsin.sensing.history.queries.newest import keep_newest
from tocsin.sensing.history.queries.places import Place

log = logging.getLogger(__name__)

FILES_WORTH_JOINING = 32  # small ones of the newest day: a commit is a file, so this is a few minutes of a detector
LARGE_FILES_WORTH_SORTING = 16  # of the newest day that hold the same sensors: whoever reads one sensor opens them all
FEW_FILES = 3  # small ones of a day gone by, where only late readings still come
SMALL_FILE_BYTES = 1024 * 1024
ROWS_AT_ONCE = 2_000_000  # in memory and in a file, some 7 MB: whoever reads one sensor opens one of a day's files


@dataclass(frozen=True)
class File:
    """A file of the table: where it lies below the table, its day, size, rows, and the sensors between which its rows are."""

    path: str
    day: int
    bytes: int
    rows: int
    low: int
    high: int

    @property
    def is_small(self) -> bool:
        return self.bytes < SMALL_FILE_BYTES


def files_by_day(table: DeltaTable) -> dict[int, list[File]]:
    """Every day of the table with its files, from the table's log alone."""
    actions = pa.table(table.get_add_actions(flatten=True))
    found: dict[int, list[File]] = {}
    if not actions.num_rows:
        return found
    known = "min.sensor" in actions.column_names
    low, high = (
        numbers(actions.column(name), otherwise) if known else np.full(actions.num_rows, otherwise)
        for name, otherwise in (("min.sensor", 0), ("max.sensor", ANY_SENSOR))
    )
    days, sizes, rows = (numbers(actions.column(name), 0).tolist() for name in ("partition.day", "size_bytes", "num_records"))
    paths = actions.column("path").to_pylist()
    for values in zip(paths, days, sizes, rows, low.tolist(), high.tolist(), strict=True):
        found.setdefault(values[1], []).append(File(*values))
    return found


def overlapping(files: Iterable[File]) -> list[File]:
    """Those that hold sensors between those of a larger one."""
    found: list[File] = []
    begins: list[int] = []
    ends: list[int] = []
    for file in sorted(files, key=lambda one: (-one.rows, one.path)):
        place = bisect_left(begins, file.low)
        if (place < len(begins) and begins[place] <= file.high) or (place and ends[place - 1] >= file.low):
            found.append(file)
        else:
            begins.insert(place, file.low)
            ends.insert(place, file.high)
    return found


def worth_merging(files: Sequence[File], *, is_newest: bool) -> Sequence[File]:
    """Which of a day's files are to be merged now; none where it is not worth it.

    To the newest day the writer appends all the time: its small files are joined, and now and then all are sorted together. A
    large day gone by waits for more late files than a small one, since all of it is written anew.
    """
    small = [one for one in files if one.is_small]
    over = overlapping(files)
    if is_newest:
        if sum(not one.is_small for one in over) >= LARGE_FILES_WORTH_SORTING:
            return files
        return small if len(small) >= FILES_WORTH_JOINING else ()
    if len(small) >= max(FEW_FILES, len(files) - len(small)) or len(over) > max(1, len(files) - len(over)):
        return files
    return ()


def merge_files(table: DeltaTable, place: Place, day: int, files: Sequence[File]) -> bool:
    """Puts their rows, by sensor and time, each once, in their place; False where another compaction was quicker."""
    dataset = ds.dataset([one.path for one in files], schema=NO_PARTITION, format="parquet", filesystem=place.files)
    added = [_write_file(place, day, rows) for rows in _parts_in_order(dataset)]
    removed = [
        # Said to change data, though it does not: deltalake lets two merges of the same files both succeed otherwise.
        RemoveAction(path=one.path, deletion_timestamp=_now_ms(), data_change=True, partition_values={"day": str(day)})
        for one in files
    ]
    return _commit(table, place, day, [*added, *removed])


def write_day(table: DeltaTable, place: Place, day: int, parts: Iterable[pa.Table]) -> bool:
    """Adds rows (`SCHEMA` without the day) that are in order and known nowhere yet, a file each."""
    return _commit(table, place, day, [_write_file(place, day, rows) for rows in parts])


def _commit(table: DeltaTable, place: Place, day: int, actions: Sequence[AddAction | RemoveAction]) -> bool:
    try:
        with place.committing():
            table.create_write_transaction(list(actions), "append", SCHEMA, partition_by=["day"])
    except CommitFailedError as error:
        log.info("compaction of day %d gives way to another one: %s", day, error)
        table.update_incremental()
        return False
    return True


def _parts_in_order(dataset: ds.Dataset) -> Iterator[pa.Table]:
    """All rows by sensor and time, the first of each (sensor, ts); few of them in memory at once, no sensor in two parts."""
    for low, high in _sensor_ranges(dataset):
        rows = dataset.to_table(filter=(ds.field("sensor") >= low) & (ds.field("sensor") <= high))
        sensor, ts, position = (rows.column(name).to_numpy() for name in ("sensor", "ts", "position"))
        order = in_order(sensor, ts, position)
        yield rows if order is None else rows.take(order)


def _sensor_ranges(dataset: ds.Dataset) -> list[tuple[int, int]]:
    """First and last sensor of parts with `ROWS_AT_ONCE` rows or little more."""
    counts = np.zeros(0, np.int64)
    for batch in dataset.to_batches(columns=["sensor"]):
        more = np.bincount(batch.column("sensor").to_numpy(), minlength=len(counts))
        more[: len(counts)] += counts
        counts = more
    sensors = np.flatnonzero(counts)
    if not len(sensors):
        return []
    part = (np.cumsum(counts[sensors]) - 1) // ROWS_AT_ONCE
    firsts = np.flatnonzero(np.append(True, part[1:] != part[:-1]))
    lasts = np.append(firsts[1:] - 1, len(sensors) - 1)
    return [(int(sensors[first]), int(sensors[last])) for first, last in zip(firsts, lasts, strict=True)]


def _write_file(place: Place, day: int, rows: pa.Table) -> AddAction:
    """Rows written, and how the table's log tells of them: the file is durable before any log names it."""
    path = f"day={day}/{MERGED}{uuid.uuid4()}.parquet"
    keep_newest(place, path, rows)
    return AddAction(
        path=path,
        size=place.write(path, rows),
        partition_values={"day": str(day)},
        modification_time=_now_ms(),
        data_change=False,
        stats=_statistics(rows),
    )


def _statistics(rows: pa.Table) -> str:
    """By them readers leave files out."""
    columns = {name: rows.column(name).to_numpy() for name in ("sensor", "ts", "position")}
    low = {name: int(column.min()) for name, column in columns.items()}
    high = {name: int(column.max()) for name, column in columns.items()}
    told = {"numRecords": rows.num_rows, "minValues": low, "maxValues": high, "nullCount": dict.fromkeys(columns, 0)}
    return json.dumps(told)


def _now_ms() -> int:
    """The machine's time, by which files are let go."""
    return time.time_ns() // 1_000_000
