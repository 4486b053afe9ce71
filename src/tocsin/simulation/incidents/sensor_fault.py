"""When the instrument is the incident: it sticks, drifts, jumps, flickers, follows something else, or falls silent."""

import math
from dataclasses import dataclass

import numpy as np

from tocsin.base.errors import InvalidInput
from tocsin.simulation import noise
from tocsin.simulation.city import City
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import STEP_MS, Act, Floats, Span, follow
from tocsin.simulation.incidents.outcome import Curves, Outcome, truth_at_asset
from tocsin.simulation.weather import DAY_MS, HOUR_MS, Weather, local_hour

_RINGING = ("jump", "rail", "stuck_high", "drift", "drift", "noise", "spikes", "wet", "cross", "saw")


@dataclass(frozen=True)
class SensorFault:
    """The channel `quantity` at `asset` is faulty in one `mode`; `size` is in its unit, negative to read low.

    `stuck` and `silent` tell themselves; `jump` adds the size, `rail` many times it, `stuck_high` keeps still after the jump;
    `drift` grows to it with the power `bend` of time; `noise` flickers more and more, `spikes` now and then; `wet`: water in the
    sensor, a jump that dries in half a day and comes back; `cross`: follows the warmth of the day; `saw`: climbs and falls back.
    `whole`: all channels of the device do the same, as when its supply fails.
    """

    asset: str
    quantity: str
    mode: str
    start_ms: int
    end_ms: int
    size: float = 0.0
    bend: float = 1.0
    whole: bool = False

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "SensorFault":
        """See `Incident.drawn`."""
        sensors = city.sensors
        limited = [i for i in range(len(sensors)) if not (math.isnan(sensors.alarm_high[i]) and math.isnan(sensors.alarm_low[i]))]
        if not limited:
            raise InvalidInput("no channel of the city has a limit")
        index = draws.pick(limited)
        high = float(sensors.alarm_high[index])
        gap = (float(sensors.alarm_low[index]) if math.isnan(high) else high) - float(sensors.base[index])
        mode = draws.pick(_RINGING)
        days = draws.spread(0.4, 10.0) if mode in ("drift", "noise", "cross", "saw") else draws.spread(0.1, 6.0)
        return cls(
            sensors.asset[index],
            sensors.quantity[index],
            mode,
            start_ms,
            start_ms + round(days * DAY_MS),
            size=gap * draws.between(1.02, 2.6),
            bend=draws.between(0.6, 2.0),
            whole=draws.chance(0.08),
        )

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        asset = city.asset(self.asset)
        channel = city.channel(asset, self.quantity)
        if channel is None:
            raise InvalidInput(f"{self.asset} does not measure {self.quantity}")
        span = Span(self.start_ms, self.end_ms)
        faulty = np.where(span.time_ms < self.end_ms, 1.0, 0.0)
        curves = Curves(city, self.start_ms)
        names = [self.quantity]
        if self.whole:
            names += [city.sensors.quantity[i] for i in city.devices[city.sensors.device[channel]].sensors if i != channel]
        for name in names:
            if self.mode in ("stuck", "silent"):
                curves.add(asset, name, faulty, Act.HOLD if self.mode == "stuck" else Act.DROP)
                continue
            other = city.channel(asset, name)
            scale = 1.0 if other is None else float(city.sensors.accuracy[other] / city.sensors.accuracy[channel])
            curves.add(asset, name, scale * self.size * self._shape(city, span) * faulty)
            if self.mode == "stuck_high":
                curves.add(asset, name, faulty[3:], Act.HOLD, self.start_ms + 3 * STEP_MS)
        return curves.outcome(truth_at_asset(city, "sensor_fault", asset, self.start_ms, asset))

    def _shape(self, city: City, span: Span) -> Floats:
        """The course of the fault, 1 where it has its full size."""
        part = span.hours / max(1e-9, (self.end_ms - self.start_ms) / HOUR_MS)
        key = int(self.start_ms // 60_000)
        step = np.arange(len(part))
        match self.mode:
            case "jump" | "stuck_high":
                return np.ones(len(part))
            case "rail":
                return np.full(len(part), 8.0)
            case "drift":
                return np.clip(part, 0.0, 1.0) ** self.bend
            case "noise":
                return np.clip(part, 0.0, 1.0) ** self.bend * 0.6 * noise.normal(city.seed, 305, key, step)
            case "spikes":
                return np.where(
                    noise.uniform(city.seed, 306, key, step) < 0.03, noise.uniform(city.seed, 307, key, step) * 1.3, 0.0
                )
            case "wet":
                return follow(
                    np.where(span.hours % (14.0 * self.bend) < 1.5, 1.0, 0.0),
                    np.where(span.hours % (14.0 * self.bend) < 1.5, 0.1, 5.0),
                )
            case "cross":
                warm = np.cos(2.0 * np.pi * (local_hour(span.time_ms) - 15.0) / 24.0)
                return np.clip(part * 2.0, 0.0, 1.0) * np.clip(0.3 + 0.7 * warm, 0.0, None)
            case "saw":
                return np.clip(part * 1.5, 0.0, 1.0) * (span.hours % (6.0 * self.bend)) / (6.0 * self.bend)
        known = ", ".join(sorted({"stuck", "silent", *_RINGING}))
        raise InvalidInput(f"unknown mode {self.mode!r} of a sensor fault; known are {known}")
