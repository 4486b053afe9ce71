"""The worker's loops over cases: alarms find their case, and cases follow their alarms. Each may die at any moment."""

import asyncio
import logging
from collections.abc import AsyncIterator
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from tocsin.bus import EVENTS, Connection
from tocsin.bus.envelope import Event, decode_event
from tocsin.bus.threads import own_thread
from tocsin.command import services
from tocsin.command.services import news, noisy, presence_news, supervised
from tocsin.command.services.drills import run_due_acts

log = logging.getLogger(__name__)

LOOK_S = 0.25
DEMANDS_S = 2.0
WATCH_S = 20.0  # how often readings of mended cases are looked at
WEEKLY_S = 60.0  # how often a weekly list is looked for
BATCH = 200  # events in one transaction for each county
_ALARM_EVENTS = ("warning.AlarmRaised", "warning.AlarmChanged", "warning.AlarmClosed", "warning.DiagnosisMade")


async def gather_alarms(connection: Connection) -> None:
    """Looks for alarms without a case whose diagnosis is done or overdue; runs until cancelled."""
    async with own_thread("gather-alarms") as run:
        while True:
            now = settings.CONFIGURATION.clock.now()
            if await run(services.gather_alarms, now=now, machine_now=timezone.now()):
                continue
            if not await run(services.dispatch_due_orders, now=settings.CONFIGURATION.clock.now()):
                await asyncio.sleep(LOOK_S)


async def follow_alarms(connection: Connection) -> None:
    """Reads what is told of alarms, from where the database stands; runs until cancelled."""
    async with own_thread("follow-alarms") as run:
        async for part in _read_on(connection, await run(services.followed_position)):
            alarm_ids = {UUID(event.data["alarm_id"]) for _position, event in part if event.name in _ALARM_EVENTS}
            now = settings.CONFIGURATION.clock.now()
            await run(services.follow_events, alarm_ids=alarm_ids, position=part[-1][0], now=now)


async def tell_people(connection: Connection) -> None:
    """Reads what is told of rosters and key posts, and tells the people concerned; runs until cancelled."""
    async with own_thread("tell-people") as run:
        async for part in _read_on(connection, await run(news.told_position)):
            events = [event for _position, event in part if event.name in news.NAMES]
            if events or len(part) == BATCH:  # what concerns nobody is read again after a restart
                now = settings.CONFIGURATION.clock.now()
                await run(news.tell_people, events=events, position=part[-1][0], now=now)


async def watch_posts(connection: Connection) -> None:
    """Tells of posts that nobody has looked at in time, and lists absences found afterwards, from rows; runs until cancelled."""
    async with own_thread("watch-posts") as run:
        while True:
            await run(presence_news.tell_overdue_posts, now=settings.CONFIGURATION.clock.now())
            await run(presence_news.list_absences, now=settings.CONFIGURATION.clock.now())
            await asyncio.sleep(WATCH_S / settings.CONFIGURATION.clock.speed)


async def _read_on(connection: Connection, position: int) -> AsyncIterator[list[tuple[int, Event]]]:
    """Events behind a position with their sequences, in parts; from the beginning where the log began anew."""
    _, last = await connection.sequences(EVENTS)
    if position > last:
        log.warning("the log of events began anew: it ends at %d, position was %d", last, position)
        position = 0
    async for entries in connection.read_log(EVENTS, position + 1):
        for start in range(0, len(entries), BATCH):
            yield [(sequence, decode_event(payload)) for sequence, payload in entries[start : start + BATCH]]


async def run_case_clocks(connection: Connection) -> None:
    """Fires the clocks of cases, by the judging clock and without any message; runs until cancelled."""
    async with own_thread("case-clocks") as run:
        while True:
            if not await run(services.run_clocks, now=settings.CONFIGURATION.clock.now()):
                await asyncio.sleep(LOOK_S)


async def watch_mended_cases(connection: Connection) -> None:
    """Watches the readings of mended cases by the closing rule; runs until cancelled."""
    async with own_thread("mended-cases") as run:
        while True:
            await run(services.watch_mended_cases, now=settings.CONFIGURATION.clock.now())
            await asyncio.sleep(WATCH_S / settings.CONFIGURATION.clock.speed)


async def run_drills(connection: Connection) -> None:
    """Does what the scripts of running drills have due, from rows and without any message; runs until cancelled."""
    async with own_thread("drills") as run:
        while True:
            if not await run(run_due_acts, now=settings.CONFIGURATION.clock.now()):
                await asyncio.sleep(LOOK_S)


async def list_noisy_rules(connection: Connection) -> None:
    """Writes the weekly lists of noisy rules, one region after the other, from rows and history; runs until cancelled."""
    async with own_thread("noisy-rules") as run:
        while True:
            if not await run(noisy.list_noisy_rules, now=settings.CONFIGURATION.clock.now()):
                await asyncio.sleep(WEEKLY_S)


async def open_demanded_cases(connection: Connection) -> None:
    """Opens cases for inspections that supervision demands, from rows and without any message; runs until cancelled."""
    async with own_thread("demanded-cases") as run:
        while True:
            if not await run(supervised.open_demanded_cases, now=settings.CONFIGURATION.clock.now()):
                await asyncio.sleep(DEMANDS_S)
