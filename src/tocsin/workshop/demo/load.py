"""A load for measuring: gateways with many sensors each that publish at a steady rate through the real door."""

import asyncio
import json
import math
import time
from collections.abc import Callable

import msgspec
import numpy as np

from tocsin.base.time import Clock
from tocsin.portal.configuration import Configuration
from tocsin.portal.preparation import prepare_database
from tocsin.workshop.demo import marking
from tocsin.workshop.demo.connections import allow_connections
from tocsin.workshop.demo.memory import VERSION, Memory, MemoryFile
from tocsin.workshop.demo.publisher import Fleet

ADMISSION_S = 30.0
DRAIN_S = 10.0
TICK_S = 0.002  # what is sent in one go waits for itself: a longer tick would measure that
REGISTRY_S = 3.0  # until the doors have read the new devices
LON, LAT = 120.43, 36.16


class Load:
    """`sensors` methane sensors on `gateways` devices, `rate` readings a second, `together` of them in a message."""

    def __init__(self, *, sensors: int, gateways: int, rate: float, together: int, say: Callable[[str], None]) -> None:
        self._rate, self._say = rate, say
        self._sizes = {f"load-{n:05d}": len(range(n, sensors, gateways)) for n in range(gateways)}
        self._together = min(together, min(self._sizes.values()))
        self._secrets: dict[str, str] = {}
        self._clock = Clock()
        self._port = 0

    def prepare(self) -> None:
        """Registers gateways and sensors that are missing; NotADemonstration where the database holds real work."""
        configuration = Configuration.from_environment()
        first_password = prepare_database()
        if first_password is not None:
            self._say(f"first log-in: user admin, one-time password {first_password}")
        marking.refuse_unless_demonstration_or_empty()
        marking.mark()
        file = MemoryFile(configuration.data)
        memory = file.read() or Memory(VERSION, 0, "", 0, (), {})
        known = dict(memory.load_secrets)
        made = self._register(self._sizes, known)
        if made:
            file.write(msgspec.structs.replace(file.read() or memory, load_secrets=known | made))
            time.sleep(REGISTRY_S)
        self._secrets = {code: (known | made)[code] for code in self._sizes}
        self._clock = Clock.parse(memory.clock) if memory.clock else configuration.clock
        self._port = memory.mqtt_port or configuration.door_ports["mqtt"]

    def run(self, seconds: float, *, host: str | None, port: int | None) -> None:
        """Sends for so long and says what came of it; Unavailable where the door lets the gateways not in."""
        configuration = Configuration.from_environment()
        allow_connections(len(self._secrets))
        asyncio.run(self._run(seconds, host or configuration.door_hosts["mqtt"], port or self._port))

    def _register(self, sizes: dict[str, int], known: dict[str, str]) -> dict[str, str]:
        """Secrets of the gateways made now; sensors are added where a known gateway has too few."""
        from tocsin.jurisdiction.people.services.system import system_actor
        from tocsin.sensing.devices.queries.registry import known_channels
        from tocsin.sensing.devices.rules import NewDevice, NewSensor
        from tocsin.sensing.devices.services.registering import register_many

        present = known_channels(set(known) & set(sizes))
        devices = [NewDevice(code=code, region_code=marking.REGION, name=code) for code in sizes if code not in known]
        sensors = [
            NewSensor(device_code=code, channel=f"m{n}", quantity="methane", lon=LON, lat=LAT, interval_s=60.0)
            for code, size in sizes.items()
            for n in range(size)
            if (code, f"m{n}") not in present
        ]
        if not devices and not sensors:
            return {}
        self._say(f"registers {len(devices):,} gateways and {len(sensors):,} sensors")
        return register_many(actor=system_actor(), devices=devices, sensors=sensors)

    async def _run(self, seconds: float, host: str, port: int) -> None:
        fleet = Fleet(host, port, self._secrets, keep_delays=True)
        try:
            await fleet.wait_until_admitted(ADMISSION_S)
            began = time.perf_counter()
            sent = await self._send(fleet, seconds)
            took = time.perf_counter() - began
            complete = await fleet.drain(DRAIN_S)
            whole = time.perf_counter() - began
        finally:
            await fleet.stop()
        readings = fleet.acknowledged * self._together
        self._say(f"asked       {self._rate:,.0f} readings/s for {seconds:g} s")
        self._say(f"sent        {sent * self._together / took:,.0f} readings/s ({sent:,} messages)")
        self._say(f"acknowledged {readings:,} readings, {readings / whole:,.0f} readings/s")
        if fleet.delays_s:
            p50, p90, p99, longest = np.percentile(fleet.delays_s, [50, 90, 99, 100]) * 1000.0
            self._say(f"PUBACK after p50 {p50:.1f} ms, p90 {p90:.1f} ms, p99 {p99:.1f} ms, longest {longest:.1f} ms")
        if not complete:
            self._say(f"{fleet.unacknowledged:,} messages were not acknowledged within {DRAIN_S:g} s after the end")

    async def _send(self, fleet: Fleet, seconds: float) -> int:
        """Messages by the clock of the load: what a slow moment delays is sent after it."""
        codes = list(self._sizes)
        began = time.perf_counter()
        sent = 0
        while (elapsed := time.perf_counter() - began) < seconds:
            due = math.floor(elapsed * self._rate / self._together)
            now_ms = self._clock.now_ms()
            for number in range(sent, due):
                turn, place = divmod(number, len(codes))
                fleet.publish(codes[place], self._payload(codes[place], turn, now_ms))
            sent = max(sent, due)
            await asyncio.sleep(TICK_S)
        return sent

    def _payload(self, code: str, turn: int, now_ms: int) -> bytes:
        """One message: the gateway's next sensors, each a little different from the last time."""
        size = self._sizes[code]
        first = turn * self._together
        values = {f"m{(first + k) % size}": round(1.0 + 0.5 * math.sin((first + k) * 0.7), 1) for k in range(self._together)}
        return json.dumps({"ts": now_ms, "values": values}, separators=(",", ":")).encode()
