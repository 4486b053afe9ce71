"""Readings of a city in the history's own files: a reading of each sensor every five minutes, for 35 days."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tocsin.engine.columns import Readings
from tocsin.sensing.history.queries.compaction import ROWS_AT_ONCE, write_day
from tocsin.sensing.history.queries.layout import DAY_MS, NO_PARTITION
from tocsin.sensing.history.queries.places import Place

FIRST_DAY = 20_400  # since 1970
DAYS = 35
STEPS = 288  # of a day
STEP_MS = DAY_MS // STEPS
RESOLUTION = 0.1


@dataclass(frozen=True)
class City:
    """`sensors` of them; each reading is a function of sensor, day and step, so that what comes back can be compared."""

    sensors: int

    @property
    def readings(self) -> int:
        return self.sensors * STEPS * DAYS

    def values(self, sensor: NDArray[np.int32], day: int, step: NDArray[np.int64]) -> NDArray[np.float64]:
        """A level of each sensor's own, a daily course and noise, in tenths."""
        own = (sensor * 37 % 211) * 0.1
        course = 2.0 * np.sin(2 * np.pi * (step / STEPS + (sensor % 24) / 24))
        noise = _scattered(sensor, day, step) % 1000 / 1000 - 0.5
        return np.round((own + course + noise) / RESOLUTION) * RESOLUTION

    def times(self, sensor: NDArray[np.int32], day: int, step: NDArray[np.int64]) -> NDArray[np.int64]:
        """A device's own second of the five minutes, and up to a second late."""
        late = _scattered(sensor, day, step) // 1000 % 1000
        return (FIRST_DAY + day) * DAY_MS + step * STEP_MS + sensor % 299 * 1000 + late

    def step(self, day: int, step: int) -> Readings:
        """What all sensors say in one of the day's steps, in the order in which it comes."""
        sensor = np.arange(self.sensors, dtype=np.int32)
        steps = np.full(self.sensors, step, np.int64)
        found = Readings.of(sensor, self.times(sensor, day, steps), self.values(sensor, day, steps))
        return found.take(np.argsort(found.ts, kind="stable"))

    def day_of(self, sensor: int, day: int) -> Readings:
        """What one sensor says on a day."""
        step = np.arange(STEPS)
        index = np.full(STEPS, sensor, np.int32)
        return Readings.of(index, self.times(index, day, step), self.values(index, day, step))

    def parts(self, day: int) -> Iterator[pa.Table]:
        """A day by sensor and time, as compaction leaves it."""
        at_once = ROWS_AT_ONCE // STEPS
        for first in range(0, self.sensors, at_once):
            count = min(at_once, self.sensors - first)
            sensor = np.repeat(np.arange(first, first + count, dtype=np.int32), STEPS)
            step = np.tile(np.arange(STEPS), count)
            columns = [
                pa.array(sensor),
                pa.array(self.times(sensor, day, step)),
                pa.array(np.round(self.values(sensor, day, step), 9)),
                pa.array(np.zeros(len(sensor), np.int8)),
                pa.array(day * STEPS + step + 1),
            ]
            yield pa.Table.from_arrays(columns, schema=NO_PARTITION)


def write_days(place: Place, city: City, days: range) -> Iterator[int]:
    """Writes the days as compaction leaves them; tells each that is done."""
    table = place.table()
    for day in days:
        write_day(table, place, FIRST_DAY + day, city.parts(day))
        yield day


def _scattered(sensor: NDArray[np.int32], day: int, step: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers below 2^20 that look drawn (the finish of SplitMix64), so that they pack no better than a device's."""
    mixed = sensor.astype(np.uint64) * np.uint64(1_000_003) + np.uint64(day * STEPS) + step.astype(np.uint64)
    mixed *= np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (mixed >> np.uint64(44)).astype(np.int64)
