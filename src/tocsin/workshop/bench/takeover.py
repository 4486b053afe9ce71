"""How long sensors are judged by nobody when a detector dies: two detectors under load, one killed again and again.

The clock runs from SIGKILL until an alarm is found for a sensor of the dead one's partitions, from a reading that was sent behind
the kill. Where it can be had (Linux, root), the detectors stand under host names of their own, as if on two machines: then only
the end of a lease tells that one is dead. Else the other one sees it at once, and the bench says so.
"""

import asyncio
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console

from tocsin.base.errors import TocsinError, Unavailable
from tocsin.engine.columns import Readings
from tocsin.workshop.bench.door import register, start
from tocsin.workshop.bench.postgresql import database_at

SENSORS, PARTITIONS = 2_000, 4
EVERY_S = 0.25  # a reading of each sensor, above its limit and below it in turn
TIMES, QUICK = 10, 2
AIMED_S, PATIENCE_S = 5.0, 120.0


def run(console: Console, quick: bool, database: str = "own") -> None:
    """Prints seconds until somebody judges again; TocsinError where nobody does."""
    times = QUICK if quick else TIMES
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder, database_at(database or "own") as url:
        environment = {**os.environ, "TOCSIN_DATA": folder, "DATABASE_URL": url, "TOCSIN_LOG_LEVEL": "ERROR"}
        environment |= {"DJANGO_SETTINGS_MODULE": "tocsin.portal.settings", "NUMBA_CACHE_DIR": f"{folder}/numba"}
        os.environ |= environment
        register(devices=1, sensors=SENSORS)
        bus, stop = start("bus.server", environment), threading.Event()
        sender = threading.Thread(target=lambda: asyncio.run(_send(stop)), daemon=True)
        running: list[subprocess.Popen[bytes]] = []
        try:
            _deal(Path(folder))
            running += [_detector(environment, name) for name in ("one", "two")]
            sender.start()
            taken = [_kill_one(running, environment, number) for number in range(times)]
        finally:
            stop.set()
            for one in running:
                one.send_signal(signal.SIGTERM)
            for one in running:
                one.wait(30)
            bus.send_signal(signal.SIGTERM)
            bus.wait(20)
    kind = "under host names of their own" if _can_be_elsewhere() else "on one machine, where the dead are seen at once"
    console.print(f"{SENSORS / EVERY_S:,.0f} readings/s, {PARTITIONS} partitions, two detectors {kind}; {times} kills:")
    middle, longest = statistics.median(taken), max(taken)
    console.print(f"judged again after {middle:.1f} s in the middle, {longest:.1f} s at most (aimed at: {AIMED_S:.0f} s)")


def _deal(folder: Path) -> None:
    from tocsin.warning.detection.services.layout import write_count

    write_count(folder, PARTITIONS)


def _can_be_elsewhere() -> bool:
    return os.getuid() == 0 and shutil.which("unshare") is not None


def _detector(environment: dict[str, str], name: str) -> subprocess.Popen[bytes]:
    if not _can_be_elsewhere():
        return start("warning.detection.loops.process", environment)
    code = (
        f"import socket; socket.sethostname('{name}'); import django; django.setup(); "
        "from tocsin.warning.detection.loops.process import run; run()"
    )
    unshare = shutil.which("unshare") or ""
    return subprocess.Popen([unshare, "--uts", sys.executable, "-c", code], env=environment)  # noqa: S603 - our own code


async def _send(stop: threading.Event) -> None:
    from tocsin.bus.connection import connect

    sensors, turn = np.arange(SENSORS), 0
    async with await connect() as connection:
        while not stop.is_set():
            began, turn = time.monotonic(), turn + 1
            value = np.full(SENSORS, 60.0 if turn // 8 % 2 else 0.0)
            ts = np.full(SENSORS, time.time_ns() // 1_000_000)
            await connection.publish_readings(Readings.of(sensor=sensors, ts=ts, value=value))
            await asyncio.sleep(max(0.0, EVERY_S - (time.monotonic() - began)))


def _kill_one(running: list[subprocess.Popen[bytes]], environment: dict[str, str], number: int) -> float:
    """Kills the older one once both judge their share; begins another in its place."""
    from tocsin.warning.detection.services.holding import judged_by

    _until(lambda: len({one for one in judged_by(PARTITIONS).values() if one}) == len(running), "both judge")
    time.sleep(4.0 + number % 3)  # a memory is written each five seconds: the kill comes at another moment of it each time
    victim = running.pop(0)
    dead = {one.number for one, process in judged_by(PARTITIONS).items() if process.endswith(f":{victim.pid}")}
    if not dead:
        raise TocsinError("the detector that is to be killed judges nothing")
    killed_ms, began = time.time_ns() // 1_000_000, time.monotonic()
    victim.kill()
    victim.wait()
    asyncio.run(_wait_for_alarm(dead, killed_ms))
    taken = time.monotonic() - began
    running.append(_detector(environment, f"n{number}"))
    return taken


async def _wait_for_alarm(dead: set[int], after_ms: int) -> None:
    from tocsin.bus.connection import connect
    from tocsin.bus.streams import DETECTIONS
    from tocsin.warning.alarms.events import Detection

    async with asyncio.timeout(PATIENCE_S), await connect() as connection:
        _first, last = await connection.sequences(DETECTIONS)
        async for entries in connection.read_log(DETECTIONS, max(1, last)):
            for _sequence, payload in entries:
                found = msgspec.json.decode(payload, type=Detection)
                if found.ts > after_ms and found.sensor % PARTITIONS in dead:
                    return


def _until(holds: Callable[[], bool], what: str) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > limit:
            raise Unavailable(f"waited {PATIENCE_S:.0f} s: {what}")
        time.sleep(0.1)
