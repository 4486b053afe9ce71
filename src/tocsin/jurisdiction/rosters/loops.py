"""The worker's loop that looks ahead in the rosters."""

import asyncio
from typing import TYPE_CHECKING

from tocsin.bus.threads import own_thread
from tocsin.jurisdiction.rosters.services.announcements import tell_of_rosters
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.bus.connection import Connection

PAUSE_S = 120.0


async def look_ahead_in_rosters(connection: "Connection") -> None:
    """Tells coming shifts and holes every other minute until cancelled. Needs no bus: events lie in the outbox."""
    async with own_thread("rosters") as thread:
        while True:
            await thread(tell_of_rosters, now=current_time())
            await asyncio.sleep(PAUSE_S)
