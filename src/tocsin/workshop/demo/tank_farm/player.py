"""Lets the detectors and the weather station of the tank farm speak: a value a minute of the city's time, through the door."""

import asyncio
import json
from datetime import datetime

from tocsin.base.time import Clock
from tocsin.workshop.demo.publisher import Fleet
from tocsin.workshop.demo.tank_farm.place import DEVICE, STATION, values_between, wind_between

TICK_S = 0.5


class TankFarmPlayer:
    """Plays from `from_ms` on, by the clock."""

    def __init__(self, begin: datetime, fleet: Fleet, clock: Clock, from_ms: int) -> None:
        self._begin, self._fleet, self._clock, self._reached_ms = begin, fleet, clock, from_ms

    async def play(self) -> None:
        """Runs until cancelled."""
        while True:
            now_ms = self._clock.now_ms()
            for ts, values in wind_between(self._reached_ms, now_ms):
                self._fleet.publish(STATION, _written(ts, values))
            for ts, values in values_between(self._begin, self._reached_ms, now_ms):
                self._fleet.publish(DEVICE, _written(ts, values))
                self._reached_ms = ts
            await asyncio.sleep(TICK_S)


def _written(ts: int, values: dict[str, float]) -> bytes:
    return json.dumps({"ts": ts, "values": values}, separators=(",", ":")).encode()
