"""The worker process: the loops of the catalogue side by side under the one driver."""

import asyncio
import contextlib

from django.utils.module_loading import import_string

from tocsin.base.process import loading, run_until_signal
from tocsin.bus.connection import connect
from tocsin.bus.loops.driver import run_loops
from tocsin.bus.loops.rows import Row
from tocsin.bus.loops.standing import Standing
from tocsin.notices.face import load_contributions, ring_for_loop
from tocsin.portal.catalogue import LOOPS
from tocsin.records.face import tell_of_loop


def run() -> None:
    """Runs until SIGTERM."""
    run_until_signal(_run)


def all_loops() -> tuple[Row, ...]:
    """The rows of all tables of the catalogue; ValueError where two have one name."""
    rows = tuple(row for name in LOOPS for row in import_string(name.replace(":", ".")))
    if len({row.name for row in rows}) < len(rows):
        raise ValueError("two loops have the same name")
    return rows


async def _run(stop: asyncio.Event) -> None:
    async with await connect() as connection:
        with loading():
            loops = all_loops()
            load_contributions()
        running = asyncio.create_task(run_loops(loops, connection, tell=_tell))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in (running, stopping):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def _tell(standing: Standing) -> None:
    """A loop keeps failing, or works again: into the audit trail, as an event, and to the system administrators."""
    tell_of_loop(standing)
    ring_for_loop(standing)
