"""Readings in columns: the one shape in which readings travel through the engine, the bus and the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Readings:
    """Four arrays of one length, one entry per reading, in the order in which they came.

    `sensor` int32: index of the sensor, local to one log, never reused. `ts` int64: UTC milliseconds of the measurement.
    `value` float64: in the canonical unit of the sensor's quantity. `quality` uint8: `tocsin.base.levels.Quality`.

    >>> readings = Readings.of(sensor=[7, 8], ts=[1000, 1000], value=[0.5, 21.0])
    >>> len(readings), readings.take(readings.value > 1).sensor.tolist()
    (2, [8])
    """

    sensor: NDArray[np.int32]
    ts: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8]

    def __post_init__(self) -> None:
        if not len(self.sensor) == len(self.ts) == len(self.value) == len(self.quality):
            raise ValueError("the columns of readings differ in length")

    @classmethod
    def of(cls, sensor: ArrayLike, ts: ArrayLike, value: ArrayLike, quality: ArrayLike | None = None) -> Self:
        """Readings from anything array-like; without `quality` all are good. ValueError where the lengths differ."""
        index = np.ascontiguousarray(sensor, dtype=np.int32)
        return cls(
            index,
            np.ascontiguousarray(ts, dtype=np.int64),
            np.ascontiguousarray(value, dtype=np.float64),
            np.zeros(len(index), np.uint8) if quality is None else np.ascontiguousarray(quality, dtype=np.uint8),
        )

    @classmethod
    def empty(cls) -> Self:
        """No reading."""
        return cls.of([], [], [])

    @classmethod
    def concatenate(cls, parts: Sequence["Readings"]) -> Self:
        """All readings of the parts, in their order; none of no part."""
        if not parts:
            return cls.empty()
        return cls(
            np.concatenate([part.sensor for part in parts]),
            np.concatenate([part.ts for part in parts]),
            np.concatenate([part.value for part in parts]),
            np.concatenate([part.quality for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.sensor)

    def take(self, selection: slice | NDArray[np.bool_] | NDArray[np.integer]) -> "Readings":
        """The readings that a slice, a mask or an index array selects."""
        return Readings(self.sensor[selection], self.ts[selection], self.value[selection], self.quality[selection])
