"""A process of which one at a time works while others of its kind stand by."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from django.db import OperationalError

from tocsin.bus.loops.leases import give_back, renew_leases, take_lease, worker_name
from tocsin.bus.threads import own_thread

log = logging.getLogger(__name__)

LEASE_S = 15.0
LOOK_S = 2.0  # how often one that stands by looks
HOLD_S = LEASE_S / 3


async def alone(name: str, work: Callable[[asyncio.Event], Awaitable[None]], stop: asyncio.Event) -> None:
    """Does `work(ended)` while this process has the lease of that name, until `stop` is set; `ended` is set by then, or when
    another process has the lease. What the work raises is raised here.
    """
    process = worker_name()
    stopping = asyncio.create_task(stop.wait())
    async with own_thread(name) as thread:
        try:
            while not stop.is_set():
                if not await thread(take_lease, name, holder=process, lease_s=LEASE_S):
                    await asyncio.wait([stopping], timeout=LOOK_S)
                    continue
                log.info("this process has the lease %s", name)
                ended = asyncio.Event()
                working = asyncio.ensure_future(work(ended))
                try:
                    while not (stop.is_set() or working.done()):
                        await asyncio.wait([stopping, working], timeout=HOLD_S, return_when=asyncio.FIRST_COMPLETED)
                        if await thread(renew_leases, [name], holder=process, lease_s=LEASE_S):
                            log.warning("another process has the lease %s", name)
                            break
                finally:
                    ended.set()
                    await working
        finally:
            stopping.cancel()
            with contextlib.suppress(OperationalError):  # then the lease ends by itself
                await thread(give_back, process, [name])
