"""The loop that watches the readings of mended cases. It may die at any moment."""

import asyncio

from django.conf import settings

from tocsin.bus.connection import Connection
from tocsin.bus.threads import own_thread
from tocsin.command.closing import services
from tocsin.screens.clock import current_time

WATCH_S = 20.0  # how often readings of mended cases are looked at


async def watch_mended_cases(connection: Connection) -> None:
    """Watches the readings of mended cases by the closing rule; runs until cancelled."""
    async with own_thread("mended-cases") as run:
        while True:
            await run(services.watch_mended_cases, now=current_time())
            await asyncio.sleep(WATCH_S / settings.CONFIGURATION.clock.speed)
