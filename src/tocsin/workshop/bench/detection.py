"""Detection beside its measure, in one go: a bare Numba loop, ours with the same five rules, ours with all, and plain Python."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from tocsin.base.errors import TocsinError
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detections import Detections
from tocsin.engine.detection.detector import Detector
from tocsin.engine.detection.profiles import Profile
from tocsin.workshop.bench.bare import BareLoop
from tocsin.workshop.bench.plain import PlainPython
from tocsin.workshop.bench.workload import CLASSIC, EVERYTHING, rounds

SENSORS = 100_000
ROUNDS = 120
TOGETHER = 10  # rounds that each runner does in turn, so that all meet the same weather on the machine
PLAIN_SENSORS = 1_000

type Events = NDArray[np.int64]  # [n, 5]: sensor, rule, edge, level, ts


class _Runner:
    """One contestant: its time, its readings, its events."""

    def __init__(self, name: str, update: Callable[[Readings], Events]) -> None:
        self.name = name
        self.seconds = 0.0
        self.readings = 0
        self._update = update
        self._events: list[Events] = []

    def run(self, batches: list[Readings]) -> None:
        began = time.perf_counter()
        self._events += [self._update(batch) for batch in batches]
        self.seconds += time.perf_counter() - began
        self.readings += sum(len(batch) for batch in batches)

    @property
    def events(self) -> Events:
        return np.concatenate(self._events)

    @property
    def speed(self) -> float:
        return self.readings / self.seconds


def run(console: Console, quick: bool) -> None:
    """Prints readings per second, ratios and memory; TocsinError where two contestants tell different events."""
    _compile()
    bare_loop, five_rules, all_rules = BareLoop(SENSORS), _detector(CLASSIC), _detector(EVERYTHING)
    bare = _Runner("bare loop, five", lambda batch: _of_bare(bare_loop.update(batch)))
    five = _Runner("Tocsin, five", lambda batch: _of_detections(five_rules.update(batch)))
    everything = _Runner("Tocsin, twelve", lambda batch: _of_detections(all_rules.update(batch)))
    python = PlainPython()
    plain = _Runner("Python, five", lambda batch: np.array(python.update(batch), np.int64).reshape(-1, 5))
    count = ROUNDS // 2 if quick else ROUNDS
    together: list[Readings] = []
    for number, batch in enumerate(rounds(SENSORS, SENSORS * count), start=1):
        together.append(batch)
        if number % TOGETHER == 0:
            for runner in (bare, five, everything):
                runner.run(together)
            plain.run([one.take(one.sensor < PLAIN_SENSORS) for one in together])
            together = []
    _compare(bare.events, five.events, "the bare loop and Tocsin")
    share = bare.events[bare.events[:, 0] < PLAIN_SENSORS]
    _compare(share, plain.events, "the bare loop and plain Python")
    _print(console, (bare, five, everything, plain), all_rules.state_bytes)


def _detector(profile: Profile) -> Detector:
    return Detector([profile], np.zeros(SENSORS, np.int16))


def _compile() -> None:
    """Both kernels are compiled, or loaded, before anything is timed."""
    one = Readings.of([0], [1], [1.0])
    BareLoop(1).update(one)
    Detector([CLASSIC], np.zeros(1, np.int16)).update(one)


def _of_bare(told: NDArray[np.void]) -> Events:
    return np.column_stack([told[name] for name in ("sensor", "rule", "edge", "level", "ts")]).astype(np.int64)


def _of_detections(detections: Detections) -> Events:
    return np.column_stack([detections.sensor, detections.rule, detections.edge, detections.level, detections.ts]).astype(
        np.int64
    )


def _compare(left: Events, right: Events, who: str) -> None:
    if not np.array_equal(left, right):
        raise TocsinError(f"{who} tell different events ({len(left):,} and {len(right):,})")


def _print(console: Console, runners: tuple[_Runner, ...], state_bytes: int) -> None:
    measure = runners[0].speed
    table = Table(title=f"Detection: {SENSORS:,} sensors in random order, the same events", title_justify="left")
    for column in ("rules", "readings", "million/s", "to bare", "events"):
        table.add_column(column, justify="left" if column == "rules" else "right")
    for runner in runners:
        speed = f"{runner.speed / 1e6:.2f}"
        table.add_row(runner.name, f"{runner.readings:,}", speed, f"{runner.speed / measure:.3g}", f"{len(runner.events):,}")
    console.print(table)
    per_sensor = state_bytes / SENSORS
    console.print(f"State: {per_sensor:.0f} bytes a sensor, {per_sensor * 1e6 / 2**20:.0f} MiB for 1,000,000 sensors.")
