"""Ports that nobody else takes before they are used."""

import fcntl
import os
import socket
import tempfile
from pathlib import Path

LOWEST, HIGHEST = 20_000, 30_000
"""Below those that the kernel gives to whoever asks for any port (Linux: from 32768 on)."""


def free_port() -> int:
    """The next number of the machine: of all runs of tests on it, no two get the same for ten thousand calls."""
    path = Path(tempfile.gettempdir()) / f"tocsin-test-port-{os.getuid()}"
    with path.open("a+") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        kept.seek(0)
        port = int(kept.read() or LOWEST)
        while True:
            port = port + 1 if LOWEST <= port < HIGHEST else LOWEST
            if _is_free(port):
                break
        kept.truncate(0)
        kept.write(str(port))
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
