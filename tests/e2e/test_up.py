"""`tocsin up` as an operator starts it: a real device rings an alarm, and nothing is left when it ends, however it ends."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.publish
import pytest
from paho.mqtt import MQTTException

from tests.databases import copy_into
from tests.deploy.modes import SHELLS_UMASK, open_to_others
from tests.ports import free_port
from tocsin.portal.catalogue import DEVICE_PROTOCOLS
from tocsin.portal.fork_server import FORKED

TOCSIN = [sys.executable, "-m", "tocsin.portal.cli"]
PORTS = ("TOCSIN_HTTP_PORT", *(one.variable for one in DEVICE_PROTOCOLS))
TOKEN = """
from django.utils import timezone
from tocsin.jurisdiction.people.services import accounts, grants, tokens
from tocsin.jurisdiction.people.services.system import system_actor
actor = system_actor()
user, password = accounts.create_person(actor=actor, username="duty", name="Duty")
grants.grant_role(actor=actor, user=user, role="duty_officer", region_code="370200")
accounts.set_password(user=user, password="a long enough password")
made = tokens.create_token(user=user, name="test", scopes=("alarms.see",), now=timezone.now())
print("TOKEN", made[1])
"""
HOT_WORK = """
from datetime import timedelta
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.supervision.objects.models import SupervisedObject
now = timezone.now()
moments = dict(begins_at=now, ends_at=now + timedelta(hours=2), state_at=now, started_at=now, created_at=now)
firm = SupervisedObject.objects.create(code="F-1", kind="enterprise", name="Firm", region_code="370213", created_at=now)
told = dict(number="P-1", kind="hot_work", grade="second", base_grade="second", work="Weld", place="well 7", state="running")
WorkPermit.objects.create(object=firm, region_code="370213", lon=120.4312, lat=36.1625, applicant=user, **told, **moments)
"""


def own_ports() -> dict[str, str]:
    """Free ports for each: of two that begin at once and want the same, one would take the other's pages for its own."""
    return {name: str(free_port()) for name in PORTS}


class Running:
    """`tocsin up` on a folder of its own, empty or with a made database; its ports are what it says they are."""

    def __init__(self, folder: Path, *, made: bool = False) -> None:
        if made:
            copy_into(folder)
        self.environment = {**os.environ, "TOCSIN_DATA": str(folder), **own_ports()}
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.folder = folder
        self.log = folder.with_suffix(".log")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*TOCSIN, "up"],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=SHELLS_UMASK,
            )
        self.url = self._said(r"console +(\S+)")
        self.mqtt_port = int(self._said(r"MQTT door +\S+:(\d+)"))

    def _said(self, pattern: str) -> str:
        limit = time.monotonic() + 90
        while time.monotonic() < limit:
            if found := re.search(pattern, self.log.read_text()):
                return found.group(1)
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    def publish(self, device: str, secret: str, **values: float) -> None:
        """The device sends readings through the MQTT door, as soon as the door knows it."""
        limit = time.monotonic() + 60
        while True:
            try:
                return paho.mqtt.publish.single(
                    f"tocsin/{device}/readings",
                    json.dumps({"values": values}),
                    qos=1,
                    port=self.mqtt_port,
                    client_id=device,
                    auth={"username": device, "password": secret},
                )
            except MQTTException:  # refused: it reads the registry anew every few seconds
                assert time.monotonic() < limit, f"the door does not admit {device}"
                time.sleep(1)

    def manage(self, *arguments: str) -> str:
        done = subprocess.run([*TOCSIN, "manage", *arguments], env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def processes(self) -> list[str]:
        """Command lines of all that belong to this folder, found by their environment."""
        mine = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if f"TOCSIN_DATA={self.folder}\0".encode() in (entry / "environ").read_bytes():
                        mine.append((entry / "cmdline").read_text().replace("\0", " "))
                except OSError:  # ended meanwhile
                    continue
        return mine


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "a folder with blanks")
    yield running
    if running.process.poll() is None:
        running.process.kill()


def wait_until_none(running: Running) -> None:
    limit = time.monotonic() + 60
    while left := running.processes():
        assert time.monotonic() < limit, left
        time.sleep(0.1)


@pytest.mark.one_database
def test_a_device_rings_an_alarm_that_stops_work_beside_it_and_ctrl_c_leaves_nothing(running: Running) -> None:
    assert "one-time password" in running.log.read_text()
    place = ["--region", "370213", "--lon", "120.4312", "--lat", "36.1625", "--name", "Shiniushan Road, well 7"]
    said = running.manage("register_device", "well-7", "--channel", "methane", "--unit", "pct_lel", *place)
    secret = re.search(r"secret (\S+)", said)
    token = re.search(r"TOKEN (\S+)", running.manage("shell", "-v", "0", "-c", TOKEN + HOT_WORK))
    assert secret and token
    running.publish("well-7", secret.group(1), methane=62)
    request = urllib.request.Request(
        running.url + "api/v1/warning/alarms", headers={"Authorization": f"Bearer {token.group(1)}", "Accept-Language": "en"}
    )
    limit = time.monotonic() + 60
    while True:
        with urllib.request.urlopen(request) as answer:
            alarms = json.load(answer)["items"]
        if time.monotonic() > limit or (alarms and alarms[0]["works"][0]["text"].startswith("This alarm stopped hot work")):
            break
        time.sleep(0.1)
    assert [(alarm["quantity"], alarm["value"], alarm["state"]) for alarm in alarms] == [
        ("methane", 62.0, "active_unacknowledged")
    ]
    assert alarms[0]["works"][0]["text"] == "This alarm stopped hot work at well 7 of Firm, permit P-1: stopped now."
    os.kill(running.process.pid, signal.SIGINT)
    assert running.process.wait(60) == 0
    assert running.processes() == []
    assert "Traceback" not in running.log.read_text()
    assert "is killed" not in running.log.read_text(), "each process ended by itself"
    assert (running.folder / "detector").exists() and (running.folder / "bus/store").exists()
    assert open_to_others(running.folder) == []


@pytest.mark.one_database
def test_kill_9_of_the_supervisor_leaves_nothing(tmp_path: Path) -> None:
    running = Running(tmp_path / "data", made=True)
    assert len(running.processes()) > 5
    running.process.kill()
    running.process.wait()
    wait_until_none(running)


@pytest.mark.one_database
def test_kill_9_of_the_fork_server_brings_all_back(tmp_path: Path) -> None:
    running = Running(tmp_path / "data", made=True)
    try:
        (server,) = [pid for pid in children_of(running.process.pid) if b"fork_server" in command_of(pid)]
        before = children_of(server)
        assert len(before) == len(FORKED)
        os.kill(server, signal.SIGKILL)
        limit = time.monotonic() + 60
        while not (before.isdisjoint(everybody()) and is_healthy(running.url)):
            assert time.monotonic() < limit, running.log.read_text()
            time.sleep(0.2)
        assert "ended with code -9" in running.log.read_text()
    finally:
        os.kill(running.process.pid, signal.SIGTERM)
        running.process.wait(60)
    assert running.processes() == []


@pytest.mark.one_database
def test_the_web_process_ends_as_all_others_do_and_so_with_what_it_has_started(tmp_path: Path) -> None:
    copy_into(tmp_path)
    environment = {**os.environ, "TOCSIN_DATA": str(tmp_path), **own_ports()}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    with subprocess.Popen([*TOCSIN, "run", "web"], env=environment) as process:
        limit = time.monotonic() + 90
        while not is_healthy(f"http://127.0.0.1:{environment['TOCSIN_HTTP_PORT']}/"):
            assert process.poll() is None and time.monotonic() < limit
            time.sleep(0.1)
        process.terminate()
        assert process.wait(30) == 0, "by `end_process`, not by the signal"


def everybody() -> set[int]:
    return {int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()}


def children_of(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def command_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(url + "health/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
