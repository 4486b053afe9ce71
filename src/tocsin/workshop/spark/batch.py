"""All of the history judged at once: Spark hands out shards, and each task reads its own files and judges them.

No reading passes through Java: what Spark carries are orders to its tasks, and the detections that come back.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from tocsin.engine.detection.detections import Detections
from tocsin.workshop.spark.columns import DETECTIONS_DDL, from_arrow, to_arrow
from tocsin.workshop.spark.shards import WIDTH, Rules, Shard, judge_history, plan_of, sorted_detections

_ORDER: dict[str, pa.DataType] = {
    "number": pa.int32(),
    "low": pa.int32(),
    "end": pa.int32(),
    "days": pa.list_(pa.list_(pa.string())),
}


def detect(session: Any, folder: Path, rules: Rules, width: int = WIDTH) -> Detections:
    """Detections of all sensors over all of the history, by time; InvalidInput where there is none."""
    plan = plan_of(folder)
    shards = rules.shards(width)
    rows = [
        {"number": one.number, "low": one.low, "end": one.end, "days": days} for one in shards if (days := plan.files_of(one))
    ]
    if not rows:
        return Detections.none()
    orders = session.createDataFrame(pa.Table.from_pylist(rows, pa.schema(_ORDER))).repartition(len(rows))
    found = orders.mapInArrow(_judging(folder, rules, plan.newest_ms), DETECTIONS_DDL).toArrow()
    return sorted_detections([from_arrow(found)])


def _judging(folder: Path, rules: Rules, until_ms: int) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What each task does with its orders."""

    def judge(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for row in batch.to_pylist():
                shard = Shard(row["number"], row["low"], row["end"])
                for found in judge_history(folder, row["days"], shard, rules, until_ms):
                    yield to_arrow(found)

    return judge
