"""The worker's loops over alarms: detections applied, causes looked for, clocks kept. Each may die at any moment."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

import msgspec
from django.conf import settings
from django.db import close_old_connections, connections

from tocsin.bus import DETECTIONS, Connection
from tocsin.warning import services
from tocsin.warning.diagnosis import work_on_next_task
from tocsin.warning.events import Detection
from tocsin.warning.services.detections import BATCH

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

LOOK_FOR_TASKS_S = 0.25
CLOCKS_S = 1.0
FORGET_EVERY = 600  # rounds of the clocks


async def apply_detections(connection: Connection) -> None:
    """Applies the log of detections from where the database stands; runs until cancelled.

    The position is written with the effects, so a worker that dies begins again exactly behind what is in the database.
    """
    async with _own_thread("apply-detections") as run:
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
    """Works on due diagnoses, one after another, in a thread of its own; runs until cancelled."""
    async with _own_thread("diagnose") as run:
        while True:
            if not await run(work_on_next_task):
                await asyncio.sleep(LOOK_FOR_TASKS_S)


async def run_clocks(connection: Connection) -> None:
    """Ends shelves, follows sensors into service and out of it, forgets what the log has forgotten; runs until cancelled."""
    async with _own_thread("clocks") as run:
        rounds = 0
        while True:
            now = settings.CONFIGURATION.clock.now()
            changed = await run(services.end_shelves, now=now) + await run(services.follow_service, now=now)
            changed += await run(services.find_good_sensors)
            if rounds % FORGET_EVERY == 0:
                await run(services.forget_records)
            rounds += 1
            if not changed:
                await asyncio.sleep(CLOCKS_S)


class _Thread:
    """One thread with its own database connection; calls run in it one after another."""

    def __init__(self, name: str) -> None:
        self.executor = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def __call__(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The function's result, while other loops go on. A call that has begun is finished even when the loop is cancelled."""

        def work() -> R:
            close_old_connections()
            return function(*args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self.executor, work)


@asynccontextmanager
async def _own_thread(name: str) -> AsyncIterator[_Thread]:
    thread = _Thread(name)
    try:
        yield thread
    finally:
        await asyncio.shield(asyncio.get_running_loop().run_in_executor(thread.executor, connections.close_all))
        thread.executor.shutdown(wait=False)
