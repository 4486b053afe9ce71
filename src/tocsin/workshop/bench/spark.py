"""Detection over the history on Spark by shard, beside PySpark keyed by sensor and one process alone: the same detections."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from deltalake import DeltaTable
from rich.console import Console
from rich.table import Table

from tocsin.base.errors import TocsinError
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detections import Detections
from tocsin.engine.detection.detector import Detector
from tocsin.sensing.history.queries.compaction import write_day
from tocsin.sensing.history.queries.layout import DAY_MS, NO_PARTITION
from tocsin.sensing.history.queries.places import Folder
from tocsin.sensing.history.queries.table import History
from tocsin.workshop.bench.workload import EVERYTHING, INTERVAL_MS, START_MS, rounds
from tocsin.workshop.spark.batch import detect
from tocsin.workshop.spark.columns import DETECTIONS_DDL, from_arrow, to_arrow
from tocsin.workshop.spark.session import open_session
from tocsin.workshop.spark.shards import Rules, detect_here, plan_of, sorted_detections

SENSORS = 20_000
STEPS = 288  # minutes


def run(console: Console, quick: bool) -> None:
    """Prints seconds and ratios; TocsinError where two of them detect something else."""
    sensors = SENSORS // 10 if quick else SENSORS
    session = open_session()
    try:
        with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as place:
            folder = Path(place) / "history"
            readings = _write(folder, sensors)
            rules = Rules.of_one(EVERYTHING, sensors)
            width = -(-sensors // 4)
            detect_here(folder, Rules.of_one(EVERYTHING, 10))  # kernels are compiled, and Spark's workers are there
            detect(session, folder, Rules.of_one(EVERYTHING, 10), 5)
            alone, alone_s = _timed(lambda: detect_here(folder, rules))
            ours, ours_s = _timed(lambda: detect(session, folder, rules, width))
            _by_sensor(session, folder, rules, sensors=10)
            peer, peer_s = _timed(lambda: _by_sensor(session, folder, rules, sensors=sensors))
    finally:
        session.stop()
    _require_same(alone, ours, "Spark by shard")
    _require_same(alone, peer, "PySpark by sensor")
    table = Table(title=f"{readings:,} readings of {sensors:,} sensors, {len(alone):,} detections each", title_justify="left")
    for column in ("", "s", "million readings/s", "to PySpark by sensor"):
        table.add_column(column, justify="left" if not column else "right")
    for words, seconds in (("one process", alone_s), ("Spark by shard", ours_s), ("PySpark by sensor", peer_s)):
        table.add_row(words, f"{seconds:.1f}", f"{readings / seconds / 1e6:.2f}", f"{peer_s / seconds:.1f}")
    console.print(table)


def _write(folder: Path, sensors: int) -> int:
    """Nearly five hours of one reading a minute, as compaction leaves it."""
    History(folder, keep_days=3650)
    told = Readings.concatenate(list(rounds(sensors, sensors * STEPS)))
    order = np.lexsort((told.ts, told.sensor))
    day = told.ts[order] // DAY_MS
    position = 1 + (told.ts[order] - START_MS) // INTERVAL_MS
    quality = told.quality[order].astype(np.int8)
    columns: list[Any] = [told.sensor[order], told.ts[order], told.value[order], quality, position]
    rows = pa.Table.from_arrays([pa.array(one) for one in columns], schema=NO_PARTITION)
    for one in np.unique(day).tolist():
        write_day(DeltaTable(folder), Folder(folder), one, [rows.filter(pa.array(day == one))])
    return len(told)


def _by_sensor(session: Any, folder: Path, rules: Rules, *, sensors: int) -> Detections:
    """What PySpark's guide shows: rows grouped by their key, a data frame of pandas for each group."""
    plan = plan_of(folder)
    paths = [str(folder / one.path) for day in plan.days for one in day]
    rows = session.read.parquet(*paths)
    grouped = rows.where(rows.sensor < sensors).groupBy("sensor")
    found = grouped.applyInPandas(_one_sensor(rules, plan.newest_ms), DETECTIONS_DDL).toArrow()
    return sorted_detections([from_arrow(found)])


def _one_sensor(rules: Rules, until_ms: int) -> Callable[[Any], Any]:
    def judge(rows: Any) -> Any:
        ordered = rows.sort_values("ts")
        sensor = int(ordered["sensor"].iloc[0])
        detector = Detector(rules.profiles, rules.profile_of_sensor[sensor : sensor + 1], rules.interval_ms[sensor : sensor + 1])
        readings = Readings.of(np.zeros(len(ordered)), ordered["ts"], ordered["value"], ordered["quality"])
        found = Detections.concatenate([detector.update(readings), detector.tick(until_ms)])
        found.sensor[:] = sensor
        return to_arrow(found).to_pandas()

    return judge


def _timed[Answer](act: Callable[[], Answer]) -> tuple[Answer, float]:
    began = time.perf_counter()
    answer = act()
    return answer, time.perf_counter() - began


def _require_same(one: Detections, two: Detections, words: str) -> None:
    for name in ("sensor", "rule", "edge", "level", "ts", "value", "limit", "figures"):
        if not np.array_equal(getattr(one, name), getattr(two, name), equal_nan=name in ("value", "limit", "figures")):
            raise TocsinError(f"{words} detects something else ({len(one):,} and {len(two):,})")
