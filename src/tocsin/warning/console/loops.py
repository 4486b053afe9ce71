"""The worker's loops over diagnoses and clocks. Each may die at any moment."""

import asyncio

from tocsin.bus.connection import Connection
from tocsin.bus.threads import own_thread
from tocsin.screens.clock import current_time
from tocsin.warning.alarms.services import clocks as services
from tocsin.warning.alarms.services import losses as services_losses
from tocsin.warning.alarms.services import nuisance as services_nuisance
from tocsin.warning.diagnosis.services import replays as services_replays
from tocsin.warning.diagnosis.services.diagnoses import work_on_next_task
from tocsin.warning.early_signs import services as early_signs_services
from tocsin.warning.early_signs.policy import shipped_watch_figures
from tocsin.warning.outlook.queries import look_ahead

LOOK_FOR_TASKS_S = 0.25
CLOCKS_S = 1.0
FORGET_EVERY = 600  # rounds of the clocks
LOSSES_EVERY = 5


async def diagnose_alarms(connection: Connection) -> None:
    """Works on due diagnoses, one after another, in a thread of its own; replays while none is due; runs until cancelled."""
    async with own_thread("diagnose") as run:
        while True:
            if not (await run(work_on_next_task, look_ahead) or await run(services_replays.work_on_next_replay)):
                await asyncio.sleep(LOOK_FOR_TASKS_S)


async def run_clocks(connection: Connection) -> None:
    """Ends shelves, follows sensors into service and out of it, forgets what the log has forgotten; runs until cancelled."""
    async with own_thread("clocks") as run:
        rounds = 0
        while True:
            now = current_time()
            changed = await run(services.end_shelves, now=now) + await run(services.follow_service, now=now)
            changed += await run(services.find_good_sensors)
            changed += await run(services_nuisance.calm_down, now=now)
            if rounds % LOSSES_EVERY == 0:
                changed += await run(services_losses.follow_losses, now=now)
                changed += await run(early_signs_services.join_alarms, near_m=shipped_watch_figures().gather_m)
            if rounds % FORGET_EVERY == 0:
                await run(services.forget_records)
            rounds += 1
            if not changed:
                await asyncio.sleep(CLOCKS_S)
