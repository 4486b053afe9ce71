"""A real process that is really killed: a copy of the test's own, so that it costs neither a start nor an import."""

import os
import signal
import warnings
from collections.abc import Callable

from django.db import connection

LIMIT_S = 60


def die() -> None:
    """As kill -9 ends it: nothing behind it runs."""
    os.kill(os.getpid(), signal.SIGKILL)


def dying[**P, R](work: Callable[P, R], *, at: int) -> Callable[P, R]:
    """The same work, which kills its process at the end of so many-th call: what that call wrote is not committed yet."""
    calls: list[None] = []

    def counted(*args: P.args, **kwargs: P.kwargs) -> R:
        done = work(*args, **kwargs)
        calls.append(None)
        if len(calls) == at:
            die()
        return done

    return counted


def killed_in(work: Callable[[], object]) -> None:
    """Runs the work in a copy of this process; an error where that does not die of SIGKILL. The test's rows must be committed:
    `django_db(transaction=True)`.
    """
    connection.close()  # each process has its own
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # idle threads of libraries: nothing of theirs is used in the copy
        child = os.fork()
    if child == 0:
        signal.alarm(LIMIT_S)
        try:
            work()
        finally:
            os._exit(1)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended == -signal.SIGKILL, f"the copy ended with {ended} and not by SIGKILL"
