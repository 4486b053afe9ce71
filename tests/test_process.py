"""A process that is asked to end does end, whatever it is doing when it is asked."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tocsin.base.children import run_child

INTERRUPTED = """
import os, signal
from tocsin.base.process import stop_by_signal

stop = stop_by_signal(signal.SIGTERM)
with stop._cond:  # as within `stop.wait`, at the moment when a signal arrives
    os.kill(os.getpid(), signal.SIGTERM)
assert stop.wait(30)
"""


def test_a_signal_within_a_wait_for_it_is_heard() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


STUCK = """
import asyncio, sys, threading, time
from tocsin.base.children import start_child
from tocsin.base.process import run_until_signal

SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]


async def work(stop):
    def start():
        while True:
            print(start_child(SLEEPS).pid, flush=True)

    threading.Thread(target=start, daemon=True).start()
    await asyncio.Event().wait()


run_until_signal(work, patience_s=0.1)
"""


def test_nothing_that_a_process_starts_outlives_it_even_what_is_started_as_it_ends() -> None:
    with subprocess.Popen([sys.executable, "-c", STUCK], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pids = [int(process.stdout.readline()) for _ in range(5)]
        process.terminate()
        assert process.wait(60) == 0
        left = [pid for pid in range(pids[0], pids[0] + 1000) if "time.sleep(600)" in command_of(pid)]
    assert left == []


WAITING = """
import asyncio, sys, threading
from tocsin.base.children import run_child
from tocsin.base.process import run_until_signal

SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]


def wait():
    print("it said", run_child(SLEEPS), flush=True)


async def work(stop):
    threading.Thread(target=wait, daemon=True).start()
    await asyncio.Event().wait()


run_until_signal(work, patience_s=0.1)
"""


def test_what_a_process_waits_for_ends_with_it_and_is_taken_for_no_answer() -> None:
    with subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        limit = time.monotonic() + 60
        while not (waited := children_of(process.pid)):
            assert time.monotonic() < limit
            time.sleep(0.05)
        process.terminate()
        assert process.stdout.read() == ""
        assert process.wait(60) == 0
    assert [pid for pid in waited if command_of(pid)] == []


def test_a_child_is_given_its_input_and_time_and_tells_all() -> None:
    echo = "import sys; sys.stdout.write(sys.stdin.read().upper()); sys.stderr.write('but'); sys.exit(3)"
    done = run_child([sys.executable, "-c", echo], input=b"well 7")
    assert (done.returncode, done.stdout, done.stderr) == (3, b"WELL 7", b"but")
    with pytest.raises(subprocess.TimeoutExpired):
        run_child([sys.executable, "-c", "import time; time.sleep(600)"], timeout=0.5)
    assert not [pid for pid in children_of(os.getpid()) if "time.sleep(600)" in command_of(pid)]


def children_of(pid: int) -> list[int]:
    return [int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    except OSError:
        return ""
