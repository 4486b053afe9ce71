"""Ports that are taken, settings that can't be read, the clock: what `tocsin up` decides before anything runs."""

import dataclasses
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.languages import english as english
from tocsin.base.time import Clock
from tocsin.portal.catalogue import DEVICE_PROTOCOLS
from tocsin.portal.configuration import Configuration, database_settings
from tocsin.portal.supervisor import PORTS_OF, Supervisor, environment_of, with_free_ports

DOORS = [one.name for one in DEVICE_PROTOCOLS]


def ports(**chosen: int) -> dict[str, int]:
    """A port for each door: those that are named, and others of their own."""
    return {name: 18_990 - number for number, name in enumerate(DOORS)} | chosen


def taken_port() -> tuple[socket.socket, int]:
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    holder.listen()
    return holder, holder.getsockname()[1]


def test_a_taken_port_is_exchanged_and_said() -> None:
    holder, port = taken_port()
    with holder:
        configuration, changes = with_free_ports(dataclasses.replace(Configuration.from_environment(), http_port=port))
    assert configuration.http_port != port
    assert any(str(port) in change and str(configuration.http_port) in change for change in changes)


def test_no_two_parts_get_the_same_port() -> None:
    wanted = dataclasses.replace(Configuration.from_environment(), http_port=18999, door_ports=dict.fromkeys(DOORS, 18999))
    configuration, changes = with_free_ports(wanted)
    assert len({configuration.http_port, *configuration.door_ports.values()}) == 1 + len(DOORS)
    assert len(changes) >= len(DOORS)


def test_ports_of_parts_that_already_run_stay() -> None:
    holder, port = taken_port()
    with holder:
        wanted = dataclasses.replace(Configuration.from_environment(), http_port=port, door_ports=ports(http=port))
        configuration, changes = with_free_ports(wanted, PORTS_OF["door"])
    assert configuration.http_port == port, "the web process itself listens there"
    assert configuration.door_ports["http"] != port
    assert len(changes) <= len(DOORS)


LISTEN = "import socket, sys, time; s = socket.socket(); s.bind(('127.0.0.1', int(sys.argv[1]))); s.listen(); time.sleep(60)"


def test_a_port_lost_between_the_look_and_the_start_is_exchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program took the door's port after the supervisor had found it free: the door begins on another one."""
    said: list[str] = []
    holder, lost = taken_port()
    monkeypatch.setattr("tocsin.portal.supervisor.PROCESSES", ("door",))
    supervisor = Supervisor(Configuration.from_environment(), say=said.append)
    supervisor.configuration = dataclasses.replace(supervisor.configuration, door_ports=ports(http=lost))

    def spawn(name: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", LISTEN, str(supervisor.configuration.door_ports["http"])])

    def answers() -> bool:
        with socket.socket() as probe:
            return supervisor.configuration.door_ports["http"] != lost and not probe.connect_ex(
                ("127.0.0.1", supervisor.configuration.door_ports["http"])
            )

    monkeypatch.setattr(supervisor, "_spawn", spawn)
    monkeypatch.setattr(supervisor, "_answers", answers)
    with holder:
        supervisor.start()
        supervisor.stop()
    assert any(f"port {lost} is taken" in line for line in said)


@pytest.mark.parametrize("text", ["0", "65536", "eighty", "-1"])
def test_a_port_that_is_none_is_refused_by_its_name(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HTTP_PORT", text)
    with pytest.raises(ValueError, match="TOCSIN_HTTP_PORT"):
        Configuration.from_environment()


def test_children_read_the_configuration_of_their_supervisor(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(origin_ms=1_768_423_200_000, started_ms=1_795_000_000_000, speed=10.0)
    configuration = dataclasses.replace(
        Configuration.from_environment(), http_port=18001, door_ports=ports(http=18003), clock=clock
    )
    for name, value in environment_of(configuration).items():
        monkeypatch.setenv(name, value)
    assert Configuration.from_environment() == configuration


def test_a_fast_clock_runs_from_its_origin() -> None:
    started_ms = Clock().now_ms() - 1000
    clock = Clock(origin_ms=0, started_ms=started_ms, speed=60.0)
    before, now, after = Clock().now_ms(), clock.now_ms(), Clock().now_ms()
    assert 60_000 <= 60 * (before - started_ms) <= now <= 60 * (after - started_ms + 1)
    assert not clock.is_real
    assert Clock().is_real
    assert Clock.parse(clock.text()) == clock


@pytest.mark.parametrize("text", ["1,2", "a,b,c", "1,2,3,4"])
def test_a_clock_that_can_not_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="TOCSIN_CLOCK"):
        Clock.parse(text)


def test_database_addresses() -> None:
    configuration = Configuration.from_environment()
    assert str(database_settings("", configuration.data)["ENGINE"]).endswith("sqlite")
    settings = database_settings("postgresql://u:p%40ss@h:5433/name", configuration.data)
    assert (settings["USER"], settings["PASSWORD"], settings["HOST"], settings["PORT"], settings["NAME"]) == (
        "u",
        "p@ss",
        "h",
        "5433",
        "name",
    )
    encrypted = database_settings("postgresql://u@h/n?sslmode=verify-full", configuration.data)
    assert encrypted["OPTIONS"] == {"sslmode": "verify-full"}
    with pytest.raises(ValueError, match="mysql"):
        database_settings("mysql://h/name", configuration.data)
    with pytest.raises(ValueError, match="sslmod"):
        database_settings("postgresql://u@h/n?sslmod=require", configuration.data)
    with pytest.raises(ValueError, match="%2F") as refused:
        database_settings("postgresql://u:hidden/secret@h/n", configuration.data)
    assert "hidden" not in str(refused.value)


PROXIES = [
    ("127.0.0.1", ("127.0.0.1/32",)),
    (" 10.0.0.0/28 , ::1,", ("10.0.0.0/28", "::1/128")),
    ("", ()),
]


@pytest.mark.parametrize(("text", "networks"), PROXIES)
def test_trusted_proxies(text: str, networks: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_TRUSTED_PROXIES", text)
    assert Configuration.from_environment().trusted_proxies == networks


@pytest.mark.parametrize("text", ["*", "proxy.example", "10.0.0.1/8"])
def test_a_proxy_without_an_address_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_TRUSTED_PROXIES", text)
    with pytest.raises(ValueError, match="TOCSIN_TRUSTED_PROXIES"):
        Configuration.from_environment()


def test_https_in_front_needs_a_known_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_BEHIND_HTTPS", "1")
    with pytest.raises(ValueError, match="TOCSIN_TRUSTED_PROXIES"):
        Configuration.from_environment()


MANNERLY = """
import signal, sys, time
from pathlib import Path
folder, name = Path(sys.argv[1]), sys.argv[2]
def told(*_):
    asked = {path.name for path in folder.iterdir()}
    (folder / name).touch()
    if name == "bus":
        sys.exit(asked != {"web", "worker", "door"})
    while len(list(folder.iterdir())) < 3:  # until all are asked, however long it takes
        time.sleep(0.01)
    sys.exit()
signal.signal(signal.SIGTERM, told)
print()
time.sleep(300)
"""


def test_processes_end_side_by_side_and_the_bus_last(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = ("bus", "web", "worker", "door")
    monkeypatch.setattr("tocsin.portal.supervisor.PROCESSES", names)
    supervisor = Supervisor(Configuration.from_environment())
    monkeypatch.setattr(supervisor, "_answers", lambda: True)
    processes: list[subprocess.Popen[bytes]] = []

    def spawn(name: str) -> subprocess.Popen[bytes]:
        processes.append(spawned(MANNERLY, str(tmp_path), name))
        return processes[-1]

    monkeypatch.setattr(supervisor, "_spawn", spawn)
    supervisor.start()
    supervisor.stop()
    assert [process.returncode for process in processes] == [0, 0, 0, 0], "all but the bus at once, then the bus; none killed"


def spawned(code: str, *arguments: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()  # it listens to signals by now
    return process


STUBBORN = """
import asyncio, sys
from tocsin.base.process import run_until_signal
async def work(stop):
    print(flush=True)
    await stop.wait()
    if sys.argv[1] == "finishes":
        return
    await asyncio.to_thread(__import__("time").sleep, 60)
run_until_signal(work, patience_s=0.3)
"""


@pytest.mark.parametrize("work", ["finishes", "hangs"])
def test_a_process_ends_when_asked_though_its_work_hangs(work: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", STUBBORN, work], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    process.terminate()
    assert process.wait(60) == 0


class Loaded:
    """A fork server in name: what it was begun with, and what it was asked for."""

    is_alive = True

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment, self.asked = environment, list[str]()

    def start(self, name: str) -> str:
        self.asked.append(name)
        return name

    def close(self) -> None:
        """Nothing runs."""


@pytest.mark.parametrize("cores", [2, 4])
def test_what_needs_no_database_is_loaded_before_it_is_prepared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cores: int
) -> None:
    monkeypatch.setattr("tocsin.portal.supervisor.PROCESSES", ())
    monkeypatch.setattr("tocsin.portal.supervisor.ForkServer", Loaded)
    monkeypatch.setenv("TOCSIN_DATA", str(tmp_path))
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    supervisor = Supervisor(Configuration.from_environment())
    monkeypatch.setattr("tocsin.portal.supervisor._cores", lambda: cores)
    supervisor.load()
    assert (supervisor._compiling is not None) is (cores > 2), "the pages come first where cores are few"
    supervisor._compile()
    server, compiling = supervisor._fork_server, supervisor._compiling
    assert isinstance(server, Loaded)
    assert compiling is not None
    monkeypatch.setenv("TOCSIN_FOUND_LATER", "1")  # as the preparation of the database leaves variables in this process
    supervisor._spawn("web")
    assert server.asked == ["web"], "forked by what was loaded, not begun anew"
    supervisor.stop()
    assert compiling.returncode is not None
