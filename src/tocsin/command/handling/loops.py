"""The loop that opens cases for demanded inspections. It may die at any moment."""

import asyncio

from tocsin.bus.connection import Connection
from tocsin.bus.threads import own_thread
from tocsin.command.handling.services import demands as supervised
from tocsin.screens.clock import current_time

DEMANDS_S = 2.0


async def open_demanded_cases(connection: Connection) -> None:
    """Opens cases for inspections that supervision demands, from rows and without any message; runs until cancelled."""
    async with own_thread("demanded-cases") as run:
        while True:
            if not await run(supervised.open_demanded_cases, now=current_time()):
                await asyncio.sleep(DEMANDS_S)
