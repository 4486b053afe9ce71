"""Sensors dealt out to several detectors: who judges what, and that together they do what one does."""

import asyncio
import subprocess
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from django.conf import settings
from django.utils import timezone

from tests.warning.dealt import as_rows, in_history, story, undisturbed
from tests.warning.test_detection import Log
from tocsin.base.errors import Conflict, InvalidInput, Unavailable
from tocsin.base.time import Clock
from tocsin.bus.models import LoopLease
from tocsin.engine.columns import Readings
from tocsin.engine.detection.partition import Partition, partitions
from tocsin.portal.commands.partitions import partitions as command
from tocsin.sensing.history.queries.table import History
from tocsin.warning.detection.gauges import partitions_judged, partitions_unjudged
from tocsin.warning.detection.loops import dealing
from tocsin.warning.detection.loops import detector as detection
from tocsin.warning.detection.loops.detector import DetectionLoop, Tenure
from tocsin.warning.detection.loops.keeper import pause_until_next_look
from tocsin.warning.detection.policy import load_profiles
from tocsin.warning.detection.queries.registry import Registry
from tocsin.warning.detection.services import holding, layout
from tocsin.warning.detection.services.holding import give_up, hold_all, hold_share, judged_by, leave
from tocsin.warning.detection.services.snapshot import Snapshot, read_snapshot, write_snapshot
from tocsin.workshop.commands.spark import _require_one_writer

SENSORS = 7
EVENING_MS = 1_764_547_200_000


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Methane everywhere, without a database: the loop's threads see no test transaction."""
    profile = load_profiles().named("methane")
    known = Registry(
        1,
        (profile,),
        np.zeros(SENSORS, np.int16),
        np.full(SENSORS, 60_000),
        np.full(SENSORS, 0.1),
        region_of_sensor=np.zeros(0, np.int16),
    )
    monkeypatch.setattr(detection, "_load_registry", lambda _known=None: known)
    monkeypatch.setattr(detection, "_standing_conditions", list)
    return known


def frozen() -> Clock:
    """Time stands still: nothing is silent, however long a test takes."""
    return Clock(origin_ms=EVENING_MS, started_ms=0, speed=0.0)


def judge(log: Log, folder: Path, count: int) -> None:
    """All partitions judge the log to its end, one after the other."""
    for one in partitions(count):
        loop = DetectionLoop(log, folder=folder, clock=frozen(), partition=one)  # type: ignore[arg-type]  # stands in
        asyncio.run(loop.run(asyncio.Event(), until=log.entries[-1][0]))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("count", [2, 4, 9])
def test_partitions_find_and_keep_what_one_detector_does(registry: Registry, tmp_path: Path, count: int, seed: int) -> None:
    batches = story(SENSORS, 60, end_ms=EVENING_MS, seed=seed)
    whole, dealt = Log(batches), Log(batches[:25])
    judge(whole, tmp_path / "one", 1)
    judge(dealt, tmp_path / "many", count)
    dealt.entries = Log(batches).entries
    judge(dealt, tmp_path / "many", count)
    assert len(whole.published) > 10
    assert sorted(dealt.published) == sorted(whole.published), "each once: no part finds again what it had found"
    assert in_history(tmp_path / "many") == in_history(tmp_path / "one") == as_rows(batches)


@pytest.mark.usefixtures("registry")
def test_a_partition_without_readings_does_not_read_the_log_again(tmp_path: Path) -> None:
    log = Log([Readings.of([0], [EVENING_MS - k], [1.0]) for k in range(5, 0, -1)])
    judge(log, tmp_path, 2)
    quiet = read_snapshot(layout.snapshot_path(tmp_path, Partition(1, 2)))
    assert (quiet.position, quiet.history_settled, quiet.history_written) == (5, 5, 0)
    layout.write_count(tmp_path, 2)
    history = History(tmp_path / "history")
    assert layout.history_reaches(tmp_path, history.version_of) == 5
    assert layout.first_unseen(tmp_path, history.version_of) == 6
    assert layout.first_unseen(tmp_path, lambda writer: 0) == 1, "a history that is gone is filled again from the log"


@pytest.mark.usefixtures("registry")
def test_who_lost_its_lease_judges_nothing_and_writes_nothing(tmp_path: Path) -> None:
    async def play() -> Tenure:
        log, tenure, stop = Log(story(SENSORS, 20, end_ms=EVENING_MS)), Tenure(0.0), asyncio.Event()
        loop = DetectionLoop(log, folder=tmp_path, clock=frozen(), tenure=tenure)  # type: ignore[arg-type]
        running = asyncio.create_task(loop.run(stop))
        await asyncio.sleep(3 * detection.IDLE_S)
        assert not log.published
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return tenure

    assert not asyncio.run(play()).holds()
    assert not (tmp_path / "detector").exists()
    assert History(tmp_path / "history").last_version() == 0


def test_a_memory_of_before_there_were_partitions_is_read(tmp_path: Path) -> None:
    path = layout.snapshot_path(tmp_path, Partition())
    assert path == tmp_path / "detector" / "snapshot"
    write_snapshot(path, Snapshot(position=7, history_offset=2))
    assert read_snapshot(path).history_reaches(8) == 6
    assert layout.read_count(tmp_path) == 1
    (tmp_path / "detector" / "partitions").write_text("many")
    with pytest.raises(InvalidInput, match=r"says 'many'; it must be a number of partitions from 1 to 64"):
        layout.read_count(tmp_path)


SHARES = [
    ({"a": 0}, 4, {"a": 4}),
    ({"a": 4, "b": 0}, 4, {"a": 2, "b": 2}),
    ({"a": 2, "b": 2, "c": 0}, 4, {"a": 2, "b": 1, "c": 1}),
    ({"a": 0, "b": 1}, 1, {"a": 0, "b": 1}),
    ({"a": 1, "b": 0, "c": 1}, 2, {"a": 1, "b": 0, "c": 1}),
    ({}, 3, {}),
]


@pytest.mark.parametrize(("held", "count", "expected"), SHARES)
def test_shares(held: dict[str, int], count: int, expected: dict[str, int]) -> None:
    from tocsin.warning.detection.rules import shares

    assert shares(held, count) == expected


@pytest.mark.django_db
def test_processes_share_the_partitions_and_take_over_from_the_dead() -> None:
    def numbers(found: list[Partition]) -> list[int]:
        return [one.number for one in found]

    first = hold_share(process="a:1", judges=[], count=4)
    assert numbers(first.taken) == [0, 1, 2, 3], "who is alone judges all"
    joined = hold_share(process="b:1", judges=[], count=4)
    assert not joined.taken, "nothing is free yet"
    told = hold_share(process="a:1", judges=first.taken, count=4)
    assert (numbers(told.surplus), told.lost, told.taken) == ([2, 3], [], [])
    give_up(process="a:1", judged=told.surplus)
    joined = hold_share(process="b:1", judges=[], count=4)
    assert numbers(joined.taken) == [2, 3]
    assert set(judged_by(4).values()) == {"a:1", "b:1"}
    assert {one.labels["process"]: one.value for one in partitions_judged(timezone.now())} == {}, (
        "there is one partition in force"
    )
    assert holding.lease_seconds() - 1 < joined.others_until_s < holding.lease_seconds(), "then a must have held on its leases"
    LoopLease.objects.filter(holder="a:1").update(until=timezone.now() - timedelta(seconds=1))
    assert judged_by(4)[Partition(0, 4)] == ""
    after = hold_share(process="b:1", judges=joined.taken, count=4)
    assert numbers(after.taken) == [0, 1], "at once, by whoever looks first"
    assert after.others_until_s == float("inf"), "nobody else lives"
    late = hold_share(process="a:1", judges=first.taken[:2], count=4)
    assert numbers(late.lost) == [0, 1], "who comes back too late has lost them"
    leave(process="b:1")
    assert not LoopLease.objects.filter(holder="b:1")
    assert numbers(hold_share(process="a:1", judges=[], count=4).taken) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("has_all", "others_until_s", "pause"),
    [(True, 0.1, 5.0), (False, float("inf"), 1.0), (False, 2.5, 1.0), (False, 0.4, 0.42), (False, -3.0, 0.02)],
)
def test_who_could_take_over_looks_the_moment_a_lease_may_be_over(has_all: bool, others_until_s: float, pause: float) -> None:
    assert pause_until_next_look(15.0, has_all=has_all, others_until_s=others_until_s) == pytest.approx(pause)


@pytest.mark.django_db
def test_who_has_not_yet_lost_its_lease_goes_on_when_the_database_comes_back() -> None:
    [only] = hold_share(process="a:1", judges=[], count=1).taken
    LoopLease.objects.update(until=timezone.now() - timedelta(minutes=1))
    told = hold_share(process="a:1", judges=[only], count=1)
    assert (told.taken, told.lost, told.surplus) == ([], [], [])


@pytest.mark.django_db
def test_rows_of_the_dead_are_forgotten() -> None:
    hold_share(process="a:1", judges=[], count=1)
    LoopLease.objects.update(until=timezone.now() - timedelta(minutes=11))
    LoopLease.objects.create(name="relay-events", holder="a:1", until=timezone.now() - timedelta(days=1))
    hold_share(process="b:1", judges=[], count=1)
    hold_share(process="b:1", judges=[Partition()], count=1)
    assert set(LoopLease.objects.values_list("name", flat=True)) == {
        "relay-events",
        layout.lease_of(Partition()),
        holding.member_of("b:1"),
    }


@pytest.mark.django_db
def test_a_process_of_this_machine_that_nobody_has_buried_yet_is_dead() -> None:
    from tocsin.bus.loops.leases import is_dead, worker_name

    here = worker_name().rpartition(":")[0]
    child = subprocess.Popen(["true"])
    try:
        while not is_dead(f"{here}:{child.pid}"):
            pass
    finally:
        child.wait()
    assert not is_dead(worker_name())
    assert not is_dead(f"elsewhere:{child.pid}")


@pytest.mark.django_db
def test_nobody_deals_out_while_a_detector_runs() -> None:
    hold_share(process="a:1", judges=[], count=2)
    with pytest.raises(Conflict, match="a:1 judges partition 0 of 2: stop all detectors first"):
        hold_all(process="b:1", count=2)
    assert set(judged_by(2).values()) == {"a:1"}
    leave(process="a:1")
    hold_all(process="b:1", count=2)
    assert set(judged_by(2).values()) == {"b:1"}


@pytest.mark.parametrize(("count", "what"), [(0, "1 to 64"), (65, "not 65"), (1, "1 partitions already")])
def test_numbers_of_partitions_that_are_refused(tmp_path: Path, count: int, what: str) -> None:
    with pytest.raises((InvalidInput, Conflict), match=what):
        asyncio.run(dealing.deal_out(Log([]), folder=tmp_path, clock=frozen(), count=count))  # type: ignore[arg-type]


@pytest.mark.parametrize("counts", [(4, 1), (3, 2), (2, 5)])
def test_memories_are_divided_anew_and_nothing_is_found_or_kept_twice(
    registry: Registry, tmp_path: Path, counts: tuple[int, int]
) -> None:
    batches = story(SENSORS, 60, end_ms=EVENING_MS)
    log, before = Log(batches[:20]), 1
    judge(log, tmp_path, 1)
    for turn, count in enumerate(counts, start=2):
        dealing.divide_memories(tmp_path, log.entries[-1][0], count)
        assert layout.read_count(tmp_path) == count
        assert not [one for one in partitions(before) if layout.snapshot_path(tmp_path, one).exists()]
        log.entries, before = Log(batches[: 20 * turn]).entries, count
        judge(log, tmp_path, count)
    expected = undisturbed(registry, batches)
    assert sorted(log.published) == sorted(one for edges in expected.values() for one in edges)
    assert in_history(tmp_path) == as_rows(batches)


def no_room(folder: Path, count: int) -> None:
    raise OSError("no room")


def test_an_act_that_breaks_off_changes_nothing(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batches = story(SENSORS, 40, end_ms=EVENING_MS)
    log = Log(batches[:20])
    judge(log, tmp_path, 1)
    with pytest.raises(Unavailable, match="did not get as far as 21"):
        dealing.divide_memories(tmp_path, 21, 3)
    with monkeypatch.context() as broken:
        broken.setattr(dealing, "write_count", no_room)
        with pytest.raises(OSError, match="no room"):
            dealing.divide_memories(tmp_path, 20, 3)
    assert layout.read_count(tmp_path) == 1
    log.entries = Log(batches[:30]).entries
    judge(log, tmp_path, 1)
    dealing.divide_memories(tmp_path, 30, 3)
    log.entries = Log(batches).entries
    judge(log, tmp_path, 3)
    assert sorted(log.published) == sorted(one for edges in undisturbed(registry, batches).values() for one in edges)
    assert in_history(tmp_path) == as_rows(batches)


def test_who_was_left_behind_by_the_act_can_add_nothing(registry: Registry, tmp_path: Path) -> None:
    batches = story(SENSORS, 20, end_ms=EVENING_MS)
    left_behind = History(tmp_path / "history")
    judge(Log(batches), tmp_path, 1)
    dealing.divide_memories(tmp_path, 20, 2)
    with pytest.raises(Conflict):
        left_behind.append(batches[0], version=19)


@pytest.mark.django_db
def test_the_command_tells_who_judges() -> None:
    layout.write_count(settings.CONFIGURATION.data, 2)
    try:
        hold_all(process="elsewhere:1", count=2)
        give_up(process="elsewhere:1", judged=[Partition(1, 2)])
        told = CliRunner().invoke(command, [])
        assert told.output == "partition 0 of 2: elsewhere:1\npartition 1 of 2: nobody judges it\n"
        assert [one.value for one in partitions_unjudged(timezone.now())] == [1]
        assert [(one.labels, one.value) for one in partitions_judged(timezone.now())] == [({"process": "elsewhere:1"}, 1)]
    finally:
        (settings.CONFIGURATION.data / "detector" / "partitions").unlink()


def test_spark_does_not_follow_a_history_of_several_writers(tmp_path: Path) -> None:
    _require_one_writer(tmp_path / "history")
    layout.write_count(tmp_path, 2)
    with pytest.raises(InvalidInput, match="follow one of a single partition"):
        _require_one_writer(tmp_path / "history")
