"""The newest value of each sensor, kept with it for lists and maps: from the live readings, every few seconds."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from django.db import close_old_connections, connections

from tocsin.base.levels import Quality
from tocsin.bus.connection import Connection
from tocsin.engine.columns import Readings
from tocsin.sensing.history.services import write_latest_values

WRITE_EVERY_S = 5.0

Latest = dict[int, tuple[int, float]]


async def keep_latest_values(connection: Connection) -> None:
    """A loop of the worker; runs until cancelled."""
    loop = asyncio.get_running_loop()
    latest: Latest = {}
    write_at = loop.time() + WRITE_EVERY_S
    with ThreadPoolExecutor(1, thread_name_prefix="latest") as thread:
        try:
            async for readings in connection.subscribe_live():
                add_newer(latest, readings)
                if loop.time() >= write_at and latest:
                    due, latest = latest, {}
                    await loop.run_in_executor(thread, _write, due)
                    write_at = loop.time() + WRITE_EVERY_S
        finally:
            await asyncio.shield(loop.run_in_executor(thread, connections.close_all))


def add_newer(latest: Latest, readings: Readings) -> None:
    """Puts the readings that are good and newer than what is known in `latest`: sensor -> (ts in UTC ms, value)."""
    rows = zip(readings.sensor.tolist(), readings.ts.tolist(), readings.value.tolist(), readings.quality.tolist(), strict=True)
    for sensor, ts, value, quality in rows:
        if quality != Quality.BAD and ts >= latest.get(sensor, (0, 0.0))[0]:
            latest[sensor] = (ts, value)


def _write(latest: Latest) -> None:
    close_old_connections()
    write_latest_values(latest=latest)
