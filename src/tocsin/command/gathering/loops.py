"""The loop in which alarms find their case. It may die at any moment."""

import asyncio

from django.utils import timezone

from tocsin.bus.connection import Connection
from tocsin.bus.threads import own_thread
from tocsin.command.escalation.loops import LOOK_S
from tocsin.command.gathering.services import placement as services
from tocsin.screens.clock import current_time


async def gather_alarms(connection: Connection) -> None:
    """Looks for alarms without a case whose diagnosis is done or overdue; runs until cancelled."""
    async with own_thread("gather-alarms") as run:
        while True:
            now = current_time()
            if await run(services.gather_alarms, now=now, machine_now=timezone.now()):
                continue
            if not await run(services.dispatch_due_orders, now=current_time()):
                await asyncio.sleep(LOOK_S)
