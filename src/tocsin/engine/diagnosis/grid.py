"""Readings laid on ten-minute bins once, for any number of questions, and what was known of them at any moment."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.habit import hours_habit
from tocsin.engine.diagnosis.laying import BIN_MS, EARLIEST_MS, FORGOTTEN, Floats, add, ends_at, look, move_back
from tocsin.engine.diagnosis.model import SensorColumns

HOUR_MS = 3_600_000
BINS_PER_HOUR = HOUR_MS // BIN_MS
HISTORY_MS = 15 * 24 * HOUR_MS  # readings so long before a question are not looked at
AFTER_MS = 12 * HOUR_MS  # nor those so long after it
USUAL_INTERVAL_S = 1800.0  # of a sensor that does not tell its own
SPARE_READINGS = 16


@dataclass(frozen=True, eq=False)
class View:
    """What some sensors had told at one moment.

    `chosen` intp[s]: positions in the grid. `first_bin`: absolute number (ms // BIN_MS) of the first column, on a full hour.
    `values` float64[s, t]: means of ten minutes without single spikes, carried on over gaps of at most two intervals of the
    sensor; NaN beyond. The last column is that of the newest reading. `ends` int64[s]: where the known part of each raw series
    ends; `last_bin` int64[s]: the bin of the newest reading, -1 for none.
    """

    chosen: NDArray[np.intp]
    first_bin: int
    values: Floats
    ends: NDArray[np.int64]
    last_bin: NDArray[np.int64]

    @property
    def bins_ms(self) -> NDArray[np.int64]:
        """When each bin begins."""
        return (self.first_bin + np.arange(self.values.shape[1], dtype=np.int64)) * BIN_MS


class Grid:
    """The readings of many sensors, raw and on bins. A bin knows readings of its ten minutes and older ones, and one spike
    filter's worth of what came next; `view` takes that away again, so that nothing after its moment is seen.

    `Grid.build` holds the readings around one question, `Grid.rolling` the newest of a live city. A view is good until the
    next `append`.

    >>> import numpy as np
    >>> from tocsin.engine.network import Network
    >>> one = dict(interval_s=[600.0], accuracy=[np.nan], alarm_low=[np.nan], alarm_high=[25.0], lon=[120.4], lat=[36.2])
    >>> sensors = SensorColumns.build(Network.from_features([]), index=[7], asset_code=[""], quantity=["methane"], **one)
    >>> grid = Grid.build(sensors, Readings.of([7, 7, 7], [0, 60_000, 900_000], [1.0, 2.0, 6.0]), ts_ms=900_000)
    >>> grid.view(np.array([0]), ts_ms=900_000, as_of_ms=900_000).values.tolist()
    [[1.5, 6.0]]
    >>> grid.view(np.array([0]), ts_ms=900_000, as_of_ms=30_000).values.tolist()
    [[1.0]]
    """

    def __init__(
        self, sensors: SensorColumns, room: NDArray[np.int64], from_ms: int, bins: int, *, dtype: Any, clock: Any
    ) -> None:
        """An empty grid of `bins` columns from `from_ms` (a full hour) on with room for so many raw readings of each sensor:
        values kept as `dtype`, times, counted from the first bin, as `clock`.
        """
        self.sensors = sensors
        self._first_bin = from_ms // BIN_MS
        self._cells = np.full((len(sensors), bins), np.nan, dtype)
        limit = np.cumsum(room)
        self._segments = np.column_stack((limit - room, limit - room, limit)).astype(np.int64)
        self._raw_ms = np.zeros(int(room.sum()), clock)
        self._raw = np.zeros(int(room.sum()), dtype)
        self._newest_ms = np.full(len(sensors), -1, np.int64)
        self._position_of = np.full(int(sensors.index.max(initial=0)) + 1, -1, np.int32)
        self._position_of[sensors.index] = np.arange(len(sensors), dtype=np.int32)
        interval_s = np.nan_to_num(sensors.interval_s, nan=USUAL_INTERVAL_S)
        self._patience = np.maximum(1, np.ceil(2 * interval_s * 1000 / BIN_MS)).astype(np.int64)
        self._habit = np.zeros((len(sensors), 24))
        self._habit_of = np.full((len(sensors), 2), -1, np.int64)  # the bins that it was taken from

    @classmethod
    def build(cls, sensors: SensorColumns, readings: Readings, *, ts_ms: int) -> Self:
        """All readings that may matter for a question at `ts_ms`: of the fifteen days before it and the hours after it."""
        from_ms = ts_ms - HISTORY_MS
        from_ms -= from_ms % HOUR_MS
        until_ms = ts_ms + AFTER_MS
        return cls.holding(sensors, readings.take((readings.ts >= from_ms) & (readings.ts <= until_ms)))

    @classmethod
    def holding(cls, sensors: SensorColumns, readings: Readings) -> Self:
        """All of these readings, however long ago."""
        readings = readings.take(readings.sensor >= 0)
        first_ms = int(readings.ts.min()) if len(readings) else 0
        first_ms -= first_ms % HOUR_MS
        last_ms = int(readings.ts.max(initial=first_ms))
        counts = np.bincount(readings.sensor, minlength=int(sensors.index.max(initial=0)) + 1)
        grid = cls(sensors, counts[sensors.index], first_ms, (last_ms - first_ms) // BIN_MS + 1, dtype=np.float64, clock=np.int64)
        grid.append(readings)
        return grid

    @classmethod
    def rolling(cls, sensors: SensorColumns, *, from_ms: int, keep_h: int = 14 * 24, keep_raw_h: int = 72) -> Self:
        """A grid that forgets: bins older than `keep_h` hours before the newest reading, raw readings beyond about `keep_raw_h`
        hours of the sensor's interval. Kept in 32 bits: 12 MB for a day of 20,000 sensors, and 8 bytes a raw reading.
        """
        interval_s = np.nan_to_num(sensors.interval_s, nan=USUAL_INTERVAL_S)
        kept = keep_raw_h * 3600 / np.maximum(interval_s, 1.0)
        room = np.ceil(kept * FORGOTTEN / (FORGOTTEN - 1)).astype(np.int64) + SPARE_READINGS
        bins = (keep_h + 24) * BINS_PER_HOUR
        return cls(sensors, room, from_ms - from_ms % HOUR_MS, bins, dtype=np.float32, clock=np.int32)

    @property
    def newest_ms(self) -> int:
        """Time of the newest reading; -1 where there is none."""
        return int(self._newest_ms.max(initial=-1))

    @property
    def memory_bytes(self) -> int:
        """What the arrays take."""
        arrays = (self._cells, self._raw_ms, self._raw, self._segments, self._habit, self._habit_of)
        return sum(array.nbytes for array in arrays)

    def append(self, readings: Readings) -> None:
        """Adds readings, in any order; those that are bad, not finite, of unknown sensors or older than the grid are left out."""
        known = (readings.sensor >= 0) & (readings.sensor < len(self._position_of))
        known &= np.isfinite(readings.value) & (readings.quality < 2) & (readings.ts >= self._first_bin * BIN_MS)
        position = self._position_of[np.where(known, readings.sensor, 0)]
        known &= position >= 0
        position, ts, value = position[known], readings.ts[known], readings.value[known].astype(self._raw.dtype)
        if not len(position):
            return
        self._make_room(int(ts.max()) // BIN_MS)
        late = position[ts <= self._newest_ms[position]]
        self._habit_of[late] = -1
        ordered = (position[1:] > position[:-1]) | ((position[1:] == position[:-1]) & (ts[1:] >= ts[:-1]))
        if not ordered.all():
            order = np.argsort(ts, kind="stable")
            order = order[np.argsort(position[order].astype(np.int16 if len(self.sensors) < 32_768 else np.int32), kind="stable")]
            position, ts, value = position[order], ts[order], value[order]
        add(position, ts - self._first_bin * BIN_MS, value, self._segments, self._raw_ms, self._raw, self._cells)
        last = np.append(position[1:] != position[:-1], True)
        self._newest_ms[position[last]] = np.maximum(self._newest_ms[position[last]], ts[last])

    def _make_room(self, newest_bin: int) -> None:
        """Forgets the oldest columns, a day or more at once, where the newest would not fit."""
        bins = self._cells.shape[1]
        missing = newest_bin - self._first_bin - bins + 1
        if missing <= 0:
            return
        day = 24 * BINS_PER_HOUR
        gone = -(-missing // day) * day
        kept = max(bins - gone, 0)
        for row in self._cells:
            row[:kept] = row[bins - kept :].copy()
            row[kept:] = np.nan
        self._first_bin += gone
        move_back(self._segments, self._raw_ms, gone * BIN_MS)

    def series(self, position: int, end: int, from_ms: int) -> tuple[NDArray[np.int64], NDArray[np.floating[Any]]]:
        """Times (ms) and values of one sensor from that time on, in order of time, up to a view's `ends`."""
        start, base_ms = int(self._segments[position, 0]), self._first_bin * BIN_MS
        start += int(np.searchsorted(self._raw_ms[start:end], max(from_ms - base_ms, EARLIEST_MS)))
        return self._raw_ms[start:end].astype(np.int64) + base_ms, self._raw[start:end]

    def view(self, chosen: NDArray[np.intp], *, ts_ms: int, as_of_ms: int, history_ms: int = HISTORY_MS) -> View:
        """What these sensors had told by `as_of_ms` that matters for a question at `ts_ms`: of `history_ms` before it."""
        ends = ends_at(chosen, min(as_of_ms, ts_ms + AFTER_MS) - self._first_bin * BIN_MS, self._segments, self._raw_ms)
        told = ends > self._segments[chosen, 0]
        newest_bin = (
            self._first_bin + self._raw_ms[np.maximum(ends - 1, 0)].astype(np.int64) // BIN_MS if len(self._raw_ms) else -1
        )
        last_bin = np.where(told, newest_bin, -1)
        from_bin = max(self._first_bin, (ts_ms - history_ms) // HOUR_MS * BINS_PER_HOUR)
        until_bin = int(last_bin.max(initial=-1)) + 1
        if until_bin <= from_bin:  # nobody has told anything
            from_bin = (ts_ms // HOUR_MS - 1) * BINS_PER_HOUR
            until_bin = from_bin + BINS_PER_HOUR
        values = np.empty((len(chosen), until_bin - from_bin))
        look(
            chosen,
            ends,
            self._patience[chosen],
            from_bin - self._first_bin,
            self._segments[:, 0].copy(),
            (self._raw_ms, self._raw),
            self._cells,
            values,
        )
        told_anything = ~np.isnan(values).all(axis=0)
        empty = int(told_anything.argmax()) // BINS_PER_HOUR * BINS_PER_HOUR
        return View(chosen, from_bin + empty, values[:, empty:], ends, last_bin)

    def habit(self, view: View, until_bin: int) -> Floats:
        """Per sensor of the view and hour of the day (UTC) the median of what it told before an (absolute) bin, as [s, 24]; the
        sensor's whole median where an hour has none. Kept until a question of another hour comes.
        """
        span = np.array((view.first_bin, until_bin))
        settled = view.last_bin >= until_bin  # else the newest reading, whose bin may still change, is part of the habit
        known = settled & (self._habit_of[view.chosen] == span).all(axis=1)
        habit = self._habit[view.chosen]
        habit[~known] = hours_habit(view.values[~known, : max(until_bin - view.first_bin, 0)], view.first_bin)
        fresh = view.chosen[settled & ~known]
        self._habit[fresh] = habit[settled & ~known]
        self._habit_of[fresh] = span
        return habit
