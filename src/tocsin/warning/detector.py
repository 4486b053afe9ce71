"""The detector's process: its event loop, its end, and where its compiled kernels are kept."""

import asyncio
import os
import signal
import sys

from django.conf import settings


def run() -> None:
    """Judges readings until SIGTERM; what was read by then is judged, published and written."""
    _keep_kernels_in_the_data_folder()
    from tocsin.warning.detection import compile_kernels

    compile_kernels()
    asyncio.run(_run())


async def _run() -> None:
    from tocsin.bus import connect
    from tocsin.warning.detection import DetectionLoop

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with await connect() as connection:
        configuration = settings.CONFIGURATION
        await DetectionLoop(connection, folder=configuration.data, clock=configuration.clock).run(stop)


def _keep_kernels_in_the_data_folder() -> None:
    """Numba reads the name of its cache folder when it is imported; the installed package may lie where nobody can write."""
    if "numba" in sys.modules:
        raise RuntimeError("numba was imported before its cache folder was named")
    os.environ.setdefault("NUMBA_CACHE_DIR", str(settings.CONFIGURATION.data / "numba"))
