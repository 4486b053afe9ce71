"""Sudden deaths under load: door, detector, worker and bus are killed; the outcome is that of an undisturbed run.

The undisturbed run is the pure one: the same readings through the engine and the services, in this process. The disturbed one
is real: processes, doors, log, database, API. Both see the same acknowledgements at the same place of the story.
"""

import base64
import dataclasses
import json
import os
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from tests.databases import copy_into, inside
from tests.people import make_person
from tests.ports import free_port
from tests.warning.killing import CHANNELS, DEVICES, register_devices
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detector import Detector
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.portal.catalogue import PROCESSES
from tocsin.portal.configuration import Configuration
from tocsin.portal.supervisor import Supervisor
from tocsin.sensing.history.queries.table import History
from tocsin.warning.alarms.models import Alarm, AlarmEntry
from tocsin.warning.alarms.services import acts as services_acts
from tocsin.warning.alarms.services import detections as services
from tocsin.warning.detection.loops.detector import detection_of
from tocsin.warning.detection.queries.registry import load_registry

STEPS, STEP_MS = 240, 250
ACKNOWLEDGE_AT = 100
KILLS = {30: "door", 70: "detector", 120: "worker", 160: "bus", 200: "detector", 225: "worker"}
SENSORS = len(DEVICES) * CHANNELS
NOT_OF_DETECTION = ("diagnos", "gathered")  # lines of those who come after

pytestmark = [pytest.mark.one_database, pytest.mark.timeout(400)]

type Line = tuple[str, str, str, int, float | None]
type Outcome = dict[tuple[int, str, str], tuple[str, int, int, int, bool, list[Line]]]


def story(start_ms: int) -> list[Readings]:
    """Per step one reading of every sensor: saw-tooths of different length and height around the limits."""
    chance = random.Random(7)
    shapes = [(chance.randint(20, 80), chance.uniform(10, 130), chance.randint(0, 40)) for _ in range(SENSORS)]
    steps = []
    for step in range(STEPS):
        values = [height * ((step + shift) % length) / length for length, height, shift in shapes]
        ts = np.full(SENSORS, start_ms + step * STEP_MS)
        steps.append(Readings.of(sensor=np.arange(SENSORS), ts=ts, value=np.round(values, 1)))
    return steps


@dataclasses.dataclass
class Town:
    """The running processes and how a device, an officer and a murderer reach them."""

    supervisor: Supervisor
    secrets: dict[str, str]
    token: str

    def send(self, step: Readings) -> None:
        """As devices do: again and again until the door says that it is in the log."""
        configuration = self.supervisor.configuration
        for number, code in enumerate(DEVICES):
            values = step.value[number * CHANNELS : (number + 1) * CHANNELS].tolist()
            body = {"ts": int(step.ts[0]), "values": {f"c{k}": value for k, value in enumerate(values)}}
            secret = base64.b64encode(f"{code}:{self.secrets[code]}".encode()).decode()
            url = f"http://127.0.0.1:{configuration.door_ports['http']}/v1/readings"
            until(
                lambda url=url, body=body, secret=secret: call(url, f"Basic {secret}", body) is not None, "the door acknowledges"
            )

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The API's answer; None while it gives none."""
        return call(f"{self.supervisor.console_url}api/v1/warning/{path}", f"Bearer {self.token}", body)

    def acknowledge(self, count: int) -> None:
        alarms = [one for one in self.ask("alarms?limit=500")["items"] if one["state"] != "suppressed"]
        assert len(alarms) == count
        for alarm in alarms:
            assert self.ask(f"alarms/{alarm['id']}/acknowledge", {})["acknowledged_by"] == "duty_officer"

    def outcome(self) -> Outcome:
        """By (sensor, rule, raised at): state, levels, count, acknowledged, history."""
        found: Outcome = {}
        for alarm in (self.ask("alarms?state=all&limit=500") or {"items": []})["items"]:
            if alarm["sensor_index"] is None:  # a summary is told once a transaction
                continue
            lines = [line_of(**entry) for entry in self.ask(f"alarms/{alarm['id']}/history") or []]
            found[alarm["sensor_index"], alarm["rule"], moment(alarm["raised_at"])] = (
                alarm["state"],
                alarm["level"],
                alarm["peak_level"],
                alarm["count"],
                alarm["acknowledged_at"] is not None,
                sorted((line for line in lines if not line[0].startswith(NOT_OF_DETECTION)), key=str),
            )
        return found

    def kill(self, name: str) -> None:
        os.kill(self.supervisor.pid_of(name), 9)


def call(url: str, authorization: str, body: dict[str, Any] | None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": authorization, "Content-Type": "application/json"}
    try:
        request = urllib.request.Request(url, data, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            return json.loads(text) if text else {}
    except (urllib.error.URLError, OSError):
        return None


def until(holds: Callable[[], object], what: str, patience_s: float = 120.0) -> None:
    limit = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < limit, f"waited {patience_s:.0f} s: {what}"
        time.sleep(0.05)


@pytest.fixture
def town(tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    copy_into(tmp_path)
    with django_db_blocker.unblock(), inside(tmp_path):
        secrets, officer = register_devices(), make_person("duty_officer")
        token = create_token(user=officer, name="test", scopes=("alarms.see", "alarms.handle"), now=timezone.now())[1]
    ports = {"http_port": free_port(), "door_ports": {name: free_port() for name in ("mqtt", "http", "hj212", "gb26875")}}
    configuration = dataclasses.replace(Configuration.from_environment(), data=tmp_path, database_url="", **ports)  # type: ignore[arg-type]
    monkeypatch.setattr("tocsin.portal.supervisor.PROCESSES", tuple(name for name in PROCESSES if name != "watcher"))
    supervisor = Supervisor(configuration)  # early signs are no part of the outcome
    done = threading.Event()

    def revive() -> None:
        while not done.wait(0.1):
            supervisor.restart_dead()

    supervisor.start()
    reviver = threading.Thread(target=revive)
    reviver.start()
    try:
        yield Town(supervisor, secrets, token)
    finally:
        done.set()
        reviver.join()
        supervisor.stop()


def line_of(act: str, at: str, state: str, level: int, value: float | None, **rest: Any) -> Line:
    return act, "" if act == "acknowledged" else moment(at), state, level, value


def moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="milliseconds")


class UndisturbedRun:
    """The same story through the engine and the services, in this process and its database."""

    def __init__(self) -> None:
        register_devices()
        registry = load_registry()
        self._detector = Detector(registry.profiles, registry.profile_of_sensor, registry.interval_ms)
        self._officer = make_person("duty_officer")

    def judge(self, steps: list[Readings]) -> None:
        for step in steps:
            found = [detection_of(row, latching=True) for row in self._detector.update(step).rows()]
            services.apply_detections(detections=found, now=datetime.now(tz=UTC))

    def acknowledge(self) -> int:
        """All that stand; returns how many."""
        alarms = Alarm.objects.exclude(state="suppressed")
        for alarm in alarms:
            services_acts.acknowledge_alarm(actor=self._officer, alarm_id=alarm.pk)
        return len(alarms)

    def outcome(self) -> Outcome:
        found: Outcome = {}
        for alarm in Alarm.objects.filter(sensor__isnull=False).select_related("sensor"):
            assert alarm.sensor is not None
            entries = AlarmEntry.objects.filter(alarm=alarm)
            lines = [line_of(one.act, one.at.isoformat(), one.state, one.level, one.value) for one in entries]
            found[alarm.sensor.index, alarm.rule, moment(alarm.raised_at.isoformat())] = (
                alarm.state,
                alarm.level,
                alarm.peak_level,
                alarm.count,
                alarm.acknowledged_at is not None,
                sorted(lines, key=str),
            )
        return found


@pytest.mark.django_db
def test_whatever_dies_the_outcome_is_that_of_an_undisturbed_run(town: Town, tmp_path: Path) -> None:
    steps = story(round(time.time() * 1000) - STEPS * STEP_MS)
    run = UndisturbedRun()
    for first, last in ((0, ACKNOWLEDGE_AT), (ACKNOWLEDGE_AT, STEPS)):
        for number in range(first, last):
            if number in KILLS:
                town.kill(KILLS[number])
            town.send(steps[number])
        run.judge(steps[first:last])
        expected = run.outcome()
        until_equal(town.outcome, expected)
        if last == ACKNOWLEDGE_AT:
            assert len(expected) > 10
            town.acknowledge(run.acknowledge())
    states = {line[2] for *_, lines in expected.values() for line in lines}
    assert states >= {"active_unacknowledged", "active_acknowledged", "returned_unacknowledged", "latched"}
    until_equal(lambda: history_of(tmp_path), columns(Readings.concatenate(steps)))


def until_equal(found: Callable[[], object], expected: object) -> None:
    """Waits for equality; in the end says what differs."""
    limit = time.monotonic() + 120
    while (now := found()) != expected and time.monotonic() < limit:
        time.sleep(1.0)  # each look asks for the history of every alarm
    if isinstance(now, dict) and isinstance(expected, dict):
        keys = [key for key in {*now, *expected} if now.get(key) != expected.get(key)]
        now, expected = {key: now.get(key) for key in keys}, {key: expected.get(key) for key in keys}
    assert now == expected


def history_of(folder: Path) -> list[list[Any]]:
    return columns(History(folder / "history").read(list(range(SENSORS)), 0, 2**60))


def columns(readings: Readings) -> list[list[Any]]:
    order = np.lexsort((readings.ts, readings.sensor))
    return [readings.sensor[order].tolist(), readings.ts[order].tolist(), readings.value[order].tolist()]
