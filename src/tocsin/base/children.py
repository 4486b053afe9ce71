"""Processes that must not outlive the one that has started them."""

import subprocess
import threading
from collections.abc import Sequence
from typing import Any

_started: list["subprocess.Popen[bytes]"] = []
_starting = threading.Lock()


def start_child(command: Sequence[str], **options: Any) -> "subprocess.Popen[bytes]":
    """Starts a process as `subprocess.Popen` does, which is gone before this one ends by `base.process.end_process`. Since a kill
    asks nobody, the child watches its standard input as well, which ends with whoever holds it.
    """
    with _starting:
        _started[:] = [one for one in _started if one.poll() is None]
        process = subprocess.Popen(command, **options)  # noqa: S603 - commands of our own
        _started.append(process)
    return process


def end_children() -> None:
    """Kills what `start_child` has started and waits until it is gone. For a process that ends: it starts none any more."""
    _starting.acquire()  # one that is being started stands in the list afterwards
    for process in _started:
        process.kill()
    for process in _started:
        process.wait()
