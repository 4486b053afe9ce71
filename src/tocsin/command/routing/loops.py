"""The loop that looks after posts that nobody has looked at in time. It may die at any moment."""

import asyncio

from django.conf import settings

from tocsin.bus.connection import Connection
from tocsin.bus.threads import own_thread
from tocsin.command.closing.loops import WATCH_S
from tocsin.command.routing.services import posts as presence_news
from tocsin.screens.clock import current_time


async def watch_posts(connection: Connection) -> None:
    """Tells of posts that nobody has looked at in time, and lists absences found afterwards, from rows; runs until cancelled."""
    async with own_thread("watch-posts") as run:
        while True:
            await run(presence_news.tell_overdue_posts, now=current_time())
            await run(presence_news.list_absences, now=current_time())
            await asyncio.sleep(WATCH_S / settings.CONFIGURATION.clock.speed)
