"""The loop that fires the clocks of cases. It may die at any moment."""

import asyncio

from tocsin.bus.connection import Connection
from tocsin.bus.threads import own_thread
from tocsin.command.escalation.services import stages as services
from tocsin.screens.clock import current_time

LOOK_S = 0.25


async def run_case_clocks(connection: Connection) -> None:
    """Fires the clocks of cases, by the judging clock and without any message; runs until cancelled."""
    async with own_thread("case-clocks") as run:
        while True:
            if not await run(services.run_clocks, now=current_time()):
                await asyncio.sleep(LOOK_S)
