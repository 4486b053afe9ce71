"""What is usual for a sensor: its habit by the hour of the day, what its peers do at the same time, and its noise."""

import numpy as np
from numpy.typing import NDArray

from tocsin.base.quantities import QUANTITIES
from tocsin.engine.diagnosis.laying import BIN_MS, Floats
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.kernel import kernel
from tocsin.engine.network import Network

PEERS = 5  # fewer sensors of a kind do not tell what all of them do
SHARED = ("temperature", "pressure", "flow", "conductivity")  # weather and demand move all sensors of these quantities together

_HOUR_BINS = 3_600_000 // BIN_MS


@kernel
def medians(values: Floats, out: Floats) -> None:
    """Median of each row of `values` [s, t] without its NaN, into `out` float64[s]; NaN where there is nothing else."""
    kept = np.empty(values.shape[1])
    for s in range(len(values)):
        count = 0
        for value in values[s]:
            if not np.isnan(value):
                kept[count] = value
                count += 1
        out[s] = np.median(kept[:count]) if count else np.nan


@kernel
def _hour_medians(values: Floats, first_bin: int, out: Floats) -> None:
    """Median of each row by hour of the day, into `out` float64[s, 24]; the whole row's where an hour has none."""
    kept = np.empty(values.shape[1])
    for s in range(len(values)):
        row = values[s]
        count = 0
        for value in row:
            if not np.isnan(value):
                kept[count] = value
                count += 1
        whole = np.median(kept[:count]) if count else np.nan
        for hour in range(24):
            count = 0
            start = ((hour - first_bin // _HOUR_BINS) % 24) * _HOUR_BINS  # the first bin is on a full hour
            for day in range(start, len(row), 24 * _HOUR_BINS):
                for k in range(day, min(day + _HOUR_BINS, len(row))):
                    if not np.isnan(row[k]):
                        kept[count] = row[k]
                        count += 1
            out[s, hour] = np.median(kept[:count]) if count else whole


def median_of(values: Floats) -> Floats:
    """Median along the last axis of [s, t], ignoring NaN; NaN where there is nothing else."""
    out = np.empty(len(values))
    medians(values, out)
    return out


def hours_habit(values: Floats, first_bin: int) -> Floats:
    """Per sensor and hour of the day (UTC) the median of values [s, t], whose first bin is on a full hour, as [s, 24]."""
    by_hour = np.empty((len(values), 24))
    _hour_medians(values, first_bin, by_hour)
    # A median of few days is noisy: half of it is shared with the neighbouring hours.
    return 0.5 * by_hour + 0.25 * (np.roll(by_hour, 1, axis=1) + np.roll(by_hour, -1, axis=1))


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
            together = median_of(np.ascontiguousarray(deviation[members].T))
            shared[members] = np.nan_to_num(together)
    return shared


def noise_of(deviation: Floats) -> Floats:
    """1.4826 times the median absolute deviation: the standard deviation of normal noise, whatever the outliers."""
    return 1.4826 * median_of(np.abs(deviation - median_of(deviation)[:, None]))


def floor_of(sensors: SensorColumns, scale: Floats) -> NDArray[np.float64]:
    """Noise is never below half the maker's accuracy, nor below two steps of the quantity."""
    step = np.array([2 * QUANTITIES[name].resolution if name in QUANTITIES else 0.0 for name in sensors.quantity])
    lowest = np.fmax(np.nan_to_num(sensors.accuracy) / 2, step)
    return np.asarray(np.fmax(np.nan_to_num(scale), np.maximum(lowest, 1e-9)), np.float64)
