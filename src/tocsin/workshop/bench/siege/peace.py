"""The peaceful city: steady readings, ten alarms a second, one officer's screen, and devices that sign in anew all along.

Runs in a process of its own. Everything is dated by this machine's clock; what was asked of the town is told at the end.
"""

import asyncio
import base64
import contextlib
import dataclasses
import gc
import itertools
import json
import math
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from tocsin.workshop.bench.siege.book import Book
from tocsin.workshop.bench.siege.town import CHANNELS, Place
from tocsin.workshop.bench.siege.wire import lines_of
from tocsin.workshop.demo import mqtt_packets
from tocsin.workshop.demo.publisher import Fleet

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

LOOK_S = 0.02
TICK_S = 0.002
RING = 62.0  # percent of the lower explosive limit: one sample above 50 rings
FIRST = 120.0  # above 100 owners get an order at once: the first alarm is such, so that a crew has one
NEWCOMER_S = 1.0
NEWCOMER_PATIENCE_S = 10.0
DRAIN_S = 60.0
SCREEN_S = 5.0  # nobody may be there to look
WARM_S = 120.0


@dataclasses.dataclass(frozen=True)
class Peace:
    """How much is sent a second, in messages of how many readings, and how many seconds at most."""

    readings_per_s: int = 1000
    together: int = CHANNELS
    alarms_per_s: int = 10
    longest_s: float = 600.0


@dataclasses.dataclass
class Log:
    """What was sent and what was seen, by sensor index or in order; times in seconds since 1970."""

    readings: list[tuple[int, int, float]] = dataclasses.field(default_factory=list)  # sensor, ts, value
    rung: dict[int, float] = dataclasses.field(default_factory=dict)  # sensor -> handed to its connection
    booked: dict[int, float] = dataclasses.field(default_factory=dict)  # sensor -> its alarm can be read by others
    shown: dict[int, float] = dataclasses.field(default_factory=dict)  # sensor -> it came by the live stream
    newcomers: list[tuple[float, float]] = dataclasses.field(default_factory=list)  # when, how long until CONNACK; -1 refused
    published: list[float] = dataclasses.field(default_factory=list)  # when each acknowledged message was handed over,
    acknowledged: list[float] = dataclasses.field(default_factory=list)  # and how long it then took until its PUBACK
    unacknowledged: int = 0
    refused: int = 0
    streams: int = 0  # how often the screen had to open its stream


def keep_peace(place: Place, peace: Peace, stop: "Event", answer: Any) -> None:
    """Sends until `stop` is set, waits until the doors have acknowledged everything, and puts a `Log` into the pipe.

    Before, it says True there when an alarm has come through the whole town, diagnosed: kernels are compiled by then.
    """
    gc.disable()  # a list of all that was sent grows, and holds no circle
    answer.send(asyncio.run(_City(place, peace, stop, partial(answer.send, True)).live()))
    answer.close()


class _City:
    def __init__(self, place: Place, peace: Peace, stop: "Event", say_ready: Callable[[], None]) -> None:
        self._place, self._peace, self._stop, self._say_ready = place, peace, stop, say_ready
        self._log = Log()
        self._steady = place.devices("steady")
        self._left = [f"{code}/c{k}" for code in place.devices("alarm") for k in range(CHANNELS)]
        self._left = [name for name in self._left if name in place.sensors][::-1]

    async def live(self) -> Log:
        secrets = {code: secret for code, secret in self._place.secrets.items() if code != "gauge"}
        fleet = Fleet(self._place.host, self._place.mqtt_port, secrets, keep_delays=True)
        await fleet.wait_until_admitted(60)
        with contextlib.closing(Book(self._place)) as book:
            watching = [
                asyncio.create_task(work) for work in (self._watch_book(book), self._watch_screen(), self._send_newcomers())
            ]
            await self._warm_up(fleet, book)
            self._say_ready()
            await asyncio.gather(self._send_readings(fleet), self._ring(fleet))
            await fleet.drain(DRAIN_S)
            await self._wait_for_alarms()
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)
        self._log.unacknowledged, self._log.refused = fleet.unacknowledged, fleet.refused
        self._log.published, self._log.acknowledged = fleet.published, fleet.delays_s
        await fleet.stop()
        return self._log

    async def _warm_up(self, fleet: Fleet, book: Book) -> None:
        self._ring_one(fleet, FIRST)
        limit = time.monotonic() + WARM_S
        while not await asyncio.to_thread(book.diagnosed) and time.monotonic() < limit:
            await asyncio.sleep(0.1)

    def _goes_on(self, began: float) -> bool:
        return not self._stop.is_set() and time.monotonic() < began + self._peace.longest_s

    async def _send_readings(self, fleet: Fleet) -> None:
        """Each device in turn sends its next channels, so many together, the messages one after the other within the second."""
        began = time.monotonic()
        turns = [self._turns(code) for code in self._steady]
        rate = self._peace.readings_per_s / self._peace.together  # messages a second
        count = 0
        while turns and self._goes_on(began):
            ts = time.time_ns() // 1_000_000
            due = math.floor((time.monotonic() - began) * rate) + 1
            for number in range(count, due):  # what a slow moment delays comes after it
                names = next(turns[number % len(turns)])
                self._publish(fleet, names[0].partition("/")[0], ts, dict.fromkeys(names, 20.0 + number % 50 / 10))
            count = max(count, due)
            await asyncio.sleep(max(TICK_S, began + count / rate - time.monotonic()))

    def _turns(self, code: str) -> Iterator[list[str]]:
        """A device's channels, so many at a time, over and over."""
        names = [name for name in self._place.sensors if name.startswith(f"{code}/")]
        size = self._peace.together
        return itertools.cycle([names[start : start + size] for start in range(0, len(names), size)])

    async def _ring(self, fleet: Fleet) -> None:
        """Every tenth of a second another sensor crosses its limit."""
        began, count = time.monotonic(), 0
        while self._left and self._goes_on(began):
            self._ring_one(fleet)
            count += 1
            await asyncio.sleep(max(0.0, began + count / self._peace.alarms_per_s - time.monotonic()))

    def _ring_one(self, fleet: Fleet, value: float = RING) -> None:
        name = self._left.pop()
        self._log.rung[self._place.sensors[name]] = time.time()
        self._publish(fleet, name.split("/")[0], time.time_ns() // 1_000_000, {name: value})

    def _publish(self, fleet: Fleet, code: str, ts: int, values: dict[str, float]) -> None:
        self._log.readings += [(self._place.sensors[name], ts, value) for name, value in values.items()]
        told = ",".join(f'"{name[len(code) + 1 :]}":{value}' for name, value in values.items())
        fleet.publish(code, f'{{"ts":{ts},"values":{{{told}}}}}'.encode())

    async def _wait_for_alarms(self) -> None:
        for seen, patience_s in ((self._log.booked, DRAIN_S), (self._log.shown, SCREEN_S)):
            limit = time.monotonic() + patience_s
            while len(seen) < len(self._log.rung) and time.monotonic() < limit:
                await asyncio.sleep(LOOK_S)

    async def _watch_book(self, book: Book) -> None:
        while True:
            for sensor in await asyncio.to_thread(book.new_alarms):
                self._log.booked.setdefault(sensor, time.time())
            await asyncio.sleep(LOOK_S)

    async def _watch_screen(self) -> None:
        """The live stream of one officer, opened again where it ended, as a browser does."""
        last = ""
        while True:
            headers = {"Authorization": f"Bearer {self._place.tokens['reader']}"} | ({"Last-Event-ID": last} if last else {})
            self._log.streams += 1
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                name = ""
                async for line in lines_of(self._place.host, self._place.web_port, "/live/", headers):
                    if line.startswith("id: "):
                        last = line[4:]
                    elif line.startswith("event: "):
                        name = line[7:]
                    elif line.startswith("data: ") and name == "alarm":
                        index = json.loads(line[6:]).get("sensor_index")
                        if index is not None:
                            self._log.shown.setdefault(index, time.time())
            await asyncio.sleep(0.5)

    async def _send_newcomers(self) -> None:
        """A device that was away signs in: how long until it is let in."""
        count = 0
        while self._steady:
            began = time.time()
            code = self._steady[count % len(self._steady)]
            try:
                async with asyncio.timeout(NEWCOMER_PATIENCE_S):
                    admitted = await _sign_in(self._place, code, f"newcomer-{count}")
            except (OSError, asyncio.IncompleteReadError):
                admitted = False
            self._log.newcomers.append((began, time.time() - began if admitted else -1.0))
            count += 1
            await asyncio.sleep(max(0.0, began + NEWCOMER_S - time.time()))


async def _sign_in(place: Place, code: str, client: str) -> bool:
    reader, writer = await asyncio.open_connection(place.host, place.mqtt_port)
    try:
        writer.write(mqtt_packets.connect(client, code, place.secrets[code]))
        return (await reader.readexactly(4))[3] == 0
    finally:
        writer.close()


def basic(code: str, secret: str) -> str:
    """The header by which a device shows who it is at the HTTP door."""
    return "Basic " + base64.b64encode(f"{code}:{secret}".encode()).decode()
