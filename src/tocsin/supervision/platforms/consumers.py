"""The loops that ask and hear the platforms that are joined by configuration; each is heard from where it has been read."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from django.conf import settings

from tocsin.bus.loops.rows import BusLoop, Hands, Loop, Step
from tocsin.bus.streams import PLATFORMS
from tocsin.supervision.platforms.policy import Platform, WrongTable, platforms_file
from tocsin.supervision.platforms.queries import platform_settings
from tocsin.supervision.platforms.services.connectors import heard_platforms, run_connectors, take_message

log = logging.getLogger(__name__)

_told: tuple[WrongTable, ...] = ()


@asynccontextmanager
async def hearing_platforms(hands: Hands) -> AsyncIterator[Step]:
    """Each round sees that exactly the platforms of the settings are heard, and takes up again what broke off."""
    heard: dict[str, tuple[Platform, asyncio.Task[None]]] = {}

    async def step() -> None:
        heard_now = await hands.thread(heard_platforms, now=settings.CONFIGURATION.clock.now())
        wanted = {name: (platform, position) for name, platform, position in heard_now}
        for name, (platform, task) in list(heard.items()):
            if task.done() and not task.cancelled() and task.exception() is not None:
                log.error("hearing platform %s broke off and is taken up again", name, exc_info=task.exception())
            if task.done() or wanted.get(name, (None,))[0] != platform:
                heard.pop(name)[1].cancel()
        for name in wanted.keys() - heard.keys():
            platform, position = wanted[name]
            heard[name] = platform, asyncio.create_task(_hear(hands, name, platform, position))

    try:
        yield step
    finally:
        for _platform, task in heard.values():
            task.cancel()


async def _hear(hands: Hands, name: str, platform: Platform, position: int) -> None:
    subject = f"platforms.{platform.subject}"
    async for entries in hands.connection.read_log(PLATFORMS, position + 1, filter_subject=subject):
        for sequence, payload in entries:
            now = settings.CONFIGURATION.clock.now()
            await hands.thread(take_message, name=name, platform=platform, sequence=sequence, payload=payload, now=now)


def _warn_of_wrong_tables() -> None:
    """Each wrong table of the settings is told once."""
    global _told
    wrong = platform_settings().wrong
    for one in () if wrong == _told else wrong:
        log.warning("%s: %s", platforms_file(), one)
    _told = wrong


def ask_platforms(*, now: datetime) -> None:
    """Asks the platforms that are joined by HTTP or folder."""
    _warn_of_wrong_tables()
    run_connectors(now=now)


LOOPS = (
    Loop(name="ask-platforms", work=ask_platforms, period_s=5.0),
    BusLoop(name="hear-platforms", opens=hearing_platforms, period_s=5.0, lease_s=15.0),
)
