"""The worker's loops over tasks and points: tasks made by rule, ticked off, run out; points of the day before; drafts tried."""

import asyncio
from typing import TYPE_CHECKING

from django.conf import settings

from tocsin.bus.threads import own_thread
from tocsin.supervision.services.gaming import look_for_gaming
from tocsin.supervision.services.points_run import assign_due_points
from tocsin.supervision.services.points_trial import work_on_next_trial
from tocsin.supervision.services.tasks import make_tasks, match_tasks, run_task_clocks

if TYPE_CHECKING:
    from tocsin.bus import Connection

PAUSE_S = 300.0
POINTS_LOOK_S = 30.0
TRIALS_LOOK_S = 2.0


async def keep_tasks(connection: "Connection") -> None:
    """Makes, matches and ends tasks every five minutes until cancelled; each step may be done again without any effect."""
    async with own_thread("tasks") as run:
        while True:
            while await run(make_tasks, now=settings.CONFIGURATION.clock.now()):
                continue
            now = settings.CONFIGURATION.clock.now()
            await run(match_tasks, now=now)
            await run(run_task_clocks, now=now)
            await run(look_for_gaming, now=now)
            await asyncio.sleep(PAUSE_S / settings.CONFIGURATION.clock.speed)


async def keep_trials(connection: "Connection") -> None:
    """Tries drafts of the points policy on history, stretch after stretch, until cancelled."""
    async with own_thread("trials") as run:
        while True:
            if not await run(work_on_next_trial):
                await asyncio.sleep(TRIALS_LOOK_S)


async def keep_points(connection: "Connection") -> None:
    """Gives every object its points of the day before, from half past midnight on, missed days first; runs until cancelled."""
    async with own_thread("points") as run:
        while True:
            if not await run(assign_due_points, now=settings.CONFIGURATION.clock.now()):
                await asyncio.sleep(POINTS_LOOK_S / settings.CONFIGURATION.clock.speed)
