"""The web process: pages, API and live updates."""

import asyncio
import logging
import signal
from importlib import import_module

import uvicorn
from django.conf import settings
from uvicorn.protocols.http.h11_impl import H11Protocol

from tocsin.base.process import end_process, loading
from tocsin.portal.uploads import receive_in_memory
from tocsin.screens.budgets.policy import BUDGETS, ConnectionLimits

log = logging.getLogger(__name__)
GRACEFUL_STOP_S = 1  # open live streams would keep the process alive for ever


def run() -> None:
    """Serves until SIGTERM."""
    receive_in_memory()
    with loading():
        from tocsin.portal.asgi import application  # sets up Django, and so the policy of this installation
        from tocsin.portal.checks import links_in_clear

        import_module(settings.ROOT_URLCONF)  # else the first request does it, and waits

    for warning in links_in_clear():
        log.warning("%s %s", warning.msg, warning.hint)
    signal.signal(signal.SIGTERM, lambda *_: end_process())  # uvicorn raises it once more when connections are let go
    configuration = settings.CONFIGURATION
    limits = BUDGETS.current().connection
    uvicorn.run(
        application,
        host=configuration.http_host,
        port=configuration.http_port,
        http=impatient(limits),
        lifespan="off",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(configuration.trusted_proxies),
        forwarded_allow_ips=list(configuration.trusted_proxies),
        timeout_graceful_shutdown=GRACEFUL_STOP_S,
        limit_concurrency=limits.most,
        backlog=limits.queued,
    )


def impatient(limits: ConnectionLimits) -> type[H11Protocol]:
    """HTTP/1.1 as uvicorn speaks it, with an end of patience: who has not said in time what is asked for is let go.

    Counted from the connection, or from the first byte of a later request, and moved by nothing that drips.
    """

    class ImpatientProtocol(H11Protocol):
        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._begin()

        def data_received(self, data: bytes) -> None:
            cycle = self.cycle
            super().data_received(data)
            if self.cycle is not cycle:  # a request is there whole, but for its body
                self._end()
            elif cycle is not None and cycle.response_complete and self._deadline is None:
                self._begin()

        def connection_lost(self, exc: Exception | None) -> None:
            self._end()
            super().connection_lost(exc)

        def _begin(self) -> None:
            self._deadline = self.loop.call_later(limits.header_s, self._let_go)

        def _end(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

        def _let_go(self) -> None:
            self._deadline = None
            self.transport.abort()

    return ImpatientProtocol
