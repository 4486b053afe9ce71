"""The watcher's process: its event loop and its end. It gives way to everything else on the machine."""

import asyncio
import os
import signal

from django.conf import settings

from tocsin.bus.connection import connect
from tocsin.warning.early_signs.loops.watch import WatchLoop

NICE = 10


def run() -> None:
    """Watches until SIGTERM; there is nothing to write down at the end."""
    os.nice(NICE)
    asyncio.run(_run())


async def _run() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with await connect() as connection:
        configuration = settings.CONFIGURATION
        await WatchLoop(connection, folder=configuration.data, clock=configuration.clock).run(stop)
