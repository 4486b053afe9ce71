"""Sensors as they are in the field: reports missing, values that stick, spikes, drift; rare, and drawn without memory."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.simulation import noise
from tocsin.simulation.weather import DAY_MS, HOUR_MS

Times = NDArray[np.int64]

# Chances per device and day, except where named; field experience with battery devices in wells, rounded.
_GAP = 0.02  # the device reports nothing for half an hour to five hours
_LOST = 0.004  # per report: the radio loses it
_STUCK = 0.0008  # per channel and day: the value stands still for six to eighteen hours
_SPIKE = 0.00002  # per reading: one value far off
_DRIFTING = 0.01  # share of channels that drift: four accuracies in a month, then the yearly calibration


@dataclass(frozen=True)
class Rates:
    """How unreliable the devices are, as multiples of the ordinary rates; 0 is a city of perfect instruments."""

    gaps: float = 1.0
    stuck: float = 1.0
    spikes: float = 1.0
    drift: float = 1.0


def reports(seed: int, rates: Rates, device: NDArray[np.int32], time_ms: Times, turn: Times) -> NDArray[np.bool_]:
    """True where a device's report gets through: one verdict for all channels of a report."""
    got = noise.uniform(seed, 201, device, turn) >= _LOST * rates.gaps
    inside, _ = _episode(seed, 202, device, time_ms, _GAP * rates.gaps, 0.5, 5.0)
    return got & ~inside


def stuck_turns(seed: int, rates: Rates, sensor: NDArray[np.int32], time_ms: Times, interval_ms: Times) -> NDArray[np.int64]:
    """How many readings ago the value shown was measured: 0 unless the channel is stuck."""
    inside, start = _episode(seed, 203, sensor, time_ms, _STUCK * rates.stuck, 6.0, 18.0)
    return np.where(inside, (time_ms - start) // interval_ms, 0)


def spoil(
    seed: int, rates: Rates, sensor: NDArray[np.int32], time_ms: Times, turn: Times, accuracy: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What spikes and drift add to each reading, float64[n] in the unit of the quantity."""
    spike = noise.uniform(seed, 204, sensor, turn) < _SPIKE * rates.spikes
    size = 6.0 + 14.0 * noise.uniform(seed, 205, sensor, turn)
    drifting = noise.uniform(seed, 206, sensor) < _DRIFTING * rates.drift
    month = (time_ms + (noise.uniform(seed, 207, sensor) * 365 * DAY_MS).astype(np.int64)) % (365 * DAY_MS)
    drift = np.where(drifting, 4.0 * np.minimum(1.0, month / (30 * DAY_MS)), 0.0)
    spoiled: NDArray[np.float64] = accuracy * (np.where(spike, size, 0.0) + drift)
    return spoiled


def _episode(
    seed: int, stream: int, who: NDArray[np.int32], time_ms: Times, chance: float, least_h: float, most_h: float
) -> tuple[NDArray[np.bool_], Times]:
    """Whether each row falls into an episode of its day or of the day before, and when that episode began."""
    inside = np.zeros(time_ms.shape, dtype=np.bool_)
    start = np.zeros(time_ms.shape, dtype=np.int64)
    if chance <= 0.0:
        return inside, start
    today = time_ms // DAY_MS
    for day in (today - 1, today):
        happens = noise.uniform(seed, stream, who, day) < chance
        rows = np.flatnonzero(happens)
        if rows.size == 0:
            continue
        draws = noise.uniform(seed, (stream + 50), who[rows], day[rows])
        length = (least_h + (most_h - least_h) * (draws * 7919.0 % 1.0)) * HOUR_MS
        begun = day[rows] * DAY_MS + (draws * DAY_MS).astype(np.int64)
        hit = (time_ms[rows] >= begun) & (time_ms[rows] < begun + length)
        inside[rows[hit]] = True
        start[rows[hit]] = begun[hit]
    return inside, start
