"""When the instrument is the incident: it sticks, drifts, jumps or falls silent; or somebody tests it with gas."""

from dataclasses import dataclass

import numpy as np

from tocsin.base.errors import InvalidInput
from tocsin.simulation.city import City
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import STEP_MS, Act, Floats, Span, follow
from tocsin.simulation.incidents.drawing import measured, pick
from tocsin.simulation.incidents.outcome import Curves, Outcome, truth_at_asset
from tocsin.simulation.weather import HOUR_MS, Weather


@dataclass(frozen=True)
class SensorFault:
    """The channel `quantity` at `asset` is `stuck` or `silent`, or makes a `jump` of `size`, or a `drift` to it: the `mode`."""

    asset: str
    quantity: str
    mode: str
    start_ms: int
    end_ms: int
    size: float = 0.0

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "SensorFault":
        """See `Incident.drawn`."""
        sensors = city.sensors
        limited = [i for i in range(len(sensors)) if sensors.alarm_high[i] == sensors.alarm_high[i]]
        index = draws.pick(limited)
        limit = float(sensors.alarm_high[index])
        days = draws.spread(0.2, 9.0)
        mode = draws.pick(("jump", "drift"))
        size = limit * draws.between(1.05, 2.0)
        end_ms = start_ms + round(days * 24 * HOUR_MS)
        return cls(sensors.asset[index], sensors.quantity[index], mode, start_ms, end_ms, size)

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        asset = city.asset(self.asset)
        if city.channel(asset, self.quantity) is None:
            raise InvalidInput(f"{self.asset} does not measure {self.quantity}")
        span = Span(self.start_ms, self.end_ms)
        act, curve = self._curve(span)
        curves = Curves(city, self.start_ms)
        curves.add(asset, self.quantity, curve, act)
        return curves.outcome(truth_at_asset(city, "sensor_fault", asset, self.start_ms, asset))

    def _curve(self, span: Span) -> tuple[Act, Floats]:
        hours = span.hours
        faulty = np.where(span.time_ms < self.end_ms, 1.0, 0.0)
        match self.mode:
            case "stuck":
                return Act.HOLD, faulty
            case "silent":
                return Act.DROP, faulty
            case "jump":
                return Act.ADD, self.size * faulty
            case "drift":
                return Act.ADD, self.size * hours / hours[-1] * faulty
        raise InvalidInput(f"unknown mode {self.mode!r} of a sensor fault; known are stuck, silent, jump, drift")


@dataclass(frozen=True)
class Calibration:
    """Planned work: test gas on a device's gas sensors one after the other, `methane` %LEL, a quarter of an hour each."""

    asset: str
    start_ms: int
    methane: float = 50.0

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "Calibration":
        """See `Incident.drawn`."""
        return cls(pick(measured(city, ["methane"]), draws, "methane sensor"), start_ms, draws.pick((40.0, 50.0, 60.0)))

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        asset = city.asset(self.asset)
        span = Span(self.start_ms, self.start_ms + 3 * HOUR_MS)
        curves = Curves(city, self.start_ms)
        tests = {"methane": self.methane, "hydrogen_sulphide": 15.0, "carbon_monoxide": 100.0, "oxygen": -3.0}
        present = [name for name in tests if city.channel(asset, name) is not None]
        for turn, name in enumerate(present):
            begin = self.start_ms + turn * 5 * STEP_MS
            gas = np.where((span.time_ms >= begin) & (span.time_ms < begin + 3 * STEP_MS), 1.0, 0.0)
            curves.add(asset, name, tests[name] * follow(gas, 0.02))
        return curves.outcome(truth_at_asset(city, "calibration_or_maintenance", asset, self.start_ms, asset))
