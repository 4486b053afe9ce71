"""The newest reading of each sensor. Of every large file they are kept beside it, so that few rows tell the newest of all.

A file of the table never changes, so what is kept of it stays true for as long as the table names the file. Nothing depends on
it: where nothing is kept (small files, a backup that was restored) or it can't say (a moment within the file), the file is read.
"""

import functools
import operator
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.fs as arrow_files
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tocsin.engine.columns import Readings
from tocsin.sensing.history.queries.layout import DAY_MS, NO_PARTITION, READ_COLUMNS, to_readings
from tocsin.sensing.history.queries.places import Place
from tocsin.sensing.history.queries.scan import Files

KEPT = "_newest"  # Delta's own tidying passes over names that begin so
KEPT_DAYS = 31  # behind the newest day; a sensor that has been silent for longer is looked for in the files
WORTH_KEEPING = 8  # readings a sensor: of fewer the file itself is read as fast
SPANS = 8  # at most so many pieces into which the sensors are cut for a condition
WIDE_GAP = 1000  # at gaps so wide: some hundred sensors share a row group, narrower ones cost more than they skip
FEW_SENSORS = 1000  # who wants the newest of fewer skips parts of files


def newest_of_day(place: Place, files: Files, wanted: NDArray[np.int32], from_ms: int, to_ms: int) -> Readings:
    """Of each of these sensors (ascending) the last reading with from_ms <= ts < to_ms, which lie within one day, by sensor."""
    there = files.take(files.having(wanted, from_ms, to_ms))
    told = there.is_merged & (there.newest_ms < to_ms)
    kept, without = _kept_of(place, there.paths[told])
    kept = [rows.filter(pc.field("ts") >= from_ms) for rows in kept]
    read = _read(place, [*there.paths[~told], *without], wanted, from_ms, to_ms)
    parts = [one for one in (*kept, *read) if one.num_rows]
    if not parts:
        return Readings.empty()
    found = to_readings(pa.concat_tables(parts))
    last = found.take(np.append(found.sensor[1:] != found.sensor[:-1], True))
    return last.take(np.isin(last.sensor, wanted))


def keep_newest(place: Place, path: str, rows: pa.Table) -> None:
    """Beside a file that is about to become one of the table: the last of its rows (by sensor and time) for each sensor."""
    sensor = rows.column("sensor").to_numpy()
    last = np.append(sensor[1:] != sensor[:-1], True)
    if WORTH_KEEPING * np.count_nonzero(last) <= rows.num_rows:
        place.write(kept_beside(path), rows.filter(pa.array(last)))


def kept_beside(path: str) -> str:
    """Where the newest of a file are kept.

    >>> kept_beside("day=20400/merged-7.parquet")
    '_newest/day=20400/merged-7.parquet'
    """
    return f"{KEPT}/{path}"


def forget_newest(place: Place, current: Collection[str], *, newest_day: int, older_than: timedelta) -> None:
    """Drops what is kept of files that the table no longer names, some time after they went, and of days long gone."""
    before = datetime.now(UTC) - older_than
    for folder in _inside(place, KEPT):
        if not folder.base_name.startswith("day="):
            continue
        if int(folder.base_name.partition("=")[2]) < newest_day - KEPT_DAYS:
            place.files.delete_dir(folder.path)
            continue
        for one in _inside(place, folder.path):
            if one.path.removeprefix(f"{KEPT}/") not in current and one.mtime is not None and one.mtime < before:
                place.files.delete_file(one.path)


def _inside(place: Place, folder: str) -> list[arrow_files.FileInfo]:
    return list(place.files.get_file_info(arrow_files.FileSelector(folder, allow_not_found=True)))


def _kept_of(place: Place, paths: Iterable[str]) -> tuple[list[pa.Table], list[str]]:
    """What is kept of these files, and the files of which nothing is."""

    def read(path: str) -> pa.Table | str:
        try:
            with pq.ParquetFile(kept_beside(path), filesystem=place.files) as file:
                return file.read(columns=READ_COLUMNS, use_threads=False)
        except FileNotFoundError:
            return path

    with ThreadPoolExecutor(place.readers, "newest") as readers:
        answers = list(readers.map(read, paths))
    return [one for one in answers if isinstance(one, pa.Table)], [one for one in answers if isinstance(one, str)]


def _read(place: Place, paths: list[str], wanted: NDArray[np.int32], from_ms: int, to_ms: int) -> list[pa.Table]:
    """Of these files the last row of each run of a sensor."""
    if not paths:
        return []
    files = ds.dataset(paths, schema=NO_PARTITION, format="parquet", filesystem=place.files)
    batches = files.to_batches(columns=READ_COLUMNS, filter=_worth_leaving_out(wanted, from_ms, to_ms))
    parts = [batch.filter(pa.array(_last_of_runs(batch))) for batch in batches if batch.num_rows]
    return [pa.Table.from_batches(parts)] if parts else []


def _worth_leaving_out(wanted: NDArray[np.int32], from_ms: int, to_ms: int) -> pc.Expression | None:
    """A condition for the newest of these sensors (ascending), by which the scan skips rows; None where most are wanted."""
    conditions = []
    if len(wanted) < FEW_SENSORS or 2 * len(wanted) < int(wanted[-1]) - int(wanted[0]) + 1:
        either = [(ds.field("sensor") >= first) & (ds.field("sensor") <= last) for first, last in spans_of(wanted)]
        conditions.append(functools.reduce(operator.or_, either))
    if to_ms - from_ms < DAY_MS:
        conditions.append((ds.field("ts") >= from_ms) & (ds.field("ts") < to_ms))
    return functools.reduce(operator.and_, conditions) if conditions else None


def spans_of(sensors: NDArray[np.int32]) -> list[tuple[int, int]]:
    """First and last of few spans in which all of these sensors (ascending) lie, and few others."""
    gaps = np.diff(sensors)
    widest = np.sort(np.argsort(-gaps, kind="stable")[: SPANS - 1])
    cuts = widest[gaps[widest] >= WIDE_GAP]
    firsts, lasts = sensors[np.append(0, cuts + 1)], sensors[np.append(cuts, len(sensors) - 1)]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))


def _last_of_runs(batch: pa.RecordBatch) -> NDArray[np.bool_]:
    """Mask of the rows that are the newest of their run of one sensor; files are sorted by it, so runs are few."""
    sensor, ts = batch.column("sensor").to_numpy(), batch.column("ts").to_numpy()
    starts = np.flatnonzero(np.append(True, sensor[1:] != sensor[:-1]))
    newest = np.maximum.reduceat(ts, starts)
    return np.asarray(ts == np.repeat(newest, np.diff(np.append(starts, len(ts)))))
