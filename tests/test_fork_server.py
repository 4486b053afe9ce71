"""What is forked: from a process that has opened nothing, and told of as any other child."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import copy_into
from tocsin.portal.fork_server import IS_POSSIBLE, Forked, ForkServer
from tocsin.portal.processes import LEASH

pytestmark = [pytest.mark.skipif(not IS_POSSIBLE, reason="only Linux forks"), pytest.mark.one_database]

KNOWN = {"python", "jemalloc_bg_thd", "polars-ooc-clea"}
"""Threads of libraries, of which `load` tells; Python's own name is that of OpenBLAS, too."""
LOOK = (
    f"""
KNOWN = {KNOWN!r}
"""
    + """
import os, sys, threading
from pathlib import Path
from tocsin.portal.fork_server import load
load()
from django.db import connections
print([one.name for one in threading.enumerate()])
print({Path(f"/proc/self/task/{entry.name}/comm").read_text().strip() for entry in Path("/proc/self/task").iterdir()} - KNOWN)
print([one.alias for one in connections.all() if one.connection is not None])
opened = [os.readlink(f"/proc/self/fd/{entry.name}") for entry in Path("/proc/self/fd").iterdir() if entry.exists()]
print([one for one in opened if one.startswith(os.environ["TOCSIN_DATA"]) or one.startswith("socket:")])
print(len(sys.modules) > 2000)
"""
)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        **os.environ,
        "TOCSIN_DATA": str(copy_into(tmp_path / "data")),
        "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings",
        LEASH: "1",
    }


@pytest.fixture
def server(environment: dict[str, str]) -> Iterator[ForkServer]:
    server = ForkServer(environment)
    yield server
    server.close()


def test_a_child_inherits_no_half_of_anything(environment: dict[str, str]) -> None:
    told = subprocess.run([sys.executable, "-c", LOOK], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert told.stdout.splitlines() == ["['MainThread']", "set()", "[]", "[]", "True"], told.stderr


def test_children_are_started_watched_and_ended_as_any_other(server: ForkServer) -> None:
    first, second = server.start("door"), server.start("no such process")
    assert second.wait(60) == 1, "its traceback stands in the log"
    assert first.poll() is None
    assert Path(f"/proc/{first.pid}/comm").read_text() == "tocsin door\n"
    assert os.getsid(first.pid) == first.pid
    with pytest.raises(subprocess.TimeoutExpired):
        first.wait(0.01)
    first.kill()
    assert first.wait(10) == -signal.SIGKILL
    first.send_signal(signal.SIGTERM)  # nobody is there to be ended twice
    assert server.is_alive


def test_children_end_with_their_server(server: ForkServer) -> None:
    child = server.start("door")
    orphan = os.pidfd_open(child.pid)
    os.kill(server._process.pid, signal.SIGKILL)
    assert child.wait(10) == -signal.SIGKILL
    assert select.select([orphan], [], [], 30)[0], "it still runs"
    os.close(orphan)
    assert not server.is_alive


class TwoListen(ForkServer):
    """A server whose first message another thread takes in, between the look of this one and its wait."""

    def __init__(self) -> None:
        self.pids, self.ended, self._asked = {}, {}, [0]
        self._channel, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.waits = 0

    def listen(self, timeout: float | None) -> None:
        if timeout != 0:
            self.waits += 1
            if self.waits == 1:
                self.theirs.send(b"started 0 4711")
                super().listen(0)
        super().listen(timeout)


def test_what_another_thread_has_taken_in_is_not_waited_for() -> None:
    server = TwoListen()
    found: list[int] = []
    asking = threading.Thread(target=lambda: found.append(Forked(server, 0).pid), daemon=True)
    asking.start()
    asking.join(10)
    server.theirs.close()
    assert found == [4711]
