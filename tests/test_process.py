"""A process that is asked to end does end, whatever it is doing when it is asked."""

import subprocess
import sys

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
