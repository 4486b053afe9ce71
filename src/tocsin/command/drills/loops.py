"""The loop that runs what scripts of drills have due. It may die at any moment."""

import asyncio

from tocsin.bus.connection import Connection
from tocsin.bus.threads import own_thread
from tocsin.command.drills.services import run_due_acts
from tocsin.command.escalation.loops import LOOK_S
from tocsin.screens.clock import current_time


async def run_drills(connection: Connection) -> None:
    """Does what the scripts of running drills have due, from rows and without any message; runs until cancelled."""
    async with own_thread("drills") as run:
        while True:
            if not await run(run_due_acts, now=current_time()):
                await asyncio.sleep(LOOK_S)
