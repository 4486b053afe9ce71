"""The history with up to 10^9 readings on disk: a month of one sensor, the newest of all, the count, bytes, compaction beside
appends; and what practice uses, with fewer readings, in the same run.
"""

import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from tocsin.base.errors import TocsinError
from tocsin.engine.columns import Readings
from tocsin.sensing.history.queries.layout import DAY_MS
from tocsin.sensing.history.queries.newest import KEPT
from tocsin.sensing.history.queries.places import Folder
from tocsin.sensing.history.queries.table import History
from tocsin.workshop.bench.history.city import DAYS, FIRST_DAY, RESOLUTION, STEPS, City, write_days
from tocsin.workshop.bench.history.peers import Peer, PlainParquet, SqliteTable

SENSORS = {"whole": 100_000, "usual": 10_000, "quick": 1_000}
PEER_SENSORS = 1_000
KEEP_DAYS = 3650
MONTH_DAYS = 30
ASKED = 20  # sensors whose month is read
TIMES = 5


class Taken(NamedTuple):
    """How long an act took: by the clock, and of the processor, which says more where other programs keep it busy."""

    seconds: float
    processor_s: float


def run(console: Console, quick: bool, whole: bool = False) -> None:
    """Prints the figures; TocsinError where what is read back is not what was written."""
    city = City(SENSORS["whole" if whole else "quick" if quick else "usual"])
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as place:
        folder = Path(place) / "history"
        history = History(folder, keep_days=KEEP_DAYS)
        began = time.perf_counter()
        with console.status("writing") as status:
            for day in write_days(Folder(folder), city, range(DAYS - 2)):
                status.update(f"writing: day {day + 1} of {DAYS}")
            written = time.perf_counter() - began
            appended = [_append(history, city, DAYS - 2, step) for step in range(STEPS)]
            status.update("compaction beside appends")
            beside, seconds, memory_mib = _compact_beside(history, folder, city)
            compacted = _timed(lambda: History(folder, keep_days=KEEP_DAYS).compact())
        console.print(
            f"{city.readings:,} readings of {city.sensors:,} sensors over {DAYS} days; sorted days written in {written:.0f} s, "
            f"a step of all sensors appended in {statistics.median(appended) * 1000:.0f} ms"
        )
        _print_compaction(console, city, beside, seconds, memory_mib, compacted)
        _print_answers(console, folder, city, quick)
        console.print(f"memory of this process, at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MiB")


def _append(history: History, city: City, day: int, step: int) -> float:
    readings = city.step(day, step)
    resolution = np.full(city.sensors, RESOLUTION)
    return _timed(lambda: history.append(readings, version=day * STEPS + step + 1, resolution=resolution))


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _compact_beside(history: History, folder: Path, city: City) -> tuple[list[float], float, float]:
    """The newest day comes in while another process merges the day before: seconds of appends, of the merge, its MiB."""
    _append(history, city, DAYS - 1, 0)
    context = multiprocessing.get_context("spawn")
    compaction = context.Process(target=_compact, args=(folder,))
    began = time.perf_counter()
    compaction.start()
    appended, merged = [], 0.0
    for step in range(1, STEPS):
        appended.append(_append(history, city, DAYS - 1, step))
        if not merged and not compaction.is_alive():
            merged = time.perf_counter() - began
    compaction.join()
    if compaction.exitcode:
        raise TocsinError(f"the compaction ended with {compaction.exitcode}")
    merged = merged or time.perf_counter() - began
    return appended, merged, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _compact(folder: Path) -> None:
    History(folder, keep_days=KEEP_DAYS).compact()


def _print_compaction(
    console: Console, city: City, beside: list[float], seconds: float, memory_mib: float, compacted: float
) -> None:
    console.print(
        f"a day of {city.sensors * STEPS:,} readings merged in {seconds:.1f} s with {memory_mib:,.0f} MiB; appends beside it "
        f"{statistics.median(beside) * 1000:.0f} ms, longest {max(beside) * 1000:.0f} ms; newest day tidied in {compacted:.1f} s"
    )


def _print_answers(console: Console, folder: Path, city: City, quick: bool) -> None:
    history = History(folder, keep_days=KEEP_DAYS)
    size = history.size()
    if size.readings != city.readings:
        raise TocsinError(f"{city.readings:,} readings were written, and the history holds {size.readings:,}")
    to_ms = (FIRST_DAY + DAYS) * DAY_MS
    from_ms = to_ms - MONTH_DAYS * DAY_MS
    months = []
    for sensor in np.random.default_rng(8).integers(0, city.sensors, ASKED).tolist():
        seconds, found = _cold(folder, partial(history.read, [sensor], from_ms, to_ms))
        _require_same(found, _wanted(city, sensor, from_ms, to_ms))
        months.append(seconds)
    newest, last = [], city.step(DAYS - 1, STEPS - 1)
    for _ in range(TIMES):
        seconds, found = _cold(folder, lambda: history.newest(np.arange(city.sensors), 0, to_ms + DAY_MS))
        _require_same(found, last.take(np.argsort(last.sensor)))
        newest.append(seconds)
    counts = [_cold(folder, history.size)[0] for _ in range(TIMES)]
    table = Table(title="Cold: the system has dropped the files from its memory", title_justify="left")
    for column in ("", "readings", "bytes", "month, ms", "processor", "longest", "newest, s", "processor", "count, s"):
        table.add_column(column, justify="left" if not column else "right")
    beside = sum(one.stat().st_size for one in (folder / KEPT).rglob("*.parquet"))
    table.add_row("Tocsin", *_figures(size.readings, size.bytes + beside, months, newest, counts))
    fewer = City(PEER_SENSORS // 10 if quick else PEER_SENSORS)
    for kind in (PlainParquet, SqliteTable):
        table.add_row(kind.words, *_figures_of_peer(kind, folder.parent / kind.__name__, fewer, from_ms, to_ms))
    console.print(table)


def _figures_of_peer(kind: Callable[[Path, City], Peer], folder: Path, city: City, from_ms: int, to_ms: int) -> tuple[str, ...]:
    peer = kind(folder, city)
    if peer.count() != city.readings or peer.newest() != city.sensors:
        raise TocsinError(f"{folder.name}: something is missing")
    months = []
    for sensor in range(0, city.sensors, city.sensors // ASKED):
        seconds, rows = _cold(folder, partial(peer.month, sensor, from_ms, to_ms))
        if rows != MONTH_DAYS * STEPS:
            raise TocsinError(f"{folder.name}: the month of sensor {sensor} has {rows} readings")
        months.append(seconds)
    newest = [_cold(folder, peer.newest)[0] for _ in range(TIMES)]
    counts = [_cold(folder, peer.count)[0] for _ in range(TIMES)]
    size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
    return _figures(city.readings, size, months, newest, counts)


def _figures(readings: int, size: int, months: list[Taken], newest: list[Taken], counts: list[Taken]) -> tuple[str, ...]:
    return (
        f"{readings:,}",
        f"{size / readings:.2f}",
        f"{statistics.median(one.seconds for one in months) * 1000:.0f}",
        f"{statistics.median(one.processor_s for one in months) * 1000:.0f}",
        f"{max(one.seconds for one in months) * 1000:.0f}",
        f"{statistics.median(one.seconds for one in newest):.2f}",
        f"{statistics.median(one.processor_s for one in newest):.2f}",
        f"{statistics.median(one.seconds for one in counts):.3f}",
    )


def _cold[Answer](folder: Path, act: Callable[[], Answer]) -> tuple[Taken, Answer]:
    """Time and answer of an act whose files the system has dropped from its memory before."""
    for one in folder.rglob("*"):
        if one.is_file():
            with one.open("rb") as file:
                os.fdatasync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    began, worked = time.perf_counter(), time.process_time()
    answer = act()
    return Taken(time.perf_counter() - began, time.process_time() - worked), answer


def _wanted(city: City, sensor: int, from_ms: int, to_ms: int) -> Readings:
    days = range(max(0, DAYS - MONTH_DAYS - 1), DAYS)
    told = Readings.concatenate([city.day_of(sensor, day) for day in days])
    return told.take((told.ts >= from_ms) & (told.ts < to_ms))


def _require_same(found: Readings, wanted: Readings) -> None:
    if not (np.array_equal(found.sensor, wanted.sensor) and np.array_equal(found.ts, wanted.ts)):
        raise TocsinError("other readings come back than were written")
    if not np.allclose(found.value, wanted.value):
        raise TocsinError("other values come back than were written")
