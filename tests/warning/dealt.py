"""What the tests of partitions share: a registry of many sensors without a database, a story, real processes."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from tocsin.bus.connection import Connection, connect
from tocsin.bus.streams import DETECTIONS
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detector import Detector
from tocsin.sensing.history.queries.table import History
from tocsin.warning.alarms.events import Detection
from tocsin.warning.detection.loops.detector import detection_of
from tocsin.warning.detection.queries.registry import Registry

RUN = [sys.executable, "-m", "tocsin.portal.cli", "run"]
STEP_MS = 250


def story(sensors: int, steps: int, *, end_ms: int, seed: int = 7) -> list[Readings]:
    """Per step one reading of nearly every sensor: saw-tooths of different length and height around the limits."""
    chance = random.Random(seed)
    shapes = [(chance.randint(8, 40), chance.uniform(10, 130), chance.randint(0, 40)) for _ in range(sensors)]
    told = []
    for step in range(steps):
        chosen = [sensor for sensor in range(sensors) if chance.random() < 0.8]
        values = [round(shapes[k][1] * ((step + shapes[k][2]) % shapes[k][0]) / shapes[k][0], 1) for k in chosen]
        ts = np.full(len(chosen), end_ms - (steps - step) * STEP_MS)
        told.append(Readings.of(sensor=chosen, ts=ts, value=values))
    return told


def edges_of(found: Iterable[Detection]) -> dict[int, list[str]]:
    """By sensor the ids of its detections in their order."""
    edges: dict[int, list[str]] = {}
    for one in found:
        edges.setdefault(one.sensor, []).append(str(one.id))
    return edges


def undisturbed(registry: Registry, batches: Iterable[Readings]) -> dict[int, list[str]]:
    """What one detector finds that nothing disturbs."""
    detector = Detector(registry.profiles, registry.profile_of_sensor, registry.interval_ms)
    rows = (row for batch in batches for row in detector.update(batch).rows())
    return edges_of(detection_of(row, latching=True) for row in rows)


async def stored_edges(connection: Connection) -> dict[int, list[str]]:
    """What the log of detections holds now."""
    first, last = await connection.sequences(DETECTIONS)
    return edges_of(
        [msgspec.json.decode(one.payload, type=Detection) async for one in connection.copy_log(DETECTIONS, first, last)]
    )


def in_history(folder: Path) -> list[tuple[int, int, float]]:
    """Every row of the history as it was written: one that was written twice stands twice."""
    table = History(folder / "history")._table.to_pyarrow_table(columns=["sensor", "ts", "value"])
    return sorted(zip(*(table.column(name).to_pylist() for name in ("sensor", "ts", "value")), strict=True))


def as_rows(batches: Iterable[Readings]) -> list[tuple[int, int, float]]:
    """The readings of a story, to be compared with the history."""
    whole = Readings.concatenate(list(batches))
    return sorted(zip(whole.sensor.tolist(), whole.ts.tolist(), whole.value.tolist(), strict=True))


class Processes:
    """Real processes over one data folder and database."""

    def __init__(self, folder: Path, url: str) -> None:
        own = {"TOCSIN_DATA": str(folder), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings"}
        self._environment = {**os.environ, **own}
        self.running: list[subprocess.Popen[bytes]] = []

    def begin(self, name: str = "detector") -> subprocess.Popen[bytes]:
        self.running.append(subprocess.Popen([*RUN, name], env=self._environment))
        return self.running[-1]

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """As a power cut ends it; until somebody asks for its code it stays a dead entry of the machine's list."""
        process.kill()
        self.running.remove(process)

    def end(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            assert process.wait(60) == 0
        self.running.clear()


def until(holds: Callable[[], object], what: str, patience_s: float = 90.0) -> None:
    limit = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < limit, f"waited {patience_s:.0f} s: {what}"
        time.sleep(0.05)


def on_the_bus[R](work: Callable[[Connection], Any]) -> Any:
    """The result of one coroutine function with a connection."""

    async def run() -> Any:
        async with await connect() as connection:
            return await work(connection)

    return asyncio.run(run())
