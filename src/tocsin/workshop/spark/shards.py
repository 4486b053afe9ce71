"""Shards: spans of sensors that one task judges, each with a detector of its own. No Spark here: a loop can do the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detections import Detections
from tocsin.engine.detection.detector import Detector
from tocsin.engine.detection.profiles import Profile
from tocsin.sensing.history.queries.compaction import File, files_by_day
from tocsin.sensing.history.queries.layout import NO_PARTITION, READ_COLUMNS, numbers, to_readings
from tocsin.sensing.history.queries.table import APPLICATION

WIDTH = 8192  # sensors of a shard: 2 MiB of state, and a day of five-minute readings is 2.4 million


@dataclass(frozen=True, eq=False)
class Rules:
    """By which each sensor is judged, as `Detector` takes it: profiles, and by sensor index its profile and interval."""

    profiles: tuple[Profile, ...]
    profile_of_sensor: NDArray[np.signedinteger[Any]]
    interval_ms: NDArray[np.int64]

    @classmethod
    def of_one(cls, profile: Profile, sensors: int) -> "Rules":
        """The same profile for all."""
        return cls((profile,), np.zeros(sensors, np.int16), np.zeros(sensors, np.int64))

    def shards(self, width: int = WIDTH) -> "list[Shard]":
        """All sensors, in spans of `width`."""
        count = len(self.profile_of_sensor)
        return [Shard(number, low, min(low + width, count)) for number, low in enumerate(range(0, count, width))]


@dataclass(frozen=True)
class Shard:
    """Sensors from `low` up to `end`, which is not one of them."""

    number: int
    low: int
    end: int

    def detector(self, rules: Rules) -> Detector:
        """A detector of these sensors alone, which knows them by their place in the shard."""
        return Detector(rules.profiles, rules.profile_of_sensor[self.low : self.end], rules.interval_ms[self.low : self.end])

    def here(self, readings: Readings) -> Readings:
        """Readings of these sensors, for that detector."""
        return Readings(readings.sensor - np.int32(self.low), readings.ts, readings.value, readings.quality)

    def told(self, detections: Detections) -> Detections:
        """Its detections, by the sensors' own indexes."""
        columns = (detections.rule, detections.edge, detections.level, detections.ts, detections.value, detections.limit)
        return Detections(detections.sensor + np.int32(self.low), *columns, detections.figures)


@dataclass(frozen=True)
class Plan:
    """One moment of the table: its files by day, oldest first, and the time of the newest reading."""

    folder: Path
    days: tuple[tuple[File, ...], ...]
    newest_ms: int

    def files_of(self, shard: Shard) -> list[list[str]]:
        """Day by day the files that may hold its sensors."""
        found = [[one.path for one in day if one.low < shard.end and one.high >= shard.low] for day in self.days]
        return [day for day in found if day]


def open_table(folder: Path) -> DeltaTable:
    """InvalidInput where no history is in the folder, Unavailable where it can't be read."""
    try:
        return DeltaTable(folder)
    except TableNotFoundError:
        raise InvalidInput(f"{folder} holds no history: name the folder `history` in the data folder") from None
    except DeltaError as error:
        raise Unavailable(f"the history in {folder} can't be read: {error}") from error


def plan_of(folder: Path) -> Plan:
    """The table as it is now; InvalidInput where nothing has been written yet."""
    table = open_table(folder)
    days = files_by_day(table)
    if not days:
        raise InvalidInput(f"the history in {folder} holds no reading yet")
    by_day = tuple(tuple(sorted(files, key=lambda one: one.low)) for _, files in sorted(days.items()))
    return Plan(folder, by_day, newest_ms(table))


def sensors_of(folder: Path) -> int:
    """One more than the highest index of a sensor that the history knows, from the table's log."""
    return max((one.high + 1 for files in files_by_day(open_table(folder)).values() for one in files), default=0)


def newest_ms(table: DeltaTable) -> int:
    """The time of the newest reading, from the table's log."""
    actions = pa.table(table.get_add_actions(flatten=True))
    return int(numbers(actions.column("max.ts"), 0).max()) if actions.num_rows else 0


def reach(table: DeltaTable, after: int, most_rows: int) -> tuple[int, int]:
    """How far one batch behind that position of the log goes, and the time of the newest reading up to there.

    Never beyond what the history has written, and over `most_rows` only where one file has more. `after` where nothing is new.
    """
    written = table.transaction_version(APPLICATION) or 0
    actions = pa.table(table.get_add_actions(flatten=True))
    if written <= after or not actions.num_rows:
        return after, 0
    last = np.minimum(numbers(actions.column("max.position"), written), written)
    fresh = np.flatnonzero(last > after)
    if not len(fresh):  # what came last was all dropped as known, or for its age
        return written, newest_ms(table)
    order = fresh[np.argsort(last[fresh], kind="stable")]
    rows = np.cumsum(numbers(actions.column("num_records"), 0)[order])
    upto = int(last[order[max(0, int(np.searchsorted(rows, most_rows, side="right")) - 1)]])
    times = numbers(actions.column("max.ts"), 0)[last <= upto]
    return (written if upto == last.max() else upto), int(times.max())


def judge_history(folder: Path, days: Sequence[Sequence[str]], shard: Shard, rules: Rules, until_ms: int) -> Iterator[Detections]:
    """Judges all readings of a shard, day after day, each sensor's by time; last what time alone brings about by `until_ms`."""
    detector = shard.detector(rules)
    for paths in days:
        yield shard.told(detector.update(shard.here(_readings_of(folder, paths, shard))))
    yield shard.told(detector.tick(until_ms))


def _readings_of(folder: Path, paths: Sequence[str], shard: Shard) -> Readings:
    dataset = ds.dataset([str(folder / path) for path in paths], schema=NO_PARTITION, format="parquet")
    which = (ds.field("sensor") >= shard.low) & (ds.field("sensor") < shard.end)
    return to_readings(dataset.to_table(columns=READ_COLUMNS, filter=which))


def sorted_detections(found: Sequence[Detections]) -> Detections:
    """All of them by time, then sensor, rule and edge: whoever judged them, in one order."""
    both = Detections.concatenate(found)
    return both.take(np.lexsort((both.level, both.edge, both.rule, both.sensor, both.ts)))


def detect_here(folder: Path, rules: Rules) -> Detections:
    """The same in this process, without Spark."""
    plan = plan_of(folder)
    shard = Shard(0, 0, len(rules.profile_of_sensor))
    return sorted_detections(list(judge_history(folder, plan.files_of(shard), shard, rules, plan.newest_ms)))
