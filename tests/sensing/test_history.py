"""History: exactly once, the first position stands, quick to read, compaction that changes nothing."""

import itertools
import multiprocessing
import os
import shutil
import signal
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from deltalake import DeltaTable
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.base.errors import Conflict, Unavailable
from tocsin.engine.columns import Readings
from tocsin.sensing.history.queries import compaction, newest
from tocsin.sensing.history.queries.compaction import File, files_by_day, merge_files, overlapping, worth_merging
from tocsin.sensing.history.queries.layout import DAY_MS
from tocsin.sensing.history.queries.places import Folder
from tocsin.sensing.history.queries.table import History
from tocsin.sensing.history.rules import join_curves, thin_out

DAY = 20_000 * DAY_MS


def batch(number: int, *, sensors: int = 5) -> Readings:
    return Readings.of(sensor=np.arange(sensors), ts=np.full(sensors, DAY + number * 1000), value=np.full(sensors, float(number)))


def as_rows(readings: Readings) -> list[tuple[int, int, float, int]]:
    columns = (readings.sensor.tolist(), readings.ts.tolist(), readings.value.tolist(), readings.quality.tolist())
    return list(zip(*columns, strict=True))


def test_reads_back_by_sensor_and_time(tmp_path: Path) -> None:
    history = History(tmp_path)
    for number in range(1, 4):
        history.append(batch(number), version=number)
    found = History(tmp_path).read([1, 3], DAY + 2000, DAY + 3001)
    assert as_rows(found) == [(1, DAY + 2000, 2.0, 0), (1, DAY + 3000, 3.0, 0), (3, DAY + 2000, 2.0, 0), (3, DAY + 3000, 3.0, 0)]
    assert history.last_version() == 3
    assert len(history.read([], DAY, DAY + DAY_MS)) == 0
    assert len(history.read([9], DAY, DAY + DAY_MS)) == 0


def test_a_position_is_written_once(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.append(batch(1), version=7)
    for version in (7, 6):
        with pytest.raises(Conflict, match="position 7"):
            history.append(batch(1), version=version)


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    first, second = History(tmp_path), History(tmp_path)
    first.append(batch(1), version=1)
    with pytest.raises(Conflict):
        second.append(batch(1), version=1)
    assert len(first.read([0], DAY, DAY + DAY_MS)) == 1


def test_an_append_goes_on_behind_a_compaction_that_rewrote_its_day(tmp_path: Path) -> None:
    writer = History(tmp_path)
    for version in range(1, 20):
        writer.append(batch(version), version=version)
    writer.append(Readings.of([9], [DAY + DAY_MS], [0.0]), version=20)
    assert History(tmp_path).compact() == 1
    late = Readings.of([0], [DAY + 500], [7.0])
    writer.append(late, version=21)
    found = History(tmp_path).read([0], DAY, DAY + DAY_MS)
    assert len(found) == 20
    assert 7.0 in found.value.tolist()


def test_the_first_position_stands_and_files_lose_against_the_log(tmp_path: Path) -> None:
    history = History(tmp_path)
    one = Readings.of(sensor=[1], ts=[DAY], value=[1.0])
    two = Readings.of(sensor=[1], ts=[DAY], value=[2.0])
    history.append(Readings.of(sensor=[1], ts=[DAY], value=[3.0]), version=None)
    assert history.read([1], DAY, DAY + 1).value.tolist() == [3.0], "a file's, as long as no device has told"
    history.append(one, version=1)
    history.append(two, version=2)
    assert history.read([1], DAY, DAY + 1).value.tolist() == [1.0]
    history.append(Readings.of(sensor=[1], ts=[DAY + DAY_MS], value=[4.0]), version=3)
    assert history.compact() == 1
    assert history.read([1], DAY, DAY + 1).value.tolist() == [1.0]


def test_values_are_quantised(tmp_path: Path) -> None:
    history = History(tmp_path)
    readings = Readings.of(sensor=[0, 1], ts=[DAY, DAY], value=[12.3456, 12.3456])
    history.append(readings, version=1, resolution=np.array([0.1, 0.0]))
    assert history.read([0, 1], DAY, DAY + 1).value.tolist() == [12.3, 12.3456]


@settings(max_examples=20, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 99)), max_size=40),
    cuts=st.lists(st.integers(0, 40), max_size=4),
)
def test_any_batches_and_compaction_give_the_first_value(
    rows: list[tuple[int, int, int]], cuts: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    history = History(tmp_path_factory.mktemp("history"))
    bounds = sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})
    for version, (low, high) in enumerate(itertools.pairwise(bounds), start=1):
        part = rows[low:high]
        readings = Readings.of([row[0] for row in part], [DAY + row[1] for row in part], [float(row[2]) for row in part])
        history.append(readings, version=version)
    history.append(Readings.of([9], [DAY + DAY_MS], [0.0]), version=99)  # a later day, so that this one is closed
    expected = {(sensor, DAY + ts): float(value) for sensor, ts, value in reversed(rows)}
    for _ in range(2):
        found = history.read(list(range(4)), DAY, DAY + DAY_MS)
        assert {(row[0], row[1]): row[2] for row in as_rows(found)} == expected
        assert len(found) == len(expected)
        history.compact()


def write_for_ever(folder: Path) -> None:
    history = History(folder)
    number = history.last_version()
    while True:
        number += 1
        history.append(batch(number), version=number)


def test_killed_at_any_moment_nothing_is_lost_or_twice(tmp_path: Path) -> None:
    History(tmp_path)
    context = multiprocessing.get_context("spawn")
    for goal in (20, 57, 91):
        writer = context.Process(target=write_for_ever, args=(tmp_path,))
        writer.start()
        while History(tmp_path).last_version() < goal:
            time.sleep(0.01)
        History(tmp_path).compact()
        assert writer.pid
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
    history = History(tmp_path)
    last = history.last_version()
    assert last >= 91
    found = history.read(list(range(5)), DAY, DAY + DAY_MS)
    assert found.ts[found.sensor == 0].tolist() == [DAY + number * 1000 for number in range(1, last + 1)]
    rows = history._table.to_pyarrow_table().num_rows
    assert rows == 5 * last


def test_days_beyond_retention_are_dropped_and_late_readings_merged(tmp_path: Path) -> None:
    history = History(tmp_path, keep_days=10)
    for version, day in enumerate((0, 1, 5, 12, 5, 5, 12), start=1):
        history.append(Readings.of(sensor=[1], ts=[DAY + day * DAY_MS + version], value=[float(version)]), version=version)
    assert history.compact() == 2, "days 0 and 1 go, day 5 with its three files is merged"
    assert history.read([1], DAY, DAY + 20 * DAY_MS).value.tolist() == [3.0, 5.0, 6.0, 4.0, 7.0]
    assert history.compact() == 0, "nothing is left to do"
    history.append(Readings.of(sensor=[1], ts=[DAY + 13 * DAY_MS], value=[8.0]), version=8)
    assert history.last_version() == 8, "the writer goes on after a compaction beside it"


def test_a_long_span_is_read_piece_by_piece_with_the_same_result() -> None:
    """A year of a sensor never lies in memory at once; the mean is that of all readings, and no extreme is lost."""
    random = np.random.default_rng(3)
    ts = np.sort(random.integers(0, 10**9, 5000))
    value = np.where(random.random(5000) < 0.1, np.nan, random.normal(size=5000))
    whole = Readings.of(sensor=[7] * 5000, ts=ts, value=value)
    pieces = [whole.take(slice(begin, begin + 700)) for begin in range(0, 5000, 700)]
    joined = join_curves([thin_out(piece, 400) for piece in pieces], 20)
    assert len(joined.ts) <= 20
    assert (np.nanmin(joined.low), np.nanmax(joined.high)) == (np.nanmin(value), np.nanmax(value))
    known = np.isfinite(value)
    assert joined.known.sum() == known.sum()
    assert np.isclose((joined.value * joined.known).sum() / joined.known.sum(), value[known].mean())


KB, MB = 1024, 1024 * 1024


@pytest.mark.parametrize(
    ("words", "files", "merged"),
    [
        ("two late ones beside one small", [(10 * KB, 0, 99)] * 3, 3),
        ("one late one", [(10 * KB, 0, 99)] * 2, 0),
        ("many that hold other sensors each", [(KB, number, number) for number in range(40)], 40),
        ("sorted parts of a large day", [(9 * MB, 100 * number, 100 * number + 99) for number in range(7)], 0),
        ("with six late ones", [*((9 * MB, 100 * number, 100 * number + 99) for number in range(7)), *[(KB, 0, 699)] * 6], 0),
        ("with seven late ones", [*((9 * MB, 100 * number, 100 * number + 99) for number in range(7)), *[(KB, 0, 699)] * 7], 14),
        ("large ones that were never sorted", [(9 * MB, 0, 699)] * 4, 4),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_day_gone_by_is_merged_where_it_is_worth_it(words: str, files: list[tuple[int, int, int]], merged: int) -> None:
    day = [File(f"{number}", 1, size, size // 3, low, high) for number, (size, low, high) in enumerate(files)]
    assert len(worth_merging(day, is_newest=False)) == merged, words


def test_of_the_newest_day_small_files_are_joined_and_sometimes_all_are_sorted() -> None:
    small = [File(f"s{number}", 1, KB, 300, 0, 99) for number in range(32)]
    large = [File(f"l{number}", 1, 2 * MB, 700_000, 0, 99) for number in range(17)]
    assert worth_merging([*small[:31], *large[:3]], is_newest=True) == ()
    assert worth_merging([*small, *large[:3]], is_newest=True) == small
    assert worth_merging([*small, *large], is_newest=True) == [*small, *large]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 9)), max_size=12))
def test_files_that_do_not_overlap_hold_other_sensors_each(drawn: list[tuple[int, int, int]]) -> None:
    files = [File(str(number), 1, 1, rows, min(a, b), max(a, b)) for number, (a, b, rows) in enumerate(drawn)]
    over = overlapping(files)
    kept = [one for one in files if one not in over]
    sensors = [sensor for one in kept for sensor in range(one.low, one.high + 1)]
    assert len(sensors) == len(set(sensors))
    for one in over:
        assert any(two.low <= one.high and one.low <= two.high and two.rows >= one.rows for two in kept)


def test_a_large_day_is_merged_part_by_part_into_files_of_other_sensors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows lie in memory at once, however large the day; whoever reads one sensor opens one file."""
    monkeypatch.setattr(compaction, "ROWS_AT_ONCE", 500)
    history, random = History(tmp_path), np.random.default_rng(4)
    for version in range(1, 9):
        sensor = random.permutation(200).astype(np.int32)
        history.append(Readings.of(sensor, DAY + random.integers(0, 9000, 200), random.normal(size=200)), version=version)
    history.append(Readings.of([0], [DAY + DAY_MS], [0.0]), version=9)
    before = history.read(range(200), DAY, DAY + DAY_MS)
    assert history.compact() == 1
    files = files_by_day(DeltaTable(tmp_path))[DAY // DAY_MS]
    assert len(files) == 4
    assert overlapping(files) == []
    assert as_rows(history.read(range(200), DAY, DAY + DAY_MS)) == as_rows(before)
    assert sum(one.rows for one in files) == len(before)
    size = history.size()
    assert (size.readings, size.files) == (len(before) + 1, 5)
    assert size.bytes == sum(one.stat().st_size for one in tmp_path.glob("day=*/*") if one.name in names_of(tmp_path))


def names_of(folder: Path) -> set[str]:
    return {Path(uri).name for uri in DeltaTable(folder).file_uris()}


def test_a_merge_leaves_what_comes_between_and_gives_way_to_another_one(tmp_path: Path) -> None:
    history = History(tmp_path)
    for version in range(1, 6):
        history.append(batch(version), version=version)
    first, second = DeltaTable(tmp_path), DeltaTable(tmp_path)
    day, files = next(iter(files_by_day(first).items()))
    history.append(batch(6), version=6)
    assert merge_files(first, Folder(tmp_path), day, files)
    assert not merge_files(second, Folder(tmp_path), day, files), "another one was quicker"
    history.append(batch(7), version=7)
    assert len(files_by_day(DeltaTable(tmp_path))[day]) == 3
    assert history.read([2], DAY, DAY + DAY_MS).value.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    assert history.last_version() == 7


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 4), st.integers(0, 99)), max_size=40),
    compacted=st.sets(st.integers(0, 4)),
    lost=st.booleans(),
    asked=st.lists(st.integers(0, 5), min_size=1, max_size=4),
    span=st.tuples(st.integers(0, 3 * DAY_MS + 4), st.integers(0, 4 * DAY_MS)),
)
def test_the_newest_of_some_sensors_is_the_last_of_all_that_is_read(
    rows: list[tuple[int, int, int, int]],
    compacted: set[int],
    lost: bool,
    asked: list[int],
    span: tuple[int, int],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Merged between any appends, late ones and repeats too; with what is kept beside files, and where that was lost."""
    folder = tmp_path_factory.mktemp("history")
    with pytest.MonkeyPatch.context() as patch:
        for name, few in (("FILES_WORTH_JOINING", 2), ("FEW_FILES", 2), ("ROWS_AT_ONCE", 4)):
            patch.setattr(compaction, name, few)
        patch.setattr(newest, "WORTH_KEEPING", 1)
        history = History(folder)
        for number, version in enumerate(range(0, len(rows), 9)):
            part = rows[version : version + 9]
            ts = [DAY + day * DAY_MS + moment for _, day, moment, _ in part]
            history.append(Readings.of([row[0] for row in part], ts, [float(row[3]) for row in part]), version=version + 1)
            if number in compacted:
                history.compact()
    if lost:
        shutil.rmtree(folder / newest.KEPT, ignore_errors=True)
    begin, end = DAY + span[0], DAY + span[0] + span[1]
    all_of_it = history.read(asked, begin, end)
    last = {row[0]: row for row in as_rows(all_of_it)}
    assert as_rows(history.newest(asked, begin, end)) == [last[sensor] for sensor in sorted(last)]


def test_what_is_newest_in_a_merged_file_is_kept_beside_it_and_goes_with_it(tmp_path: Path) -> None:
    """By it alone the newest of all is told: the readings behind it are not looked at. It goes an hour after its file."""
    history = History(tmp_path, keep_days=10)
    for version in range(1, 41):
        history.append(batch(version), version=version)
    history.append(Readings.of([9], [DAY + DAY_MS], [4.0]), version=41)
    assert history.compact() == 1
    (file,) = files_by_day(DeltaTable(tmp_path))[DAY // DAY_MS]
    kept = tmp_path / newest.kept_beside(file.path)
    DeltaTable(tmp_path).vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    assert kept.exists(), "Delta's own tidying leaves it"
    (tmp_path / file.path).rename(tmp_path / "away")
    assert as_rows(history.newest(range(5), 0, DAY + 2 * DAY_MS)) == as_rows(batch(40))
    with pytest.raises(Unavailable):
        history.newest(range(5), 0, DAY + 30_000)
    (tmp_path / "away").rename(tmp_path / file.path)
    assert as_rows(history.newest(range(5), 0, DAY + 30_000)) == as_rows(batch(29)), "a moment within the file"
    for is_old in (False, True):
        stray = kept.with_name(f"merged-{is_old}.parquet")
        stray.write_bytes(b"of a file that is gone")
        os.utime(stray, (0, 0) if is_old else None)
    newest.forget_newest(Folder(tmp_path), {file.path}, newest_day=DAY // DAY_MS, older_than=timedelta(hours=1))
    assert sorted(one.name for one in kept.parent.iterdir()) == sorted([kept.name, "merged-False.parquet"])
    newest.forget_newest(Folder(tmp_path), {file.path}, newest_day=DAY // DAY_MS + 32, older_than=timedelta(hours=1))
    assert list((tmp_path / newest.KEPT).iterdir()) == [], "of days long gone nothing is kept"
    assert as_rows(history.newest(range(5), 0, DAY + 2 * DAY_MS)) == as_rows(batch(40))


@pytest.mark.parametrize(("begin_ms", "end_ms", "opened"), [(0, 1500, 1), (1500, 3500, 2), (3000, 3001, 1), (4000, 9000, 0)])
def test_of_a_day_only_files_of_the_asked_time_are_opened(begin_ms: int, end_ms: int, opened: int, tmp_path: Path) -> None:
    history = History(tmp_path)
    for number in range(1, 4):
        history.append(batch(number), version=number)
    files = history._files()
    assert np.count_nonzero(files.having(np.arange(5, dtype=np.int32), DAY + begin_ms, DAY + end_ms)) == opened
    assert len(history.read([2], DAY + begin_ms, DAY + end_ms)) == opened
