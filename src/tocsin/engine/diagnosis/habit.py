"""What is usual for a sensor: its habit by the hour of the day, what its peers do at the same time, and its noise."""

import numpy as np
from numpy.typing import NDArray

from tocsin.base.quantities import QUANTITIES
from tocsin.engine.diagnosis.laying import BIN_MS, Floats
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.kernel import aside, kernel
from tocsin.engine.network import Network
from tocsin.engine.selection import in_order

PEERS = 5  # fewer sensors of a kind do not tell what all of them do
SHARED = ("temperature", "pressure", "flow", "conductivity")  # weather and demand move all sensors of these quantities together
HELD = ("pressure",)  # stations keep it up: what takes it from all beyond their habit is an event, neither weather nor demand
WIDENED = 0.5  # of the range that peers moved in together before, on either side

_HOUR_BINS = 3_600_000 // BIN_MS


@aside
def _middle(kept: Floats, count: int) -> float:
    """Median of the first `count` values, which are put into another order; NaN of none."""
    if count == 0:
        return np.nan
    upper = in_order(kept, count, count // 2)
    if count % 2:
        return upper
    lower = kept[0]
    for k in range(1, count // 2):
        lower = max(lower, kept[k])
    return float((lower + upper) / 2)


@aside
def _keep(values: Floats, kept: Floats, count: int) -> int:
    """Adds the values that are not NaN to the first `count` kept ones; how many there are then."""
    for value in values:
        if not np.isnan(value):
            kept[count] = value
            count += 1
    return count


@kernel
def _medians(values: Floats, out: Floats) -> None:
    """Median of each row of `values` [s, t] without its NaN, into `out` float64[s]."""
    kept = np.empty(values.shape[1])
    for s in range(len(values)):
        out[s] = _middle(kept, _keep(values[s], kept, 0))


@kernel
def _spreads(values: Floats, out: Floats) -> None:
    """Median distance of each row of `values` [s, t] from its own median, into `out` float64[s]."""
    kept = np.empty(values.shape[1])
    for s in range(len(values)):
        count = _keep(values[s], kept, 0)
        middle = _middle(kept, count)
        for k in range(count):
            kept[k] = abs(kept[k] - middle)
        out[s] = _middle(kept, count)


@kernel
def _hour_medians(values: Floats, first_bin: int, out: Floats) -> None:
    """Median of each row by hour of the day, into `out` float64[s, 24]; the whole row's where an hour has none."""
    kept = np.empty(values.shape[1])
    day = 24 * _HOUR_BINS
    for s in range(len(values)):
        row = values[s]
        whole = _middle(kept, _keep(row, kept, 0))
        for hour in range(24):
            count = 0
            start = ((hour - first_bin // _HOUR_BINS) % 24) * _HOUR_BINS  # the first bin is on a full hour
            for at in range(start, len(row), day):
                count = _keep(row[at : at + _HOUR_BINS], kept, count)
            out[s, hour] = _middle(kept, count) if count else whole


@kernel
def _take_off(
    values: Floats,
    by_hour: Floats,
    first_bin: int,
    groups: NDArray[np.int64],
    bounded_by: NDArray[np.int64],
    usual: Floats,
    deviation: Floats,
) -> None:
    """Fills `usual` and `deviation` [s, t]: the habit of the hour and what all members of a group do at the same time, and the
    rest. `groups` int64[g, m]: positions of the members, -1 behind them. `bounded_by` int64[g]: in how many of the first bins
    the range lies beyond which what they do together is not taken off; 0 for no bounds.
    """
    for s in range(len(values)):
        for t in range(values.shape[1]):
            usual[s, t] = by_hour[s, (first_bin + t) // _HOUR_BINS % 24]
            deviation[s, t] = values[s, t] - usual[s, t]
    kept = np.empty(groups.shape[1])
    together = np.empty(values.shape[1])
    for g, group in enumerate(groups):
        members = group[group >= 0]
        for t in range(values.shape[1]):
            count = 0
            for s in members:
                if not np.isnan(deviation[s, t]):
                    kept[count] = deviation[s, t]
                    count += 1
            together[t] = _middle(kept, count) if count else 0.0
        if bounded_by[g] > 0:
            low, high = together[: bounded_by[g]].min(), together[: bounded_by[g]].max()
            wider = WIDENED * (high - low)
            for t in range(values.shape[1]):
                together[t] = min(max(together[t], low - wider), high + wider)
        for s in members:
            for t in range(values.shape[1]):
                usual[s, t] += together[t]
                deviation[s, t] = values[s, t] - usual[s, t]


def median_of(values: Floats) -> Floats:
    """Median along the last axis of [s, t], ignoring NaN; NaN where there is nothing else."""
    out = np.empty(len(values))
    _medians(values, out)
    return out


def hours_habit(values: Floats, first_bin: int) -> Floats:
    """Per sensor and hour of the day (UTC) the median of values [s, t], whose first bin is on a full hour, as [s, 24]."""
    by_hour = np.empty((len(values), 24))
    _hour_medians(values, first_bin, by_hour)
    # A median of few days is noisy: half of it is shared with the neighbouring hours.
    return 0.5 * by_hour + 0.25 * (np.roll(by_hour, 1, axis=1) + np.roll(by_hour, -1, axis=1))


def peers_of(network: Network, sensors: SensorColumns) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Groups of sensors of one quantity on one kind of asset, which weather and demand move together: int64[groups,
    most members], -1 behind the members; too small ones are left out. And which of them are of `HELD` quantities.
    """
    groups: dict[tuple[str, str, str], list[int]] = {}
    for position, quantity in enumerate(sensors.quantity):
        asset = int(sensors.asset[position])
        if quantity in SHARED and asset >= 0:
            key = (quantity, network.kind[asset], network.utility[asset] or network.owner[asset])
            groups.setdefault(key, []).append(position)
    large = {key: members for key, members in groups.items() if len(members) >= PEERS}
    found = np.full((len(large), max(map(len, large.values()), default=0)), -1, np.int64)
    for row, members in zip(found, large.values(), strict=True):
        row[: len(members)] = members
    return found, np.array([quantity in HELD for quantity, _, _ in large], np.bool_)


def take_off(
    values: Floats, by_hour: Floats, first_bin: int, groups: NDArray[np.int64], is_held: NDArray[np.bool_], reference: int
) -> tuple[Floats, Floats]:
    """What is usual for each sensor at each time, its habit and what its peers do (0 without peers), and by how much it
    departs from that; both [s, t] like `values`, NaN where that is.

    Of groups that are held up (`is_held` bool[groups]) no more is taken off than about what they did together in the first
    `reference` bins: a break that all gauges of a net feel is no habit of theirs.
    """
    usual, deviation = np.empty_like(values), np.empty_like(values)
    _take_off(values, by_hour, first_bin, groups, np.where(is_held, reference, 0), usual, deviation)
    return usual, deviation


def noise_of(deviation: Floats) -> Floats:
    """1.4826 times the median absolute deviation of each row: the standard deviation of normal noise, whatever the outliers."""
    out = np.empty(len(deviation))
    _spreads(deviation, out)
    return 1.4826 * out


def floor_of(sensors: SensorColumns, scale: Floats) -> NDArray[np.float64]:
    """Noise is never below half the maker's accuracy, nor below two steps of the quantity."""
    step = np.array([2 * QUANTITIES[name].resolution if name in QUANTITIES else 0.0 for name in sensors.quantity])
    lowest = np.fmax(np.nan_to_num(sensors.accuracy) / 2, step)
    return np.asarray(np.fmax(np.nan_to_num(scale), np.maximum(lowest, 1e-9)), np.float64)
