"""A process that is asked to end does end, whatever it is doing when it is asked."""

import subprocess
import sys
from pathlib import Path

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


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    except OSError:
        return ""
