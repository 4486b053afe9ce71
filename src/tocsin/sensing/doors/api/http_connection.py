"""One HTTP connection: a stranger whenever no request with a login is under way on it, so that idle and slow ones make room."""

import asyncio
import ipaddress
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from tocsin.sensing.doors.services.strangers import Stranger, Strangers, network_of


class HttpConnection(H11Protocol):
    """The server's side of one connection. Proxies that are trusted are no strangers: their own limits hold back who is."""

    strangers: ClassVar[Strangers]
    proxies: ClassVar[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]]

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        self.app_state = {**self.app_state, "connection": self}
        self._stranger: Stranger | None = None
        self._peer = "unknown"

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._peer = self.client[0] if self.client else "unknown"
        self._enter()

    def connection_lost(self, exc: Exception | None) -> None:
        self.known()
        super().connection_lost(exc)

    @property
    def is_of_proxy(self) -> bool:
        """Whether the other end of the line itself is a trusted proxy, whatever its headers say."""
        return self._is_proxy(self._peer)

    def known(self) -> None:
        """A device has proved who it is, for the request that is under way."""
        if self._stranger is not None:
            self.strangers.forget(self._stranger)
            self._stranger = None

    def on_response_complete(self) -> None:
        self.known()
        self._enter()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        try:
            super().send_400_response(msg)
        except h11.LocalProtocolError:  # nonsense behind an answer that ended the connection
            self.transport.abort()

    def _enter(self) -> None:
        address = self.client[0] if self.client else "unknown"
        if self.transport.is_closing() or self._is_proxy(address):
            return
        stranger = Stranger(network_of(address), self.loop.time(), self.transport.abort)
        if self.strangers.enter(stranger):
            self._stranger = stranger
        else:
            self.transport.abort() if self.cycle is None else self.transport.close()

    def _is_proxy(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.proxies)


def connections_among(strangers: Strangers, proxies: tuple[str, ...]) -> type[HttpConnection]:
    """The class of the connections of one listener."""
    networks = tuple(ipaddress.ip_network(one) for one in proxies)
    return type("HttpConnection", (HttpConnection,), {"strangers": strangers, "proxies": networks})
