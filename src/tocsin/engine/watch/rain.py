"""What rain explains of the levels in drains: all of them rise together, each by its own measure, learnt from rains gone by."""

import itertools

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.diagnosis.grid import HOUR_MS, Grid
from tocsin.engine.diagnosis.habit import PEERS, median_of
from tocsin.engine.diagnosis.laying import Floats
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.network import DRAINS, Network
from tocsin.engine.watch.habits import Habits, hour_of
from tocsin.engine.watch.model import WatchFigures


class Rain:
    """Where it rained of late, and what the level gauges of each kind of drain in a district do together.

    The median of what the gauges of a group show beyond their habits is what the rain does; each gauge's own multiple of it is
    its gain. What one shows beyond that is held back by something.
    """

    def __init__(self, network: Network, sensors: SensorColumns, figures: WatchFigures) -> None:
        self._figures = figures
        x_m, y_m = network.plane.to_metres(sensors.lon, sensors.lat)
        quantity = np.array(sensors.quantity)
        self._levels = np.flatnonzero(quantity == "level")
        self._gauges = np.flatnonzero(quantity == "rainfall")
        self._wet_ms = np.full(len(self._gauges), -1, np.int64)
        self._lifted_ms = np.full(len(sensors), -1, np.int64)
        apart = np.hypot(x_m[self._levels][:, None] - x_m[self._gauges], y_m[self._levels][:, None] - y_m[self._gauges])
        self._heard = apart <= figures.district_m
        self._groups = self._together(network, sensors, x_m, y_m)
        self._gain = np.ones(len(sensors))

    def _together(self, network: Network, sensors: SensorColumns, x_m: Floats, y_m: Floats) -> tuple[NDArray[np.intp], ...]:
        """Gauges of one kind of drain, within squares of `district_m` from the south-west on. Where a kind has fewer than five,
        all drains of the square go together, each by its own gain; where they are fewer than five, none.
        """
        size_m, squares = self._figures.district_m, dict[tuple[int, int], dict[str, list[int]]]()
        west_m, south_m = x_m.min(initial=np.inf), y_m.min(initial=np.inf)
        for position in self._levels.tolist():
            asset = int(sensors.asset[position])
            if asset >= 0 and network.utility[asset] in DRAINS:
                square = int((x_m[position] - west_m) // size_m), int((y_m[position] - south_m) // size_m)
                squares.setdefault(square, {}).setdefault(network.utility[asset], []).append(position)
        groups: list[list[int]] = []
        for kinds in squares.values():
            few = any(len(group) < PEERS for group in kinds.values())
            groups += [sorted(itertools.chain(*kinds.values()))] if few else list(kinds.values())
        return tuple(np.array(group, np.intp) for group in groups if len(group) >= PEERS)

    def learn(self, grid: Grid, habits: Habits, *, from_ms: int, until_ms: int) -> None:
        """Each gauge's gain by least squares from what was told between these times, drawn towards 1 where it hardly rained."""
        for group in self._groups:
            view = grid.view(group, ts_ms=until_ms - 1, as_of_ms=until_ms - 1, history_ms=until_ms - from_ms)
            hours = hour_of(view.first_bin + np.arange(view.values.shape[1]))
            deviation = view.values - habits.usual[group][:, hours]
            rise = self._rise(deviation)
            doubt = self._figures.rain_doubt_m**2
            self._gain[group] = np.maximum((np.nan_to_num(deviation) @ rise + doubt) / (rise @ rise + doubt), 0.0)

    def _rise(self, deviation: Floats) -> Floats:
        """By how much the gauges of a group have risen together, m, float64[t] of float64[s, t]; 0 below `rain_least_m`."""
        rise = np.nan_to_num(median_of(np.ascontiguousarray(deviation.T)))
        return np.where(rise >= self._figures.rain_least_m, rise, 0.0)

    def explained(self, deviation: Floats) -> Floats:
        """What rain explains of the deviations of all sensors from their habits, both float64[s]; 0 outside drains."""
        explained = np.zeros(len(deviation))
        for group in self._groups:
            explained[group] = self._gain[group] * self._rise(deviation[group][:, None])
        return explained

    def step(self, values: Floats, lifted: NDArray[np.bool_], at_ms: int) -> None:
        """Takes the newest bin of all sensors, and which of them rise with all drains around."""
        self._wet_ms[np.nan_to_num(values[self._gauges]) >= self._figures.rain_mm_h] = at_ms
        self._lifted_ms[lifted] = at_ms

    def wet(self, at_ms: int) -> NDArray[np.bool_]:
        """Level gauges near which it rains or has rained of late, bool[s]; without a rain gauge, their common rise tells."""
        wet = np.zeros(len(self._gain), np.bool_)
        lasts_ms = self._figures.rain_h * HOUR_MS
        fell = (self._heard & (at_ms - self._wet_ms <= lasts_ms)).any(axis=1)
        lifted = at_ms - self._lifted_ms[self._levels] <= lasts_ms
        wet[self._levels] = np.where(self._heard.any(axis=1), fell, lifted)
        return wet
