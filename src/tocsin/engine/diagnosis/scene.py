"""The readings around one question, laid on a common time grid and told as deviations from each sensor's own habit."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tocsin.base.geometry import LocalPlane
from tocsin.engine.diagnosis.grid import BINS_PER_HOUR, HOUR_MS, Grid
from tocsin.engine.diagnosis.habit import floor_of, median_of, noise_of, peers_of, take_off
from tocsin.engine.diagnosis.laying import Floats
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.diagnosis.templates import Templates
from tocsin.engine.network import Network

FAR_QUANTITIES = ("makeup_flow", "supply_temperature", "return_temperature", "rainfall")  # of stations: they speak for a district


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
    """Everything a sign may look at: what the sensors around had told at one moment. Sensors by position s, ten-minute bins
    by t. Good until the grid is appended to.

    `deviation` float64[s, t]: smoothed readings less the sensor's own median of that hour of the day, and for shared
    quantities less what its peers do at that time; NaN in gaps. `usual` float64[s, t]: what was taken off. `scale`
    float64[s]: noise of the deviation. `chosen` intp[s]: positions of the sensors in the grid; `ends` int64[s]: where the known
    part of their raw series ends.
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
    grid: Grid = field(repr=False)
    chosen: NDArray[np.intp]
    ends: NDArray[np.int64]
    x_m: Floats
    y_m: Floats
    _by_quantity: dict[str, list[int]] = field(repr=False)
    _by_asset: dict[int, list[int]] = field(repr=False)
    _positions: dict[tuple[str, ...], list[int]] = field(default_factory=dict, repr=False)
    _excursions: dict[tuple[int, int, int], Excursion] = field(default_factory=dict, repr=False)
    _changes: dict[int, float | None] = field(default_factory=dict, repr=False)
    searched: dict[tuple[str, int], dict[int, float]] = field(default_factory=dict, repr=False)

    @cached_property
    def asset(self) -> int:
        """Position of the asked sensor's asset; -1 where it has none."""
        return int(self.sensors.asset[self.asked])

    @cached_property
    def quantity(self) -> str:
        """Quantity of the asked sensor."""
        return self.sensors.quantity[self.asked]

    @cached_property
    def direction(self) -> int:
        """1 where the asked sensor rings by a high value, -1 where only by a low one."""
        high, low = self.sensors.alarm_high[self.asked], self.sensors.alarm_low[self.asked]
        return -1 if np.isnan(high) and np.isfinite(low) else 1

    @cached_property
    def departure(self) -> Excursion:
        """The asked sensor's own departure since causes are looked for (`since_ms`)."""
        return self.excursion(self.asked, self.since_ms, self.direction)

    @cached_property
    def onset_ms(self) -> int:
        """When the asked sensor began to depart from its habit; the question's own time where it did not."""
        departure = self.departure
        return min(departure.onset_ms, self.ts_ms) if departure.z >= 4 else self.ts_ms

    @cached_property
    def place(self) -> tuple[float, float]:
        """x, y in metres of the asked sensor."""
        return self.place_of(self.asked)

    def place_of(self, position: int) -> tuple[float, float]:
        """x, y in metres of a sensor."""
        return float(self.x_m[position]), float(self.y_m[position])

    def series(self, position: int) -> tuple[NDArray[np.int64], Floats]:
        """Times (ms) and values of one sensor, in order of time."""
        ts, value = self.grid.series(int(self.chosen[position]), int(self.ends[position]), int(self.bins_ms[0]))
        return ts, np.asarray(value, np.float64)

    def positions(self, *quantities: str) -> list[int]:
        """Positions of the sensors of these quantities."""
        if quantities not in self._positions:
            found = (position for quantity in set(quantities) for position in self._by_quantity.get(quantity, ()))
            self._positions[quantities] = sorted(found)
        return self._positions[quantities]

    def near(self, x_m: float, y_m: float, radius_m: float, *quantities: str) -> list[int]:
        """Positions of the sensors of these quantities within `radius_m` of a place."""
        found = np.array(self.positions(*quantities), np.intp)
        metres = np.hypot(self.x_m[found] - x_m, self.y_m[found] - y_m)
        return [int(position) for position in found[metres <= radius_m]]

    def at_asset(self, asset: int, *quantities: str) -> list[int]:
        """Positions of the sensors at one asset, of these quantities or of any."""
        found = self._by_asset.get(asset, ())
        return [position for position in found if not quantities or self.sensors.quantity[position] in quantities]

    def excursion(self, position: int, since_ms: int, direction: int = 1) -> Excursion:
        """The largest departure upwards (`direction` 1) or downwards (-1) since that time."""
        key = (position, since_ms, direction)
        if key not in self._excursions:
            self._excursions[key] = _find_excursion(self, position, since_ms, direction)
        return self._excursions[key]

    def change(self, position: int) -> float | None:
        """Deviation in the three hours after the onset less that in the hours before it; None in gaps."""
        if position not in self._changes:
            self._changes[position] = _find_change(self, position)
        return self._changes[position]


def _find_change(scene: Scene, position: int) -> float | None:
    middle = int(np.searchsorted(scene.bins_ms, scene.onset_ms))
    row = scene.deviation[position]
    before, after = row[max(0, middle - 42) : max(0, middle - 9)], row[middle : middle + 18]
    before, after = before[~np.isnan(before)], after[~np.isnan(after)]
    return float(median_of(after[None])[0] - median_of(before[None])[0]) if len(before) and len(after) else None


def build_scene(network: Network, grid: Grid, templates: Templates, *, sensor: int, ts_ms: int, as_of_ms: int) -> Scene:
    """The scene around one question: sensor `sensor` (as readings name it) at `ts_ms`, as it was known at `as_of_ms`.

    Nothing that came later is seen, in no habit, noise or peer either: the scene is that of a grid which ends there. KeyError
    for an unknown sensor.
    """
    asked = grid.sensors.position_of(sensor)
    chosen = sensors_around(grid.sensors, asked, templates)
    sensors = grid.sensors.take(chosen)
    view = grid.view(chosen, ts_ms=ts_ms, as_of_ms=as_of_ms)
    bins_ms = view.bins_ms
    x_m, y_m = network.plane.to_metres(sensors.lon, sensors.lat)
    reference = _reference(bins_ms, ts_ms, templates.baseline_h)
    habit = grid.habit(view, view.first_bin + reference)
    usual, deviation = take_off(view.values, habit, view.first_bin, *peers_of(network, sensors), reference)
    scale = noise_of(deviation[:, :reference])
    return Scene(
        network=network,
        sensors=sensors,
        asked=int(np.searchsorted(chosen, asked)),
        ts_ms=ts_ms,
        since_ms=ts_ms - round(templates.baseline_h * HOUR_MS),
        bins_ms=bins_ms,
        deviation=deviation,
        usual=usual,
        scale=floor_of(sensors, scale),
        grid=grid,
        chosen=chosen,
        ends=view.ends,
        x_m=x_m,
        y_m=y_m,
        _by_quantity=_positions_by(sensors.quantity),
        _by_asset=_positions_by(sensors.asset.tolist()),
    )


def sensors_around(sensors: SensorColumns, asked: int, templates: Templates) -> NDArray[np.intp]:
    """Ascending positions of the sensors that may have something to say: those around, and stations of the district."""
    metres = np.hypot(*LocalPlane(sensors.lon[asked], sensors.lat[asked]).to_metres(sensors.lon, sensors.lat))
    near = np.flatnonzero(metres <= templates.figures["sensors_m"])
    nearest = near[np.argsort(metres[near], kind="stable")][: int(templates.figures["most_sensors"])]
    far = np.flatnonzero(sensors.is_of(FAR_QUANTITIES) & (metres <= templates.figures["district_m"]))
    return np.union1d(nearest, far)


def _reference(bins_ms: NDArray[np.int64], ts_ms: int, baseline_h: float) -> int:
    """How many bins, in full hours, make the habit: those up to `baseline_h` before the question, or half of what is there."""
    asked = int(np.searchsorted(bins_ms, ts_ms))
    wanted = max(asked - round(baseline_h * BINS_PER_HOUR), asked // 2)
    return wanted - wanted % BINS_PER_HOUR


def _positions_by[Key](keys: Iterable[Key]) -> dict[Key, list[int]]:
    """Positions of each key, ascending."""
    found: dict[Key, list[int]] = {}
    for position, key in enumerate(keys):
        found.setdefault(key, []).append(position)
    return found


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
    now = float(median_of(values[None, -3:])[0])
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
