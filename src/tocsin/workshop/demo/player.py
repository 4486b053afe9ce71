"""Lets the simulated devices speak: each report is sent through its device's connection when the clock has reached its time."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass

import numpy as np

from tocsin.base.time import Clock
from tocsin.simulation.world import World
from tocsin.workshop.demo.publisher import Fleet

STRETCH_MS = 600_000  # of simulated time made at once, at least
TICK_S = 0.1


@dataclass(frozen=True)
class Report:
    """One message of one device."""

    ts_ms: int
    device: str
    payload: bytes


def reports_between(world: World, from_ms: int, to_ms: int) -> list[Report]:
    """The reports with `from_ms` <= time < `to_ms` in their order: all channels of a device in one message."""
    readings = world.readings(from_ms, to_ms)
    if not len(readings):
        return []
    city = world.city
    device = city.sensors.device[readings.sensor]
    starts = np.flatnonzero(np.append(True, (device[1:] != device[:-1]) | (readings.ts[1:] != readings.ts[:-1])))
    ends = np.append(starts[1:], len(readings))
    sensor, ts, value = readings.sensor.tolist(), readings.ts.tolist(), readings.value.tolist()
    quantity = city.sensors.quantity
    return [
        Report(
            ts[start],
            city.devices[device[start]].code,
            json.dumps(
                {"ts": ts[start], "values": {quantity[sensor[i]]: value[i] for i in range(start, end)}},
                separators=(",", ":"),
            ).encode(),
        )
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]


class Player:
    """Plays a world from `from_ms` on, by the clock. `reached_ms`: every report before it is acknowledged by the door."""

    def __init__(self, world: World, fleet: Fleet, clock: Clock, from_ms: int) -> None:
        self._world, self._fleet, self._clock = world, fleet, clock
        self._made_ms = self._sent_ms = self.reached_ms = from_ms
        self._ready: deque[Report] = deque()

    async def play(self) -> None:
        """Runs until cancelled."""
        while True:
            now_ms = self._clock.now_ms()
            await self._make(now_ms)
            while self._ready and self._ready[0].ts_ms <= now_ms:
                report = self._ready.popleft()
                self._fleet.publish(report.device, report.payload)
            self._sent_ms = min(now_ms, self._made_ms)
            self.note()
            await asyncio.sleep(TICK_S)

    def note(self) -> None:
        """Moves `reached_ms` on where nothing is on its way."""
        if not self._fleet.unacknowledged:
            self.reached_ms = self._sent_ms

    async def _make(self, now_ms: int) -> None:
        """Makes the reports of the next stretch a little before they are due."""
        ahead_ms = round(5_000 * self._clock.speed)
        while self._made_ms <= now_ms + ahead_ms:
            until_ms = self._made_ms + max(STRETCH_MS, 2 * ahead_ms)
            self._ready.extend(await asyncio.to_thread(reports_between, self._world, self._made_ms, until_ms))
            self._made_ms = until_ms
