"""The newest value of each sensor, kept with it for lists and maps: from the live readings, every few seconds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tocsin.base.levels import Quality
from tocsin.bus.loops.rows import BusLoop, Hands, Step
from tocsin.engine.columns import Readings
from tocsin.sensing.history.services import write_latest_values

Latest = dict[int, tuple[int, float]]


@asynccontextmanager
async def keeping_latest_values(hands: Hands) -> AsyncIterator[Step]:
    """Hears all the time; each round writes what is new."""
    latest: Latest = {}

    async def hear() -> None:
        async for readings in hands.connection.subscribe_live():
            add_newer(latest, readings)

    async def step() -> None:
        if hearing.done():
            hearing.result()
        due = dict(latest)
        latest.clear()
        if due:
            await hands.thread(write_latest_values, latest=due)

    hearing = asyncio.create_task(hear())
    try:
        yield step
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)


def add_newer(latest: Latest, readings: Readings) -> None:
    """Puts the good readings that are newer than what is known in `latest`: sensor -> (ts in UTC ms, value)."""
    rows = zip(readings.sensor.tolist(), readings.ts.tolist(), readings.value.tolist(), readings.quality.tolist(), strict=True)
    for sensor, ts, value, quality in rows:
        if quality != Quality.BAD and ts > latest.get(sensor, (0, 0.0))[0]:
            latest[sensor] = (ts, value)


LOOPS = (BusLoop(name="keep-latest-values", opens=keeping_latest_values, period_s=5.0, lease_s=15.0),)
