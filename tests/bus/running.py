"""A real bus for tests: our own process entry, our own nats-server, a folder of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

BUS = [sys.executable, "-m", "tocsin.portal.cli", "run", "bus"]


class RunningBus:
    """`tocsin run bus` on a folder, and the ways to hurt it."""

    def __init__(self, data: Path, environment: dict[str, str] | None = None) -> None:
        self.data = data
        self._environment = os.environ if environment is None else environment
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {**self._environment, "TOCSIN_DATA": str(self.data), "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings"}
        return subprocess.Popen(BUS, env=environment)

    def server_pid(self) -> int:
        """Process id of the nats-server, once there is one."""
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
            if children:
                return int(children[0])
            time.sleep(0.02)
        raise AssertionError("no nats-server was started")

    def kill_server(self) -> None:
        """kill -9 of nats-server; its supervisor starts it again."""
        os.kill(self.server_pid(), signal.SIGKILL)

    def kill_supervisor(self) -> None:
        """kill -9 of our own process."""
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        """Starts our own process again after `kill_supervisor`."""
        self._process = self._start()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self._process.terminate()
        return self._process.wait(60)
