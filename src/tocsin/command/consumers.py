"""The worker's loops over cases: alarms find their case, and cases follow their alarms. Each may die at any moment."""

import asyncio
import logging
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from tocsin.bus import EVENTS, Connection
from tocsin.bus.envelope import decode_event
from tocsin.bus.threads import own_thread
from tocsin.command import services

log = logging.getLogger(__name__)

LOOK_S = 0.25
BATCH = 200  # events in one transaction for each county
_ALARM_EVENTS = ("warning.AlarmRaised", "warning.AlarmChanged", "warning.AlarmClosed", "warning.DiagnosisMade")


async def gather_alarms(connection: Connection) -> None:
    """Looks for alarms without a case whose diagnosis is done or overdue; runs until cancelled."""
    async with own_thread("gather-alarms") as run:
        while True:
            now = settings.CONFIGURATION.clock.now()
            if not await run(services.gather_alarms, now=now, machine_now=timezone.now()):
                await asyncio.sleep(LOOK_S)


async def follow_alarms(connection: Connection) -> None:
    """Reads what is told of alarms, from where the database stands; runs until cancelled."""
    async with own_thread("follow-alarms") as run:
        position = await run(services.followed_position)
        _, last = await connection.sequences(EVENTS)
        if position > last:
            log.warning("the log of events began anew: it ends at %d, position was %d", last, position)
            position = 0
        async for entries in connection.read_log(EVENTS, position + 1):
            for start in range(0, len(entries), BATCH):
                part = entries[start : start + BATCH]
                events = [decode_event(payload) for _sequence, payload in part]
                alarm_ids = {UUID(event.data["alarm_id"]) for event in events if event.name in _ALARM_EVENTS}
                now = settings.CONFIGURATION.clock.now()
                await run(services.follow_events, alarm_ids=alarm_ids, position=part[-1][0], now=now)
