"""The worker asks and hears the platforms that are joined by configuration. Each loop may die at any moment."""

import asyncio
import logging

from tocsin.bus.connection import Connection
from tocsin.bus.streams import PLATFORMS
from tocsin.bus.threads import OwnThread, own_thread
from tocsin.screens.clock import current_time
from tocsin.supervision.platforms.policy import Platform, WrongTable, platform_settings, platforms_file
from tocsin.supervision.platforms.services.connectors import heard_platforms, run_connectors, take_message

log = logging.getLogger(__name__)


ASK_S = 2.0


async def ask_platforms(connection: Connection) -> None:
    """Asks the platforms that are joined by HTTP or folder; runs until cancelled. Each wrong table is told once."""
    told: tuple[WrongTable, ...] = ()
    async with own_thread("ask-platforms") as run:
        while True:
            wrong = platform_settings().wrong
            for one in () if wrong == told else wrong:
                log.warning("%s: %s", platforms_file(), one)
            told = wrong
            await run(run_connectors, now=current_time())
            await asyncio.sleep(ASK_S)


async def hear_platforms(connection: Connection) -> None:
    """Reads what platforms publish on the bus, each from where it has been read; runs until cancelled."""
    heard: dict[str, tuple[Platform, asyncio.Task[None]]] = {}
    async with own_thread("hear-platforms") as run:
        try:
            while True:
                heard_now = await run(heard_platforms, now=current_time())
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
            now = current_time()
            await run(take_message, name=name, platform=platform, sequence=sequence, payload=payload, now=now)
