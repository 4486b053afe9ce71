"""The history as a source of Spark's streams: each batch is an order to every shard, up to which position of the log to judge.

An offset is a position and the time of the newest reading at that position, both of one version of the table. Spark writes it
down before the batch begins, so a batch that is done again is the same one, however the table's files were merged since.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pyspark.sql.datasource import DataSource, DataSourceStreamReader, InputPartition

from tocsin.workshop.spark.shards import open_table, reach

NAME = "tocsin-history"
ORDER_DDL = "number int, low int, `end` int, after bigint, upto bigint, newest_ms bigint"


class Order(InputPartition):
    """To one shard: judge what was written behind `after` up to `upto`."""

    def __init__(self, row: tuple[int, ...]) -> None:
        super().__init__(row[0])
        self.row = row


class HistorySource(DataSource):
    """Options: `folder`, `sensors` (how many), `width` (of a shard), `rows` (of a batch, little more at most)."""

    @classmethod
    def name(cls) -> str:
        return NAME

    def schema(self) -> str:
        return ORDER_DDL

    def streamReader(self, schema: Any) -> "HistoryReader":  # noqa: N802 - Spark's name
        given = self.options
        return HistoryReader(Path(given["folder"]), int(given["sensors"]), int(given["width"]), int(given["rows"]))


class HistoryReader(DataSourceStreamReader):
    """Looks at the table's log alone."""

    def __init__(self, folder: Path, sensors: int, width: int, most_rows: int) -> None:
        self._folder, self._sensors, self._width, self._most_rows = folder, sensors, width, most_rows

    def initialOffset(self) -> dict[str, int]:  # noqa: N802 - Spark's name
        return {"position": 0, "newest_ms": 0}

    def latestOffset(self, start: dict[str, int], limit: Any) -> dict[str, int]:  # noqa: N802 - Spark's name
        position, newest = reach(open_table(self._folder), start["position"], self._most_rows)
        return {"position": position, "newest_ms": newest} if position > start["position"] else start

    def partitions(self, start: dict[str, int], end: dict[str, int]) -> Sequence[Order]:
        if end["position"] <= start["position"]:
            return []
        orders = []
        for number, low in enumerate(range(0, self._sensors, self._width)):
            last = min(low + self._width, self._sensors)
            orders.append(Order((number, low, last, start["position"], end["position"], end["newest_ms"])))
        return orders

    def read(self, partition: Any) -> Iterator[tuple[int, ...]]:
        yield partition.row
