"""The house's end of the process that speaks to servers (`child`): begun when the first server is asked, ended with its last."""

import socket
import sys
import threading
from typing import TYPE_CHECKING, Final

from tocsin.base.children import start_child
from tocsin.sensing.opcua.rules.orders import Limits, Order
from tocsin.sensing.opcua.rules.places import KnownServer

if TYPE_CHECKING:
    import subprocess

ENVIRONMENT: Final = {"PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"}


class Nursery:
    """Gives birth to a child a server. May be asked from any thread."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._lock = threading.Lock()

    def child(self) -> socket.socket:
        """The socket of a new child, which waits for its order."""
        ours, theirs = socket.socketpair()
        with self._lock, theirs:
            socket.send_fds(self._open(), [b"."], [theirs.fileno()])
        return ours

    def close(self) -> None:
        """No more children; those that there are end with their sockets."""
        with self._lock:
            if self._channel is not None:
                self._channel.close()
            if self._process is not None:
                self._process.wait()
            self._channel = self._process = None

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None and self._channel is not None:
            self._channel.close()
            self._process = self._channel = None
        if self._channel is None:
            self._channel, theirs = socket.socketpair()
            command = [sys.executable, "-I", "-m", "tocsin.sensing.opcua.services.child"]
            with theirs:
                self._process = start_child(command, env=ENVIRONMENT, stdin=theirs.fileno(), start_new_session=True)
        return self._channel


def order_for(server: KnownServer, work: str, networks: tuple[str, ...], limits: Limits, *, branch: str = "") -> Order:
    """What is to be done with a server."""
    identity = server.identity
    return Order(
        work=work,
        endpoint=server.endpoint,
        networks=networks,
        limits=limits,
        security=str(server.security),
        user=server.user,
        password=server.password,
        server_certificate=server.certificate,
        application_uri="" if identity is None else identity.application_uri,
        client_certificate=b"" if identity is None else identity.certificate,
        client_key=b"" if identity is None else identity.key,
        nodes=server.nodes,
        period_s=server.period_s,
        sampling_s=server.sampling_s,
        queue=server.queue,
        branch=branch,
    )
