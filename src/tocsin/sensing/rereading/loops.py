"""The loop that reads kept messages again, as soon as somebody has asked for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from django.conf import settings

from tocsin.bus.loops.rows import BusLoop, Hands, Step
from tocsin.bus.streams import READINGS
from tocsin.sensing.rereading.services.reading import finish_batch, next_batch

SHARD: Final = 1  # of the log: nobody else writes there, so its newest message tells whether a batch is in


@asynccontextmanager
async def rereading_messages(hands: Hands) -> AsyncIterator[Step]:
    """Each round is one batch: out of the database, into the log, done."""

    async def step() -> bool:
        batch = await hands.thread(next_batch, now=settings.CONFIGURATION.clock.now())
        if batch is None:
            return False
        if batch.logged and await hands.connection.newest(READINGS, f"readings.{SHARD}") != batch.logged:
            await hands.connection.publish_readings(batch.readings, shard=SHARD, message_id=f"reread-{batch.id}")
        await hands.thread(finish_batch, batch.id)
        return True

    yield step


LOOPS = (BusLoop(name="reread-messages", opens=rereading_messages, period_s=15.0, wakes_on=("sensing.Rereading",), lease_s=60.0),)
