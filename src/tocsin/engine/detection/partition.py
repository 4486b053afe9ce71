"""Sensors dealt out to several detectors, and a detector's state divided and joined when their number changes.

Sensor s belongs to partition s % count. Inside it bears the number s // count, so that the state of a partition has no holes and
all partitions together take the memory of one detector.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.columns import Readings
from tocsin.engine.detection.detections import Detections
from tocsin.engine.detection.state import States


@dataclass(frozen=True, order=True)
class Partition:
    """One of `count` shares of all sensors, from 0 on; the only one where nothing else is said.

    >>> half = Partition(1, 2)
    >>> half.readings_of(Readings.of(sensor=[0, 1, 2, 3], ts=[5, 6, 7, 8], value=[0, 1, 2, 3])).sensor.tolist()
    [1, 3]
    >>> half.column_of(np.array([10, 11, 12, 13])).tolist()
    [11, 13]
    """

    number: int = 0
    count: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.number < self.count:
            raise ValueError(f"there is no partition {self.number} of {self.count}")

    def __str__(self) -> str:
        return f"{self.number} of {self.count}"

    def has(self, sensor: int) -> bool:
        """Whether the sensor belongs to this partition."""
        return sensor % self.count == self.number

    def readings_of(self, readings: Readings) -> Readings:
        """Those of the readings that are of its sensors."""
        return readings if self.count == 1 else readings.take(readings.sensor % self.count == self.number)

    def column_of[Item: np.generic](self, by_sensor: NDArray[Item]) -> NDArray[Item]:
        """Of a column with one entry for each sensor those of its sensors, in the order of their numbers inside."""
        return by_sensor if self.count == 1 else np.ascontiguousarray(by_sensor[self.number :: self.count])

    def inside(self, readings: Readings) -> Readings:
        """Its own readings under the numbers that their sensors bear inside."""
        return readings if self.count == 1 else dataclasses.replace(readings, sensor=readings.sensor // self.count)

    def outside(self, detections: Detections) -> Detections:
        """What the detector found inside, under the sensors' own numbers."""
        if self.count == 1:
            return detections
        return dataclasses.replace(detections, sensor=detections.sensor * self.count + self.number)


def partitions(count: int) -> list[Partition]:
    """All of them; ValueError for less than one."""
    if count < 1:
        raise ValueError(f"{count} partitions would judge nothing: there is at least one")
    return [Partition(number, count) for number in range(count)]


def divide(state: bytes, count: int) -> list[bytes]:
    """The state of one detector over all sensors as that of each of `count` partitions; ValueError where it can't be read.

    >>> whole = States.new(5).encode()
    >>> join(divide(whole, 3)) == whole
    True
    """
    states = States.decode(state)
    return [States(one.column_of(states.lines), one.column_of(states.rests)).encode() for one in partitions(count)]


def join(parts: Sequence[bytes]) -> bytes:
    """The state of one detector over all sensors from those of its partitions, in their order. An empty part knows nothing.

    ValueError where one can't be read.
    """
    count = len(parts)
    known = [States.decode(part) if part else States.new(0) for part in parts]
    length = max((len(part.lines) - 1) * count + number + 1 if len(part.lines) else 0 for number, part in enumerate(known))
    whole = States.new(length)
    for number, part in enumerate(known):
        _lay(whole.lines, part.lines, number, count)
        _lay(whole.rests, part.rests, number, count)
    return whole.encode()


def _lay(whole: NDArray[Any], part: NDArray[Any], number: int, count: int) -> None:
    whole[number::count][: len(part)] = part
