"""How fast the log becomes detections and history: the detector of an installation behind ten million readings, after a pause.

The readings lie in a real log on disk, in messages of 50,000 as a door writes them under load: 10,000 sensors in a new order, a
value every second, with the shipped profiles. The detector's own process reads them, judges them, and commits them to the history
with its position; the clock runs from its first commit to its last.
"""

import asyncio
import os
import signal
import tempfile
import time
from pathlib import Path

import numpy as np
from rich.console import Console

from tocsin.engine.columns import Readings
from tocsin.workshop.bench.door import register, start
from tocsin.workshop.bench.idle import pss_bytes

SENSORS, SECONDS = 10_000, 5
TOGETHER = SENSORS * SECONDS
MESSAGES, QUICK = 400, 60
PATIENCE_S = 300.0
SPAN_MS = 100_000


def run(console: Console, quick: bool) -> None:
    """Prints readings a second and bytes a reading; RuntimeError where the history holds another number than the log."""
    messages = QUICK if quick else MESSAGES
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        environment = {
            **os.environ,
            "TOCSIN_DATA": folder,
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings",
        }
        environment |= {"NUMBA_CACHE_DIR": f"{folder}/numba", "TOCSIN_LOG_LEVEL": "WARNING"}
        os.environ |= environment
        register(devices=2, sensors=SENSORS // 2)
        bus = start("bus.server", environment)
        try:
            began = time.perf_counter()
            first_ms = time.time_ns() // 1_000_000 - messages * SECONDS * 1000
            asyncio.run(_fill(messages, first_ms))
            told = f"{messages * TOGETHER / (time.perf_counter() - began):,.0f} readings/s"
            console.print(f"into the log, each message acknowledged: {told}")
            _drain(console, Path(folder), messages, first_ms, environment)
        finally:
            bus.send_signal(signal.SIGTERM)
            bus.wait(20)


async def _fill(messages: int, first_ms: int) -> None:
    from tocsin.bus.connection import connect

    rng = np.random.default_rng(5)
    async with await connect() as connection:
        for number in range(messages):
            turns = np.arange(number * SECONDS, (number + 1) * SECONDS)
            sensor = np.concatenate([rng.permutation(SENSORS) for _ in turns])
            value = np.round(2 + np.sin(sensor * 0.7) + rng.normal(0, 0.3, len(sensor)), 1)
            ts = first_ms + 1000 * np.repeat(turns, SENSORS)
            await connection.publish_readings(Readings.of(sensor=sensor, ts=ts, value=value))


def _drain(console: Console, folder: Path, messages: int, first_ms: int, environment: dict[str, str]) -> None:
    from tocsin.sensing.history.queries.table import History

    detector = start("warning.detection.loops.process", environment)
    try:
        history = History(folder / "history")
        first: tuple[float, int] | None = None
        limit = time.monotonic() + PATIENCE_S
        while (position := history.last_version()) < messages:
            if first is None and position > 0:
                first = time.perf_counter(), position
            if time.monotonic() > limit:
                raise RuntimeError(f"the detector stands at message {position} of {messages} after {PATIENCE_S:.0f} s")
            time.sleep(0.02)
        ended, memory = time.perf_counter(), pss_bytes(detector.pid)
    finally:
        detector.send_signal(signal.SIGTERM)
        detector.wait(20)
    spans = range(first_ms, first_ms + messages * SECONDS * 1000, SPAN_MS)
    kept = sum(len(history.read(np.arange(SENSORS), begin, min(begin + SPAN_MS, spans.stop))) for begin in spans)
    if kept != messages * TOGETHER:
        raise RuntimeError(f"{messages * TOGETHER:,} readings are in the log, {kept:,} in the history")
    size = sum(path.stat().st_size for path in (folder / "history").rglob("*.parquet"))
    began, done = first or (ended, messages)
    rate = (messages - done) * TOGETHER / max(ended - began, 1e-9)
    console.print(f"log → detections → history: [bold]{rate:,.0f} readings/s[/bold] (aimed at: 2,000,000), {memory >> 20} MiB")
    console.print(f"    {kept:,} readings in the history, {size / kept:.2f} bytes each before they are compacted")
