"""How a process of ours begins and ends: loaded without a collector; asked by a signal, given a moment to finish, then ended."""

import asyncio
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from tocsin.base.children import end_children
from tocsin.base.tracing import end_tracing

log = logging.getLogger(__name__)

PATIENCE_S = 2.0  # so that Ctrl-C ends everything within three seconds


@contextmanager
def loading() -> Iterator[None]:
    """What is imported inside stays as long as the process: the garbage collector neither runs meanwhile nor ever looks at it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def run_until_signal(work: Callable[[asyncio.Event], Awaitable[None]], *, patience_s: float = PATIENCE_S) -> None:
    """Runs `work(stop)` until SIGTERM or SIGINT sets `stop`, gives it `patience_s` to finish, and ends the process.

    What has not finished by then is left as a kill would leave it, which all of our work stands. A failure of the work is raised.
    """
    asyncio.run(_run(work, patience_s))


async def _run(work: Callable[[asyncio.Event], Awaitable[None]], patience_s: float) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    working = asyncio.ensure_future(work(stop))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not working.done():
        await asyncio.wait({working}, timeout=patience_s)
    if working.done():
        working.result()
    else:
        log.info("not all work was finished within %.1f s; it is taken up at the next start", patience_s)
    end_process()


def stop_by_signal(*numbers: signal.Signals) -> threading.Event:
    """An event that the first of these signals sets, for work in threads; to be asked for by the main thread.

    A thread of its own sets it: a signal's handler may interrupt the main thread within the event's own `wait`, which holds the
    lock that `set` needs, and would wait for it for ever.
    """
    stop = threading.Event()
    heard, said = os.pipe()

    def listen() -> None:
        os.read(heard, 1)
        stop.set()

    for number in numbers:
        signal.signal(number, lambda *_: os.write(said, b"."))
    threading.Thread(target=listen, daemon=True, name="signals").start()
    return stop


def end_process() -> None:
    """Ends this process with code 0, without taking apart what it holds: that costs a second on a busy machine. What it has
    started by `start_child` is gone before.
    """
    end_children()
    end_tracing()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
