"""The worker's loops over alarms: detections applied, causes looked for, clocks kept. Each may die at any moment."""

import asyncio
import logging

import msgspec
from django.conf import settings

from tocsin.bus import DETECTIONS, Connection
from tocsin.bus.threads import own_thread
from tocsin.warning import services
from tocsin.warning.diagnosis import work_on_next_task
from tocsin.warning.events import Detection
from tocsin.warning.services.detections import BATCH
from tocsin.warning.watch_policy import shipped_watch_figures

log = logging.getLogger(__name__)

LOOK_FOR_TASKS_S = 0.25
CLOCKS_S = 1.0
FORGET_EVERY = 600  # rounds of the clocks
LOSSES_EVERY = 5


async def apply_detections(connection: Connection) -> None:
    """Applies the log of detections from where the database stands; runs until cancelled.

    The position is written with the effects, so a worker that dies begins again exactly behind what is in the database.
    """
    async with own_thread("apply-detections") as run:
        position = await run(services.applied_position)
        _, last = await connection.sequences(DETECTIONS)
        if position > last:
            log.warning("the log of detections began anew: it ends at %d, position was %d", last, position)
            position = 0
        async for entries in connection.read_log(DETECTIONS, position + 1):
            for start in range(0, len(entries), BATCH):
                await run(_apply, entries[start : start + BATCH])


def _apply(entries: list[tuple[int, bytes]]) -> None:
    detections = []
    for sequence, payload in entries:
        try:
            detections.append(msgspec.json.decode(payload, type=Detection))
        except msgspec.MsgspecError as error:
            log.error("detection %d of the log is skipped: %s", sequence, error)
    clock = settings.CONFIGURATION.clock
    services.apply_detections(detections=detections, now=clock.now(), speed=clock.speed, position=entries[-1][0])


async def diagnose_alarms(connection: Connection) -> None:
    """Works on due diagnoses, one after another, in a thread of its own; replays while none is due; runs until cancelled."""
    async with own_thread("diagnose") as run:
        while True:
            if not (await run(work_on_next_task) or await run(services.work_on_next_replay)):
                await asyncio.sleep(LOOK_FOR_TASKS_S)


async def run_clocks(connection: Connection) -> None:
    """Ends shelves, follows sensors into service and out of it, forgets what the log has forgotten; runs until cancelled."""
    async with own_thread("clocks") as run:
        rounds = 0
        while True:
            now = settings.CONFIGURATION.clock.now()
            changed = await run(services.end_shelves, now=now) + await run(services.follow_service, now=now)
            changed += await run(services.find_good_sensors)
            changed += await run(services.calm_down, now=now)
            if rounds % LOSSES_EVERY == 0:
                changed += await run(services.follow_losses, now=now)
                changed += await run(services.join_alarms, near_m=shipped_watch_figures().gather_m)
            if rounds % FORGET_EVERY == 0:
                await run(services.forget_records)
            rounds += 1
            if not changed:
                await asyncio.sleep(CLOCKS_S)
