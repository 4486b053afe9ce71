"""The attacks, each in a process of its own that ends by itself: bounded in time and in number, against loopback alone."""

import asyncio
import dataclasses
import itertools
import json
import os
import resource
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from tocsin.workshop.bench.siege.peace import basic
from tocsin.workshop.bench.siege.pictures import send_pictures
from tocsin.workshop.bench.siege.poison import lay_poison
from tocsin.workshop.bench.siege.town import Place
from tocsin.workshop.bench.siege.wire import ask

SPARE_DESCRIPTORS = 64
NICE = 10
THEIR_ADDRESS = "127.0.0.66"  # what is held back by address does not hold back the city's devices on 127.0.0.1
DAY_MS = 86_400_000

type Told = Counter[str]
type Play = Callable[[Place, float, float, Told], Coroutine[Any, Any, None]]
"""Plays until a moment of `time.monotonic()`, in a share of its full size, and counts what it got."""


@dataclasses.dataclass(frozen=True)
class Attack:
    """One kind of attacker. `name` is what a person types."""

    name: str
    about: str
    play: Play
    processes: int = 1  # one alone may not open as many sockets


def attack(names: Sequence[str], place: Place, seconds: float, share: float, answer: Any) -> None:
    """A process of attackers; puts what each got, and the processor seconds, into the pipe."""
    os.nice(NICE)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    told: dict[str, Told] = {name: Counter() for name in names}
    until = time.monotonic() + seconds

    async def play() -> None:
        await asyncio.gather(*(one.play(place, until, share, told[one.name]) for one in ATTACKS if one.name in told))

    asyncio.run(play())
    answer.send(({name: dict(got) for name, got in told.items()}, time.process_time()))
    answer.close()


async def drip(place: Place, until: float, share: float, told: Told) -> None:
    """10,100 sockets that have begun a CONNECT and send a byte of it every nine seconds; what is closed comes again."""
    wanted = round(10_100 * share)
    most = min(wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE_DESCRIPTORS)
    begun = b"\x10\xf0\x3f\x00\x04MQTT"  # a CONNECT of 8,176 bytes: longer ones are refused at once
    gate = asyncio.Semaphore(200)

    async def one() -> None:
        while time.monotonic() < until:
            try:
                async with gate, asyncio.timeout(5):
                    reader, writer = await asyncio.open_connection(place.host, place.mqtt_port, local_addr=(THEIR_ADDRESS, 0))
            except OSError:
                told["could not connect"] += 1
                await asyncio.sleep(1)
                continue
            told["opened"] += 1
            try:
                writer.write(begun)
                while (left := until - time.monotonic()) > 0:
                    try:
                        async with asyncio.timeout(min(9.0, left)):
                            if not await reader.read(64):
                                told["closed by the door"] += 1
                                break
                            told["answered no"] += 1
                    except TimeoutError:
                        writer.write(b"\x00")
                else:
                    told["still open at the end"] += 1
            except OSError:
                told["closed by the door"] += 1
            finally:
                writer.close()
            await asyncio.sleep(0.5)

    told["sockets at once"] = most
    await asyncio.gather(*(one() for _ in range(most)))


async def send_long_history(place: Place, until: float, share: float, told: Told) -> None:
    """One device's key: a reading of each of 3,650 days, every five seconds, at the HTTP door."""
    days = round(3650 * share)
    headers = {"Authorization": basic("gauge", place.secrets["gauge"]), "Content-Type": "application/json"}
    for number in itertools.count():
        now = time.time_ns() // 1_000_000
        body = [{"ts": now - day * DAY_MS - number, "values": {"c0": 20.0}} for day in range(days)]
        text = json.dumps(body, separators=(",", ":")).encode()
        status, _ = await ask(place.host, place.http_port, "/v1/readings", headers, text)
        told[_word(status)] += 1
        told["readings"] += days
        if time.monotonic() + 5 > until:
            return
        await asyncio.sleep(5)


async def try_passwords(place: Place, until: float, share: float, told: Told) -> None:
    """200 wrong passwords at the same time, again and again, for names that exist and names that don't."""
    csrf = "a" * 32
    headers = {"Cookie": f"csrftoken={csrf}", "Content-Type": "application/x-www-form-urlencoded"}

    async def one(number: int) -> None:
        for turn in itertools.count():
            if time.monotonic() >= until:
                return
            name = "reader" if number % 10 == 0 else f"nobody{number}-{turn}"
            body = f"csrfmiddlewaretoken={csrf}&username={name}&password=wrong-{turn}".encode()
            status, _ = await ask(place.host, place.web_port, "/login/", headers, body, patience_s=30)
            told[_word(status)] += 1
            await asyncio.sleep(0.1)

    await asyncio.gather(*(one(number) for number in range(round(200 * share) or 1)))


async def read_greedily(place: Place, until: float, share: float, told: Told) -> None:
    """50 readers with one token: whole histories, all objects as GeoJSON, and the stream from long ago, over and over."""
    headers = {"Authorization": f"Bearer {place.tokens['greedy']}"}
    whole = "from_ms=0&to_ms=253402300799000&max_points=20000"
    paths = [f"/api/v1/sensing/sensors/{one}/readings?{whole}" for one in place.sensor_ids]
    paths += ["/api/v1/sensing/sensors.geojson", "/api/v1/lifelines/assets.geojson", "/api/v1/command/cases.geojson"] * 5

    async def one(number: int) -> None:
        for turn in itertools.count(number):
            if time.monotonic() >= until:
                return
            if turn % 5 == 0:
                old = headers | {"Last-Event-ID": "1"}
                status, _ = await ask(place.host, place.web_port, "/live/", old, patience_s=2)
                told["stream left after 2 s" if status == -1 else f"stream: {_word(status)}"] += 1
            else:
                status, length = await ask(place.host, place.web_port, paths[turn % len(paths)], headers, patience_s=30)
                told[_word(status)] += 1
                told["megabytes"] += length // 1_000_000
                if status == 429:
                    await asyncio.sleep(0.2)

    await asyncio.gather(*(one(number) for number in range(round(50 * share) or 1)))


async def upload(place: Place, until: float, share: float, told: Told) -> None:
    """Eight pictures of 64 megapixels at the same time by a crew, for the orders of the alarms that ring meanwhile."""
    await send_pictures(place, until, share, told, word=_word)


async def poison(place: Place, until: float, share: float, told: Told) -> None:
    """Files of a joined platform that no parser likes; beside it a platform that behaves."""
    await lay_poison(place, until, share, told)


def _word(status: int) -> str:
    return {0: "cut or refused", -1: "no answer in time"}.get(status, str(status))


ATTACKS = (
    Attack("drip", "20,000 sockets that drip a CONNECT into the MQTT door", drip, processes=2),
    Attack("pictures", "eight pictures of 64 megapixels by a crew, during an alarm storm", upload),
    Attack("days", "one device with readings of 3,650 days, every 5 s", send_long_history),
    Attack("passwords", "200 wrong passwords at once", try_passwords),
    Attack("readers", "50 greedy readers: histories, GeoJSON, old streams", read_greedily),
    Attack("poison", "a platform's files with poison", poison),
)
