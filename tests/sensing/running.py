"""A real door, a process of its own, on a database in a file."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pytest_django import DjangoDbBlocker

from tests.bus.running import RunningBus
from tests.databases import copy_into, inside
from tests.ports import free_port
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.changes import disable_device
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.onboarding.services.enrolment import NewKey, make_key
from tocsin.sensing.quarantine.models import QuarantinedMessage

DOOR = "import django; django.setup(); from tocsin.sensing.doors.loops import run; run()"


WELLS = ("well-1", "well-2", "well-3", "well-4")


class RunningDoor:
    """`tocsin run door` with four devices, `well-1` (sensor 0) to `well-4` (sensor 3), on a bus of its own."""

    def __init__(self, data: Path, blocker: DjangoDbBlocker, **environment: str) -> None:
        self.data, self._blocker = data, blocker
        self.mqtt_port, self.http_port, self.hj212_port, self.gb26875_port = (free_port() for _ in range(4))
        self.environment = {
            **os.environ,
            "TOCSIN_DATA": str(copy_into(data)),
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings",
            "TOCSIN_MQTT_PORT": str(self.mqtt_port),
            "TOCSIN_DOOR_HTTP_PORT": str(self.http_port),
            "TOCSIN_HJ212_PORT": str(self.hj212_port),
            "TOCSIN_GB26875_PORT": str(self.gb26875_port),
            **environment,
        }
        self.bus = RunningBus(data)
        with self._inside():
            self.secrets = register_many(
                actor=system_actor(),
                devices=[NewDevice(code=code, region_code="370213") for code in WELLS],
                sensors=[
                    NewSensor(device_code=code, channel="methane", quantity="methane", lon=120.4, lat=36.2) for code in WELLS
                ],
            )
        self.process = subprocess.Popen([sys.executable, "-c", DOOR], env=self.environment)
        try:
            self._wait_until_open()
        except AssertionError:
            self.process.kill()
            self.bus.stop()
            raise

    @contextmanager
    def _inside(self) -> Iterator[None]:
        with self._blocker.unblock(), inside(self.data):
            yield

    def quarantine(self, code: str) -> dict[str, int]:
        """Reason -> count of what that device sent, once the door has written something."""
        limit = time.monotonic() + 60
        with self._inside():
            mine = QuarantinedMessage.objects.filter(device_code=code)
            while not (found := dict(mine.values_list("reason", "count"))):
                assert time.monotonic() < limit, "the door has set nothing aside"
                time.sleep(0.05)
        return found

    def key(self, like: str) -> str:
        """A key for enrolment, for devices with the channels of that one."""
        new = NewKey(name="test", region_code="370213", most=3, days=1, like_code=like)
        with self._inside():
            return make_key(actor=system_actor(), new=new, now=datetime.now(tz=UTC))[1]

    def revoke(self, code: str) -> None:
        """Disables a device."""
        with self._inside():
            disable_device(actor=system_actor(), device_id=Device.objects.get(code=code).pk)

    def _wait_until_open(self) -> None:
        limit = time.monotonic() + 90
        for port in (self.mqtt_port, self.http_port, self.hj212_port, self.gb26875_port):
            while True:
                assert self.process.poll() is None, "the door ended"
                assert time.monotonic() < limit, "the door did not open"
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.05)

    def stop(self) -> None:
        """SIGTERM to both; the door ends cleanly."""
        self.process.terminate()
        code = self.process.wait(60)
        self.bus.stop()
        assert code == 0


StartDoor = Callable[..., RunningDoor]
