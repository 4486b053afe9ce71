"""A real nats-server of a department, and a program that sends into it."""

import asyncio
import json
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nats
from nats.js.api import StreamConfig

from tests.ports import free_port
from tocsin.bus.server import find_program

STREAM, SUBJECT = "WATER", "water.wells"


@dataclass
class NatsServer:
    """A running server, the folder of its streams, and how to log in."""

    port: int
    folder: Path
    login: Mapping[str, str]
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def make_stream(self, name: str = STREAM, subjects: str = "water.>") -> None:
        """A stream for these subjects."""
        self._do(lambda bus: bus.add_stream(StreamConfig(name=name, subjects=[subjects])))

    def drop_stream(self, name: str = STREAM) -> None:
        """The stream is gone with all it held."""
        self._do(lambda bus: bus.delete_stream(name))

    def send(self, *messages: object, subject: str = SUBJECT, headers: Mapping[str, str] | None = None) -> None:
        """Messages in their order: bytes as they are, else as JSON."""

        async def send(bus: Any) -> None:
            for one in messages:
                payload = one if isinstance(one, bytes) else json.dumps(one, ensure_ascii=False).encode()
                await bus.publish(subject, payload, headers=dict(headers) if headers else None)

        self._do(send)

    def _do(self, work: Any) -> None:
        async def connected() -> None:
            client = await nats.connect(self.url, allow_reconnect=False, **self.login)
            try:
                await work(client.jetstream())
            finally:
                await client.close()

        asyncio.run(connected())


@contextmanager
def nats_server(folder: Path, settings: str = "", *, log: bool = True, **login: str) -> Iterator[NatsServer]:
    """The server of the installation's own wheel, on a free port; `settings` in its own language."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    path = folder / "nats.conf"
    store = f'jetstream {{ store_dir: "{folder / "store"}" }}' if log else ""
    path.write_text(f'listen: "127.0.0.1:{port}"\n{store}\n{settings}\n')
    with (folder / "log").open("wb") as told:
        process = subprocess.Popen([find_program(), "--config", str(path)], stderr=told, stdout=told)
    try:
        _wait(port, folder / "log")
        yield NatsServer(port, folder, login, process)
    finally:
        process.kill()
        process.wait()


def _wait(port: int, told: Path) -> None:
    for _try in range(400):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                pass
        except OSError:
            time.sleep(0.05)
            continue
        if "Server is ready" in told.read_text():
            return
    raise AssertionError(told.read_text())
