"""Telephones of a demonstration: a gateway for text messages on this machine, and people who open what they are sent, or do not.

The product hands letters to it as to any gateway (`channels.toml`), and hears by the links alone who has read.
"""

import json
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from urllib3 import PoolManager
from urllib3.exceptions import HTTPError

from tocsin.workshop.demo.public.warnings import SILENT, town_of

OURS: Final = "# Written by `tocsin demo` at each start.\n"
READ_WITHIN_S: Final = 480.0  # of the city: a town counts as silent half an hour after a warning was issued
SHARES: Final = {SILENT[-3:]: 10}  # percent of the telephones whose owner reads; elsewhere 55 to 90 by town
MOST_KEPT: Final = 10_000


class _Server(ThreadingHTTPServer):
    """As many letters at once as the product sends."""

    daemon_threads = True
    request_queue_size = 128


class Phones:
    """The gateway, and links that wait to be opened."""

    def __init__(self, folder: Path, speed: float = 1.0) -> None:
        self._within_s = READ_WITHIN_S / speed
        self._file = folder / "channels.toml"
        self._waiting: list[tuple[float, str]] = []
        self._lock = threading.Lock()
        self._pool = PoolManager(retries=False)
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, name="telephones", daemon=True)

    def start(self, console_url: str) -> None:
        """Tells the product of the gateway, unless somebody has set up channels of their own, and listens."""
        if not self._file.exists() or self._file.read_text(encoding="utf-8").startswith(OURS):
            port = self._server.server_address[1]
            self._file.write_text(_settings(port, console_url.rstrip("/")), encoding="utf-8")
        self._thread.start()

    def stop(self) -> None:
        """Listens no more."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()

    def take(self, address: str, link: str) -> None:
        """A message came; whoever reads opens its link a little later."""
        draw = zlib.crc32(address.encode())
        town = town_of(address)
        share = SHARES.get(town, 55 + zlib.crc32(town.encode()) % 36) if town else 0
        if link and draw % 100 < share:
            with self._lock:
                if len(self._waiting) < MOST_KEPT:
                    self._waiting.append((time.monotonic() + draw % 1000 / 1000 * self._within_s, link))

    def read(self) -> int:
        """Opens the links whose time has come; how many."""
        now = time.monotonic()
        with self._lock:
            due = [link for at, link in self._waiting if at <= now]
            self._waiting = [one for one in self._waiting if one[0] > now]
        for link in due:
            try:
                self._pool.request("GET", link, timeout=5.0, preload_content=True)
            except HTTPError:
                continue  # somebody without a network: it stays unread
        return len(due)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        phones = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told: dict[str, Any] = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
                phones.take(str(told.get("to", "")), str(told.get("link", "")))
                content = b'{"code":"0"}'
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_given: object) -> None:
                """Nothing is said of each message."""

        return Handler


def _settings(port: int, console_url: str) -> str:
    parts = urlsplit(console_url)
    return (
        f'{OURS}[links]\naddress = "{parts.scheme}://{parts.netloc}"\n\n'
        f'[sms]\nurl = "http://127.0.0.1:{port}/"\nbody = {{ to = "$address", text = "$text", link = "$link" }}\n'
        'taken = { path = "code", values = ["0"] }\n'
    )
