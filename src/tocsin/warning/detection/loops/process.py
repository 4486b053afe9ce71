"""The detector's process: its event loop and its end."""

import asyncio

from django.conf import settings

from tocsin.base.process import run_until_signal
from tocsin.bus.connection import connect
from tocsin.engine.detection.detector import compile_kernels
from tocsin.warning.detection.loops.keeper import Keeper


def run() -> None:
    """Judges its share of the readings until SIGTERM; what was read by then is judged, published and written."""
    compile_kernels()
    run_until_signal(_judge)


async def _judge(stop: asyncio.Event) -> None:
    async with await connect() as connection:
        configuration = settings.CONFIGURATION
        await Keeper(connection, folder=configuration.data, clock=configuration.clock).run(stop)
