"""The worker's loops over points: of the day before, and drafts tried on history."""

import asyncio
from typing import TYPE_CHECKING

from django.conf import settings

from tocsin.bus.threads import own_thread
from tocsin.screens.clock import current_time
from tocsin.supervision.points.services.night import assign_due_points
from tocsin.supervision.points.services.trial import work_on_next_trial

if TYPE_CHECKING:
    from tocsin.bus.connection import Connection

POINTS_LOOK_S = 30.0
TRIALS_LOOK_S = 2.0


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
            if not await run(assign_due_points, now=current_time()):
                await asyncio.sleep(POINTS_LOOK_S / settings.CONFIGURATION.clock.speed)
