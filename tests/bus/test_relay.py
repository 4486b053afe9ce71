"""Events go from the outbox to the log: in order, at least once, within 50 ms, and only when their transaction commits."""

import asyncio
import time
from statistics import median
from typing import ClassVar

import msgspec
import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from tests.bus.running import RunningBus
from tocsin.bus import EVENTS, connect
from tocsin.bus.envelope import decode_event
from tocsin.bus.models import OutboxEvent
from tocsin.bus.relay import relay_events
from tocsin.bus.services import record_event


class Rung(msgspec.Struct, frozen=True):
    VERSION: ClassVar[int] = 2
    number: int


Rung.__module__ = "tocsin.bells.events"


def record(number: int) -> None:
    record_event(Rung(number=number), region="370213")


@pytest.mark.django_db(transaction=True)
def test_events_are_relayed_in_order_and_quickly(bus: RunningBus) -> None:
    def rolled_back() -> None:
        with transaction.atomic():
            record(99)
            transaction.set_rollback(True)

    async def story() -> list[float]:
        delays = []
        async with await connect() as connection:
            relaying = asyncio.create_task(relay_events(connection))
            log = connection.read_log(EVENTS, 1)
            await sync_to_async(rolled_back)()
            for number in range(15):
                began = time.perf_counter()
                await sync_to_async(record)(number)
                following = asyncio.ensure_future(anext(log))
                await asyncio.wait([relaying, following], timeout=20, return_when=asyncio.FIRST_COMPLETED)
                assert not relaying.done(), relaying.exception()
                entries = following.result()
                delays.append(time.perf_counter() - began)
                event = decode_event(entries[0][1])
                assert (event.name, event.version, event.region) == ("bells.Rung", 2, "370213")
                assert event.data == {"number": number}
            await asyncio.sleep(0.2)
            relaying.cancel()
        return delays

    delays = asyncio.run(story())
    assert not OutboxEvent.objects.exists(), "what the log has is forgotten here"
    assert median(delays) < 0.2, "aimed at 0.05 s; a loaded machine is given room"
