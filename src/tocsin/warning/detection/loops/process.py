"""The detector's process: its event loop and its end."""

import asyncio
import signal

from django.conf import settings

from tocsin.bus.connection import connect
from tocsin.warning.detection.loops.detector import DetectionLoop, compile_kernels


def run() -> None:
    """Judges readings until SIGTERM; what was read by then is judged, published and written."""
    compile_kernels()
    asyncio.run(_run())


async def _run() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with await connect() as connection:
        configuration = settings.CONFIGURATION
        await DetectionLoop(connection, folder=configuration.data, clock=configuration.clock).run(stop)
