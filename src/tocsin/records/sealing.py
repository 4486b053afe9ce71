"""The worker's loop that seals audit entries within a second."""

import asyncio
from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from tocsin.records.services import BATCH, seal_entries

if TYPE_CHECKING:
    from tocsin.bus import Connection

PAUSE_S = 0.5


async def seal_audit_entries(connection: "Connection") -> None:
    """Seals what is new, twice a second, until cancelled. Needs no bus; the connection is every loop's argument."""
    while True:
        if await sync_to_async(_seal)() < BATCH:
            await asyncio.sleep(PAUSE_S)


def _seal() -> int:
    close_old_connections()
    return seal_entries()
