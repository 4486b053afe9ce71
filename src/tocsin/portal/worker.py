"""The worker process: the loops of the catalogue side by side, each started again when it fails."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from importlib import import_module

from tocsin.bus.connection import Connection, connect
from tocsin.portal.catalogue import WORKER_LOOPS

log = logging.getLogger(__name__)

Loop = Callable[[Connection], Awaitable[None]]
LONGEST_PAUSE_S = 30.0


def run() -> None:
    """Runs until SIGTERM."""
    asyncio.run(_run_all())


async def _run_all() -> None:
    connection = await connect()
    loops = [_load(name) for name in WORKER_LOOPS]
    tasks = [asyncio.create_task(_keep_running(loop, connection), name=loop.__name__) for loop in loops]
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await connection.close()


def _load(name: str) -> Loop:
    module, function = name.split(":")
    loop: Loop = getattr(import_module(module), function)
    return loop


async def _keep_running(loop: Loop, connection: Connection) -> None:
    """The outermost loop: a failure is logged and the loop begins anew, from what the database and the log hold."""
    pause = 0.5
    while True:
        began = asyncio.get_running_loop().time()
        try:
            await loop(connection)
            return
        except Exception:
            log.exception("worker loop %s failed; it starts again in %.1f s", loop.__name__, pause)
        await asyncio.sleep(pause)
        lasted = asyncio.get_running_loop().time() - began
        pause = 0.5 if lasted > 60 else min(pause * 2, LONGEST_PAUSE_S)
