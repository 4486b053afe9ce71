"""Sensors as they are in the field: reports missing, values that stick, spikes, drift; rare, and drawn without memory."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.simulation import noise
from tocsin.simulation.weather import DAY_MS, HOUR_MS

Times = NDArray[np.int64]

# Chances per device and day, except where named; field experience with battery devices in wells, rounded.
_DEAD = 0.002  # the device reports nothing for six to 24 hours
_GAP = 0.02  # the device reports nothing for half an hour to five hours
_LOST = 0.004  # per report: the radio loses it
_STUCK = 0.0008  # per channel and day: the value stands still for six to eighteen hours
_SPIKE = 0.00002  # per reading: one value far off
_DRIFTING = 0.01  # share of channels that drift: four accuracies in a month, then the yearly calibration


@dataclass(frozen=True)
class Rates:
    """How unreliable the devices are, as multiples of the ordinary rates; 0 is a city of perfect instruments.

    `dead`: as `gaps`, for a device that is silent for up to a day. `share` of the sensors have these rates, the others a tenth.
    """

    gaps: float = 1.0
    stuck: float = 1.0
    spikes: float = 1.0
    drift: float = 1.0
    dead: float = 0.0
    share: float = 1.0


def reports(seed: int, rates: Rates, device: NDArray[np.int32], time_ms: Times, turn: Times) -> NDArray[np.bool_]:
    """True where a device's report gets through: one verdict for all channels of a report."""
    weight = _weight(seed, rates, device)
    got = noise.uniform(seed, 201, device, turn) >= _LOST * rates.gaps * weight
    inside, _ = _episode(seed, 202, device, time_ms, _GAP * rates.gaps * weight, 0.5, 5.0)
    dead, _ = _episode(seed, 209, device, time_ms, _DEAD * rates.dead * weight, 6.0, 24.0)
    return got & ~inside & ~dead


def stuck_turns(seed: int, rates: Rates, sensor: NDArray[np.int32], time_ms: Times, interval_ms: Times) -> NDArray[np.int64]:
    """How many readings ago the value shown was measured: 0 unless the channel is stuck."""
    inside, start = _episode(seed, 203, sensor, time_ms, _STUCK * rates.stuck * _weight(seed, rates, sensor), 6.0, 18.0)
    return np.where(inside, (time_ms - start) // interval_ms, 0)


def spoil(
    seed: int, rates: Rates, sensor: NDArray[np.int32], time_ms: Times, turn: Times, accuracy: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What spikes and drift add to each reading, float64[n] in the unit of the quantity."""
    weight = _weight(seed, rates, sensor)
    spike = noise.uniform(seed, 204, sensor, turn) < _SPIKE * rates.spikes * weight
    size = 6.0 + 14.0 * noise.uniform(seed, 205, sensor, turn)
    drifting = noise.uniform(seed, 206, sensor) < _DRIFTING * rates.drift * weight
    month = (time_ms + (noise.uniform(seed, 207, sensor) * 365 * DAY_MS).astype(np.int64)) % (365 * DAY_MS)
    drift = np.where(drifting, 4.0 * np.minimum(1.0, month / (30 * DAY_MS)), 0.0)
    spoiled: NDArray[np.float64] = accuracy * (np.where(spike, size, 0.0) + drift)
    return spoiled


def _weight(seed: int, rates: Rates, who: NDArray[np.int32]) -> NDArray[np.float64] | float:
    """1 for an unreliable device or channel, a tenth for the others."""
    if rates.share >= 1.0:
        return 1.0
    return np.where(noise.uniform(seed, 208, who) < rates.share, 1.0, 0.1)


def _episode(
    seed: int,
    stream: int,
    who: NDArray[np.int32],
    time_ms: Times,
    chance: NDArray[np.float64] | float,
    least_h: float,
    most_h: float,
) -> tuple[NDArray[np.bool_], Times]:
    """Whether each row falls into an episode of its day or of the day before, and when that episode began."""
    inside = np.zeros(time_ms.shape, dtype=np.bool_)
    start = np.zeros(time_ms.shape, dtype=np.int64)
    if np.max(chance, initial=0.0) <= 0.0:
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
