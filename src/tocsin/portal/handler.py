"""How Django is asked here: one thread answers a request in one go, and keeps its connection to the database for the next.

Django's own handler walks its middleware asynchronously, sends each step of each to the request's thread and back, and gives
every request a new thread with a new connection. For one report by the public that was 26 changes between threads, each of which
waits for its turn where the cores are busy, and together more than half of the processor that it took.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from asgiref.sync import AsyncToSync, ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Callable

    from tocsin.portal.request_limit import Receive, Send

MOST_IDLE: Final = 8
"""So many threads wait for requests, on SQLite each with its connection."""


class RequestThread(ThreadPoolExecutor):
    """A thread that works for one request at a time."""

    def __init__(self) -> None:
        super().__init__(max_workers=1, thread_name_prefix="request")
        self._last: Future[Any] | None = None

    def submit[**P, R](self, fn: "Callable[P, R]", /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """As any executor; remembers what was asked last."""
        asked = super().submit(fn, *args, **kwargs)
        self._last = asked
        return asked

    @property
    def is_free(self) -> bool:
        """Whether nothing runs: the work of a request that was broken off may go on."""
        return self._last is None or self._last.done()

    def end(self) -> None:
        """Lets connections and thread go, after what still runs."""
        self.submit(connections.close_all)
        self.shutdown(wait=False)


class OneGoHandler(ASGIHandler):
    """Django's handler with its middleware loaded as for WSGI. What serves static files stays asynchronous, and what stands
    around it; a view that is asynchronous (the live stream) is awaited by the thread of its request.
    """

    def __init__(self) -> None:
        self._idle: list[RequestThread] = []
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:
        """Loads it synchronously, and makes only the outside of it what a loop can await."""
        super().load_middleware(is_async=False)
        chain: Any = vars(self)["_middleware_chain"]
        self._middleware_chain = chain.awaitable if isinstance(chain, AsyncToSync) else sync_to_async(chain)

    async def __call__(self, scope: dict[str, Any], receive: "Receive", send: "Send") -> None:
        """Answers one request in a thread that was used last, or in a new one."""
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is spoken here, not {scope['type']}")
        thread = self._idle.pop() if self._idle else RequestThread()
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            if thread.is_free and len(self._idle) < MOST_IDLE:
                self._idle.append(thread)
            else:
                thread.end()
