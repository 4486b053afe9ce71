"""A city of 107,000 assets and 20,000 sensors: loaded, held in memory, and asked why its sensors ring."""

import json
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse
from rich.console import Console
from scipy.sparse import csgraph

from tocsin.base.errors import TocsinError
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.judge import diagnose
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.diagnosis.templates import Templates
from tocsin.engine.network import Network, Way
from tocsin.engine.reach import Medium, Reach
from tocsin.workshop.bench import numpy_grid
from tocsin.workshop.bench.city import HOUR_MS, LargeCity

DAYS_BEFORE = 8  # quiet days before the first incident
HOURS = 82  # with incidents
ALARMS_AN_HOUR = 8
AGAIN_MS = 24 * HOUR_MS  # a sensor that rang is not asked about again before
SEARCHES = 200
DAY_S = 86_400.0


@dataclass(frozen=True)
class Loading:
    """Seconds of the import, of the processor for it, of its transactions, and of building the network from the database."""

    assets: int
    load_s: float
    processor_s: float
    transactions_s: tuple[float, ...]
    build_s: float
    memory_bytes: int


def run(console: Console, quick: bool) -> None:
    """Prints what loading takes, what memory, and how long a diagnosis; TocsinError where a peer finds something else."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.geojson"
        file.write_text(json.dumps({"type": "FeatureCollection", "features": list(LargeCity.build().features())}))
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawn) as process:
            loading = process.submit(load, file).result()
        _print_loading(console, loading)
        with ProcessPoolExecutor(1, mp_context=spawn) as process:
            process.submit(ask, file, 12 if quick else HOURS).result().print(console)


def load(file: Path) -> Loading:
    """Imports the file into an empty SQLite database beside it, and reads the network back; for a process of its own."""
    os.environ.pop("DATABASE_URL", None)
    os.environ["TOCSIN_DATA"] = str(file.parent / "data")
    from tocsin.portal.preparation import prepare_database

    prepare_database()
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.lifelines.queries import networks as queries
    from tocsin.lifelines.services import networks as services

    began, worked = time.perf_counter(), time.process_time()
    document = json.loads(file.read_text(encoding="utf-8"))
    marks: list[float] = [time.perf_counter()]
    report = services.import_network(
        actor=system_actor(),
        features=services.network_features(document, str(file)),
        region_code="370213",
        on_progress=lambda _count: marks.append(time.perf_counter()),
    )
    loaded, processor_s = time.perf_counter(), time.process_time() - worked
    del document
    network = queries.network("370213")
    if report.errors or len(network) != report.loaded:
        raise TocsinError(f"{report.loaded:,} assets were loaded and {len(network):,} read back")
    return Loading(
        assets=len(network),
        load_s=loaded - began,
        processor_s=processor_s,
        transactions_s=tuple(np.diff(marks[1:]).tolist()),
        build_s=time.perf_counter() - loaded,
        memory_bytes=_peak_bytes(),
    )


@dataclass(frozen=True)
class Answers:
    """What asking a large city took, in seconds; of each diagnosis by the clock and of the processor."""

    assets: int
    sensors: int
    appended: int
    append_s: float
    numpy_s: float
    grid_s: float
    diagnoses_s: tuple[tuple[float, float], ...]
    searches_s: tuple[float, ...]
    scipy_s: tuple[float, ...]
    grid_bytes: int
    memory_bytes: int

    def print(self, console: Console) -> None:
        """Two paragraphs."""
        ms = 1000 * np.percentile(np.array(self.diagnoses_s), (50, 90, 99), axis=0)
        searches, scipy_searches = 1000 * np.median(self.searches_s), 1000 * np.median(self.scipy_s)
        console.print(
            f"[bold]Diagnosis[/bold]: {self.assets:,} assets, {self.sensors:,} sensors, {len(self.diagnoses_s)} alarms "
            f"as they came: p50 {ms[0, 0]:.0f} ms, p90 {ms[1, 0]:.0f} ms, p99 {ms[2, 0]:.0f} ms by the clock; of the processor "
            f"{ms[0, 1]:.0f}, {ms[1, 1]:.0f}, {ms[2, 1]:.0f} ms (less than the clock's where others work on this machine)."
        )
        console.print(
            f"Grid: {self.appended:,} readings of {DAYS_BEFORE * 24 + HOURS} h appended hour by hour, "
            f"{self.appended / self.append_s / 1e6:.1f} million/s; a district's days at once in {self.grid_s:.2f} s, by plain "
            f"NumPy in {self.numpy_s:.2f} s, the same means. What gas reaches in a day: {searches:.2f} ms, by SciPy's Dijkstra "
            f"{scipy_searches:.1f} ms, the same times (medians of {len(self.searches_s)})."
        )
        console.print(
            f"Memory: the grid {self.grid_bytes / 2**20:.0f} MiB, the process at most {self.memory_bytes / 2**20:.0f} MiB, "
            "the simulated readings included."
        )


def ask(file: Path, hours: int) -> Answers:
    """Lives through the hours of the incidents and asks about every sensor that begins to ring; for a process of its own."""
    from tocsin.lifelines.policy import shipped_media
    from tocsin.warning.causes.policy.causes import shipped_templates

    city = LargeCity.build()
    network = Network.from_features(json.loads(file.read_text(encoding="utf-8"))["features"])
    sensors = city.sensors(network)
    begin_ms = city.scenario.begin_ms
    grid = Grid.rolling(sensors, from_ms=begin_ms - DAYS_BEFORE * 24 * HOUR_MS)
    diagnoses_s: list[tuple[float, float]] = []
    append_s, appended = 0.0, 0
    district: list[Readings] = []
    rang: dict[int, int] = {}
    for number, readings in enumerate(city.readings(begin_ms - DAYS_BEFORE * 24 * HOUR_MS, begin_ms + hours * HOUR_MS)):
        began = time.perf_counter()
        grid.append(readings)
        append_s += time.perf_counter() - began
        appended += len(readings)
        district.append(readings.take(readings.sensor < len(city.watched)))
        if number == DAYS_BEFORE * 24 - 1:
            diagnose(network, grid, shipped_templates(), sensor=0, ts_ms=grid.newest_ms)  # compiles, or loads what is
        if number >= DAYS_BEFORE * 24:
            diagnoses_s += _ask_alarms(network, grid, sensors, shipped_templates(), _ringing(sensors, readings, rang))
    grid_s, numpy_s = _lay_twice(sensors, Readings.concatenate(district), len(city.watched))
    searches_s, scipy_s = _search_twice(network, shipped_media()["gas"])
    return Answers(
        assets=len(network),
        sensors=len(sensors),
        appended=appended,
        append_s=append_s,
        numpy_s=numpy_s,
        grid_s=grid_s,
        diagnoses_s=tuple(diagnoses_s),
        searches_s=searches_s,
        scipy_s=scipy_s,
        grid_bytes=grid.memory_bytes,
        memory_bytes=_peak_bytes(),
    )


def _ringing(sensors: SensorColumns, readings: Readings, rang: dict[int, int]) -> list[int]:
    """Sensors that crossed a limit this hour and did not ring for a day, some of them where there are many."""
    crossed = readings.value >= sensors.alarm_high[readings.sensor]
    crossed |= readings.value <= sensors.alarm_low[readings.sensor]
    now_ms = int(readings.ts.max())
    fresh = [one for one in np.unique(readings.sensor[crossed]).tolist() if rang.get(one, 0) < now_ms - AGAIN_MS]
    rang.update(dict.fromkeys(fresh, now_ms))
    return fresh[:: max(1, -(-len(fresh) // ALARMS_AN_HOUR))]


def _ask_alarms(
    network: Network, grid: Grid, sensors: SensorColumns, templates: Templates, alarms: list[int]
) -> Iterator[tuple[float, float]]:
    for sensor in alarms:
        began, worked = time.perf_counter(), time.thread_time()
        answer = diagnose(network, grid, templates, sensor=sensor, ts_ms=grid.newest_ms)
        yield time.perf_counter() - began, time.thread_time() - worked
        if answer.quantity != sensors.quantity[sensor]:
            raise TocsinError(f"the question was about {sensors.quantity[sensor]}, the answer is about {answer.quantity}")


def _lay_twice(sensors: SensorColumns, readings: Readings, count: int) -> tuple[float, float]:
    """Seconds of our grid and of plain NumPy for one district; TocsinError where they differ."""
    district = sensors.take(np.arange(count))
    now_ms = int(readings.ts.max())
    chosen = np.arange(count)
    for part in (readings.take(slice(0, 100)), readings):  # the first one compiles, or loads what is
        began = time.perf_counter()
        view = Grid.build(district, part, ts_ms=now_ms).view(chosen, ts_ms=now_ms, as_of_ms=now_ms)
        ours_s = time.perf_counter() - began
    patience = np.maximum(1, np.ceil(2 * district.interval_s * 1000 / 600_000)).astype(np.int64)
    began = time.perf_counter()
    plain = numpy_grid.lay(readings, count, view.first_bin, view.values.shape[1], patience)
    numpy_s = time.perf_counter() - began
    if not np.allclose(view.values, plain, equal_nan=True):
        raise TocsinError("our grid and plain NumPy lay the same readings differently")
    return ours_s, numpy_s


def _search_twice(network: Network, medium: Medium) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Seconds of each search out of some assets, ours and SciPy's; TocsinError where they find different times."""
    ways = network.ways_out(medium.open_ways)
    pace = np.zeros(len(Way))
    for way, speed in medium.speed_m_s.items():
        pace[way] = 1 / speed
    seconds = np.maximum(ways.length_m, 1.0) * pace[ways.way]
    graph = scipy.sparse.csr_array((seconds, ways.source, ways.start), shape=(len(network), len(network)))
    ours_s, scipy_s = [], []
    Reach.out_of(network, 0, medium, DAY_S)  # compiles, or loads what is
    for start in range(len(network) // SEARCHES - 1, len(network), len(network) // SEARCHES):
        began = time.perf_counter()
        reach = Reach.out_of(network, start, medium, DAY_S)
        ours_s.append(time.perf_counter() - began)
        began = time.perf_counter()
        found = csgraph.dijkstra(graph, indices=start, limit=DAY_S)
        scipy_s.append(time.perf_counter() - began)
        reached = np.flatnonzero(np.isfinite(found))
        if reached.tolist() != sorted(reach.seconds) or not np.allclose(
            [reach.seconds[k] for k in reached.tolist()], found[reached]
        ):
            raise TocsinError(f"our search and SciPy's find different times from {network.codes[start]}")
    return tuple(ours_s), tuple(scipy_s)


def _peak_bytes() -> int:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _print_loading(console: Console, loading: Loading) -> None:
    ms = 1000 * np.array(loading.transactions_s)
    console.print(
        f"[bold]Network[/bold]: {loading.assets:,} assets from a GeoJSON file into SQLite in {loading.load_s:.1f} s "
        f"({loading.processor_s:.1f} s of the processor), "
        f"{len(ms) + 1} transactions of {np.median(ms):.0f} ms (the longest {ms.max():.0f} ms); read back and its ways built in "
        f"{loading.build_s:.1f} s; the process held at most {loading.memory_bytes / 2**20:.0f} MiB."
    )
