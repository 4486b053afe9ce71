"""The loop that begins the monthly reachability drill. It may die at any moment."""

import asyncio

from tocsin.bus.connection import Connection
from tocsin.bus.threads import own_thread
from tocsin.notices.reachability.services import begin_when_due
from tocsin.screens.clock import current_time

REACHABILITY_S = 60.0


async def hold_reachability_drills(connection: Connection) -> None:
    """Begins the monthly reachability drill on its day; runs until cancelled."""
    async with own_thread("reachability") as run:
        while True:
            await run(begin_when_due, now=current_time())
            await asyncio.sleep(REACHABILITY_S)
