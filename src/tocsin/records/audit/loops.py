"""The worker's loops over the audit trail: entries sealed within a second; old ones let go, once their seal says so."""

import asyncio
import logging
from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.utils import timezone

from tocsin.jurisdiction.face import system_actor
from tocsin.records.audit.queries import head_of_chain
from tocsin.records.audit.services import BATCH, drop_entries, let_old_entries_go, seal_entries

if TYPE_CHECKING:
    from tocsin.bus.connection import Connection

log = logging.getLogger(__name__)

PAUSE_S = 0.5
KEEPING_PAUSE_S = 3600.0


async def seal_audit_entries(connection: "Connection") -> None:
    """Seals what is new, twice a second, until cancelled. Needs no bus; the connection is every loop's argument."""
    while True:
        if await sync_to_async(_seal)() < BATCH:
            await asyncio.sleep(PAUSE_S)


async def keep_audit_trail(connection: "Connection") -> None:
    """Once an hour: lets go what is old, and writes the head into the log, which is kept elsewhere than the database."""
    while True:
        while await sync_to_async(_drop)() == BATCH:
            await asyncio.sleep(0)
        await asyncio.sleep(KEEPING_PAUSE_S)


def _seal() -> int:
    close_old_connections()
    return seal_entries()


def _drop() -> int:
    close_old_connections()
    now = timezone.now()
    dropped = drop_entries(now=now)
    if dropped < BATCH:
        let_old_entries_go(actor=system_actor(), now=now)
        head = head_of_chain()
        log.info("audit trail: head %d:%s", head.sequence, head.hash)
    return dropped
