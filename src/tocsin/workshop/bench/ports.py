"""Ports of loopback for what a bench starts."""

import socket
import time

from tocsin.portal.catalogue import DEVICE_PROTOCOLS


def free_port() -> int:
    """A port of loopback that nobody had just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_ports() -> dict[str, str]:
    """The settings by which a Tocsin takes ports that nobody had just now, for its pages and each door."""
    return {name: str(free_port()) for name in ("TOCSIN_HTTP_PORT", *(one.variable for one in DEVICE_PROTOCOLS))}


def wait_for_port(port: int, patience_s: float = 60.0) -> None:
    """Returns when somebody listens there; RuntimeError after so many seconds."""
    limit = time.monotonic() + patience_s
    while time.monotonic() < limit:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"nobody listens on port {port}")
