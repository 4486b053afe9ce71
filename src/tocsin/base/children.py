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


def run_child(
    command: Sequence[str], *, input: bytes = b"", timeout: float | None = None, **options: Any
) -> "subprocess.CompletedProcess[bytes]":
    """Waits for a process that `start_child` starts, and catches what it says; TimeoutExpired as `subprocess.run` raises it.

    Where this process ends meanwhile, nothing comes back: that the child was killed says nothing about what it was asked.
    """
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start_child(command, **pipes, **options) as process:
        try:
            out, errors = process.communicate(input, timeout)
        except BaseException:
            process.kill()
            raise
    with _starting:  # which `end_children` keeps
        return subprocess.CompletedProcess(command, process.returncode, out, errors)


def end_children() -> None:
    """Kills what `start_child` has started and waits until it is gone. For a process that ends: it starts none any more."""
    _starting.acquire()  # one that is being started stands in the list afterwards
    for process in _started:
        process.kill()
    for process in _started:
        process.wait()
