"""The loop over tasks: made by rule, ticked off by records, run out by the clock; signs of gaming are looked for."""

import asyncio
from typing import TYPE_CHECKING

from django.conf import settings

from tocsin.bus.threads import own_thread
from tocsin.screens.clock import current_time
from tocsin.supervision.inspections.services.gaming import look_for_gaming
from tocsin.supervision.inspections.services.tasks import match_tasks
from tocsin.supervision.tasks.services.assignment import make_tasks, run_task_clocks

if TYPE_CHECKING:
    from tocsin.bus.connection import Connection


PAUSE_S = 300.0


async def keep_tasks(connection: "Connection") -> None:
    """Makes, matches and ends tasks every five minutes until cancelled; each step may be done again without any effect."""
    async with own_thread("tasks") as run:
        while True:
            while await run(make_tasks, now=current_time()):
                continue
            now = current_time()
            await run(match_tasks, now=now)
            await run(run_task_clocks, now=now)
            await run(look_for_gaming, now=now)
            await asyncio.sleep(PAUSE_S / settings.CONFIGURATION.clock.speed)
