"""The loop that deletes old records of platforms."""

import asyncio

from tocsin.bus.connection import Connection
from tocsin.bus.threads import own_thread
from tocsin.screens.clock import current_time
from tocsin.supervision.evidence.services import forget_old_evidence

TIDY_S = 3600.0


async def tidy_evidence(connection: Connection) -> None:
    """Deletes records of platforms that are older than policy allows; runs until cancelled."""
    async with own_thread("tidy-evidence") as run:
        while True:
            if not await run(forget_old_evidence, now=current_time()):
                await asyncio.sleep(TIDY_S)
