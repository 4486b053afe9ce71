"""The worker's loops over firms: judged by the clock, without any message. Each may die at any moment."""

import asyncio
import logging

from django.conf import settings

from tocsin.base.errors import Unavailable
from tocsin.bus import PLATFORMS, Connection
from tocsin.bus.threads import OwnThread, own_thread
from tocsin.supervision.policy.platforms import Platform, WrongTable, platform_settings, platforms_file
from tocsin.supervision.services import episodes
from tocsin.supervision.services.connectors import heard_platforms, run_connectors, take_message
from tocsin.supervision.services.electrical_watch import watch_dangers
from tocsin.supervision.services.evidence import forget_old_evidence
from tocsin.supervision.services.judging import judge_due_firms
from tocsin.supervision.services.presence_calls import run_calls
from tocsin.supervision.services.presence_judging import judge_due_duty
from tocsin.supervision.services.presence_signs import forget_old_signs

log = logging.getLogger(__name__)

LOOK_S = 5.0
TIDY_S = 3600.0
ASK_S = 2.0
CALL_S = 1.0


async def judge_work(connection: Connection) -> None:
    """Judges firms whose verdict is old; runs until cancelled."""
    async with own_thread("judge-work") as run:
        while True:
            try:
                if await run(judge_due_firms, now=settings.CONFIGURATION.clock.now()):
                    continue
            except Unavailable as error:
                log.warning("firms wait to be judged: %s", error)
            await asyncio.sleep(LOOK_S)


async def run_episode_clocks(connection: Connection) -> None:
    """Marks questions to firms that nobody has answered in time; runs until cancelled."""
    async with own_thread("episode-clocks") as run:
        while True:
            if not await run(episodes.run_episode_clocks, now=settings.CONFIGURATION.clock.now()):
                await asyncio.sleep(LOOK_S)


async def tidy_evidence(connection: Connection) -> None:
    """Deletes records of platforms that are older than policy allows; runs until cancelled."""
    async with own_thread("tidy-evidence") as run:
        while True:
            if not await run(forget_old_evidence, now=settings.CONFIGURATION.clock.now()):
                await asyncio.sleep(TIDY_S)


async def ask_platforms(connection: Connection) -> None:
    """Asks the platforms that are joined by HTTP or folder; runs until cancelled. Each wrong table is told once."""
    told: tuple[WrongTable, ...] = ()
    async with own_thread("ask-platforms") as run:
        while True:
            wrong = platform_settings().wrong
            for one in () if wrong == told else wrong:
                log.warning("%s: %s", platforms_file(), one)
            told = wrong
            await run(run_connectors, now=settings.CONFIGURATION.clock.now())
            await asyncio.sleep(ASK_S)


async def hear_platforms(connection: Connection) -> None:
    """Reads what platforms publish on the bus, each from where it has been read; runs until cancelled."""
    heard: dict[str, tuple[Platform, asyncio.Task[None]]] = {}
    async with own_thread("hear-platforms") as run:
        try:
            while True:
                heard_now = await run(heard_platforms, now=settings.CONFIGURATION.clock.now())
                wanted = {name: (platform, position) for name, platform, position in heard_now}
                for name, (platform, task) in list(heard.items()):
                    if task.done() and not task.cancelled() and task.exception() is not None:
                        log.error("hearing platform %s broke off and is taken up again", name, exc_info=task.exception())
                    if task.done() or wanted.get(name, (None,))[0] != platform:
                        heard.pop(name)[1].cancel()
                for name in wanted.keys() - heard.keys():
                    platform, position = wanted[name]
                    heard[name] = platform, asyncio.create_task(_hear(connection, run, name, platform, position))
                await asyncio.sleep(ASK_S)
        finally:
            for _platform, task in heard.values():
                task.cancel()


async def _hear(connection: Connection, run: OwnThread, name: str, platform: Platform, position: int) -> None:
    subject = f"platforms.{platform.subject}"
    async for entries in connection.read_log(PLATFORMS, position + 1, filter_subject=subject):
        for sequence, payload in entries:
            now = settings.CONFIGURATION.clock.now()
            await run(take_message, name=name, platform=platform, sequence=sequence, payload=payload, now=now)


async def watch_electrical(connection: Connection) -> None:
    """Looks at watched places for electrical danger; runs until cancelled."""
    async with own_thread("watch-electrical") as run:
        while True:
            try:
                if await run(watch_dangers, now=settings.CONFIGURATION.clock.now()):
                    continue
            except Unavailable as error:
                log.warning("watched places wait to be looked at: %s", error)
            await asyncio.sleep(LOOK_S)


async def judge_presence(connection: Connection) -> None:
    """Judges who is on post in firms whose shifts run or have ended; runs until cancelled."""
    async with own_thread("judge-presence") as run:
        while True:
            if not await run(judge_due_duty, now=settings.CONFIGURATION.clock.now()):
                await asyncio.sleep(LOOK_S)


async def run_roll_calls(connection: Connection) -> None:
    """Calls again and raises tasks when it is time; runs until cancelled."""
    async with own_thread("roll-calls") as run:
        while True:
            if not await run(run_calls, now=settings.CONFIGURATION.clock.now()):
                await asyncio.sleep(CALL_S)


async def tidy_presence(connection: Connection) -> None:
    """Deletes raw signs that are older than policy allows; runs until cancelled."""
    async with own_thread("tidy-presence") as run:
        while True:
            if not await run(forget_old_signs, now=settings.CONFIGURATION.clock.now()):
                await asyncio.sleep(TIDY_S)
