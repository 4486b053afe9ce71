"""A PostgreSQL server of one's own for a measurement, on a free port, gone afterwards."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tocsin.base.errors import Unavailable

BINARIES = Path("/usr/lib/postgresql")
START_S = 30.0


class OwnServer:
    """One cluster on a free port of loopback, with shipped settings (fsync on)."""

    def __init__(self, control: Path, cluster: Path) -> None:
        self._control, self._cluster, self._data = str(control), cluster, str(cluster / "data")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = int(free.getsockname()[1])
        self.url = f"postgresql://tocsin@127.0.0.1:{self._port}/postgres"
        initdb = str(control.with_name("initdb"))
        _as_server(initdb, "--pgdata", self._data, "--username", "tocsin", "--auth", "trust", "--encoding", "UTF8")

    def start(self) -> None:
        """Returns when it takes connections; after a kill it waits until what was left of the former one is gone."""
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._cluster}"
        command = (
            self._control,
            "--pgdata",
            self._data,
            "--log",
            str(self._cluster / "log"),
            "--wait",
            "--options",
            options,
            "start",
        )
        limit = time.monotonic() + START_S
        while True:
            try:
                return _as_server(*command)
            except subprocess.CalledProcessError:
                if time.monotonic() > limit:
                    raise
                time.sleep(0.2)

    def kill(self) -> None:
        """The postmaster ends as in a loss of power (SIGKILL); its children notice by themselves."""
        os.kill(int((Path(self._data) / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def crash(self) -> None:
        """A kill, and the start after it."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """Ends at once."""
        _as_server(self._control, "--pgdata", self._data, "--mode", "immediate", "stop")


@contextmanager
def throw_away_server() -> Iterator[str | None]:
    """The address of an empty database with shipped settings (fsync on), or None where no server is installed."""
    with own_server() as server:
        yield server.url if server is not None else None


@contextmanager
def own_server() -> Iterator[OwnServer | None]:
    """A running server that may be killed and started again, or None where none is installed."""
    found = sorted(BINARIES.glob("*/bin/pg_ctl"), key=lambda path: float(path.parts[-3]))
    if not found:
        yield None
        return
    cluster = Path(tempfile.mkdtemp(prefix="tocsin-bench-"))
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(cluster, owner.pw_uid, owner.pw_gid)
    try:
        server = OwnServer(found[-1], cluster)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(cluster, ignore_errors=True)


@contextmanager
def database_at(database: str) -> Iterator[str]:
    """The address given; of a server of one's own for `own`; empty for SQLite."""
    if database != "own":
        yield database
        return
    with own_server() as server:
        yield needed(server).url


def needed(server: OwnServer | None) -> OwnServer:
    """The server; Unavailable where none is installed."""
    if server is None:
        raise Unavailable("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    return server


def _as_server(*command: str) -> None:
    """Runs it as the account `postgres` where we are root: the server refuses to run as root."""
    before = ("runuser", "-u", "postgres", "--") if os.getuid() == 0 else ()
    subprocess.run([*before, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")  # noqa: S603 - our own words
