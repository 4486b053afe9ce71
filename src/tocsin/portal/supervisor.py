"""`tocsin up`: all processes of one machine, started in order, restarted when they die, stopped side by side, the bus last."""

import dataclasses
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from types import FrameType

from tocsin.base.errors import Unavailable
from tocsin.portal.catalogue import DEVICE_PROTOCOLS, PROCESSES
from tocsin.portal.configuration import Configuration
from tocsin.portal.fork_server import FORKED, IS_POSSIBLE, Forked, ForkServer
from tocsin.portal.processes import LEASH, kernels_of

log = logging.getLogger(__name__)

READY_S = 180.0  # a first start with a cold Numba cache takes some 12 s, at a load of 20 on two cores more than 60 s
STOP_S = 8.0
CORES_FOR_ALL = 3  # one makes the tables, one loads code, one compiles
LONGEST_PAUSE_S = 30.0
ARENAS = "2"  # glibc would keep freed memory in an arena for each of dozens of threads
WEB_PORT = "TOCSIN_HTTP_PORT"
PORTS_OF = {"web": (WEB_PORT,), "door": tuple(one.variable for one in DEVICE_PROTOCOLS)}
"""Process -> the variables of the ports on which it listens."""


@dataclasses.dataclass
class Child:
    """One running process and how often it had to be started again."""

    name: str
    process: subprocess.Popen[bytes] | Forked
    started: float
    failures: int = 0
    restart_at: float = 0.0


class Supervisor:
    """Starts the catalogue's processes: the bus as a child of this one, the others forked from one that has loaded everything.

    Ports that are taken are exchanged for free ones (`configuration` holds what is used in the end), at the beginning and, when
    somebody else was quicker, until all parts answer; then they stay. The children end when this process ends, even by SIGKILL:
    each holds a pipe to it.
    """

    def __init__(self, configuration: Configuration, *, say: Callable[[str], None] = lambda line: None) -> None:
        self.configuration, changes = with_free_ports(configuration)
        self._say = say
        self._children: list[Child] = []
        self._fork_server: ForkServer | None = None
        self._compiling: subprocess.Popen[bytes] | None = None
        self._inherited = dict(os.environ)
        self._stopping = False
        for change in changes:
            say(change)

    @property
    def console_url(self) -> str:
        """Where a browser on this machine finds the console."""
        return f"http://{_reachable(self.configuration.http_host)}:{self.configuration.http_port}/"

    def load(self) -> None:
        """Begins with what needs no database: loading the processes' code and compiling. `start` waits for it; who prepares the
        database meanwhile starts earlier by as much. On few cores the pages come first: compiling then begins with `start`.
        """
        if IS_POSSIBLE:
            self._fork_server = ForkServer(self._environment())
        if _cores() >= CORES_FOR_ALL:
            self._compile()

    def start(self) -> None:
        """Starts every process and returns when pages, API and doors answer; Unavailable when they don't within a minute."""
        self._compile()
        for name in PROCESSES:
            if name != "bus" or self.configuration.embedded_bus:
                self._children.append(Child(name, self._spawn(name), time.monotonic()))
        limit = time.monotonic() + READY_S
        while not self._answers():
            self.restart_dead(starting=True)
            if self._stopping:
                return
            if time.monotonic() > limit:
                self.stop()
                raise Unavailable(f"Tocsin did not answer within {READY_S:.0f} s; the lines above tell which part failed")
            time.sleep(0.1)

    def _compile(self) -> None:
        """Compiles the kernels where they are not kept yet, in a process of its own, once."""
        if self._compiling is None:
            command = [sys.executable, "-m", "tocsin.engine.compiling"]
            kept = {"NUMBA_CACHE_DIR": str(kernels_of(self.configuration)), **self._environment()}
            self._compiling = subprocess.Popen(command, env=kept, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - our own command

    def wait(self) -> None:
        """Returns after SIGINT or SIGTERM; meanwhile restarts what dies."""
        signal.signal(signal.SIGINT, self._ask_to_stop)
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        while not self._stopping:
            self.restart_dead()
            time.sleep(0.2)

    def request_stop(self) -> None:
        """Lets `wait` return, as a signal does; from any thread."""
        self._stopping = True

    def stop(self) -> None:
        """Ends all children, gently at first: side by side, the bus when nobody needs it any more; harmless when called twice."""
        self._stopping = True
        _end([child for child in self._children if child.name != "bus"])
        _end([child for child in self._children if child.name == "bus"])
        self._children.clear()
        if self._fork_server is not None:
            self._fork_server.close()
            self._fork_server = None
        if self._compiling is not None:
            self._compiling.kill()
            self._compiling.wait()
            self._compiling = None

    def pid_of(self, name: str) -> int:
        """Process id of a running process, for tests that kill it; KeyError when there is none of that name."""
        return {child.name: child.process.pid for child in self._children}[name]

    def restart_dead(self, *, starting: bool = False) -> None:
        """Starts again what has ended, after a pause that doubles while it keeps failing.

        While `starting`, ports that somebody else took meanwhile are exchanged first.
        """
        now = time.monotonic()
        for child in self._children:
            code = child.process.poll()
            if code is None or self._stopping:
                continue
            if not child.restart_at:
                child.failures = 0 if now - child.started > 60 else child.failures + 1
                pause = min(0.2 * 2**child.failures, LONGEST_PAUSE_S)
                child.restart_at = now + pause
                self._say(f"process {child.name} ended with code {code}; it starts again in {pause:.1f} s")
            elif now >= child.restart_at:
                if starting:
                    self._exchange_ports(PORTS_OF.get(child.name, ()))
                child.process, child.started, child.restart_at = self._spawn(child.name), now, 0.0

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _exchange_ports(self, variables: tuple[str, ...]) -> None:
        self.configuration, changes = with_free_ports(self.configuration, variables)
        for change in changes:
            self._say(change)

    def _spawn(self, name: str) -> subprocess.Popen[bytes] | Forked:
        environment = self._environment()
        if IS_POSSIBLE and name in FORKED:
            if self._fork_server is None or not self._fork_server.is_alive:
                self._fork_server = ForkServer(environment)
            if self._fork_server.environment == environment:  # not once a port has been exchanged
                return self._fork_server.start(name)
        command = [sys.executable, "-m", "tocsin.portal.cli", "run", name]
        return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - our own command

    def _environment(self) -> dict[str, str]:
        return {"MALLOC_ARENA_MAX": ARENAS, **self._inherited, **environment_of(self.configuration), LEASH: "1"}

    def _answers(self) -> bool:
        try:
            for name, port in self.configuration.door_ports.items():
                socket.create_connection((_reachable(self.configuration.door_hosts[name]), port), timeout=1).close()
            with urllib.request.urlopen(self.console_url + "health/", timeout=5) as answer:  # noqa: S310 - http on this machine
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False


def _cores() -> int:
    """On how many this process may run."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _end(children: list[Child]) -> None:
    """Each ends by itself within two seconds; the kill is for one that hangs."""
    running = [child for child in children if child.process.poll() is None]
    for child in running:
        child.process.send_signal(signal.SIGTERM)
    limit = time.monotonic() + STOP_S
    for child in running:
        try:
            child.process.wait(max(0.0, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("process %s did not stop within %.0f s and is killed", child.name, STOP_S)
            child.process.kill()
            child.process.wait()
    for child in children:
        if child.process.stdin:
            child.process.stdin.close()


def environment_of(configuration: Configuration) -> dict[str, str]:
    """The variables from which `Configuration.from_environment` reads the same configuration again."""
    return {
        "TOCSIN_DATA": str(configuration.data),
        "DATABASE_URL": configuration.database_url,
        "TOCSIN_NATS_URL": configuration.nats_url,
        "TOCSIN_CLOCK": "" if configuration.clock.is_real else configuration.clock.text(),
        "TOCSIN_HTTP_HOST": configuration.http_host,
        **{one.host_variable: configuration.door_hosts[one.name] for one in DEVICE_PROTOCOLS},
        **{variable: str(port) for variable, (_host, port) in _listening(configuration).items()},
    }


def _listening(configuration: Configuration) -> dict[str, tuple[str, int]]:
    """Host and port of every listener, by the variable that names the port."""
    doors = {one.variable: (configuration.door_hosts[one.name], configuration.door_ports[one.name]) for one in DEVICE_PROTOCOLS}
    return {WEB_PORT: (configuration.http_host, configuration.http_port), **doors}


def with_free_ports(configuration: Configuration, variables: Iterable[str] | None = None) -> tuple[Configuration, list[str]]:
    """The configuration with each taken port of these variables exchanged for a free one, and a sentence about each exchange."""
    changes: list[str] = []
    wanted = _listening(configuration)
    asked = tuple(wanted if variables is None else variables)
    ports = {variable: port for variable, (_host, port) in wanted.items() if variable not in asked}
    for variable in asked:
        host, port = wanted[variable]
        chosen = set(ports.values())
        ports[variable] = port if port not in chosen and _is_free(host, port) else _free_port(host, port, chosen)
        if ports[variable] != port:
            name = variable.removeprefix("TOCSIN_").lower().replace("_", " ")
            changes.append(f"port {port} is taken; {name} is {ports[variable]}")
    doors = {one.name: ports[one.variable] for one in DEVICE_PROTOCOLS}
    return dataclasses.replace(configuration, http_port=ports[WEB_PORT], door_ports=doors), changes


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _free_port(host: str, wanted: int, chosen: set[int]) -> int:
    """The next free port above the wanted one, so that the new number is easy to guess."""
    for port in range(wanted + 1, min(wanted + 200, 65536)):
        if port not in chosen and _is_free(host, port):
            return port
    raise Unavailable(f"no free port between {wanted} and {wanted + 200} on {host}; name one in the environment")


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - a comparison, nothing is bound
