"""People are told of rosters and key posts by the log of events. It may die at any moment."""

import logging
from collections.abc import AsyncIterator

from tocsin.bus.connection import Connection
from tocsin.bus.envelope import Event, decode_event
from tocsin.bus.streams import EVENTS
from tocsin.bus.threads import own_thread
from tocsin.command.routing.services import event_log as news
from tocsin.screens.clock import current_time

log = logging.getLogger(__name__)


BATCH = 200  # events in one transaction for each county


async def tell_people(connection: Connection) -> None:
    """Reads what is told of rosters and key posts, and tells the people concerned; runs until cancelled."""
    async with own_thread("tell-people") as run:
        async for part in _read_on(connection, await run(news.told_position)):
            events = [event for _position, event in part if event.name in news.NAMES]
            if events or len(part) == BATCH:  # what concerns nobody is read again after a restart
                now = current_time()
                await run(news.tell_people, events=events, position=part[-1][0], now=now)


async def _read_on(connection: Connection, position: int) -> AsyncIterator[list[tuple[int, Event]]]:
    """Events behind a position with their sequences, in parts; from the beginning where the log began anew."""
    _, last = await connection.sequences(EVENTS)
    if position > last:
        log.warning("the log of events began anew: it ends at %d, position was %d", last, position)
        position = 0
    async for entries in connection.read_log(EVENTS, position + 1):
        for start in range(0, len(entries), BATCH):
            yield [(sequence, decode_event(payload)) for sequence, payload in entries[start : start + BATCH]]
