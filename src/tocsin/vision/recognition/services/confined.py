"""A process of our own that handles what strangers made: it has little memory, no environment, and ends when it takes too long.

It answers requests one after the other, so that what it has loaded stays loaded. A request that breaks it breaks nothing else:
the next one finds a new process.
"""

import resource
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from os import read, write
from typing import Final

from tocsin.base.children import start_child
from tocsin.vision.recognition.services.giving_way import LAST, give_way

_HEAD: Final = 4
REFUSED, ANSWERED = b"R", b"A"


class Fallen(Exception):
    """The process ended over the request, or had to be ended. `slow`: it took too long."""

    def __init__(self, *, slow: bool) -> None:
        super().__init__("too slow" if slow else "fell")
        self.slow = slow


class Unhandled(Exception):
    """The process could make nothing of the request; the text, of its library, is English and short."""


class ConfinedProcess:
    """`module` is run with these arguments; its `main` calls `serve`. Any thread may ask; they wait for each other."""

    def __init__(self, module: str, *arguments: str, most_answer_bytes: int) -> None:
        self._command = [sys.executable, "-I", "-m", module, *arguments]
        self._most = most_answer_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def ask(self, request: bytes, within_s: float) -> bytes:
        """The answer; Unhandled or Fallen otherwise."""
        with self._lock:
            process = self._running()
            until_s = time.monotonic() + within_s
            try:
                self._send(process, len(request).to_bytes(_HEAD) + request, until_s)
                length = int.from_bytes(self._receive(process, _HEAD, until_s))
                if not 0 < length <= self._most:
                    raise Fallen(slow=False)
                answer = self._receive(process, length, until_s)
            except (Fallen, OSError) as failure:
                self._end()
                raise failure if isinstance(failure, Fallen) else Fallen(slow=False) from None
        if answer[:1] == REFUSED:
            raise Unhandled(answer[1:].decode("utf-8", "replace")[:200])
        return answer[1:]

    def end(self) -> None:
        """Ends the process, if there is one."""
        with self._lock:
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = start_child(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, bufsize=0
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.wait()

    def _send(self, process: subprocess.Popen[bytes], data: bytes, until_s: float) -> None:
        assert process.stdin is not None  # noqa: S101 - it was asked for
        handle, view = process.stdin.fileno(), memoryview(data)
        while view:
            _wait(until_s, writable=[handle])
            view = view[write(handle, view[:_PIPE]) :]

    def _receive(self, process: subprocess.Popen[bytes], count: int, until_s: float) -> bytes:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        handle, kept = process.stdout.fileno(), bytearray()
        while len(kept) < count:
            _wait(until_s, readable=[handle])
            part = read(handle, min(_CHUNK, count - len(kept)))
            if not part:
                raise Fallen(slow=False)
            kept += part
        return bytes(kept)


_PIPE: Final = select.PIPE_BUF  # a pipe that can be written to takes so much without waiting
_CHUNK: Final = 1024 * 1024


def _wait(until_s: float, *, readable: "list[int] | None" = None, writable: "list[int] | None" = None) -> None:
    left_s = until_s - time.monotonic()
    if left_s <= 0 or not any(select.select(readable or [], writable or [], [], left_s)):
        raise Fallen(slow=True)


def serve(handle: Callable[[bytes], bytes], memory_bytes: int, niceness: int = LAST) -> int:
    """In the child: answers until its input ends. ValueError of `handle` is told as Unhandled; anything else ends the process."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    give_way(niceness)
    while len(head := _exactly(_HEAD)) == _HEAD:
        request = _exactly(int.from_bytes(head))
        try:
            answer = ANSWERED + handle(request)
        except ValueError as refused:
            answer = REFUSED + str(refused).encode()[:200]
        view = memoryview(len(answer).to_bytes(_HEAD) + answer)
        while view:
            view = view[write(1, view) :]
    return 0


def _exactly(count: int) -> bytes:
    kept = bytearray()
    while len(kept) < count and (part := read(0, min(_CHUNK, count - len(kept)))):
        kept += part
    return bytes(kept)
