"""The loop that writes the weekly lists of noisy rules. It may die at any moment."""

import asyncio

from tocsin.bus.connection import Connection
from tocsin.bus.threads import own_thread
from tocsin.command.quality import services as noisy
from tocsin.screens.clock import current_time

WEEKLY_S = 60.0  # how often a weekly list is looked for


async def list_noisy_rules(connection: Connection) -> None:
    """Writes the weekly lists of noisy rules, one region after the other, from rows and history; runs until cancelled."""
    async with own_thread("noisy-rules") as run:
        while True:
            if not await run(noisy.list_noisy_rules, now=current_time()):
                await asyncio.sleep(WEEKLY_S)
