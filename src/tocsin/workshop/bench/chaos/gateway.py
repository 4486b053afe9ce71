"""A gateway for text messages on loopback that takes everything and remembers what it took."""

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread


@dataclass
class Gateway:
    """Where it listens, and how often each message came, by the id that the sender gave it."""

    url: str = ""
    taken: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)


@contextlib.contextmanager
def gateway() -> Iterator[Gateway]:
    """Listens until the block ends."""
    kept = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:  # the sender died while it spoke
                self.close_connection = True
                return
            with kept.lock:
                kept.taken[json.loads(body)["uid"]] += 1
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    kept.url = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
