"""The readings around one question, laid on a common time grid and told as deviations from each sensor's own habit."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tocsin.base.quantities import QUANTITIES
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.network import Network

BIN_MS = 600_000
HOUR_MS = 3_600_000
BINS_PER_HOUR = HOUR_MS // BIN_MS
HISTORY_MS = 15 * 24 * HOUR_MS  # older readings are not looked at
AFTER_MS = 12 * HOUR_MS  # nor those so long after the question
PEERS = 5  # fewer sensors of a kind do not tell what all of them do
SHARED = ("temperature", "pressure", "flow", "conductivity")  # weather and demand move all sensors of these quantities together

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Excursion:
    """The largest departure of one sensor from its habit within a window.

    `peak` and `now` are deviations in the unit of the quantity, positive in the direction asked for; `z` and `now_z`
    the same in units of the sensor's own noise. `onset_ms` is when the departure to the peak began. `bins` counts the
    ten minutes with readings: with none the sensor can't say anything.
    """

    position: int
    peak: float
    z: float
    now: float
    now_z: float
    onset_ms: int
    peak_ms: int
    usual: float
    bins: int

    @property
    def strength(self) -> float:
        """0 for noise, 1 for a departure beyond doubt."""
        return float(np.clip((self.z - 3.0) / 4.0, 0.0, 1.0))

    @property
    def lasting(self) -> float:
        """The same for what is still there at the end."""
        return float(np.clip((self.now_z - 3.0) / 4.0, 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything a sign may look at. Sensors by position s, ten-minute bins by t.

    `deviation` float64[s, t]: smoothed readings less the sensor's own median of that hour of the day, and for shared
    quantities less what its peers do at that time; NaN in gaps. `usual` float64[s, t]: what was taken off. `scale`
    float64[s]: noise of the deviation. `start` int64[s + 1], `raw_ms` int64, `raw` float64: the readings themselves,
    by sensor and time.
    """

    network: Network
    sensors: SensorColumns
    asked: int
    ts_ms: int
    since_ms: int
    bins_ms: NDArray[np.int64]
    deviation: Floats
    usual: Floats
    scale: Floats
    start: NDArray[np.int64]
    raw_ms: NDArray[np.int64]
    raw: Floats
    reference_end: int
    _excursions: dict[tuple[int, int, int], Excursion] = field(default_factory=dict, repr=False)
    searched: dict[tuple[str, int], dict[int, float]] = field(default_factory=dict, repr=False)

    @property
    def asset(self) -> int:
        """Position of the asked sensor's asset; -1 where it has none."""
        return int(self.sensors.asset[self.asked])

    @property
    def quantity(self) -> str:
        """Quantity of the asked sensor."""
        return self.sensors.quantity[self.asked]

    @property
    def direction(self) -> int:
        """1 where the asked sensor rings by a high value, -1 where only by a low one."""
        high, low = self.sensors.alarm_high[self.asked], self.sensors.alarm_low[self.asked]
        return -1 if np.isnan(high) and np.isfinite(low) else 1

    @property
    def departure(self) -> Excursion:
        """The asked sensor's own departure since causes are looked for (`since_ms`)."""
        return self.excursion(self.asked, self.since_ms, self.direction)

    @property
    def onset_ms(self) -> int:
        """When the asked sensor began to depart from its habit; the question's own time where it did not."""
        departure = self.departure
        return min(departure.onset_ms, self.ts_ms) if departure.z >= 4 else self.ts_ms

    @property
    def place(self) -> tuple[float, float]:
        """x, y in metres of the asked sensor."""
        return self.place_of(self.asked)

    def place_of(self, position: int) -> tuple[float, float]:
        """x, y in metres of a sensor."""
        x_m, y_m = self.network.plane.to_metres(
            self.sensors.lon[position : position + 1], self.sensors.lat[position : position + 1]
        )
        return float(x_m[0]), float(y_m[0])

    def series(self, position: int) -> tuple[NDArray[np.int64], Floats]:
        """Times (ms) and values of one sensor, in order of time."""
        part = slice(int(self.start[position]), int(self.start[position + 1]))
        return self.raw_ms[part], self.raw[part]

    def positions(self, *quantities: str) -> list[int]:
        """Positions of the sensors of these quantities."""
        return [position for position, quantity in enumerate(self.sensors.quantity) if quantity in quantities]

    def at_asset(self, asset: int, *quantities: str) -> list[int]:
        """Positions of the sensors at one asset, of these quantities or of any."""
        found = np.flatnonzero(self.sensors.asset == asset).tolist()
        return [position for position in found if not quantities or self.sensors.quantity[position] in quantities]

    def excursion(self, position: int, since_ms: int, direction: int = 1) -> Excursion:
        """The largest departure upwards (`direction` 1) or downwards (-1) since that time."""
        key = (position, since_ms, direction)
        if key not in self._excursions:
            self._excursions[key] = _find_excursion(self, position, since_ms, direction)
        return self._excursions[key]


def build_scene(
    network: Network, sensors: SensorColumns, readings: Readings, *, sensor: int, ts_ms: int, baseline_h: float
) -> Scene:
    """The scene around one question: sensor `sensor` (as readings name it) at `ts_ms`. KeyError for an unknown
    sensor.
    """
    asked = sensors.position_of(sensor)
    since_ms = ts_ms - round(baseline_h * HOUR_MS)
    start, raw_ms, raw = _sort_by_sensor(sensors, readings, ts_ms)
    first_ms = int(raw_ms.min()) if len(raw_ms) else ts_ms - HOUR_MS
    last_ms = int(raw_ms.max()) if len(raw_ms) else ts_ms
    first_ms -= first_ms % HOUR_MS
    bins_ms = np.arange(first_ms, last_ms + BIN_MS, BIN_MS, dtype=np.int64)
    values = _lay_on_grid(sensors, start, raw_ms, raw, first_ms, len(bins_ms))
    reference_end = _reference_end(bins_ms, ts_ms, baseline_h)
    usual = _habit(values, bins_ms, reference_end)
    usual += _peers(network, sensors, values - usual)
    deviation = values - usual
    scale = _noise(deviation[:, :reference_end]) if reference_end else np.full(len(sensors), np.nan)
    return Scene(
        network,
        sensors,
        asked,
        ts_ms,
        since_ms,
        bins_ms,
        deviation,
        usual,
        _floor(sensors, scale),
        start,
        raw_ms,
        raw,
        reference_end,
    )


def _sort_by_sensor(
    sensors: SensorColumns, readings: Readings, ts_ms: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Readings of known sensors near the question, finite, ordered by position of the sensor and time: start[s + 1],
    ts, value.
    """
    size = max(int(sensors.index.max(initial=0)), int(readings.sensor.max(initial=0))) + 1
    position_of_index = np.full(size, -1, np.int32)
    position_of_index[sensors.index] = np.arange(len(sensors), dtype=np.int32)
    position = position_of_index[readings.sensor]
    keep = (position >= 0) & (readings.ts > ts_ms - HISTORY_MS) & (readings.ts <= ts_ms + AFTER_MS)
    keep &= np.isfinite(readings.value) & (readings.quality < 2)
    position, ts, value = position[keep], readings.ts[keep], readings.value[keep]
    order = np.argsort(ts, kind="stable")
    order = order[np.argsort(position[order].astype(np.int16 if len(sensors) < 32_768 else np.int32), kind="stable")]
    start = np.searchsorted(position[order], np.arange(len(sensors) + 1)).astype(np.int64)
    return start, ts[order], value[order]


def _median_of_three(value: Floats, start: NDArray[np.int64]) -> Floats:
    """Each reading replaced by the median of itself and its neighbours, which takes single spikes away; the ends
    stay.
    """
    out = value.copy()
    if len(value) > 2:
        a, b, c = value[:-2], value[1:-1], value[2:]
        out[1:-1] = np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))
    first, last = start[:-1][start[:-1] < start[1:]], start[1:][start[:-1] < start[1:]] - 1
    out[first], out[last] = value[first], value[last]
    return out


def _lay_on_grid(
    sensors: SensorColumns,
    start: NDArray[np.int64],
    raw_ms: NDArray[np.int64],
    raw: Floats,
    first_ms: int,
    bins: int,
) -> Floats:
    """Means of ten minutes [s, t], carried on over gaps of at most two intervals of the sensor; NaN beyond."""
    position = np.repeat(np.arange(len(sensors)), np.diff(start))
    cell = position * bins + (raw_ms - first_ms) // BIN_MS
    count = np.bincount(cell, minlength=len(sensors) * bins)
    total = np.bincount(cell, weights=_median_of_three(raw, start), minlength=len(sensors) * bins)
    filled = count > 0
    mean = np.divide(total, count, out=np.full(len(count), np.nan), where=filled).reshape(len(sensors), bins)
    newest = np.where(filled.reshape(mean.shape), np.arange(bins), -1)
    np.maximum.accumulate(newest, axis=1, out=newest)
    interval_s = np.nan_to_num(sensors.interval_s, nan=1800.0)
    patience = np.maximum(1, np.ceil(2 * interval_s * 1000 / BIN_MS)).astype(np.int64)
    carried = np.take_along_axis(mean, np.maximum(newest, 0), axis=1)
    carried[(newest < 0) | (np.arange(bins) - newest > patience[:, None])] = np.nan
    return carried


def _reference_end(bins_ms: NDArray[np.int64], ts_ms: int, baseline_h: float) -> int:
    """The bin before which readings count as the habit: `baseline_h` before the question, or half of what is there."""
    asked = int(np.searchsorted(bins_ms, ts_ms))
    wanted = asked - round(baseline_h * BINS_PER_HOUR)
    return max(wanted, asked // 2)


def median_of(values: Floats) -> Floats:
    """Median along the last axis, ignoring NaN; NaN where there is nothing else."""
    if values.shape[-1] == 0:
        return np.full(values.shape[:-1], np.nan)
    ordered = np.sort(values, axis=-1)
    count = np.sum(~np.isnan(ordered), axis=-1)
    low = np.maximum((count - 1) // 2, 0)[..., None]
    high = np.maximum(count // 2, 0)[..., None]
    high = np.minimum(high, values.shape[-1] - 1)
    middle = (np.take_along_axis(ordered, low, -1) + np.take_along_axis(ordered, high, -1))[..., 0] / 2
    return np.where(count > 0, middle, np.nan)


def _habit(values: Floats, bins_ms: NDArray[np.int64], reference_end: int) -> Floats:
    """Per sensor and hour of the day the median of the reference, as [s, t]; the sensor's whole median where an hour
    has none.
    """
    whole = median_of(values[:, :reference_end])
    hour = (bins_ms // HOUR_MS) % 24
    by_hour = np.empty((len(values), 24))
    for number in range(24):
        columns = np.flatnonzero(hour[:reference_end] == number)
        by_hour[:, number] = median_of(values[:, columns])
    by_hour = np.where(np.isnan(by_hour), whole[:, None], by_hour)
    # A median of few days is noisy: half of it is shared with the neighbouring hours.
    by_hour = 0.5 * by_hour + 0.25 * (np.roll(by_hour, 1, axis=1) + np.roll(by_hour, -1, axis=1))
    return by_hour[:, hour]


def _peers(network: Network, sensors: SensorColumns, deviation: Floats) -> Floats:
    """What all sensors of one quantity on one kind of asset do at the same time, as [s, t]; 0 where there are too
    few.
    """
    shared = np.zeros_like(deviation)
    groups: dict[tuple[str, str, str], list[int]] = {}
    for position, quantity in enumerate(sensors.quantity):
        asset = int(sensors.asset[position])
        if quantity in SHARED and asset >= 0:
            key = (quantity, network.kind[asset], network.utility[asset] or network.owner[asset])
            groups.setdefault(key, []).append(position)
    for members in groups.values():
        if len(members) >= PEERS:
            together = median_of(deviation[members].T)
            shared[members] = np.nan_to_num(together)
    return shared


def _noise(deviation: Floats) -> Floats:
    """1.4826 times the median absolute deviation: the standard deviation of normal noise, whatever the outliers."""
    return 1.4826 * median_of(np.abs(deviation - median_of(deviation)[:, None]))


def _floor(sensors: SensorColumns, scale: Floats) -> Floats:
    """Noise is never below half the maker's accuracy, nor below two steps of the quantity."""
    step = np.array([2 * QUANTITIES[name].resolution if name in QUANTITIES else 0.0 for name in sensors.quantity])
    lowest = np.fmax(np.nan_to_num(sensors.accuracy) / 2, step)
    return np.asarray(np.fmax(np.nan_to_num(scale), np.maximum(lowest, 1e-9)), np.float64)


def _find_excursion(scene: Scene, position: int, since_ms: int, direction: int) -> Excursion:
    """A departure counts only when two neighbouring bins agree on it."""
    first = int(np.clip(np.searchsorted(scene.bins_ms, since_ms), 0, len(scene.bins_ms) - 1))
    row = direction * scene.deviation[position, first:]
    valid = np.flatnonzero(~np.isnan(row))
    usual = scene.usual[position]
    if not len(valid):
        last = int(scene.bins_ms[-1])
        return Excursion(position, 0.0, 0.0, 0.0, 0.0, last, last, float(np.nan_to_num(usual[-1])), 0)
    values = row[valid]
    agreed = np.minimum(values[1:], values[:-1]) if len(values) > 1 else values
    at = int(np.argmax(agreed))
    peak = float(agreed[at])
    scale = float(scene.scale[position])
    below = np.flatnonzero(values[: at + 1] < max(3 * scale, 0.1 * peak))
    onset = int(below[-1]) + 1 if len(below) else 0
    now = float(np.median(values[-3:]))
    when = int(valid[at]) + first
    return Excursion(
        position=position,
        peak=peak,
        z=peak / scale,
        now=now,
        now_z=now / scale,
        onset_ms=int(scene.bins_ms[int(valid[min(onset, len(valid) - 1)]) + first]),
        peak_ms=int(scene.bins_ms[when]),
        usual=float(usual[when]),
        bins=len(valid),
    )
