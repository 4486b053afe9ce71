"""Sockets that accept: every connection is a stranger from the accept on, before TLS, until somebody proves who they are."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from functools import partial

from tocsin.sensing.doors.services.strangers import Complaints, Stranger, Strangers, network_of

log = logging.getLogger(__name__)

BACKLOG = 1024
HANDSHAKE_S = 10.0
GOODBYE_S = 5.0  # for a peer that does not end its side of TLS
SHORTEST_WAIT_S, LONGEST_WAIT_S = 0.01, 0.05
WITHOUT_DESCRIPTORS_S = 0.5

type Contexts = Callable[[], ssl.SSLContext | None]
"""By what the next connection is encrypted; None: not at all."""
type Factory = Callable[[Stranger], asyncio.BaseProtocol]


class Listener:
    """One address and its connections."""

    def __init__(self, strangers: Strangers, factory: Factory, contexts: Contexts) -> None:
        """`factory` makes the protocol of a connection; it forgets its stranger when it has a login and when it is lost."""
        self._strangers, self._factory, self._contexts = strangers, factory, contexts
        self._sockets: list[socket.socket] = []
        self._accepting: list[asyncio.Task[None]] = []
        self._complaints = Complaints(log)

    async def open(self, host: str, port: int) -> None:
        """Begins to accept; OSError where the address is taken or none of ours."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        try:
            for family, _type, _protocol, _name, address in dict.fromkeys(found):
                self._sockets.append(_listening(family, address))
        except OSError:
            self.close()
            raise
        self._accepting = [loop.create_task(self._accept(one)) for one in self._sockets]

    @property
    def port(self) -> int:
        """The port of its first socket; 0 before it is open."""
        return int(self._sockets[0].getsockname()[1]) if self._sockets else 0

    def close(self) -> None:
        """Accepts no more; what was accepted goes on."""
        for task in self._accepting:
            task.cancel()
        for one in self._sockets:
            one.close()

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            while (wait_s := self._strangers.wait_s(loop.time())) > 0:
                await asyncio.sleep(min(max(wait_s, SHORTEST_WAIT_S), LONGEST_WAIT_S))
            try:
                accepted, peer = await loop.sock_accept(listening)
            except OSError as error:  # no descriptors are left, or the peer is gone already
                self._complaints.tell(loop.time(), logging.ERROR, "a connection can't be accepted: %s", error)
                await asyncio.sleep(WITHOUT_DESCRIPTORS_S)
                continue
            self._receive(accepted, str(peer[0]))
            await asyncio.sleep(0)  # one at a time: what is under way goes on beside a crowd at the gate

    def _receive(self, accepted: socket.socket, address: str) -> None:
        loop = asyncio.get_running_loop()
        stranger = Stranger(network_of(address), loop.time(), accepted.close)
        if not self._strangers.enter(stranger):
            accepted.close()
            text = "too many connections without login from %s; one was refused"
            self._complaints.tell(loop.time(), logging.WARNING, text, stranger.network)
            return
        task = loop.create_task(self._connect(accepted, stranger))
        stranger.leave = task.cancel  # in the middle of its handshake; afterwards the protocol knows how
        task.add_done_callback(partial(self._connected, accepted, stranger))

    async def _connect(self, accepted: socket.socket, stranger: Stranger) -> bool:
        """False where no TLS came of it, or too slowly."""
        context = self._contexts()
        secure = {} if context is None else {"ssl_handshake_timeout": HANDSHAKE_S, "ssl_shutdown_timeout": GOODBYE_S}
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(lambda: self._factory(stranger), accepted, ssl=context, **secure)
        except OSError:
            return False
        return True

    def _connected(self, accepted: socket.socket, stranger: Stranger, task: "asyncio.Task[bool]") -> None:
        if task.cancelled() or not task.result():  # its place was needed, perhaps before it began
            self._strangers.forget(stranger)
            accepted.close()


def _listening(family: int, address: tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]) -> socket.socket:
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio sends at once what it knows to be TCP
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            found.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        found.setblocking(False)
        found.bind(address)
        found.listen(BACKLOG)
    except OSError:
        found.close()
        raise
    return found
