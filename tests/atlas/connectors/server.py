"""A server of a department as tests need it: answers by path, written down what was asked, and one that misbehaves on purpose."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

type Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Asked:
    """One request as it came."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]


@dataclass
class Department:
    """Answers by path: fixed ones, or functions of what was asked."""

    url: str = ""
    answers: dict[str, Answer | Callable[[Asked], Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def put(self, path: str, body: bytes, status: int = 200, **headers: str) -> None:
        self.answers[path] = status, {name.replace("_", "-"): text for name, text in headers.items()}, body

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        found = self.answers.get(asked.path, (404, {}, b"nothing here"))
        return found(asked) if callable(found) else found


@contextmanager
def department() -> Iterator[Department]:
    """A server that runs meanwhile."""
    here = Department()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            told = Asked(parts.path, parse_qs(parts.query), {name.lower(): text for name, text in self.headers.items()})
            status, headers, body = here.answer(told)
            self.send_response(status)
            for name, text in headers.items():
                self.send_header(name, text)
            if status != 304 and "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if status != 304:
                self.wfile.write(body)

        def log_message(self, *_given: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def raw_bytes(speak: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server that speaks as it likes to whoever connects, and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                talk, _from = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(talk,), daemon=True).start()

    def one(talk: socket.socket) -> None:
        with talk, suppress(OSError):
            speak(talk)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()


@contextmanager
def raw(speak: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that reads the head of a request, speaks as it likes, and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                talk, _from = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(talk,), daemon=True).start()

    def one(talk: socket.socket) -> None:
        with talk:
            head = b""
            while b"\r\n\r\n" not in head:
                part = talk.recv(4096)
                if not part:
                    return
                head += part
            try:
                speak(talk)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/file.csv"
    finally:
        over.set()
        listener.close()
