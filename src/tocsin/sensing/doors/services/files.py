"""The file door: readings from Parquet, CSV or NDJSON into the history, or through the log to the detector.

A row is one reading. Columns: `ts` (UTC milliseconds, or a time with zone; a time without one is taken as UTC), `value` (in the
unit in which the sensor sends), perhaps `quality` (0 good, 1 suspect, 2 bad), and who measured: `device` and `channel`, or
`sensor` as the sensor's id, its index, or `device/channel`.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
from django.conf import settings
from django.db import transaction
from pyarrow import csv, json

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import Quality
from tocsin.base.time import ms_from_datetime
from tocsin.bus.connection import connect
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.devices.queries import registry as queries
from tocsin.sensing.devices.rules import LEAST_MS
from tocsin.sensing.history.queries.installation import place_of
from tocsin.sensing.history.queries.table import History
from tocsin.sensing.quarantine.rules import Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tocsin.jurisdiction.face import User

BLOCK_BYTES: Final = 1 << 24  # of a text: some 300,000 rows, each block an entry of the history's log
ROWS_AT_ONCE: Final = 1 << 20
_CSV: Final = ds.CsvFileFormat(read_options=csv.ReadOptions(block_size=BLOCK_BYTES))
_LINES: Final = ds.JsonFileFormat(read_options=json.ReadOptions(block_size=BLOCK_BYTES))
FORMATS: Final[dict[str, ds.FileFormat]] = {
    ".parquet": ds.ParquetFileFormat(),
    ".csv": _CSV,
    ".ndjson": _LINES,
    ".jsonl": _LINES,
}
ROWS_PER_APPEND: Final = 100_000


@dataclass
class FileReport:
    """What became of a file's rows: `refused` counts them by reason, `examples` holds the first row of each."""

    rows: int = 0
    accepted: int = 0
    sensors: set[int] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def refuse(self, reason: Reason, rows: pl.DataFrame) -> None:
        """Counts the rows; the first of all is kept as the example."""
        if len(rows):
            self.refused[reason.value] += len(rows)
            self.examples.setdefault(reason.value, str(rows.select("key", "ts", "value").row(0))[:300])


def import_file(*, actor: "User", path: Path, judged: bool = False, progress: Callable[[int], None] | None = None) -> FileReport:
    """Brings a file's readings in, as far as they can be read; `progress` is told the number of rows so far.

    They go straight into the history, where a reading that came from a device wins over the file's. `judged` takes them through
    the log instead, as if devices had sent them: the detector judges what is newer than it knows, and the bus must run.
    InvalidInput for a file that can't be read at all, NotAllowed where the actor may not manage one of its sensors.
    """
    report = FileReport()
    sensors = queries.file_sensors()
    parts = _allowed_parts(actor, path, sensors, report, progress or (lambda rows: None))
    if judged:
        asyncio.run(_take_through_log(parts))
    else:
        _take_into_history(parts, sensors["resolution"].to_numpy())
    _audit(actor, path, report, sensors)
    return report


def _take_into_history(parts: Iterator[Readings], resolution: "NDArray[np.float64]") -> None:
    history = History(place_of(settings.CONFIGURATION.data))
    for readings in parts:
        history.append(readings, version=None, resolution=resolution)
    history.compact()


async def _take_through_log(parts: Iterator[Readings]) -> None:
    async with await connect() as connection:
        while (readings := await asyncio.to_thread(next, parts, None)) is not None:
            for start in range(0, len(readings), ROWS_PER_APPEND):
                await connection.publish_readings(readings.take(slice(start, start + ROWS_PER_APPEND)))


def _allowed_parts(
    actor: "User", path: Path, sensors: pl.DataFrame, report: FileReport, progress: Callable[[int], None]
) -> Iterator[Readings]:
    """The file's readings, part by part, each only after the actor's rights over all of its sensors are known."""
    keys = sensors.select(pl.concat_list("number", "id", "name_in_file").alias("key"), "index", "factor", "offset").explode("key")
    regions = sensors["region_code"]
    for rows in _rows(path):
        readings = _readings(rows, keys, report)
        fresh = set(np.unique(readings.sensor).tolist()) - report.sensors
        for region in {regions[one] for one in fresh}:
            require(actor, "sensors.manage", region)
        report.sensors |= fresh
        report.rows += len(rows)
        report.accepted += len(readings)
        if len(readings):
            yield readings
        progress(report.rows)


def _rows(path: Path) -> Iterator[pl.DataFrame]:
    """The file in parts with the columns key (text), ts (int64 ms, null where unreadable), value (float64), quality (uint8)."""
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise InvalidInput(f"{path}: the name must end in {', '.join(FORMATS)}")
    try:
        for batch in ds.dataset(path, format=kind).to_batches(batch_size=ROWS_AT_ONCE):
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)  # noqa: S101 - a batch has columns
            yield frame.select(_key(frame, path), _time(frame, path), _value(frame, path), _quality(frame))
    except (OSError, pa.ArrowException, pl.exceptions.PolarsError) as error:
        raise InvalidInput(f"{path} can't be read: {str(error).splitlines()[0]}") from error


def _key(frame: pl.DataFrame, path: Path) -> pl.Expr:
    if {"device", "channel"} <= set(frame.columns):
        return pl.concat_str("device", "channel", separator="/").alias("key")
    if "sensor" in frame.columns:
        return pl.col("sensor").cast(pl.String).alias("key")
    raise InvalidInput(
        f"{path}: who measured? Columns device and channel, or sensor, are needed; there are {', '.join(frame.columns)}"
    )


def _time(frame: pl.DataFrame, path: Path) -> pl.Expr:
    kind = frame.schema.get("ts")
    column = pl.col("ts")
    if kind is None:
        raise InvalidInput(f"{path}: there is no column ts; the columns are {', '.join(frame.columns)}")
    if isinstance(kind, pl.Datetime):
        return column.dt.epoch("ms").alias("ts")
    if kind == pl.String:
        return column.str.to_datetime("%+", time_zone="UTC", strict=False).dt.epoch("ms").alias("ts")
    if kind.is_integer():
        return column.cast(pl.Int64).alias("ts")
    raise InvalidInput(f"{path}: ts must be milliseconds or times, not {kind}")


def _value(frame: pl.DataFrame, path: Path) -> pl.Expr:
    kind = frame.schema.get("value")
    if kind is None or not (kind.is_numeric() or kind == pl.Null):
        raise InvalidInput(f"{path}: a column value of numbers is needed, not {kind}")
    return pl.col("value").cast(pl.Float64)


def _quality(frame: pl.DataFrame) -> pl.Expr:
    unknown = pl.col("value").cast(pl.Float64).is_finite().not_().fill_null(True)  # a missing value too
    given = pl.col("quality").cast(pl.UInt8, strict=False).fill_null(0) if "quality" in frame.columns else pl.lit(0, pl.UInt8)
    bad = pl.lit(int(Quality.BAD), pl.UInt8)
    return pl.when(unknown | (given > bad)).then(bad).otherwise(given).alias("quality")


def _readings(rows: pl.DataFrame, keys: pl.DataFrame, report: FileReport) -> Readings:
    """The rows that can be read, in canonical units; the others are counted. `keys`: what a file may call each sensor."""
    found = rows.join(keys, on="key", how="left", maintain_order="left")
    time = policy().time
    earliest = ms_from_datetime(time.earliest)
    latest = settings.CONFIGURATION.clock.now_ms() + round(time.ahead_s * 1000)
    checks = (
        (Reason.UNKNOWN_CHANNEL, pl.col("index").is_null()),
        (Reason.TIME_UNREADABLE, pl.col("ts").is_null() | pl.col("ts").is_between(1, LEAST_MS)),
        (Reason.TIME_TOO_OLD, pl.col("ts") < earliest),
        (Reason.TIME_AHEAD, pl.col("ts") > latest),
    )
    for reason, is_wrong in checks:
        report.refuse(reason, found.filter(is_wrong))
        found = found.filter(~is_wrong)
    value = (found["value"] * found["factor"] + found["offset"]).fill_null(float("nan"))
    return Readings.of(found["index"].to_numpy(), found["ts"].to_numpy(), value.to_numpy(), found["quality"].to_numpy())


@transaction.atomic
def _audit(actor: "User", path: Path, report: FileReport, sensors: pl.DataFrame) -> None:
    """One entry per region: whose readings came from which file."""
    touched = sensors.filter(pl.col("index").is_in(sorted(report.sensors)))
    for region, count in touched.group_by("region_code").len().sort("region_code").iter_rows():
        details = {"file": path.name, "sensors": count, "rows": report.accepted}
        record_audit(actor, "readings.imported", "region", region, region, details)
