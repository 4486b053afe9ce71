"""Whose turn it is to write, where a database has one writer at a time.

Of all threads of a process one at a time waits at the database itself; the others wait behind it. What is urgent (an alarm that
is to be written) waits behind nobody and looks more often. So however many ask at once, an urgent transaction waits for the one
that is being written, and seldom for another.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

URGENT_LOOK_S, LOOK_S = 0.001, 0.005

_first_in_line = threading.Lock()
_thread = threading.local()


def _forget() -> None:
    """A forked child has none of the threads that stood in line."""
    global _first_in_line
    _first_in_line = threading.Lock()


os.register_at_fork(after_in_child=_forget)


@contextmanager
def urgently(urgent: bool = True) -> Iterator[None]:
    """Transactions that this thread begins within the block wait behind nobody."""
    before = getattr(_thread, "urgent", False)
    _thread.urgent = urgent
    try:
        yield
    finally:
        _thread.urgent = before


def take_turn[E: Exception](begin: Callable[[], E | None], *, patience_s: float) -> None:
    """Returns when `begin` has begun; what it returned last is raised after `patience_s`.

    >>> left = [ValueError("busy"), None]
    >>> take_turn(lambda: left.pop(0), patience_s=1.0)
    """
    limit = time.monotonic() + patience_s
    if getattr(_thread, "urgent", False):
        return _look(begin, limit, URGENT_LOOK_S)
    line = _first_in_line
    stands_first = line.acquire(timeout=patience_s)
    try:
        return _look(begin, limit, LOOK_S)
    finally:
        if stands_first:
            line.release()


def _look[E: Exception](begin: Callable[[], E | None], limit: float, every_s: float) -> None:
    while (refusal := begin()) is not None:
        if time.monotonic() > limit:
            raise refusal
        time.sleep(every_s)
