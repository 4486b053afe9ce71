"""A thread of its own for each loop of the worker, with its own database connection."""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connections

from tocsin.bus.news import writing_as
from tocsin.bus.turns import urgently

P = ParamSpec("P")
R = TypeVar("R")


class OwnThread:
    """One thread with its own database connection; calls run in it one after another. What they write is told as the name's."""

    def __init__(self, name: str, *, urgent: bool = False) -> None:
        self._name, self._urgent = name, urgent
        self.executor = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def __call__(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The function's result, while other loops go on. A call that has begun is finished even when the loop is cancelled."""

        def work() -> R:
            close_old_connections()  # where it was lost
            try:
                with writing_as(self._name), urgently(self._urgent):
                    return function(*args, **kwargs)
            finally:
                close_old_connections()  # where it is shared with others

        return await asyncio.get_running_loop().run_in_executor(self.executor, contextvars.copy_context().run, work)


@asynccontextmanager
async def own_thread(name: str, *, urgent: bool = False) -> AsyncIterator[OwnThread]:
    """The thread, until the block ends; then its connections are closed. What an urgent one writes waits behind nobody."""
    thread = OwnThread(name, urgent=urgent)
    try:
        yield thread
    finally:
        await asyncio.shield(asyncio.get_running_loop().run_in_executor(thread.executor, connections.close_all))
        thread.executor.shutdown(wait=False)
