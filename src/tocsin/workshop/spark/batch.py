"""All of the history judged at once: Spark hands out shards, and each task reads its own files and judges them.

No reading passes through Java: what Spark carries are orders to its tasks, and the detections that come back.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from tocsin.engine.detection.detections import Detections
from tocsin.workshop.spark.columns import DETECTIONS_DDL, from_arrow, to_arrow
from tocsin.workshop.spark.shards import WIDTH, Plan, Rules, Shard, judge_history, plan_of, sorted_detections


def detect(session: Any, folder: Path, rules: Rules, width: int = WIDTH) -> Detections:
    """Detections of all sensors over all of the history, by time; InvalidInput where there is none."""
    plan = plan_of(folder)
    shards = [one for one in rules.shards(width) if plan.files_of(one)]
    if not shards:
        return Detections.none()
    numbers = session.range(0, len(shards), 1, len(shards))  # a task for each, and nothing to be dealt out between them
    found = numbers.mapInArrow(_judging(plan, rules, shards), DETECTIONS_DDL).toArrow()
    return sorted_detections([from_arrow(found)])


def _judging(plan: Plan, rules: Rules, shards: Sequence[Shard]) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What each task does with the numbers of its shards."""

    def judge(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch.column("id").to_numpy().tolist():
                shard = shards[number]
                for found in judge_history(plan.folder, plan.files_of(shard), shard, rules, plan.newest_ms):
                    yield to_arrow(found)

    return judge
