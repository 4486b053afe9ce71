"""The history judged as it grows, by Structured Streaming: each detection once, also after a restart at any moment.

Spark's checkpoint says which batch is to be done. Every shard's state is a file of the batch before, so a batch that is done
again begins where it began. Its detections go into a Delta table in one commit that carries the number of the batch: a batch
whose commit is there is not written a second time.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from pyspark.sql import DataFrame

from tocsin.engine.detection.detections import Detections
from tocsin.workshop.spark.columns import DETECTIONS, DETECTIONS_DDL, from_arrow, to_arrow
from tocsin.workshop.spark.growth import judge_growth
from tocsin.workshop.spark.shards import WIDTH, Rules, sorted_detections
from tocsin.workshop.spark.source import NAME, HistorySource

APPLICATION = "tocsin-spark"
ROWS_AT_ONCE = 20_000_000  # of a batch that catches up with years, over all shards


def follow(session: Any, folder: Path, place: Path, rules: Rules, *, width: int = WIDTH, every_s: float = 1.0) -> Any:
    """Begins, or goes on with, the stream kept in `place`: `checkpoint`, `state` and the table `detections`.

    Returns Spark's query, which looks for news every `every_s` seconds until it is stopped.
    """
    session.dataSource.register(HistorySource)
    sensors = len(rules.profile_of_sensor)
    options = {"folder": folder, "sensors": sensors, "width": width, "rows": ROWS_AT_ONCE}
    orders = session.readStream.format(NAME).options(**{name: str(value) for name, value in options.items()}).load()
    writer = orders.writeStream.foreachBatch(_batch_by_batch(folder, place, rules))
    writer = writer.option("checkpointLocation", str(place / "checkpoint")).queryName(f"tocsin {place}")
    return writer.trigger(processingTime=f"{round(every_s * 1000)} milliseconds").start()


def follow_on(session: Any, folder: Path, place: Path, rules: Rules, *, every_s: float) -> None:
    """The same until the process is interrupted; a batch that is being done then is done again by the next one."""
    query = follow(session, folder, place, rules, every_s=every_s)
    try:
        query.awaitTermination()
    except KeyboardInterrupt:
        query.stop()


def catch_up(session: Any, folder: Path, place: Path, rules: Rules, *, width: int = WIDTH) -> None:
    """The same until all is judged that the history holds now."""
    query = follow(session, folder, place, rules, width=width, every_s=0.0)
    try:
        query.processAllAvailable()
    finally:
        query.stop()


def kept_detections(place: Path) -> Detections:
    """All that the stream has told so far, by time."""
    if not DeltaTable.is_deltatable(str(place / "detections")):
        return Detections.none()
    return sorted_detections([from_arrow(DeltaTable(place / "detections").to_pyarrow_table())])


def _batch_by_batch(folder: Path, place: Path, rules: Rules) -> Callable[[DataFrame, int], None]:
    def write(orders: DataFrame, batch: int) -> None:
        table = place / "detections"
        known = DeltaTable(table).transaction_version(APPLICATION) if DeltaTable.is_deltatable(str(table)) else None
        if known is not None and known >= batch:
            return
        found = orders.mapInArrow(_judging(folder, place / "state", rules, batch), DETECTIONS_DDL).toArrow()
        write_deltalake(
            table,
            found.cast(DETECTIONS),
            mode="append",
            commit_properties=CommitProperties(app_transactions=[Transaction(APPLICATION, batch)]),
        )

    return write


def _judging(
    folder: Path, states: Path, rules: Rules, batch: int
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What each task does with its orders."""

    def judge(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for orders in batches:
            for row in orders.to_pylist():
                yield to_arrow(judge_growth(folder, states, rules, batch, row))

    return judge
