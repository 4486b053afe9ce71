"""Real processes side by side: detectors share partitions, killed, held up, joined, dealt out anew; workers share loops."""

import asyncio
import contextlib
import dataclasses
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pytest_django import DjangoDbBlocker

from tests.bus.running import RunningBus
from tests.databases import connection_to, copy_into, in_place, on_server
from tests.warning.dealt import Processes, as_rows, in_history, on_the_bus, stored_edges, story, undisturbed, until
from tests.warning.killing import CHANNELS, DEVICES, register_devices
from tocsin.base.errors import Conflict
from tocsin.base.time import Clock
from tocsin.bus.connection import Connection
from tocsin.bus.models import LoopLease, LoopState
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detector import Detector
from tocsin.warning.alarms.models import Alarm, AlarmEntry, DetectionRecord
from tocsin.warning.alarms.services.detections import applied_position
from tocsin.warning.detection.loops.dealing import deal_out
from tocsin.warning.detection.loops.detector import detection_of
from tocsin.warning.detection.queries.registry import Registry, load_registry
from tocsin.warning.detection.services.holding import judged_by
from tocsin.warning.detection.services.layout import write_count

SENSORS = len(DEVICES) * CHANNELS
STEPS = 240
DATABASES = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgresql)]

pytestmark = [pytest.mark.one_database, pytest.mark.timeout(300)]


@dataclasses.dataclass
class House:
    """A data folder with bus and database, and its registry."""

    folder: Path
    url: str
    registry: Registry


@contextlib.contextmanager
def inhabited(blocker: DjangoDbBlocker, url: str, folder: Path) -> Iterator[House]:
    connection = connection_to(url, folder)
    with blocker.unblock(), in_place(connection):
        register_devices()
        yield House(folder, url, load_registry())
        connection.close()


@pytest.fixture(params=DATABASES)
def house(request: pytest.FixtureRequest, bus: RunningBus, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    with contextlib.ExitStack() as stack:
        url = "" if request.param == "sqlite" else stack.enter_context(on_server(f"tocsin_dealt_{os.getpid()}"))
        if not url:
            copy_into(tmp_path)
        yield stack.enter_context(inhabited(django_db_blocker, url, tmp_path))


@pytest.fixture
def bus(tmp_path: Path, settings: Any) -> Iterator[RunningBus]:
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, data=tmp_path, nats_url="")
    running = RunningBus(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def detectors(house: House) -> Iterator[Processes]:
    """None has begun."""
    made = Processes(house.folder, house.url)
    yield made
    made.end()


def is_judged(count: int, processes: int) -> bool:
    """Whether so many living processes judge all partitions, each its share."""
    by = list(judged_by(count).values())
    each = [by.count(one) for one in set(by)]
    return "" not in by and len(each) == processes and max(each) - min(each) <= 1


def send(batches: list[Readings], first: int) -> None:
    async def publish(connection: Connection) -> None:
        for number, batch in enumerate(batches, start=first):
            await connection.publish_readings(batch, message_id=f"b{number}")
            await asyncio.sleep(0.01)

    on_the_bus(publish)


def test_whoever_dies_or_joins_nothing_is_lost_or_found_twice(house: House, detectors: Processes) -> None:
    batches = story(SENSORS, STEPS, end_ms=round(time.time() * 1000))
    expected = undisturbed(house.registry, batches)
    write_count(house.folder, 4)
    first, second = detectors.begin(), detectors.begin()
    until(lambda: is_judged(4, 2), "two processes share four partitions")
    send(batches[:60], 0)
    detectors.kill(first)
    send(batches[60:120], 60)
    until(lambda: is_judged(4, 1), "the other takes over")
    detectors.begin()
    detectors.begin()
    send(batches[120:180], 120)
    until(lambda: is_judged(4, 3), "three processes share four partitions")
    second.send_signal(signal.SIGSTOP)
    send(batches[180:], 180)
    if house.url:
        until(lambda: is_judged(4, 2), "who does not speak has lost its lease")
    second.send_signal(signal.SIGCONT)
    until(lambda: on_the_bus(stored_edges) == expected, "all is found, once, in each sensor's order")
    until(lambda: is_judged(4, 3), "who was held up takes its share again")
    until(lambda: len(in_history(house.folder)) >= sum(map(len, batches)), "all is kept")
    detectors.end()
    assert on_the_bus(stored_edges) == expected
    assert in_history(house.folder) == as_rows(batches)


def test_dealt_out_anew_between_processes(house: House, detectors: Processes) -> None:
    """1 → 4 → 2 partitions, with a backlog that the act has to judge first; refused while a detector runs."""
    batches = story(SENSORS, STEPS, end_ms=round(time.time() * 1000))
    expected = undisturbed(house.registry, batches)

    def deal(count: int) -> None:
        on_the_bus(lambda connection: deal_out(connection, folder=house.folder, clock=Clock(), count=count))

    detectors.begin()
    until(lambda: is_judged(1, 1), "one process judges all")
    send(batches[:80], 0)
    with pytest.raises(Conflict, match="stop all detectors first"):
        deal(4)
    detectors.end()
    send(batches[80:100], 80)
    deal(4)
    detectors.begin()
    detectors.begin()
    send(batches[100:180], 100)
    until(lambda: is_judged(4, 2), "two processes share four partitions")
    detectors.end()
    deal(2)
    detectors.begin()
    send(batches[180:], 180)
    until(lambda: on_the_bus(stored_edges) == expected, "all is found, once, in each sensor's order")
    detectors.end()
    assert in_history(house.folder) == as_rows(batches)


def test_two_workers_write_each_alarm_once_and_one_goes_on_alone(house: House, detectors: Processes) -> None:
    batches = story(SENSORS, STEPS, end_ms=round(time.time() * 1000))
    detector = Detector(house.registry.profiles, house.registry.profile_of_sensor, house.registry.interval_ms)
    found = [detection_of(row, latching=True) for batch in batches for row in detector.update(batch).rows()]
    messages = [(str(one.id), msgspec.json.encode(one)) for one in found]
    workers = [detectors.begin("worker"), detectors.begin("worker")]
    until(lambda: LoopState.objects.filter(name="apply-detections").values("worker").distinct().count() == 2, "both speak")
    on_the_bus(lambda connection: connection.publish_detections(messages[: len(messages) // 2]))
    until(lambda: DetectionRecord.objects.count() >= len(messages) // 4, "they are at it")
    holder = LoopLease.objects.get(pk="apply-detections").holder
    [first] = [one for one in workers if holder.endswith(f":{one.pid}")]
    detectors.kill(first)
    on_the_bus(lambda connection: connection.publish_detections(messages[len(messages) // 2 :]))
    until(lambda: applied_position() == len(messages), "the other one goes on")
    assert set(DetectionRecord.objects.values_list("pk", flat=True)) == {one.id for one in found}
    entries = AlarmEntry.objects.filter(detection_id__isnull=False).values_list("alarm_id", "detection_id", "act")
    assert len(entries) == len(set(entries)) >= len(found), "each edge is told once"
    standing = [(one.sensor_id, one.rule) for one in Alarm.objects.open()]
    assert len(standing) == len(set(standing))
