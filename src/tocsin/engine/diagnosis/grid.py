"""Raw readings laid on ten-minute bins, and what each sensor's habit, peers and noise are there."""

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


def sort_by_sensor(sensors: SensorColumns, readings: Readings, ts_ms: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
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


def lay_on_grid(
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


def reference_end_of(bins_ms: NDArray[np.int64], ts_ms: int, baseline_h: float) -> int:
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


def habit_of(values: Floats, bins_ms: NDArray[np.int64], reference_end: int) -> Floats:
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


def peers_of(network: Network, sensors: SensorColumns, deviation: Floats) -> Floats:
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


def noise_of(deviation: Floats) -> Floats:
    """1.4826 times the median absolute deviation: the standard deviation of normal noise, whatever the outliers."""
    return 1.4826 * median_of(np.abs(deviation - median_of(deviation)[:, None]))


def floor_of(sensors: SensorColumns, scale: Floats) -> Floats:
    """Noise is never below half the maker's accuracy, nor below two steps of the quantity."""
    step = np.array([2 * QUANTITIES[name].resolution if name in QUANTITIES else 0.0 for name in sensors.quantity])
    lowest = np.fmax(np.nan_to_num(sensors.accuracy) / 2, step)
    return np.asarray(np.fmax(np.nan_to_num(scale), np.maximum(lowest, 1e-9)), np.float64)
