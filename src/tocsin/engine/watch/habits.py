"""What each sensor usually shows at an hour of the day, and how far it strays from that over minutes, hours and half a
day: learnt from days gone by.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.diagnosis.grid import BINS_PER_HOUR, Grid
from tocsin.engine.diagnosis.habit import HELD, PEERS, SHARED, WIDENED, floor_of, hours_habit, median_of, noise_of
from tocsin.engine.diagnosis.laying import BIN_MS, Floats
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.network import Network

AT_ONCE = 1000  # sensors whose days are looked at together


@dataclass(frozen=True, eq=False)
class Habits:
    """`usual` float64[s, 24]: median by hour of the day (UTC); `scale` float64[s, w]: noise of the mean deviation over
    each window, no less than its accuracy allows; NaN for a sensor that has told nothing. `jitter` float64[s]: what it was seen
    to do over the shortest window, however accurate it is said to be. `together` float64[2, s]: from where to where it moved
    with its peers, and half of that range again on either side; infinite for what no station holds up (`diagnosis.habit.HELD`).
    """

    usual: Floats
    scale: Floats
    jitter: Floats
    together: Floats


@dataclass(frozen=True, eq=False)
class Peers:
    """Sensors that weather and demand move together: positions of each group, and of those that stand for themselves."""

    groups: tuple[NDArray[np.intp], ...]
    single: NDArray[np.intp]

    @classmethod
    def of(cls, network: Network, sensors: SensorColumns, district_m: float) -> "Peers":
        """Groups by quantity, kind and utility of the asset, within squares of `district_m`; of fewer than five: none."""
        x_m, y_m = network.plane.to_metres(sensors.lon, sensors.lat)
        found: dict[tuple[str, str, str, int, int], list[int]] = {}
        for position, quantity in enumerate(sensors.quantity):
            asset = int(sensors.asset[position])
            if quantity in SHARED and asset >= 0:
                square = int(x_m[position] // district_m), int(y_m[position] // district_m)
                key = (quantity, network.kind[asset], network.utility[asset] or network.owner[asset], *square)
                found.setdefault(key, []).append(position)
        groups = tuple(np.array(one, np.intp) for one in found.values() if len(one) >= PEERS)
        single = np.setdiff1d(np.arange(len(sensors)), np.concatenate([np.empty(0, np.intp), *groups]))
        return cls(groups, single)

    def together(self, deviation: Floats, habits: Habits) -> Floats:
        """What the peers of each sensor do as is their habit, of float64[s]; 0 for those that have none."""
        shared = np.zeros_like(deviation)
        for group in self.groups:
            there = deviation[group]
            there = there[~np.isnan(there)]
            if len(there):
                shared[group] = np.median(there)
        return np.clip(shared, *habits.together)

    def parts(self) -> Iterator[tuple[NDArray[np.intp], bool]]:
        """All positions in parts that can be looked at by themselves, and whether a part is a group."""
        for group in self.groups:
            yield group, True
        for first in range(0, len(self.single), AT_ONCE):
            yield self.single[first : first + AT_ONCE], False


def learn_habits(grid: Grid, peers: Peers, *, from_ms: int, until_ms: int, windows: tuple[int, ...], least_bins: int) -> Habits:
    """Habits from what was told before `until_ms`; `windows`: lengths in bins over which deviations will be averaged. A
    sensor that has told fewer than `least_bins` bins has none yet.
    """
    count = len(grid.sensors)
    habits = Habits(
        usual=np.full((count, 24), np.nan),
        scale=np.full((count, len(windows)), np.nan),
        jitter=np.full(count, np.nan),
        together=np.array([[-np.inf], [np.inf]]).repeat(count, axis=1),
    )
    for part, is_group in peers.parts():
        view = grid.view(part, ts_ms=until_ms - 1, as_of_ms=until_ms - 1)
        skipped = max(0, -(-(from_ms // BIN_MS - view.first_bin) // BINS_PER_HOUR)) * BINS_PER_HOUR
        values, first_bin = view.values[:, skipped:], view.first_bin + skipped
        if not values.shape[1]:
            continue
        usual = hours_habit(np.ascontiguousarray(values), first_bin)
        usual[(~np.isnan(values)).sum(axis=1) < least_bins] = np.nan
        deviation = values - usual[:, hour_of(first_bin + np.arange(values.shape[1]))]
        if is_group:
            shared = np.nan_to_num(median_of(np.ascontiguousarray(deviation.T)))
            deviation = deviation - shared
            if grid.sensors.quantity[part[0]] in HELD:
                wider = WIDENED * np.ptp(shared)
                habits.together[:, part] = [[shared.min() - wider], [shared.max() + wider]]
        habits.usual[part] = usual
        for number, window in enumerate(windows):
            means = moving_mean(deviation, window)[:, :: min(window, BINS_PER_HOUR)]
            noise = noise_of(np.ascontiguousarray(means))
            if number == 0:
                habits.jitter[part] = noise
            scale = floor_of(grid.sensors.take(part), noise)
            habits.scale[part, number] = np.where(np.isnan(usual[:, 0]), np.nan, scale)
    return habits


def hour_of(number: NDArray[np.int64]) -> NDArray[np.int64]:
    """Hour of the day (UTC) of bins numbered since 1970."""
    return number // BINS_PER_HOUR % 24


def moving_mean(values: Floats, window: int) -> Floats:
    """Mean of the last `window` columns at each one, ignoring NaN; NaN where fewer than half of them are there.

    >>> moving_mean(np.array([[1.0, 3.0, np.nan, np.nan]]), 2).tolist()
    [[1.0, 2.0, 3.0, nan]]
    """
    there = ~np.isnan(values)
    total = np.cumsum(np.where(there, values, 0.0), axis=1)
    count = np.cumsum(there, axis=1, dtype=np.int32)
    total[:, window:] -= total[:, :-window].copy()
    count[:, window:] -= count[:, :-window].copy()
    mean: Floats = np.divide(total, count, out=np.full(values.shape, np.nan), where=2 * count >= window)
    return mean
