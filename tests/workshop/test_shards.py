"""Detection over the history by shards, without Spark: the same as by one detector, however it is cut and done again."""

from pathlib import Path

import numpy as np
import pytest
from deltalake import DeltaTable

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detections import Detections
from tocsin.engine.detection.detector import Detector
from tocsin.sensing.history.queries.layout import DAY_MS
from tocsin.sensing.history.queries.table import History
from tocsin.workshop.bench.workload import EVERYTHING, rounds
from tocsin.workshop.spark.growth import GRACE_MS, judge_growth
from tocsin.workshop.spark.shards import (
    Rules,
    Shard,
    detect_here,
    judge_history,
    plan_of,
    reach,
    sensors_of,
    sorted_detections,
)

SENSORS, STEPS = 40, 90
COLUMNS = ("sensor", "rule", "edge", "level", "ts", "value", "limit", "figures")


def same(one: Detections, two: Detections) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True) for name in COLUMNS[5:]) and all(
        np.array_equal(getattr(one, name), getattr(two, name)) for name in COLUMNS[:5]
    )


def batches() -> list[Readings]:
    """A story over two days, with a late reading and one that is told twice."""
    told = list(rounds(SENSORS, SENSORS * STEPS, seed=5))
    shift = DAY_MS // STEPS * 2
    moved = [Readings(one.sensor, one.ts + number * shift, one.value, one.quality) for number, one in enumerate(told)]
    moved[50] = Readings.concatenate([moved[50], moved[3].take(slice(0, 5)), moved[50].take(slice(0, 3))])
    return moved


@pytest.fixture
def history(tmp_path: Path) -> History:
    kept = History(tmp_path / "history", keep_days=3650)
    for position, one in enumerate(batches(), start=1):
        kept.append(one, version=position)
    return kept


def test_shards_detect_what_one_detector_does(history: History, tmp_path: Path) -> None:
    folder, rules = tmp_path / "history", Rules.of_one(EVERYTHING, SENSORS)
    detector = Detector([EVERYTHING], np.zeros(SENSORS, np.int16))
    readings = history.read(range(SENSORS), 0, 2**60)
    alone = sorted_detections([detector.update(readings), detector.tick(int(readings.ts.max()))])
    assert len(alone) > 10
    for compacted in (False, True):
        if compacted:
            history.compact()
        plan = plan_of(folder)
        found = [
            one for shard in rules.shards(7) for one in judge_history(folder, plan.files_of(shard), shard, rules, plan.newest_ms)
        ]
        assert same(sorted_detections(found), alone)
        assert same(detect_here(folder, rules), alone)


def growth(folder: Path, states: Path, rules: Rules, most_rows: int, *, again: bool = False) -> Detections:
    """What a stream does, batch after batch; `again`: every batch twice, as after a crash before its commit."""
    found, after, batch = [], 0, 0
    while (end := reach(DeltaTable(folder), after, most_rows))[0] > after:
        for shard in rules.shards(7):
            order = {
                "number": shard.number,
                "low": shard.low,
                "end": shard.end,
                "after": after,
                "upto": end[0],
                "newest_ms": end[1],
            }
            told = judge_growth(folder, states, rules, batch, order)
            if again:
                told = judge_growth(folder, states, rules, batch, order)
            found.append(told)
        after, batch = end[0], batch + 1
    return sorted_detections(found)


@pytest.mark.parametrize("most_rows", [1, 700, 10**9])
def test_growth_is_judged_in_the_order_of_the_log(history: History, tmp_path: Path, most_rows: int) -> None:
    folder, rules = tmp_path / "history", Rules.of_one(EVERYTHING, SENSORS)
    found = growth(folder, tmp_path / "state", rules, most_rows)
    detector = Detector([EVERYTHING], np.zeros(SENSORS, np.int16))
    told, after = [], 0
    ordered = [one.take(np.lexsort((one.sensor, one.ts))) for one in batches()]
    while (end := reach(DeltaTable(folder), after, most_rows))[0] > after:
        told += [detector.update(one) for one in ordered[after : end[0]]]
        told.append(detector.tick(end[1] - GRACE_MS))
        after = end[0]
    assert same(found, sorted_detections(told))


def test_a_batch_that_is_done_again_tells_the_same(history: History, tmp_path: Path) -> None:
    folder, rules = tmp_path / "history", Rules.of_one(EVERYTHING, SENSORS)
    once = growth(folder, tmp_path / "once", rules, 700)
    assert same(growth(folder, tmp_path / "again", rules, 700, again=True), once)


def test_a_state_that_is_gone_is_told(history: History, tmp_path: Path) -> None:
    folder, states, rules = tmp_path / "history", tmp_path / "state", Rules.of_one(EVERYTHING, SENSORS)
    growth(folder, states, rules, 700)
    shard = Shard(0, 0, 7)
    order = {"number": 0, "low": 0, "end": 7, "after": 90, "upto": 91, "newest_ms": 0}
    last = max(int(one.name) for one in (states / str(shard.number)).iterdir())
    with pytest.raises(Conflict, match="is missing"):
        judge_growth(folder, states, rules, last + 2, order)


def test_batches_end_where_the_log_does(history: History, tmp_path: Path) -> None:
    table = DeltaTable(tmp_path / "history")
    assert reach(table, 0, 10**9)[0] == STEPS
    assert reach(table, STEPS, 10**9) == (STEPS, 0)
    assert reach(table, 0, 1)[0] == 1, "one file at least"
    assert sensors_of(tmp_path / "history") == SENSORS
    history.append(Readings.empty(), version=STEPS + 5)
    assert reach(DeltaTable(tmp_path / "history"), STEPS, 1)[0] == STEPS + 5


def test_a_folder_without_a_history_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="holds no history"):
        plan_of(tmp_path)
    History(tmp_path / "history")
    with pytest.raises(InvalidInput, match="no reading yet"):
        plan_of(tmp_path / "history")
