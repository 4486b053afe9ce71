"""The loop with a real bus: whoever dies between the log and the database, a batch is in the log once."""

import asyncio
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.bus.running import RunningBus
from tests.people import LICANG, make_person
from tests.sensing.rereading.asides import NOW, add_channel, keep, register, unread
from tocsin.bus.connection import Connection, connect
from tocsin.bus.envelope import decode_readings
from tocsin.bus.loops.rows import Hands
from tocsin.bus.streams import READINGS
from tocsin.bus.threads import own_thread
from tocsin.sensing.rereading import loops
from tocsin.sensing.rereading.models import RereadingBatch
from tocsin.sensing.rereading.queries import Choice
from tocsin.sensing.rereading.services.asking import ask_to_reread

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    """Stands for kill -9: nothing behind it runs."""


def dies(*_values: object, **_named: object) -> None:
    raise Killed


async def run(connection: Connection, monkeypatch: pytest.MonkeyPatch, deaths: dict[int, str]) -> int:
    """Rounds until nothing is left; before round n the named step of the loop is made deadly. Returns the rounds."""
    rounds = 0
    async with own_thread("rereading") as thread:
        while True:
            async with loops.rereading_messages(Hands(connection, thread, lambda: None)) as step:
                with monkeypatch.context() as patch:
                    if rounds in deaths:
                        patch.setattr(loops, deaths[rounds], dies)
                    rounds += 1
                    try:
                        if not await step():
                            return rounds
                    except Killed:
                        continue


async def logged(connection: Connection) -> list[tuple[int, float]]:
    _first, last = await connection.sequences(READINGS)
    found: list[tuple[int, float]] = []
    if last:
        async for message in connection.copy_log(READINGS, 1, last):
            part = decode_readings(message.payload)
            found += zip(part.sensor.tolist(), part.value.tolist(), strict=True)
    return found


@pytest.mark.parametrize("forgets", [False, True], ids=["at once", "after the bus has forgotten its message ids"])
def test_each_reading_is_in_the_log_once(
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    forgets: bool,
) -> None:
    bus = RunningBus(tmp_path)
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, data=tmp_path, nats_url="")
    try:
        register("well-1")
        keeper = make_person("rule_engineer", LICANG)
        keep(*(unread("well-1", {"wind": number}, minutes=60 - number) for number in range(7)))
        wind = add_channel("well-1", "wind")
        ask_to_reread(actor=keeper, choice=Choice(), now=NOW)
        monkeypatch.setattr("tocsin.sensing.rereading.services.reading.BATCH", 3)
        publish: Callable[..., Any] = Connection.publish_readings

        async def without_id(self: Connection, *values: Any, message_id: str, **named: Any) -> int:
            return int(await publish(self, *values, **named))

        if forgets:
            monkeypatch.setattr(Connection, "publish_readings", without_id)

        async def story() -> tuple[int, list[tuple[int, float]]]:
            async with await connect() as connection:
                rounds = await run(connection, monkeypatch, {0: "finish_batch", 1: "finish_batch", 3: "finish_batch"})
                return rounds, await logged(connection)

        rounds, found = asyncio.run(story())
        assert found == [(wind, float(number)) for number in range(7)]
        assert rounds == 7  # three batches, three deaths, one look that finds nothing
        assert not RereadingBatch.objects.exists()
    finally:
        bus.stop()
