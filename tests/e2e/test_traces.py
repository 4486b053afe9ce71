"""One alarm as one trace: a real collector gets the spans of all processes, from the batch at the door to the text message."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.databases import copy_into, inside
from tests.e2e.test_up import Running, wait_until_none
from tests.otlp import Collector, Span, collector
from tests.people import LICANG
from tests.usual_bodies import usual_bodies
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many

WAY = [
    ("tocsin-door", "readings appended"),
    ("tocsin-detector", "detection"),
    ("tocsin-worker", "alarm"),
]
"""How each way begins; what follows hangs on the alarm."""
ENDS = ("diagnosis", "case opened", "notice sent", "event relayed")
"""What is looked for, and waited for: a notice may leave before the cause is named."""


def ways_to(found: Collector, name: str) -> list[list[Span]]:
    """Those that come from somewhere: on the first day of a month bodies are asked, too, whether notices reach them."""
    return [way for way in map(found.way_to, found.named(name)) if len(way) > len(WAY)]


def until(holds: Callable[[], object], what: Callable[[], object]) -> None:
    limit = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < limit, what()
        time.sleep(0.1)


@pytest.mark.one_database
def test_an_alarm_is_one_trace(tmp_path: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    copy_into(folder)
    with django_db_blocker.unblock(), inside(folder):
        for number, body in enumerate(usual_bodies(LICANG).values()):
            ContactPoint.objects.create(organisation=body, kind="sms", address=f"1390000{number:04d}", order=1)
        sensor = NewSensor(device_code="well-7", channel="methane", quantity="methane", lon=120.43, lat=36.16)
        secrets = register_many(actor=system_actor(), devices=[NewDevice(code="well-7", region_code=LICANG)], sensors=[sensor])
    with collector() as found:
        (folder / "channels.toml").write_text(f'[sms]\nurl = "{found.url}/sms"\nbody = {{ to = "$address" }}\n')
        monkeypatch.setenv("TOCSIN_TRACES", found.url)
        monkeypatch.setenv("TOCSIN_LOG", "json")
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        running = Running(folder)
        try:
            running.publish("well-7", secrets["well-7"], methane=62)
            until(lambda: found.messages and all(ways_to(found, name) for name in ENDS), running.log.read_text)
        finally:
            os.kill(running.process.pid, signal.SIGTERM)
            running.process.wait(60)
        wait_until_none(running)
    ways = {name: ways_to(found, name)[0] for name in ENDS}
    for way in ways.values():
        assert [(one.process, one.name) for one in way[:3]] == WAY
    assert len({one.trace for way in ways.values() for one in way}) == 1
    assert [one.name for one in ways["notice sent"][3:]] == ["case opened", "notice sent"]
    assert ways["diagnosis"][3].attributes["alarm"] == ways["case opened"][2].attributes["alarm"]
    assert {one.attributes["loop"] for one in found.named("loop run")} >= {"apply-detections", "gather-alarms"}
    lines = [json.loads(line) for line in running.log.read_text().splitlines() if line.startswith("{")]
    (named,) = [one for one in lines if one["message"].startswith("cause named")]
    assert (named["trace"], named["span"]) == (ways["diagnosis"][3].trace, ways["diagnosis"][3].id)
    assert not [one for one in lines if "stack" in one]
