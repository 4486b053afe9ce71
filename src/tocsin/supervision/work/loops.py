"""The worker's loops over firms: judged by the clock, without any message. Each may die at any moment."""

import asyncio
import logging

from tocsin.base.errors import Unavailable
from tocsin.bus.connection import Connection
from tocsin.bus.threads import own_thread
from tocsin.screens.clock import current_time
from tocsin.supervision.posts.loops import LOOK_S
from tocsin.supervision.work.services import episodes
from tocsin.supervision.work.services.electrical import watch_dangers
from tocsin.supervision.work.services.judging import judge_due_firms

log = logging.getLogger(__name__)


async def judge_work(connection: Connection) -> None:
    """Judges firms whose verdict is old; runs until cancelled."""
    async with own_thread("judge-work") as run:
        while True:
            try:
                if await run(judge_due_firms, now=current_time()):
                    continue
            except Unavailable as error:
                log.warning("firms wait to be judged: %s", error)
            await asyncio.sleep(LOOK_S)


async def run_episode_clocks(connection: Connection) -> None:
    """Marks questions to firms that nobody has answered in time; runs until cancelled."""
    async with own_thread("episode-clocks") as run:
        while True:
            if not await run(episodes.run_episode_clocks, now=current_time()):
                await asyncio.sleep(LOOK_S)


async def watch_electrical(connection: Connection) -> None:
    """Looks at watched places for electrical danger; runs until cancelled."""
    async with own_thread("watch-electrical") as run:
        while True:
            try:
                if await run(watch_dangers, now=current_time()):
                    continue
            except Unavailable as error:
                log.warning("watched places wait to be looked at: %s", error)
            await asyncio.sleep(LOOK_S)
