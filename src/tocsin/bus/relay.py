"""The relay: recorded events go from the outbox to the log, in order, at least once.

It looks for rows every 20 ms (one indexed read of an empty table), which both databases can do and which tells an event of
any process within 50 ms. An event is deleted only after the log has acknowledged it; one that was acknowledged but not yet
deleted when the process died is sent again and dropped by the log's duplicate window or by its consumers.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from django.db import OperationalError, close_old_connections, connections

from tocsin.base.errors import Unavailable
from tocsin.bus.connection import Connection
from tocsin.bus.envelope import Event
from tocsin.bus.services import forget_events, waiting_events

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.02
BATCH = 500
PAUSE_S = 0.5


async def relay_events(connection: Connection) -> None:
    """Runs until cancelled; one relay at a time keeps the order."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="relay") as thread:
        try:
            while True:
                try:
                    rows = await loop.run_in_executor(thread, _waiting)
                    if rows:
                        await connection.publish_events([event for _, event in rows])
                        await loop.run_in_executor(thread, forget_events, [row for row, _ in rows])
                    else:
                        await asyncio.sleep(LOOK_EVERY_S)
                except (Unavailable, OperationalError) as error:
                    log.warning("events wait in the outbox: %s", error)
                    await asyncio.sleep(PAUSE_S)
        finally:
            await asyncio.shield(loop.run_in_executor(thread, connections.close_all))


def _waiting() -> list[tuple[int, Event]]:
    close_old_connections()
    return waiting_events(BATCH)
