"""A PostgreSQL server of one's own for a measurement, on a free port, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = Path("/usr/lib/postgresql")


@contextmanager
def throw_away_server() -> Iterator[str | None]:
    """The address of an empty database with shipped settings (fsync on), or None where no server is installed."""
    found = sorted(BINARIES.glob("*/bin/pg_ctl"), key=lambda path: float(path.parts[-3]))
    if not found:
        yield None
        return
    cluster = Path(tempfile.mkdtemp(prefix="tocsin-bench-"))
    if os.getuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(cluster, owner.pw_uid, owner.pw_gid)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={cluster}"
    control, data = str(found[-1]), str(cluster / "data")
    try:
        _as_server(
            str(found[-1].with_name("initdb")), "--pgdata", data, "--username", "tocsin", "--auth", "trust", "--encoding", "UTF8"
        )
        _as_server(control, "--pgdata", data, "--log", str(cluster / "log"), "--wait", "--options", options, "start")
        try:
            yield f"postgresql://tocsin@127.0.0.1:{port}/postgres"
        finally:
            _as_server(control, "--pgdata", data, "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(cluster, ignore_errors=True)


def _as_server(*command: str) -> None:
    """Runs it as the account `postgres` where we are root: the server refuses to run as root."""
    before = ("runuser", "-u", "postgres", "--") if os.getuid() == 0 else ()
    subprocess.run([*before, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")  # noqa: S603 - our own words
