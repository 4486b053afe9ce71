"""A process that loads everything once and forks the others from itself: they begin at once and share what it has loaded.

The supervisor starts it with a socket as its standard input. Messages, one a packet: `start 3 web` forks, and is answered by
`started 3 4711`; `signal 3 15` goes to that child; `ended 3 -9` comes when one has ended, here by signal 9. It has one thread and
opens no database, no bus and nothing of the data folder, so that children inherit no half of anything. They hold a pipe to it and
end with it, and it ends with its supervisor.
"""

import contextlib
import ctypes
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from importlib import import_module

from tocsin.base.private_files import keep_files_private
from tocsin.portal.catalogue import PROCESSES
from tocsin.portal.processes import WITHOUT_DATABASE, keep_kernels_in_the_data_folder, run_process, set_up_django

IS_POSSIBLE = sys.platform == "linux"  # elsewhere a fork after libraries of the system were loaded is not safe
FORKED = frozenset(PROCESSES) - WITHOUT_DATABASE
LONGEST = 200  # bytes of a message
STEP_S = 0.2
_SET_NAME = 15  # PR_SET_NAME, prctl(2)


class Forked:
    """A child of the fork server, to be used like a `subprocess.Popen`."""

    stdin = None

    def __init__(self, server: "ForkServer", number: int) -> None:
        self._server, self._number = server, number

    @property
    def pid(self) -> int:
        """Its process id, as soon as it has been forked; ProcessLookupError where it never was."""
        while self._number not in self._server.pids:
            if self.poll() is not None:
                raise ProcessLookupError(f"child {self._number} was not started")
            self._server.listen(None)
        return self._server.pids[self._number]

    def poll(self) -> int | None:
        """Its exit code, or minus the signal that ended it; None while it runs."""
        self._server.listen(0)
        return self._server.ended.get(self._number)

    def wait(self, timeout: float | None = None) -> int:
        """As `poll`, when it has ended; TimeoutExpired after so many seconds."""
        limit = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            left = None if limit is None else limit - time.monotonic()
            if timeout is not None and left is not None and left <= 0:
                raise subprocess.TimeoutExpired(f"child {self._number}", timeout)
            self._server.listen(left)
        return code

    def send_signal(self, number: int) -> None:
        """Nothing happens where it has ended."""
        self._server.send(f"signal {self._number} {number:d}")

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class ForkServer:
    """The supervisor's end of it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment
        self.pids: dict[int, int] = {}
        self.ended: dict[int, int] = {}
        self._asked: list[int] = []
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-m", "tocsin.portal.fork_server"]
            self._process = subprocess.Popen(command, env=environment, stdin=theirs.fileno(), start_new_session=True)  # noqa: S603 - our own command

    @property
    def is_alive(self) -> bool:
        """False once it has ended; its children end then, too."""
        return self._process.poll() is None

    def start(self, name: str) -> Forked:
        """Asks for this process of the catalogue and returns at once."""
        number = len(self._asked)
        self._asked.append(number)
        self.send(f"start {number} {name}")
        return Forked(self, number)

    def send(self, message: str) -> None:
        with contextlib.suppress(OSError):  # it has ended, which `listen` tells of every child
            self._channel.send(message.encode())

    def listen(self, timeout: float | None) -> None:
        """Takes in what has come, waiting for the first message for so many seconds, a step at most. From any thread, each in a
        loop: what one waits for another may have taken in meanwhile.
        """
        select.select([self._channel], [], [], STEP_S if timeout is None else min(timeout, STEP_S))
        with contextlib.suppress(BlockingIOError):
            while message := self._receive():
                kind, number, value = message.decode().split()
                (self.pids if kind == "started" else self.ended)[int(number)] = int(value)
            self._lost()

    def _receive(self) -> bytes:
        """The next message; empty where the server has ended, BlockingIOError where there is none yet."""
        try:
            return self._channel.recv(LONGEST, socket.MSG_DONTWAIT)
        except ConnectionResetError:
            return b""

    def _lost(self) -> None:
        code = self._process.wait()
        for number in self._asked:
            self.ended.setdefault(number, code or 1)

    def close(self) -> None:
        """Ends it, and with it whatever still runs of its children; harmless when called twice."""
        self._channel.close()
        self._process.wait()


class _Nursery:
    """The fork server's own end: its children, and a pipe of which they have one end and it the other."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._leash, self._hand = os.pipe()
        self._selector = selectors.DefaultSelector()
        self._selector.register(channel, selectors.EVENT_READ)
        self._pids: dict[int, int] = {}  # of those that have not been waited for

    def serve(self) -> str | None:
        """Returns the name of a process in a child that is to be it, and None in the server itself when nobody needs it."""
        while True:
            for key, _events in self._selector.select():
                if key.data is not None:
                    self._wait_for(key.data, key.fd)
                elif not (message := self._channel.recv(LONGEST)):
                    return None
                else:
                    kind, number, value = message.decode().split(" ", 2)
                    if kind == "signal":
                        self._signal(int(number), int(value))
                    elif self._fork(int(number)):
                        return value

    def _fork(self, number: int) -> bool:
        """True in the child."""
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # of the threads below `load`
            pid = os.fork()
        if not pid:
            self._leave()
            return True
        self._pids[number] = pid
        self._selector.register(os.pidfd_open(pid), selectors.EVENT_READ, number)
        self._channel.send(f"started {number} {pid}".encode())
        return False

    def _leave(self) -> None:
        """In the child: nothing of the server's is open any more but the end of the pipe, as standard input."""
        os.setsid()
        for key in list(self._selector.get_map().values()):
            if key.data is not None:
                os.close(key.fd)
        self._selector.close()
        self._channel.close()
        os.dup2(self._leash, 0)
        os.close(self._leash)
        os.close(self._hand)

    def _wait_for(self, number: int, descriptor: int) -> None:
        _pid, status = os.waitpid(self._pids.pop(number), 0)
        self._selector.unregister(descriptor)
        os.close(descriptor)
        self._channel.send(f"ended {number} {os.waitstatus_to_exitcode(status)}".encode())

    def _signal(self, number: int, value: int) -> None:
        if number in self._pids:  # until it is waited for, nobody else gets its process id
            os.kill(self._pids[number], value)


def load() -> None:
    """All that the processes need.

    Libraries begin threads of their own when they are loaded: OpenBLAS and jemalloc, which know of forks and begin anew in a
    child, and Polars, one that throws away what did not fit into memory, of which there is none yet.
    """
    keep_kernels_in_the_data_folder()
    set_up_django()
    from django.conf import settings

    from tocsin.base.process import loading
    from tocsin.engine.kernel import load_compiler
    from tocsin.notices.face import load_contributions
    from tocsin.portal.worker import all_loops

    with loading():
        for name in FORKED:
            import_module(PROCESSES[name].partition(":")[0])
        import_module(settings.ROOT_URLCONF)
        all_loops()
        load_contributions()
        load_compiler()


def main() -> None:
    """Serves until the supervisor has gone."""
    keep_files_private()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's
    channel = socket.socket(fileno=os.dup(0))
    load()
    if threading.active_count() > 1:
        raise RuntimeError(f"these threads would be missing in every child: {threading.enumerate()}")
    with contextlib.suppress(ConnectionError):
        name = _Nursery(channel).serve()
        if name is not None:
            _call_it(name)
            run_process(name)


def _call_it(name: str) -> None:
    """So that `ps` and `top` tell the processes apart."""
    ctypes.CDLL(None).prctl(_SET_NAME, f"tocsin {name}".encode(), 0, 0, 0)


if __name__ == "__main__":
    main()
