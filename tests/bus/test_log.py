"""The log keeps what it acknowledged, in order, whatever dies."""

import asyncio
import os
import time
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from tests.bus.running import RunningBus
from tocsin.base.errors import Unavailable
from tocsin.bus import reader
from tocsin.bus.connection import Connection, connect
from tocsin.bus.envelope import Event, decode_event, decode_readings
from tocsin.bus.server import find_program
from tocsin.bus.streams import EVENTS, READINGS
from tocsin.engine.columns import Readings


def batch(first: int, count: int = 3) -> Readings:
    """Readings whose values are first, first + 1, …"""
    numbers = np.arange(first, first + count)
    return Readings.of(numbers, numbers * 1000, numbers)


async def read_values(connection: Connection, start: int, count: int) -> list[float]:
    """The first `count` values of READINGS from a sequence on."""
    values: list[float] = []
    async with asyncio.timeout(40):
        async for entries in connection.read_log(READINGS, start):
            for _, payload in entries:
                values.extend(decode_readings(payload).value.tolist())
            if len(values) >= count:
                return values
    raise AssertionError("unreachable")


def test_readings_come_back_in_order_and_once(bus: RunningBus) -> None:
    async def story() -> None:
        async with await connect() as connection:
            assert await connection.sequences(READINGS) == (1, 0)
            sequences = [await connection.publish_readings(batch(n * 3), message_id=f"b{n}") for n in range(4)]
            assert sequences == [1, 2, 3, 4]
            assert await connection.publish_readings(batch(9), message_id="b3") == 4, "sent again, stored once"
            assert await read_values(connection, 1, 12) == list(range(12))
            assert await read_values(connection, 3, 6) == list(range(6, 12))
            assert await connection.sequences(READINGS) == (1, 4)

    asyncio.run(story())


def test_the_url_is_private_and_its_token_is_needed(bus: RunningBus) -> None:
    async def story() -> None:
        async with await connect():
            url = bus.data / "bus" / "url"
            assert url.stat().st_mode & 0o777 == 0o600
            assert (bus.data / "bus" / "nats-server.conf").stat().st_mode & 0o777 == 0o600
            url.write_text(url.read_text().replace("nats://", "nats://x"))
        with pytest.raises(Unavailable, match="did not answer"):
            await connect(patience_s=0.5)

    asyncio.run(story())


@pytest.mark.parametrize("victim", ["server", "supervisor"])
def test_nothing_acknowledged_is_lost_and_readers_go_on(bus: RunningBus, victim: str) -> None:
    """kill -9 in the middle of publishing and reading: every acknowledged batch is read once and in order, under a new token."""

    async def publish(connection: Connection, count: int) -> None:
        for number in range(count):
            while True:
                try:
                    await connection.publish_readings(batch(number, 1), message_id=f"m{number}")
                    break
                except Unavailable:
                    await asyncio.sleep(0.1)

    async def story() -> None:
        async with await connect() as connection:
            before = (bus.data / "bus" / "url").read_text()
            reading = asyncio.create_task(read_values(connection, 1, 400))
            await publish(connection, 200)
            if victim == "server":
                bus.kill_server()
            else:
                bus.kill_supervisor()
                bus.restart()
            for number in range(200, 400):
                while True:
                    try:
                        await connection.publish_readings(batch(number, 1), message_id=f"m{number}")
                        break
                    except Unavailable:
                        await asyncio.sleep(0.1)
            assert await reading == list(range(400))
            now = urlsplit((bus.data / "bus" / "url").read_text())
            assert now.port == urlsplit(before).port and now.username != urlsplit(before).username, "a token for each start"

    asyncio.run(story())


def test_a_process_that_stood_still_reads_on_where_it_was(bus: RunningBus, caplog: pytest.LogCaptureFixture) -> None:
    """Its timer for heartbeats has run out meanwhile, and they lie in its socket: the reader is not made anew for that."""

    async def story() -> None:
        async with await connect() as connection:
            await connection.publish_readings(batch(0, 1))
            log = connection.read_log(READINGS, 1)
            await anext(log)
            following = asyncio.ensure_future(anext(log))
            await asyncio.sleep(0.05)
            time.sleep(reader.MISSED_S + 0.1)
            await asyncio.sleep(0.05)
            await connection.publish_readings(batch(1, 1))
            assert [sequence for sequence, _payload in await following] == [2]

    with caplog.at_level("INFO", logger="tocsin.bus.reader"):
        asyncio.run(story())
    assert not [one for one in caplog.records if one.name == reader.__name__]


def test_a_second_bus_on_the_same_folder_is_refused(bus: RunningBus, monkeypatch: pytest.MonkeyPatch) -> None:
    from tocsin.bus import server

    bus.server_pid()
    monkeypatch.setattr(server, "LOCK_PATIENCE_S", 0.2)
    with (bus.data / "bus" / "lock").open("a") as lock, pytest.raises(Unavailable, match="another bus runs"):
        server._take_lock(lock.fileno(), bus.data / "bus")


def test_stopping_leaves_no_process(bus: RunningBus) -> None:
    pid = bus.server_pid()
    assert bus.stop() == 0
    assert not Path(f"/proc/{pid}").exists()


def test_events_and_live_readings(bus: RunningBus) -> None:
    async def story() -> None:
        async with await connect() as connection:
            events = [
                Event(id=f"e{n}", at="2026-11-24T00:00:00Z", name="warning.AlarmRaised", version=1, region="37", data={"n": n})
                for n in range(5)
            ]
            await connection.publish_events(events)
            await connection.publish_events(events)
            seen: list[Event] = []
            async for entries in connection.read_log(EVENTS, 1):
                seen += [decode_event(payload) for _, payload in entries]
                if len(seen) >= 5:
                    break
            assert seen == events
            live = connection.subscribe_live()
            waiting = asyncio.create_task(anext(live))
            while not waiting.done():  # who comes later hears only what is said then
                await connection.publish_live(batch(5))
                await asyncio.wait([waiting], timeout=0.1)
            assert waiting.result().value.tolist() == [5, 6, 7]

    asyncio.run(story())


def test_the_server_of_the_wheel_is_used() -> None:
    assert os.access(find_program(), os.X_OK)
