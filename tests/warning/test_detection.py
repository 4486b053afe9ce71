"""Around the engine: profiles by sensor, the snapshot on disk, readings into the history once, a detector that begins again."""

import asyncio
import errno
import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from django.conf import settings
from django.db import OperationalError

from tests.languages import english as english
from tests.people import LICANG
from tests.warning.district import NOW
from tests.warning.district import detection as detected
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import Clock
from tocsin.bus.envelope import encode_readings
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detector import MOST_PROFILES, Detector
from tocsin.engine.detection.partition import Partition
from tocsin.engine.detection.profiles import Profile
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.queries.registry import judged_sensors, sensor_table
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.history.queries.table import History
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries.due import standing_conditions
from tocsin.warning.alarms.services import acts as services_acts
from tocsin.warning.alarms.services import detections as services
from tocsin.warning.detection.loops import detector as detection
from tocsin.warning.detection.loops.detector import DetectionLoop
from tocsin.warning.detection.policy import load_profiles
from tocsin.warning.detection.queries.registry import NOT_WATCHED, Registry, TooManyLimits, load_registry, registry_of
from tocsin.warning.detection.rules import Unexplained
from tocsin.warning.detection.services.history_writer import HistoryWriter
from tocsin.warning.detection.services.snapshot import Snapshot, read_snapshot, write_snapshot


@pytest.mark.django_db
def test_every_sensor_gets_its_profile_interval_and_latch(district: list[int]) -> None:
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code="OWN", region_code=LICANG)],
        sensors=[
            NewSensor(device_code="OWN", channel="a", quantity="methane", lon=120.4, lat=36.2, alarm_high=25.0, interval_s=1800),
            NewSensor(device_code="OWN", channel="b", quantity="methane", lon=120.4, lat=36.2, alarm_high=25.0),
        ],
    )
    registry = load_registry()
    first, second = registry.profile_of_sensor[[4, 5]]
    assert first == second != registry.profile_of_sensor[0]
    assert registry.profiles[first].high[0].limit == 25.0
    assert registry.interval_ms[4] == 1_800_000
    assert registry.latches(0)
    assert not registry.latches(1)
    assert not registry.latches(99)
    assert load_registry(registry) is registry
    disabled = sensor_table()
    disabled.enabled[:] = False
    assert set(registry_of(disabled).profile_of_sensor) == {NOT_WATCHED}


@pytest.mark.django_db
@pytest.mark.one_database
def test_the_detector_reads_what_the_whole_table_says(district: list[int]) -> None:
    short, whole = registry_of(judged_sensors()), registry_of(sensor_table())
    assert (short.profiles, short.version, short.regions, short.policy) == (
        whole.profiles,
        whole.version,
        whole.regions,
        whole.policy,
    )
    for name in ("profile_of_sensor", "interval_ms", "resolution", "region_of_sensor"):
        assert np.array_equal(getattr(short, name), getattr(whole, name))


def many_limits(count: int) -> Registry:
    """As many sensors, each with a profile of its own but the last, which is not watched."""
    profiles = tuple(Profile(f"p{number}") for number in range(count))
    column = np.array([*range(count), NOT_WATCHED], np.int32)
    return Registry(1, profiles, column, np.arange(count + 1), np.ones(count + 1))


def test_each_detector_numbers_the_profiles_of_its_own_sensors() -> None:
    registry = many_limits(5)
    profiles, column, interval = registry.of_partition(Partition(1, 2))
    assert [one.name for one in profiles] == ["p1", "p3"]
    assert (column.tolist(), interval.tolist()) == ([0, 1, -1], [1, 3, 5])
    assert column.dtype == np.int16
    assert registry.of_partition(Partition())[1].tolist() == [0, 1, 2, 3, 4, -1]


def test_more_limits_than_a_detector_tells_apart_are_refused_and_dealt_out(english: None) -> None:
    registry = many_limits(MOST_PROFILES + 1)
    with pytest.raises(TooManyLimits, match=r"32768 different sets .* at most 32767: deal the sensors out"):
        registry.of_partition(Partition())
    assert len(registry.of_partition(Partition(0, 2))[0]) == MOST_PROFILES // 2 + 1
    with pytest.raises(ValueError, match="tells 32767 profiles apart"):
        Detector(registry.profiles, registry.profile_of_sensor)


def test_a_registry_that_a_detector_cant_take_leaves_the_one_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shelf = detection.RegistryShelf()
    offered = [many_limits(3), many_limits(MOST_PROFILES + 1), many_limits(4)]
    monkeypatch.setattr(shelf, "newest", lambda: offered[0])
    loop = DetectionLoop(None, folder=tmp_path, clock=Clock(), shelf=shelf)  # type: ignore[arg-type]  # publishes nothing here
    loop._registry, loop._detector = offered[0], Detector(*offered[0].of_partition(Partition()))
    monkeypatch.setattr(shelf, "newest", lambda: offered[1])
    asyncio.run(loop._reload_registry())
    assert loop._registry is offered[0]
    monkeypatch.setattr(shelf, "newest", lambda: offered[2])
    asyncio.run(loop._reload_registry())
    assert loop._registry is offered[2]


def test_readings_do_not_wait_while_the_registry_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shelf, known, newer, stale, newest = detection.RegistryShelf(), *map(many_limits, (3, 4, 5, 6))
    offered, begun, may_go_on = [newer], threading.Event(), threading.Event()

    def read() -> Registry:
        found = offered[-1]
        begun.set()
        assert may_go_on.wait(20)
        return found

    async def play() -> None:
        loop = DetectionLoop(None, folder=tmp_path, clock=Clock(), shelf=shelf)  # type: ignore[arg-type]  # publishes nothing here
        loop._registry, loop._detector = known, Detector(*known.of_partition(Partition()))
        for _turn in range(3):
            loop._next["registry"] = 0.0
            loop._follow_registry()
            await asyncio.to_thread(begun.wait, 20)
        assert loop._registry is known, "it is still being read"
        may_go_on.set()
        await asyncio.wait([cast("asyncio.Task[Registry]", loop._reading_registry)])
        loop._follow_registry()
        assert loop._registry is newer
        offered.append(stale)
        begun.clear()
        may_go_on.clear()
        loop._next["registry"] = 0.0
        loop._follow_registry()
        await asyncio.to_thread(begun.wait, 20)
        offered.append(newest)
        may_go_on.set()
        await loop._reload_registry()
        loop._follow_registry()
        assert loop._registry is newest, "what was asked for before is older"

    monkeypatch.setattr(shelf, "newest", read)
    asyncio.run(play())


def test_a_registry_that_fails_to_be_read_ends_the_loop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail() -> Registry:
        raise OperationalError("away")

    async def play() -> None:
        loop = DetectionLoop(None, folder=tmp_path, clock=Clock(), shelf=shelf)  # type: ignore[arg-type]  # publishes nothing here
        loop._follow_registry()
        await asyncio.wait([cast("asyncio.Task[Registry]", loop._reading_registry)])
        with pytest.raises(OperationalError):
            loop._follow_registry()

    shelf = detection.RegistryShelf()
    monkeypatch.setattr(shelf, "newest", fail)
    asyncio.run(play())


def test_a_snapshot_is_whole_or_absent(tmp_path: Path) -> None:
    path = tmp_path / "detector" / "snapshot"
    assert read_snapshot(path) == Snapshot()
    snapshot = Snapshot(position=7, history_offset=2, state=b"state")
    write_snapshot(path, snapshot)
    assert read_snapshot(path) == snapshot
    path.write_bytes(b"torn")
    with pytest.raises(ValueError, match="snapshot"):
        read_snapshot(path)


def test_a_disk_that_refuses_a_snapshot_leaves_the_old_one_and_the_detector(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    shelf = detection.RegistryShelf()
    loop = DetectionLoop(None, folder=tmp_path, clock=Clock(), shelf=shelf)  # type: ignore[arg-type]  # publishes nothing here
    loop._detector = Detector(*many_limits(3).of_partition(Partition()))
    asyncio.run(loop._write_snapshot())
    kept = sorted(tmp_path.rglob("*snapshot*"))
    before = kept[0].read_bytes()
    monkeypatch.setattr(os, "fsync", refuse)
    loop._position = 7
    asyncio.run(loop._write_snapshot())
    assert "tried again" in caplog.text
    assert (sorted(tmp_path.rglob("*snapshot*")), kept[0].read_bytes()) == (kept, before), "no piece of a new one is left"
    assert loop._written_position != 7
    monkeypatch.undo()
    asyncio.run(loop._write_snapshot())
    assert read_snapshot(kept[0]).position == 7


def test_what_the_history_holds_is_not_added_again(tmp_path: Path) -> None:
    def batch(version: int) -> Readings:
        return Readings.of(sensor=[0], ts=[version * 1000], value=[1.23])

    async def write(versions: range) -> int:
        writer = HistoryWriter(History(tmp_path), Clock())
        writer.resolution = np.array([0.1])
        for version in versions:
            writer.add(version, batch(version))
        await writer.flush()
        return writer.last_version()

    assert asyncio.run(write(range(1, 4))) == 3
    assert asyncio.run(write(range(2, 6))) == 5
    found = History(tmp_path).read([0], 0, 10_000)
    assert found.ts.tolist() == [1000, 2000, 3000, 4000, 5000]
    assert found.value.tolist() == [1.2] * 5


def test_the_newest_reading_of_each_sensor() -> None:
    readings = Readings.of(sensor=[1, 0, 1, 0], ts=[5, 9, 4, 8], value=[1.0, 2.0, 3.0, 4.0])
    newest = detection._newest(readings)
    assert (newest.sensor.tolist(), newest.value.tolist()) == ([0, 1], [2.0, 1.0])


class Log:
    """A log of readings in memory that stands in for the bus."""

    is_connected = True

    def __init__(self, batches: list[Readings], first: int = 1) -> None:
        self.entries = [(first + k, encode_readings(batch)) for k, batch in enumerate(batches)]
        self.published: list[str] = []
        self.together: list[int] = []  # how many were handed over at once

    async def sequences(self, stream: str) -> tuple[int, int]:
        return (self.entries[0][0], self.entries[-1][0]) if self.entries else (1, 0)

    async def read_log(self, stream: str, start: int) -> Any:
        yield [entry for entry in self.entries if entry[0] >= start]
        await asyncio.Event().wait()

    async def publish_detections(self, detections: list[tuple[str, bytes]]) -> None:
        self.published += [identity for identity, _ in detections]
        self.together.append(len(detections))

    async def publish_live(self, readings: Readings) -> None:
        pass


def run_detector(log: Log, folder: Path) -> None:
    """Runs the loop until everything is judged, then stops it as SIGTERM would."""

    async def play() -> None:
        loop, stop = DetectionLoop(log, folder=folder, clock=Clock()), asyncio.Event()  # type: ignore[arg-type]  # stands in
        task = asyncio.create_task(loop.run(stop))
        last = log.entries[-1][0]
        while not (loop._caught_up_at == last <= loop._position) and not task.done():
            await asyncio.sleep(0.01)
        stop.set()
        await task

    asyncio.run(play())


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """One methane sensor, without a database: the loop's threads see no test transaction."""
    profile = load_profiles().named("methane")
    known = Registry(1, (profile,), np.zeros(1, np.int16), np.array([60_000]), np.array([0.1]))
    monkeypatch.setattr(detection, "_load_registry", lambda _known=None: known)
    monkeypatch.setattr(detection, "_standing_conditions", list)


def batches(values: list[float]) -> list[Readings]:
    now = Clock().now_ms()
    return [Readings.of(sensor=[0], ts=[now - (len(values) - k) * 1000], value=[value]) for k, value in enumerate(values)]


@pytest.mark.usefixtures("registry")
def test_a_detector_that_begins_again_finds_the_same_edges_and_writes_each_reading_once(tmp_path: Path) -> None:
    story = batches([1, 30, 30, 60, 60, 1, 1, 1, 1])
    whole = Log(story)
    run_detector(whole, tmp_path / "whole")
    assert len(whole.published) > 2
    parted, before = Log(story[:4]), tmp_path / "parted"
    run_detector(parted, before)
    parted.entries = Log(story).entries
    run_detector(parted, before)
    assert parted.published == whole.published
    assert len(History(before / "history").read([0], 0, 2**60)) == len(story)


@pytest.mark.usefixtures("registry")
def test_much_that_is_found_at_once_is_published_part_by_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one piece it would hold the process up, and its leases would be over meanwhile."""
    whole = Log(batches([1, 30, 30, 60, 60, 1, 1, 1, 1]))
    run_detector(whole, tmp_path / "whole")
    monkeypatch.setattr(detection, "PUBLISHED_AT_ONCE", 2)
    parted = Log([])
    parted.entries = whole.entries
    run_detector(parted, tmp_path / "parted")
    assert parted.published == whole.published
    assert max(parted.together) == 2 < max(whole.together)


@pytest.mark.usefixtures("registry")
def test_a_detector_killed_before_its_snapshot_tells_the_same_edges_again(tmp_path: Path) -> None:
    log = Log(batches([1, 30, 30, 60]))
    run_detector(log, tmp_path)
    first = list(log.published)
    (tmp_path / "detector" / "snapshot").unlink()
    run_detector(log, tmp_path)
    assert log.published == first + first
    assert len(History(tmp_path / "history").read([0], 0, 2**60)) == 4


@pytest.mark.usefixtures("registry")
def test_a_log_that_began_anew_is_read_from_its_start(tmp_path: Path) -> None:
    story = batches([1, 2, 3, 4, 5])
    run_detector(Log(story[:3]), tmp_path)
    run_detector(Log(story[3:]), tmp_path)
    history = History(tmp_path / "history")
    assert history.read([0], 0, 2**60).value.tolist() == [1, 2, 3, 4, 5]
    assert history.last_version() == 5


def test_a_detector_without_memory_clears_what_no_longer_holds_and_keeps_what_does() -> None:
    profile = load_profiles().named("methane")
    detector = Detector([profile], np.zeros(2, np.int16))
    unexplained = Unexplained([(0, "high"), (0, "stuck"), (1, "high"), (5, "high")])
    cleared: list[tuple[int, str, str]] = []
    for k in range(12):
        readings = Readings.of(sensor=[0, 1], ts=[k * 1000] * 2, value=[1.0 + k % 2, 30.0])
        found = unexplained.see(readings, detector.update(readings), is_past=k < 6)
        assert not (found and k < 6), "the past explains, it does not clear"
        cleared += [(one.sensor, one.rule, one.edge) for one in found]
    assert cleared == [(0, "high", "clear"), (0, "stuck", "clear")]
    assert unexplained.conditions == [(5, "high")]  # silent: that is not clear


@pytest.mark.django_db
def test_conditions_that_stand_in_the_database(district: list[int], officer: User) -> None:
    found = [detected(), detected(sensor=1, rule="zscore"), detected("clear", sensor=1, rule="zscore")]
    silent = detected(sensor=2, rule="silence", level=AlarmLevel.NONE)
    services.apply_detections(detections=[*found, silent], now=NOW)
    until = settings.CONFIGURATION.clock.now() + timedelta(hours=1)
    alarm = Alarm.objects.get(sensor__index=0)
    services_acts.shelve_alarm(actor=officer, alarm_id=alarm.pk, until=until, reason="works")
    assert standing_conditions() == [(0, "high"), (2, "silence")]
