"""A history that can't be written: alarms go on, readings wait, and each is in it once when it takes them again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone

from tests.warning.dealt import as_rows, in_history, story, undisturbed
from tests.warning.test_detection import Log
from tocsin.base.errors import Unavailable
from tocsin.base.time import Clock
from tocsin.engine.columns import Readings
from tocsin.sensing.history.gauges import history_waits
from tocsin.sensing.history.queries import table
from tocsin.sensing.history.queries.table import History
from tocsin.sensing.history.services import record_history_wait
from tocsin.warning.detection.loops import detector as detection
from tocsin.warning.detection.loops.detector import DetectionLoop, FallenBehind
from tocsin.warning.detection.policy import load_profiles
from tocsin.warning.detection.queries.registry import Registry
from tocsin.warning.detection.services import history_writer

SENSORS = 7
EVENING_MS = 1_764_547_200_000


class Place:
    """A history that can be out of reach, and what was told of it."""

    def __init__(self) -> None:
        self.is_away = False
        self.told: list[bool] = []

    def answer(self, usual: Callable[..., object]) -> Callable[..., object]:
        def ask(*arguments: object, **named: object) -> object:
            if self.is_away:
                raise Unavailable("the store does not answer")
            return usual(*arguments, **named)

        return ask


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Place:
    found = Place()
    monkeypatch.setattr(table, "open_or_create", found.answer(table.open_or_create))
    monkeypatch.setattr(History, "append", found.answer(History.append))
    monkeypatch.setattr(History, "last_version", found.answer(History.last_version))
    for name in ("FIRST_PAUSE_S", "LONGEST_PAUSE_S", "FLUSH_S"):
        monkeypatch.setattr(history_writer, name, 0.05)
    monkeypatch.setattr(history_writer, "record_history_wait", lambda *, writer, since: found.told.append(since is not None))
    monkeypatch.setattr(detection, "SNAPSHOT_S", 0.05)
    return found


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    profile = load_profiles().named("methane")
    figures = np.zeros(SENSORS, np.int16), np.full(SENSORS, 60_000), np.full(SENSORS, 0.1)
    known = Registry(1, (profile,), *figures, region_of_sensor=np.zeros(0, np.int16))
    monkeypatch.setattr(detection, "_load_registry", lambda _known=None: known)
    monkeypatch.setattr(detection, "_standing_conditions", list)
    return known


class GrowingLog(Log):
    """One message at a time, as they come."""

    def more(self, batches: list[Readings]) -> None:
        self.entries += Log(batches, first=self.entries[-1][0] + 1).entries

    async def read_log(self, stream: str, start: int) -> AsyncIterator[list[tuple[int, bytes]]]:
        following = start
        while True:
            for entry in [one for one in self.entries if one[0] >= following]:
                following = entry[0] + 1
                yield [entry]
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.02)


def loop_of(log: Log, folder: Path) -> DetectionLoop:
    clock = Clock(origin_ms=EVENING_MS, started_ms=0, speed=0.0)
    return DetectionLoop(log, folder=folder, clock=clock)  # type: ignore[arg-type]  # stands in


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("is_away_at_the_start", [False, True])
def test_alarms_go_on_while_the_history_is_away_and_readings_are_in_it_once(
    registry: Registry, place: Place, tmp_path: Path, is_away_at_the_start: bool
) -> None:
    batches = story(SENSORS, 60, end_ms=EVENING_MS)
    edges = sorted(one for found in undisturbed(registry, batches).values() for one in found)

    async def play() -> None:
        log = Log(batches[:20])
        await loop_of(log, tmp_path).run(asyncio.Event(), until=20)
        log.entries = Log(batches).entries
        place.is_away = is_away_at_the_start
        loop, stop = loop_of(log, tmp_path), asyncio.Event()
        place.is_away = True
        running = asyncio.create_task(loop.run(stop))
        await until(lambda: len(log.published) == len(edges) and place.told)
        assert loop._writer.waits_since is not None
        assert not running.done()
        place.is_away = False
        await until(lambda: loop._writer.waits_since is None and loop._writer.last_version() == 60)
        stop.set()
        await running
        assert sorted(log.published) == edges

    asyncio.run(play())
    assert place.told == [True, False]
    assert in_history(tmp_path) == as_rows(batches)


def test_who_is_stopped_while_the_history_is_away_ends_at_once_and_loses_nothing(place: Place, tmp_path: Path) -> None:
    batches = story(SENSORS, 40, end_ms=EVENING_MS)
    log = Log(batches)

    async def play() -> None:
        stop = asyncio.Event()
        place.is_away = True
        loop = loop_of(log, tmp_path)
        running = asyncio.create_task(loop.run(stop))
        await until(lambda: place.told)
        stop.set()
        await asyncio.wait_for(running, 2.0)
        place.is_away = False
        await loop_of(log, tmp_path).run(asyncio.Event(), until=40)

    asyncio.run(play())
    assert in_history(tmp_path) == as_rows(batches)


def test_what_no_longer_fits_is_read_from_the_log_again(
    registry: Registry, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More comes than can be held while the history is away: all of it is judged, and kept once it is back."""
    monkeypatch.setattr(history_writer, "FULL_ROWS", 60)
    batches = story(SENSORS, 60, end_ms=EVENING_MS)
    edges = sorted(one for found in undisturbed(registry, batches).values() for one in found)
    log = GrowingLog(batches[:30])

    async def play() -> None:
        place.is_away = True
        first = asyncio.create_task(loop_of(log, tmp_path).run(asyncio.Event()))
        await until(lambda: place.told)
        log.more(batches[30:])
        await until(lambda: len(log.published) == len(edges))
        place.is_away = False
        with pytest.raises(FallenBehind):
            await first
        await loop_of(log, tmp_path).run(asyncio.Event(), until=60)

    asyncio.run(play())
    assert sorted(log.published) == edges
    assert in_history(tmp_path) == as_rows(batches)


@pytest.mark.django_db
def test_the_installation_shows_how_long_a_detector_has_waited() -> None:
    now = timezone.now()
    record_history_wait(writer="tocsin-detector", since=now - timedelta(seconds=90))
    assert [(one.labels, one.value) for one in history_waits(now)] == [({"writer": "tocsin-detector"}, 90.0)]
    record_history_wait(writer="tocsin-detector", since=None)
    assert not list(history_waits(now))
