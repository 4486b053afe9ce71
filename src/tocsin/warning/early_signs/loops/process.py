"""The watcher's process: its event loop and its end. It gives way to everything else on the machine; a second one stands by."""

import asyncio
import os

from django.conf import settings

from tocsin.base.process import run_until_signal
from tocsin.bus.connection import connect
from tocsin.bus.loops.alone import alone
from tocsin.warning.early_signs.loops.watch import WatchLoop

NICE = 10
LEASE = "watch early signs"  # of two watchers each would end what the other has just raised


def run() -> None:
    """Watches until SIGTERM; there is nothing to write down at the end."""
    os.nice(NICE)
    run_until_signal(_watch, patience_s=0.0)


async def _watch(stop: asyncio.Event) -> None:
    configuration = settings.CONFIGURATION

    async def watch(ended: asyncio.Event) -> None:
        async with await connect() as connection:
            await WatchLoop(connection, folder=configuration.data, clock=configuration.clock).run(ended)

    await alone(LEASE, watch, stop)
