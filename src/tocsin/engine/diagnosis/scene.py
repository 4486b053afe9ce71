"""The readings around one question, laid on a common time grid and told as deviations from each sensor's own habit."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.grid import (
    BIN_MS,
    HOUR_MS,
    Floats,
    floor_of,
    habit_of,
    lay_on_grid,
    noise_of,
    peers_of,
    reference_end_of,
    sort_by_sensor,
)
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.network import Network


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
    x_m: Floats
    y_m: Floats
    _by_quantity: dict[str, list[int]] = field(repr=False)
    _by_asset: dict[int, list[int]] = field(repr=False)
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
        return float(self.x_m[position]), float(self.y_m[position])

    def series(self, position: int) -> tuple[NDArray[np.int64], Floats]:
        """Times (ms) and values of one sensor, in order of time."""
        part = slice(int(self.start[position]), int(self.start[position + 1]))
        return self.raw_ms[part], self.raw[part]

    def positions(self, *quantities: str) -> list[int]:
        """Positions of the sensors of these quantities."""
        return sorted(position for quantity in set(quantities) for position in self._by_quantity.get(quantity, ()))

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


def build_scene(
    network: Network, sensors: SensorColumns, readings: Readings, *, sensor: int, ts_ms: int, baseline_h: float
) -> Scene:
    """The scene around one question: sensor `sensor` (as readings name it) at `ts_ms`. KeyError for an unknown
    sensor.
    """
    asked = sensors.position_of(sensor)
    since_ms = ts_ms - round(baseline_h * HOUR_MS)
    start, raw_ms, raw = sort_by_sensor(sensors, readings, ts_ms)
    first_ms = int(raw_ms.min()) if len(raw_ms) else ts_ms - HOUR_MS
    last_ms = int(raw_ms.max()) if len(raw_ms) else ts_ms
    first_ms -= first_ms % HOUR_MS
    bins_ms = np.arange(first_ms, last_ms + BIN_MS, BIN_MS, dtype=np.int64)
    values = lay_on_grid(sensors, start, raw_ms, raw, first_ms, len(bins_ms))
    reference_end = reference_end_of(bins_ms, ts_ms, baseline_h)
    usual = habit_of(values, bins_ms, reference_end)
    usual += peers_of(network, sensors, values - usual)
    deviation = values - usual
    scale = noise_of(deviation[:, :reference_end]) if reference_end else np.full(len(sensors), np.nan)
    return Scene(
        network,
        sensors,
        asked,
        ts_ms,
        since_ms,
        bins_ms,
        deviation,
        usual,
        floor_of(sensors, scale),
        start,
        raw_ms,
        raw,
        *network.plane.to_metres(sensors.lon, sensors.lat),
        _by_quantity=_positions_by(sensors.quantity),
        _by_asset=_positions_by(sensors.asset.tolist()),
    )


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
