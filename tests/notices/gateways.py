"""Real servers on loopback: an HTTP gateway that takes, refuses, fails, stalls, breaks off and lies; an SMTP relay of moods."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from tests.ports import free_port

STALL_S = 3.0


@dataclass
class HttpGateway:
    """What came in, and the mood in which it answers: ok, refuse, fail, busy, stall, break, lie, redirect, babble."""

    mood: str = "ok"
    url: str = ""
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def bodies(self) -> list[dict[str, Any]]:
        """The JSON of every request."""
        return [json.loads(body) for _path, _headers, body in self.requests]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gateway: HttpGateway

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:  # the sender died while it spoke: nothing was asked
            self.close_connection = True
            return
        gateway = self.gateway
        with gateway.lock:
            gateway.requests.append((self.path, dict(self.headers), body))
        mood = gateway.mood
        if mood == "stall":
            time.sleep(STALL_S)
        if mood in ("break", "stall"):
            self.close_connection = True
            return
        status = {"refuse": 400, "fail": 500, "busy": 429, "redirect": 302}.get(mood, 200)
        answer = {"lie": b'{"code": 9, "msgid": ""}', "babble": b"<html>welcome</html>"}.get(mood, b'{"code": 0, "msgid": "g-1"}')
        self.send_response(status)
        if mood == "redirect":
            self.send_header("Location", gateway.url)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def http_gateway() -> Iterator[HttpGateway]:
    """A gateway on a free port of loopback, until the block ends."""
    gateway = HttpGateway()
    handler = type("Handler", (_Handler,), {"gateway": gateway})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    gateway.url = f"http://127.0.0.1:{server.server_address[1]}/send"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class SmtpRelay:
    """What came in, and the answer that it gives: ok, later (451), never (550), break."""

    mood: str = "ok"
    port: int = 0
    messages: list[Any] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.mood == "later":
            return "451 try again later"
        if self.mood == "never":
            return "550 no such mailbox"
        if self.mood == "break":
            server.transport.abort()
        self.messages.append(envelope)
        return "250 taken"


@contextmanager
def smtp_relay() -> Iterator[SmtpRelay]:
    """A relay on a free port of loopback, until the block ends."""
    relay = SmtpRelay(port=free_port())
    controller = Controller(relay, hostname="127.0.0.1", port=relay.port, ready_timeout=60.0)
    controller.start()
    try:
        yield relay
    finally:
        controller.stop()
