"""Hears all readings on their way, beside the detector: how far clocks are off, and which moments are said again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import numpy as np
from django.conf import settings

from tocsin.base.time import datetime_from_ms
from tocsin.bus.envelope import decode_readings
from tocsin.bus.loops.rows import BusLoop, Hands, Step
from tocsin.bus.streams import READINGS
from tocsin.engine.columns import Readings
from tocsin.engine.timing import LeastDelays, RecentMoments
from tocsin.sensing.devices.queries.registry import registry_version
from tocsin.sensing.timing.policy import timing_policy
from tocsin.sensing.timing.queries import devices_of_sensors
from tocsin.sensing.timing.services import write_clocks, write_repeats


class Listener:
    """What has been heard since the last window and the last write. Pure: times are arguments."""

    def __init__(self, now_ms: int) -> None:
        self._recent, self._delays = RecentMoments(), LeastDelays()
        self._since_ms = now_ms
        self._counts: dict[int, tuple[int, int]] = {}

    def take(self, readings: Readings, now_ms: int) -> None:
        """Readings that come at this moment."""
        self._delays.add(readings, now_ms)
        found = self._recent.repeats(readings)
        for sensor in np.unique(found.sensor).tolist():
            same = found.same[found.sensor == sensor]
            before = self._counts.get(sensor, (0, 0))
            self._counts[sensor] = (before[0] + int(same.sum()), before[1] + int((~same).sum()))

    def repeats(self) -> dict[int, tuple[int, int]]:
        """By sensor how often it said the same, and something else, of a known moment since the last call."""
        counts, self._counts = self._counts, {}
        return counts

    def window(self, devices: dict[int, UUID], now_ms: int, window_ms: float) -> dict[UUID, float]:
        """By device the least delay of the window, once it has ended; nothing before."""
        if now_ms - self._since_ms < window_ms:
            return {}
        self._since_ms = now_ms
        least: dict[UUID, float] = {}
        for sensor, delay in self._delays.take().items():
            if sensor in devices:
                least[devices[sensor]] = min(delay, least.get(devices[sensor], delay))
        return least


@asynccontextmanager
async def measuring_clocks(hands: Hands) -> AsyncIterator[Step]:
    """Hears all the time; each round writes what was counted, and a window that has ended."""
    clock = settings.CONFIGURATION.clock
    listener = Listener(clock.now_ms())
    devices: dict[int, UUID] = {}
    known = -1

    async def hear() -> None:
        async for entries in hands.connection.read_log(READINGS):
            for _sequence, payload in entries:
                listener.take(decode_readings(payload), clock.now_ms())

    async def step() -> None:
        nonlocal devices, known
        if hearing.done():
            hearing.result()
        now_ms = clock.now_ms()
        if counts := listener.repeats():
            await hands.thread(write_repeats, counts=counts, now=datetime_from_ms(now_ms))
        version = await hands.thread(registry_version)
        if version != known:
            devices, known = await hands.thread(devices_of_sensors), version
        if least := listener.window(devices, now_ms, timing_policy().clock.window_min * 60_000):
            await hands.thread(write_clocks, least=least, now=datetime_from_ms(now_ms))

    hearing = asyncio.create_task(hear())
    try:
        yield step
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)


LOOPS = (BusLoop(name="measure-clocks", opens=measuring_clocks, period_s=30.0, lease_s=60.0),)
