"""How long alarms wait when a detector dies: two share four partitions under load, one is killed, each detection is timed.

Each of 2,000 sensors is read once a second and stands five seconds above its limit and five below it, so that every partition
finds something in every tenth of a second. The longest wait around the death is the takeover: the death noticed, the memory read
from disk, the log read on from there. The longest wait before it, while a new process takes its share, is the handing over; a
death comes only after every partition is heard again. Once beside a process of the same machine, which sees the death at once;
on PostgreSQL, as root, also with detectors that can't see each other (a PID namespace each, as on two machines), where only the
lease tells.
"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from tocsin.engine.columns import Readings
from tocsin.workshop.bench.door import register, start
from tocsin.workshop.bench.postgresql import database_at

if TYPE_CHECKING:
    from tocsin.bus.connection import Connection

SENSORS, PARTITIONS = 2_000, 4
STEP_S, STEPS = 0.1, 10  # each sensor speaks in every tenth step
HALF_PERIOD_S = 5
HIGH, LOW = 60.0, 1.0  # %LEL: from 50 on one reading of methane is enough
ROUNDS, QUICK = 10, 2
CALM_S, AFTER_S = 6.0, 9.0
AIM_S, PATIENCE_S = 5.0, 180.0
COLUMNS = ("detectors", "no death: longest", "handed over: longest", "takeover: median", "takeover: longest", "detections")
DETECTOR = "import django; django.setup(); from tocsin.warning.detection.loops.process import run; run()"
APART = ("unshare", "--pid", "--fork", "--kill-child")


@dataclass
class Waits:
    """Of each detection when its reading was sent (seconds since 1970), how long it took (seconds), and its id; by partition when
    the newest reading was sent of which something was found.
    """

    sent: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    newest: list[float] = field(default_factory=lambda: [0.0] * PARTITIONS)

    def add(self, identity: str, sensor: int, sent: float, waited: float) -> None:
        """One that has been found; RuntimeError where it was found before."""
        if identity in self.ids:
            raise RuntimeError(f"the detection {identity} is in the log twice")
        self.ids.add(identity)
        self.sent.append(sent)
        self.waited.append(waited)
        self.newest[sensor % PARTITIONS] = max(sent, self.newest[sensor % PARTITIONS])

    def longest(self, since: float, until: float) -> float:
        """Of what was sent in that time; infinite where nothing was found."""
        return max((wait for at, wait in zip(self.sent, self.waited, strict=True) if since <= at < until), default=float("inf"))


@dataclass(frozen=True)
class Outcome:
    """The longest wait without a death, the longest of each handing over and around each death (seconds), and how many detections
    were timed.
    """

    calm: float
    handed: list[float]
    deaths: list[float]
    found: int


def run(console: Console, quick: bool, *, database: str = "") -> None:
    """Prints a line for each kind of neighbour; RuntimeError where a detection comes twice, or none around a death."""
    table = Table(title="seconds from a reading to its detection", title_justify="left")
    for column in COLUMNS:
        table.add_column(column, justify="right")
    kinds = {"see each other": False} | ({"apart": True} if database and os.getuid() == 0 else {})
    for name, apart in kinds.items():
        with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder, database_at(database) as url:
            os.environ |= {"TOCSIN_DATA": folder, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings"}
            os.environ["NUMBA_CACHE_DIR"] = f"{folder}/numba"
            os.environ.setdefault("TOCSIN_LOG_LEVEL", "CRITICAL")
            with get_context("spawn").Pool(1) as pool:  # Django is set up for one database only
                found = pool.apply(_play, (QUICK if quick else ROUNDS, apart))
        seconds = found.calm, max(found.handed), float(np.median(found.deaths)), max(found.deaths)
        took = [f"{value:.2f}" for value in seconds]
        table.add_row(name, *took, f"{found.found:,}")
    console.print(table)
    where = "PostgreSQL" if database else "SQLite"
    console.print(f"aimed at: {AIM_S:.0f} s. {where}, load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores.")


def _play(rounds: int, apart: bool) -> Outcome:
    register(devices=2, sensors=SENSORS // 2)
    from tocsin.warning.detection.services.layout import write_count

    write_count(Path(os.environ["TOCSIN_DATA"]), PARTITIONS)
    bus = start("bus.server", dict(os.environ))
    try:
        return asyncio.run(_deaths(rounds, apart))
    finally:
        bus.send_signal(signal.SIGTERM)
        bus.wait(20)


async def _deaths(rounds: int, apart: bool) -> Outcome:
    from tocsin.bus.connection import connect

    waits, over = Waits(), asyncio.Event()
    calm: list[float] = []
    handed: list[float] = []
    killed: list[float] = []
    async with await connect() as sender, await connect() as reader, asyncio.TaskGroup() as group:
        group.create_task(_send(sender, over))
        group.create_task(_listen(reader, over, waits))
        with _detectors(apart) as running:
            for _round in range(rounds):
                begun = time.time()
                while len(running) < 2:
                    running.append(_begin(apart))
                await _until_both_judge(running)
                await _until_all_speak(waits)
                if killed:
                    handed.append(waits.longest(begun, time.time()))
                await asyncio.sleep(CALM_S)
                calm.append(waits.longest(time.time() - CALM_S / 2, time.time() - 1.0))
                killed.append(time.time())
                victim = running.pop(0)
                victim.kill()
                await asyncio.sleep(AFTER_S)
                victim.wait()
            over.set()
    deaths = [waits.longest(at - 1.0, at + AFTER_S / 2) for at in killed]
    if max(deaths) == float("inf"):
        raise RuntimeError("around a death nothing was found")
    return Outcome(max(calm), handed or [float("nan")], deaths, len(waits.sent))


@contextmanager
def _detectors(apart: bool) -> Iterator[list[subprocess.Popen[bytes]]]:
    running = [_begin(apart), _begin(apart)]
    try:
        yield running
    finally:
        for one in running:
            one.kill()
            one.wait()


def _begin(apart: bool) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*(APART if apart else ()), sys.executable, "-c", DETECTOR])  # noqa: S603 - our own code


async def _until_both_judge(running: list[subprocess.Popen[bytes]]) -> None:
    """Both processes judge two partitions each; RuntimeError where one has ended."""
    from tocsin.warning.detection.services.holding import judged_by

    limit = time.monotonic() + PATIENCE_S
    while True:
        by = [one for one in (await asyncio.to_thread(judged_by, PARTITIONS)).values() if one]
        if len(by) == PARTITIONS and {by.count(one) for one in by} == {PARTITIONS // 2}:
            return
        ended = [one.poll() for one in running if one.poll() is not None]
        if ended or time.monotonic() > limit:
            raise RuntimeError(f"the partitions are judged by {by} only; detectors that ended: {ended}")
        await asyncio.sleep(0.1)


async def _until_all_speak(waits: Waits) -> None:
    """Of readings of every partition that are sent from now on something has been found; RuntimeError where it takes too long."""
    since, limit = time.time(), time.monotonic() + PATIENCE_S
    while min(waits.newest) < since:
        if time.monotonic() > limit:
            raise RuntimeError("of a partition that is judged nothing is found")
        await asyncio.sleep(0.05)


async def _send(connection: "Connection", over: asyncio.Event) -> None:
    began, number = time.monotonic(), 0
    while not over.is_set():
        now = time.time()
        sensor = np.arange(number % STEPS, SENSORS, STEPS)
        is_high = (now + sensor // STEPS) % (2 * HALF_PERIOD_S) < HALF_PERIOD_S
        ts = np.full(len(sensor), round(1000 * now))
        await connection.publish_readings(Readings.of(sensor=sensor, ts=ts, value=np.where(is_high, HIGH, LOW)))
        number += 1
        await asyncio.sleep(max(0.0, began + number * STEP_S - time.monotonic()))


async def _listen(connection: "Connection", over: asyncio.Event, waits: Waits) -> None:
    from tocsin.bus.streams import DETECTIONS
    from tocsin.warning.alarms.events import Detection

    seen = 0
    while not over.is_set():
        _first, last = await connection.sequences(DETECTIONS)
        if last > seen:
            async for message in connection.copy_log(DETECTIONS, seen + 1, last):
                found = msgspec.json.decode(message.payload, type=Detection)
                waits.add(str(found.id), found.sensor, found.ts / 1000, time.time() - found.ts / 1000)
            seen = last
        await asyncio.sleep(0.02)
