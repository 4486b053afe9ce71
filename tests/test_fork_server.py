"""What is forked: from a process that has opened nothing, and told of as any other child."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import copy_into
from tocsin.portal.fork_server import IS_POSSIBLE, ForkServer
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
