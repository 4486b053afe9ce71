"""NATS servers of the project's own program in a cluster on loopback, and the ways to hurt them."""

import asyncio
import signal
import subprocess
import time
from pathlib import Path

import nats
from nats.errors import Error as NatsError

from tests.ports import free_port
from tocsin.bus.server import find_program
from tocsin.bus.streams import MAX_PAYLOAD_BYTES

LOGIN = "tocsin:secret-of-the-cluster"
TEXT = """\
server_name: n{number}
listen: "127.0.0.1:{port}"
server_tags: ["rack{number}", "ssd"]
authorization {{ user: tocsin, password: "secret-of-the-cluster" }}
jetstream {{ store_dir: "{folder}/n{number}", sync_interval: always }}
max_payload: {max_payload}
{tls}
cluster {{ name: east, listen: "127.0.0.1:{route}", routes: [{routes}] }}
"""


class RunningCluster:
    """Servers n0, n1 …; `tls`: lines of each server's configuration."""

    def __init__(self, folder: Path, servers: int = 3, *, tls: str = "") -> None:
        self._folder = folder
        self.ports = [free_port() for _ in range(servers)]
        routes = [free_port() for _ in range(servers)]
        for number, (port, route) in enumerate(zip(self.ports, routes, strict=True)):
            text = TEXT.format(
                number=number,
                port=port,
                folder=folder,
                route=route,
                routes=", ".join(f'"nats://127.0.0.1:{one}"' for one in routes),
                max_payload=MAX_PAYLOAD_BYTES,
                tls=tls,
            )
            (folder / f"n{number}.conf").write_text(text if servers > 1 else text[: text.index("cluster {")])
        self._processes = [self._begin(number) for number in range(servers)]

    @property
    def url(self) -> str:
        """As TOCSIN_NATS_URL names it."""
        return ",".join(f"nats://{LOGIN}@127.0.0.1:{port}" for port in self.ports)

    def _begin(self, number: int) -> subprocess.Popen[bytes]:
        log = self._folder / f"n{number}.log"
        return subprocess.Popen([find_program(), "--config", self._folder / f"n{number}.conf", "--log", log])

    def kill(self, number: int) -> None:
        """As a power cut ends it."""
        self._processes[number].send_signal(signal.SIGKILL)
        self._processes[number].wait()

    def restart(self, number: int) -> None:
        """Begins again on its store."""
        self._processes[number] = self._begin(number)

    async def leader(self, stream: str) -> int:
        """The number of the server that leads the stream, once there is one and all others follow it closely."""
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            try:
                client = await nats.connect(self.url.split(","), allow_reconnect=False, connect_timeout=1)
                try:
                    info = (await client.jetstream(timeout=1).stream_info(stream)).cluster
                finally:
                    await client.close()
                if info and info.leader and all(one.current and not one.offline for one in info.replicas or []):
                    return int(info.leader.removeprefix("n"))
            except (NatsError, OSError, TimeoutError):
                pass
            await asyncio.sleep(0.1)
        raise AssertionError(f"the cluster has no settled leader of {stream}")

    def stop(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
