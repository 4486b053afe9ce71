"""The loop that opens cases for demanded inspections. It may die at any moment."""

import asyncio

from django.conf import settings

from tocsin.bus.connection import Connection
from tocsin.bus.threads import own_thread
from tocsin.command.handling.services import demands as supervised

DEMANDS_S = 2.0


async def open_demanded_cases(connection: Connection) -> None:
    """Opens cases for inspections that supervision demands, from rows and without any message; runs until cancelled."""
    async with own_thread("demanded-cases") as run:
        while True:
            if not await run(supervised.open_demanded_cases, now=settings.CONFIGURATION.clock.now()):
                await asyncio.sleep(DEMANDS_S)
