"""440,000 points of 7,000 plants at a value a minute: the detector beside a bare loop, and their alarms in the database."""

import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from tocsin.base.errors import TocsinError
from tocsin.base.time import datetime_from_ms
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detections import Detections
from tocsin.engine.detection.detector import Detector
from tocsin.workshop.bench.bare import BareLoop
from tocsin.workshop.bench.workload import CLASSIC, INTERVAL_MS, START_MS, rounds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from rich.console import Console

    from tocsin.warning.detection.queries.registry import Registry
    from tocsin.workshop.bench.province import PlantPoints

FIRMS, POINTS = 7_000, 440_000
QUICK = 20  # so many times fewer
MINUTES, QUIET = 20, 5  # minutes of all points, of which so many before anything rings
RINGING = 10_000  # one point in so many begins to ring in a minute
SEED = 20261130
NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)


def run(console: "Console", quick: bool) -> None:
    """Prints milliseconds a minute of all points; TocsinError where bare loop and detector differ, or other points ring."""
    part = QUICK if quick else 1
    with (
        tempfile.TemporaryDirectory(dir=os.environ.get("TOCSIN_BENCH_FOLDER")) as folder,
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process,
    ):
        for line in process.submit(measure, folder, FIRMS // part, POINTS // part).result():
            console.print(line)


def measure(folder: str, firms: int, points: int) -> list[str]:
    """Fills a database of its own and measures; for a process of its own."""
    os.environ.pop("DATABASE_URL", None)
    os.environ["TOCSIN_DATA"] = folder
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
    import django

    django.setup()
    from tocsin.notices.face import load_contributions
    from tocsin.portal.tables import bring_tables_up_to_date
    from tocsin.warning.detection.queries.registry import load_registry
    from tocsin.workshop.bench.province import PlantPoints, Province

    bring_tables_up_to_date()
    load_contributions()  # else the first alarm does it
    filled = PlantPoints(Province(firms, NOW), points)
    began = time.perf_counter()
    registry = load_registry()
    loaded_s = time.perf_counter() - began
    began = time.perf_counter()
    detector = Detector(registry.profiles, registry.profile_of_sensor, registry.interval_ms)
    set_up_s = time.perf_counter() - began
    if load_registry(registry) is not registry:
        raise TocsinError("the registry is read anew though nothing changed")
    return [
        f"[bold]Points of plants[/bold]: {points:,} of {firms:,} firms in {len(registry.regions)} counties, with"
        f" {len(registry.profiles):,} different sets of limits. Registry read in {loaded_s:.1f} s, detector set up in"
        f" {1000 * set_up_s:.0f} ms (both again whenever a sensor is changed); load average {os.getloadavg()[0]:.1f}.",
        _beside_bare(points),
        _with_alarms(detector, registry, filled),
    ]


def _beside_bare(points: int) -> str:
    """The five classic rules for all points, by the bare loop and by the detector, which must tell the same."""
    bare, ours = BareLoop(points), Detector([CLASSIC], np.zeros(points, np.int16))
    bare_s = ours_s = 0.0
    count = 0
    for number, batch in enumerate(rounds(points, points * MINUTES)):
        began = time.perf_counter()
        told = bare.update(batch)
        between = time.perf_counter()
        found = ours.update(batch)
        ended = time.perf_counter()
        if number:  # the first one compiles or loads the kernels
            bare_s, ours_s = bare_s + between - began, ours_s + ended - between
        if not np.array_equal(np.stack([told[name] for name in _EDGES]), np.stack([getattr(found, name) for name in _EDGES])):
            raise TocsinError("the bare loop and the detector tell different events")
        count += len(found)
    bare_ms, ours_ms = 1000 * bare_s / (MINUTES - 1), 1000 * ours_s / (MINUTES - 1)
    return (
        f"Five rules, a minute of all points in random order: the bare loop {bare_ms:.0f} ms, the detector [bold]{ours_ms:.0f}"
        f" ms[/bold], the same {count:,} edges; {points / ours_ms * 1000 / 1e6:.1f} million readings/s."
    )


_EDGES = ("sensor", "rule", "edge", "level", "ts")


def _with_alarms(detector: Detector, registry: "Registry", filled: "PlantPoints") -> str:
    """The shipped profiles with each point's own limits; what rings becomes alarms as the worker makes them."""
    from tocsin.warning.alarms.models import Alarm

    judged_s = applied_s = 0.0
    edges = 0
    ringing: set[int] = set()
    for minute, batch in enumerate(_minutes(filled, ringing)):
        began = time.perf_counter()
        found = detector.update(batch)
        judged_s += (time.perf_counter() - began) if minute else 0.0
        began = time.perf_counter()
        _apply(found, registry, START_MS + minute * INTERVAL_MS)
        applied_s += time.perf_counter() - began
        edges += len(found)
    raised = set(Alarm.objects.filter(rule="high", sensor__index__gte=filled.first).values_list("sensor__index", flat=True))
    if raised != ringing:
        raise TocsinError(f"{len(raised)} points have an alarm, {len(ringing)} passed their limit")
    each_ms = 1000 * applied_s / max(1, edges)
    return (
        f"Shipped profiles with each point's own limits: a minute of all points {1000 * judged_s / (MINUTES - 1):.0f} ms;"
        f" {len(ringing):,} alarms in {MINUTES - 2 * QUIET} minutes, {each_ms:.0f} ms an edge in the database,"
        f" {applied_s / (MINUTES - 2 * QUIET):.1f} s for those of a minute; load average {os.getloadavg()[0]:.1f}."
    )


def _minutes(filled: "PlantPoints", ringing: set[int]) -> "Iterable[Readings]":
    """A value of each point a minute, in its band; some pass their upper limit and stay there. `ringing` gets their indexes."""
    random = np.random.default_rng(SEED)
    count = len(filled.low)
    middle, width = (filled.low + filled.high) / 2, (filled.high - filled.low) / 20
    over = np.zeros(count, np.bool_)
    for minute in range(MINUTES):
        # a point that passes its limit needs as many more readings as its profile holds: the last minutes begin none
        if QUIET <= minute < MINUTES - QUIET:
            over[random.choice(count, count // RINGING, replace=False)] = True
        value = np.where(over, filled.high * 1.02, middle + random.uniform(-1, 1, count) * width)
        order = random.permutation(count)
        sensor: NDArray[np.int32] = (filled.first + order).astype(np.int32)
        yield Readings.of(sensor, np.full(count, START_MS + minute * INTERVAL_MS), value[order])
    ringing |= {int(one) for one in filled.first + np.flatnonzero(over)}


def _apply(found: Detections, registry: "Registry", now_ms: int) -> None:
    from tocsin.warning.alarms.services.detections import BATCH, apply_detections
    from tocsin.warning.detection.loops.detector import detection_of

    rows = [
        detection_of(row, latching=registry.latches(row["sensor"]), policy=registry.versions_of(row["sensor"]))
        for row in found.rows()
    ]
    for start in range(0, len(rows), BATCH):
        apply_detections(detections=rows[start : start + BATCH], now=datetime_from_ms(now_ms))
