"""Lets the firms of a demonstration speak: collectors send quarter hours, platforms lay down records, gates send signs."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

from django.db import OperationalError

from tocsin.base.time import Clock
from tocsin.engine.work.firm import QUARTER_MS
from tocsin.workshop.demo.firms.cast import Cast, drop_records
from tocsin.workshop.demo.firms.duty import push_signs
from tocsin.workshop.demo.publisher import Fleet

TICK_S = 0.5
SIGNS_MS = 120_000  # of the city: signs come in batches


class FirmPlayer:
    """Plays a cast from `from_ms` on, by the clock: a quarter hour is sent when it is over."""

    def __init__(self, cast: Cast, fleet: Fleet, clock: Clock, data: Path, from_ms: int) -> None:
        self._cast, self._fleet, self._clock, self._data = cast, fleet, clock, data
        self._quarter_ms = from_ms // QUARTER_MS * QUARTER_MS - QUARTER_MS
        self._records_ms = self._signs_ms = from_ms

    async def play(self) -> None:
        """Runs until cancelled."""
        values = await asyncio.to_thread(self._values)
        while True:
            now_ms = self._clock.now_ms()
            while self._quarter_ms + QUARTER_MS <= now_ms:
                for device, readings in values.get(self._quarter_ms, {}).items():
                    message = {"ts": self._quarter_ms, "values": readings}
                    self._fleet.publish(device, json.dumps(message, separators=(",", ":")).encode())
                self._quarter_ms += QUARTER_MS
            if now_ms > self._records_ms:
                await asyncio.to_thread(drop_records, self._cast, self._data, self._records_ms, now_ms)
                self._records_ms = now_ms
            if now_ms >= self._signs_ms + SIGNS_MS:
                with suppress(OperationalError):  # a database that is busy: they come with the next batch
                    await asyncio.to_thread(push_signs, self._cast, self._signs_ms, now_ms, self._clock.now())
                    self._signs_ms = now_ms
            await asyncio.sleep(TICK_S)

    def _values(self) -> dict[int, dict[str, dict[str, float]]]:
        """Quarter -> device -> meter -> kW, of what is still to come."""
        owner = {row["meter_id"]: self._cast.device_code(row["firm_id"]) for row in self._cast.rows("meters")}
        found: dict[int, dict[str, dict[str, float]]] = {}
        for meter, (ts, kw) in self._cast.power.items():
            coming = ts >= self._quarter_ms
            for quarter, value in zip(ts[coming].tolist(), kw[coming].tolist(), strict=True):
                found.setdefault(quarter, {}).setdefault(owner[meter], {})[meter] = round(value, 2)
        return found
