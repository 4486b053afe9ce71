"""Which readings say a known moment again, and how far clocks are off, over many sensors at once."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.columns import Readings

DEPTH: Final = 16  # moments of each sensor that are remembered
NOTHING: Final = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class Repeated:
    """Readings of moments that were known: of which sensor (int32), and whether with the same value (bool)."""

    sensor: NDArray[np.int32]
    same: NDArray[np.bool_]


class RecentMoments:
    """The last `DEPTH` moments of each sensor with their values, 256 bytes a sensor.

    >>> recent = RecentMoments()
    >>> recent.repeats(Readings.of(sensor=[0, 0], ts=[10, 20], value=[1.0, 2.0])).sensor.tolist()
    []
    >>> found = recent.repeats(Readings.of(sensor=[0, 0], ts=[10, 20], value=[1.0, 3.0]))
    >>> found.sensor.tolist(), found.same.tolist()
    ([0, 0], [True, False])
    """

    def __init__(self) -> None:
        self._ts = np.full((0, DEPTH), NOTHING, np.int64)
        self._value = np.zeros((0, DEPTH))
        self._count = np.zeros(0, np.int64)

    def repeats(self, readings: Readings) -> Repeated:
        """The readings whose moment is remembered, or stood in these readings before; then remembers the new moments, in the
        order of time. The first value of a moment is the one to which others are compared.
        """
        if not len(readings):
            return Repeated(np.zeros(0, np.int32), np.zeros(0, np.bool_))
        self._grow(int(readings.sensor.max()) + 1)
        order = np.lexsort((readings.ts, readings.sensor))
        sensor, ts, value = readings.sensor[order], readings.ts[order], readings.value[order]
        first = np.append(True, (sensor[1:] != sensor[:-1]) | (ts[1:] != ts[:-1]))
        head = np.maximum.accumulate(np.where(first, np.arange(len(first)), 0))
        matches = self._ts[sensor] == ts[:, None]
        known = matches.any(axis=1)
        kept = np.where(known, self._value[sensor, matches.argmax(axis=1)], value[head])
        repeated = known | ~first
        self._remember(sensor[first & ~known], ts[first & ~known], value[first & ~known])
        same = (value == kept) | (np.isnan(value) & np.isnan(kept))
        return Repeated(sensor[repeated], same[repeated])

    def _remember(self, sensor: NDArray[np.int32], ts: NDArray[np.int64], value: NDArray[np.float64]) -> None:
        """New moments, by sensor and time."""
        starts = np.flatnonzero(np.append(True, sensor[1:] != sensor[:-1])) if len(sensor) else np.zeros(0, np.int64)
        counts = np.diff(np.append(starts, len(sensor)))
        rank = np.arange(len(sensor)) - np.repeat(starts, counts)
        last = rank >= np.repeat(counts, counts) - DEPTH  # of many at once only these are still there afterwards
        slot = (self._count[sensor] + rank) % DEPTH
        self._ts[sensor[last], slot[last]] = ts[last]
        self._value[sensor[last], slot[last]] = value[last]
        self._count[sensor[starts]] += counts

    def _grow(self, sensors: int) -> None:
        missing = sensors - len(self._count)
        if missing > 0:
            missing += len(self._count) // 2
            self._ts = np.vstack((self._ts, np.full((missing, DEPTH), NOTHING, np.int64)))
            self._value = np.vstack((self._value, np.zeros((missing, DEPTH))))
            self._count = np.append(self._count, np.zeros(missing, np.int64))


class LeastDelays:
    """Of each sensor the least time by which a reading came behind the moment that it states, since the last look; ms.

    What waits on its way only comes later, so the least delay of a while is that of a reading that did not wait: of batches the
    newest, of a gateway that was away the first one after. A clock that is ahead makes it negative.
    """

    def __init__(self) -> None:
        self._least = np.zeros(0)

    def add(self, readings: Readings, arrived_ms: int) -> None:
        """Readings that came at this moment (UTC ms)."""
        if not len(readings):
            return
        missing = int(readings.sensor.max()) + 1 - len(self._least)
        if missing > 0:
            self._least = np.append(self._least, np.full(missing, np.inf))
        np.minimum.at(self._least, readings.sensor, (arrived_ms - readings.ts).astype(np.float64))

    def take(self) -> dict[int, float]:
        """Sensor -> least delay, of those that sent; the next window begins."""
        there = np.flatnonzero(np.isfinite(self._least))
        found = dict(zip(there.tolist(), self._least[there].tolist(), strict=True))
        self._least.fill(np.inf)
        return found


def skew_of(least: "list[float]") -> float:
    """How far a clock is ahead (behind: negative), ms, by the least delays of several windows: their median, so that windows in
    which everything waited do not count.

    >>> skew_of([-59_000.0, -60_000.0, 86_400_000.0])
    59000.0
    """
    return -float(np.median(least))
