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
from django.conf import settings
from django.db import transaction

from tocsin.base.time import ms_from_datetime
from tocsin.bus.connection import connect
from tocsin.engine.columns import Readings
from tocsin.engine.lines.names import Names
from tocsin.engine.lines.rows import NO_TIME
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.devices.queries import registry as queries
from tocsin.sensing.devices.rules import LEAST_MS
from tocsin.sensing.doors.services.file_rows import Part, parts_of
from tocsin.sensing.history.queries.installation import place_of
from tocsin.sensing.history.queries.table import History
from tocsin.sensing.quarantine.rules import Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tocsin.jurisdiction.face import User

ROWS_PER_APPEND: Final = 100_000


@dataclass(frozen=True, eq=False)
class _Sensors:
    """By index of the sensor how its unit becomes the canonical one: sent × factor + offset."""

    factor: "NDArray[np.float64]"
    offset: "NDArray[np.float64]"


@dataclass
class FileReport:
    """What became of a file's rows: `refused` counts them by reason, `examples` holds the first row of each."""

    rows: int = 0
    accepted: int = 0
    sensors: set[int] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def refuse(self, reason: Reason, part: Part, places: "NDArray[np.intp]") -> None:
        """Counts the rows at these places of the part; the first of all is kept as the example."""
        if not len(places):
            return
        self.refused[reason.value] += len(places)
        if reason.value not in self.examples:
            row = int(places[0])
            ts = int(part.rows.ts[row])
            example = (part.spelt(row), None if ts == NO_TIME else ts, float(part.rows.value[row]))
            self.examples[reason.value] = str(example)[:300]


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
    regions = sensors["region_code"]
    known = _Sensors(sensors["factor"].to_numpy(), sensors["offset"].to_numpy())
    for part in parts_of(path, _names_of(sensors)):
        readings = _readings(part, known, report)
        fresh = set(np.unique(readings.sensor).tolist()) - report.sensors
        for region in {regions[one] for one in fresh}:
            require(actor, "sensors.manage", region)
        report.sensors |= fresh
        report.rows += len(part.rows)
        report.accepted += len(readings)
        if len(readings):
            yield readings
        progress(report.rows)


def _names_of(sensors: pl.DataFrame) -> Names:
    """What a file may call each sensor."""
    columns = (sensors[name].to_list() for name in ("number", "id", "name_in_file"))
    return Names.of({name: index for column in columns for name, index in zip(column, sensors["index"], strict=True)})


def _readings(part: Part, sensors: "_Sensors", report: FileReport) -> Readings:
    """The rows that can be read, in canonical units; the others are counted."""
    rows = part.rows
    time = policy().time
    earliest = ms_from_datetime(time.earliest)
    latest = settings.CONFIGURATION.clock.now_ms() + round(time.ahead_s * 1000)
    checks = (
        (Reason.UNKNOWN_CHANNEL, rows.sensor < 0),
        (Reason.TIME_UNREADABLE, (rows.ts >= NO_TIME) & (rows.ts <= LEAST_MS)),
        (Reason.TIME_TOO_OLD, rows.ts < earliest),
        (Reason.TIME_AHEAD, rows.ts > latest),
    )
    taken = np.ones(len(rows), np.bool_)
    for reason, is_wrong in checks:
        report.refuse(reason, part, np.flatnonzero(taken & is_wrong))
        taken &= ~is_wrong
    index = rows.sensor[taken]
    value = rows.value[taken] * sensors.factor[index] + sensors.offset[index]
    return Readings.of(index, rows.ts[taken], value, rows.quality[taken])


@transaction.atomic
def _audit(actor: "User", path: Path, report: FileReport, sensors: pl.DataFrame) -> None:
    """One entry per region: whose readings came from which file."""
    touched = sensors.filter(pl.col("index").is_in(sorted(report.sensors)))
    for region, count in touched.group_by("region_code").len().sort("region_code").iter_rows():
        details = {"file": path.name, "sensors": count, "rows": report.accepted}
        record_audit(actor, "readings.imported", "region", region, region, details)
