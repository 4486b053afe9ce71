"""A city that lives through a scenario: readings of any stretch of time, the same however the time is cut into pieces."""

from collections.abc import Collection, Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.columns import Readings
from tocsin.simulation import faults, noise
from tocsin.simulation.city import City
from tocsin.simulation.effects import Act, Effect, Floats, Times
from tocsin.simulation.incidents.outcome import Outcome, Truth
from tocsin.simulation.scenario import QUIET, Scenario
from tocsin.simulation.signals import Drivers, ordinary
from tocsin.simulation.weather import Weather

_JITTER_MS = 900  # a device sends up to this much after its turn
_LONGEST_STUCK_MS = 19 * 3_600_000  # the ordinary value shown by a stuck channel may be this old


class World:
    """`readings(from_ms, to_ms)` of a city under a scenario; `truths` are what really happens."""

    def __init__(self, city: City, scenario: Scenario = QUIET) -> None:
        self.city, self.scenario = city, scenario
        self.weather = Weather(city.seed, scenario.rains, city.climate)
        sensors = city.sensors
        draws = noise.uniform(city.seed, 41, np.arange(len(city.devices)))
        self._phase_ms = (draws[sensors.device] * sensors.interval_s * 1000).astype(np.int64)
        names = np.array(sensors.quantity)
        self._groups = [np.flatnonzero(names == name).astype(np.int32) for name in sorted(set(sensors.quantity))]

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What each incident of the scenario does, in the scenario's order."""
        return tuple(incident.unfold(self.city, self.weather) for incident in self.scenario.incidents)

    @property
    def truths(self) -> tuple[Truth, ...]:
        """What really happens, in the scenario's order. Never shown to a detector or a diagnosis."""
        return tuple(outcome.truth for outcome in self.outcomes)

    def readings(self, from_ms: int, to_ms: int, only: Collection[int] | None = None) -> Readings:
        """All readings with `from_ms` <= ts < `to_ms`, by time and then sensor; `sensor` is the index in `city.sensors`.

        `only`: of these sensors. A few seconds for ten days of 2,500 channels.
        """
        wanted = None if only is None else np.array(sorted(only), dtype=np.int32)
        groups = self._groups if wanted is None else [np.intersect1d(group, wanted) for group in self._groups]
        drivers = Drivers(self.weather, from_ms - _LONGEST_STUCK_MS, to_ms, self.scenario.calendar)
        parts = [part for group in groups for part in [self._of_group(group, drivers, from_ms, to_ms)] if len(part)]
        together = Readings.concatenate(parts)
        return together.take(np.lexsort((together.sensor, together.ts)))

    def _of_group(self, group: NDArray[np.int32], drivers: Drivers, from_ms: int, to_ms: int) -> Readings:
        """Readings of sensors of one quantity."""
        sensors, seed, rates = self.city.sensors, self.city.seed, self.scenario.rates
        sensor, turn = self._turns(group, from_ms, to_ms)
        interval = sensors.interval_s[sensor] * 1000
        device = sensors.device[sensor]
        time = turn * interval + self._phase_ms[sensor]
        time += (noise.uniform(seed, 42, device, turn) * _JITTER_MS).astype(np.int64)
        got = (time >= from_ms) & (time < to_ms) & faults.reports(seed, rates, device, time, turn)
        sensor, turn, interval, time = sensor[got], turn[got], interval[got], time[got]
        ago = faults.stuck_turns(seed, rates, sensor, time, interval)
        ago, got = self._silenced(sensor, time, interval, ago)
        shown = time - ago * interval
        value = ordinary(seed, sensors, drivers, sensor, shown, turn - ago)
        for effect, rows in self._effects_on(sensor):
            if effect.act is Act.ADD:
                value[rows] += effect.at(shown[rows])
            elif effect.act is Act.SCALE:
                value[rows] *= effect.at(shown[rows])
        value += faults.spoil(seed, rates, sensor, shown, turn - ago, sensors.accuracy[sensor])
        value = np.clip(value, sensors.floor[sensor], sensors.ceiling[sensor])
        return Readings.of(sensor, time, _rounded(value, sensors.resolution[sensor])).take(got)

    def _turns(self, group: NDArray[np.int32], from_ms: int, to_ms: int) -> tuple[NDArray[np.int32], Times]:
        """Every (sensor, number of its reading) that could fall into the time, sensors ascending."""
        interval = self.city.sensors.interval_s[group] * 1000
        first = -((self._phase_ms[group] - from_ms + _JITTER_MS) // interval)
        last = (to_ms - 1 - self._phase_ms[group]) // interval
        count = np.maximum(0, last - first + 1)
        before = np.cumsum(count) - count
        turn = np.arange(int(count.sum())) - np.repeat(before - first, count)
        return np.repeat(group, count), turn

    def _silenced(self, sensor: NDArray[np.int32], time: Times, interval: Times, ago: Times) -> tuple[Times, NDArray[np.bool_]]:
        """What incidents of instruments do: values that stand still (`ago` grows), reports that stop (False in the mask)."""
        got = np.ones(len(sensor), dtype=np.bool_)
        for effect, rows in self._effects_on(sensor):
            inside = effect.during(time[rows])
            if effect.act is Act.HOLD:
                held = (time[rows] - effect.start_ms) // interval[rows]
                ago[rows] = np.where(inside, held, ago[rows])
            elif effect.act is Act.DROP:
                got[rows] &= ~inside
        return ago, got

    def _effects_on(self, sensor: NDArray[np.int32]) -> Iterator[tuple[Effect, slice]]:
        """Each effect that touches one of these sensors (ascending), with the rows of its sensor."""
        if len(sensor) == 0:
            return
        for effect in (*(own for outcome in self.outcomes for own in outcome.effects), *self.scenario.aside):
            rows = slice(*np.searchsorted(sensor, [effect.sensor, effect.sensor + 1]).tolist())
            if rows.start < rows.stop:
                yield effect, rows


def _rounded(value: Floats, resolution: Floats) -> Floats:
    """Values on the steps of their instruments, free of binary dust (0.1 stays 0.1)."""
    return np.round(np.round(value / resolution) * resolution, 4)
