"""What changes in a city though nothing is wrong: things a diagnosis must not take for a failure."""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from tocsin.simulation import noise
from tocsin.simulation.city import City
from tocsin.simulation.demand import use
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import Act, Effect, Floats, Span, follow
from tocsin.simulation.incidents.drawing import measured, pick
from tocsin.simulation.weather import HOUR_MS, Weather, local_hour


class Innocent(Protocol):
    """A kind of event in which nothing is wrong."""

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> Self:
        """One that begins at `start_ms`, its figures from wide ranges; InvalidInput where nothing fits."""
        ...

    def effects(self, city: City, weather: Weather) -> list[Effect]:
        """What channels show of it."""
        ...


@dataclass(frozen=True)
class MakeUpRise:
    """A heat station takes in `more_m3_h` for some hours: a branch is filled, a customer bleeds radiators."""

    station: str
    start_ms: int
    end_ms: int
    more_m3_h: float

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "MakeUpRise":
        """One that begins at `start_ms`."""
        station = pick(_measuring(city, "makeup_flow"), draws, "heat station with make-up flow")
        return cls(station, start_ms, start_ms + round(draws.spread(1.5, 60.0) * HOUR_MS), draws.spread(0.5, 9.0))

    def effects(self, city: City, weather: Weather) -> list[Effect]:
        """What channels show of it."""
        span = Span(self.start_ms, self.end_ms + 3 * HOUR_MS)
        taking = follow(np.where(span.time_ms < self.end_ms, 1.0, 0.0), 0.4)
        return _on(city, span, "makeup_flow", self.more_m3_h * taking, only=self.station)


@dataclass(frozen=True)
class PumpSwitching:
    """Water pumps are switched: `step_kpa` on all pressures in the hours of a second pump, surges when it starts and stops."""

    start_ms: int
    end_ms: int
    step_kpa: float
    surge_kpa: float
    hours: tuple[float, float]

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "PumpSwitching":
        """One that begins at `start_ms`."""
        first = draws.between(0.0, 20.0)
        step = draws.pick((-1.0, 1.0)) * draws.spread(4.0, 22.0)
        end_ms = start_ms + round(draws.spread(12.0, 200.0) * HOUR_MS)
        return cls(start_ms, end_ms, step, draws.spread(2.0, 14.0), (first, first + draws.between(1.0, 10.0)))

    def effects(self, city: City, weather: Weather) -> list[Effect]:
        """What channels show of it."""
        span = Span(self.start_ms, self.end_ms)
        hour = local_hour(span.time_ms)
        running = np.where((hour >= self.hours[0]) & (hour < self.hours[1]), 1.0, 0.0)
        surges = self.surge_kpa * np.abs(np.gradient(running)) * noise.normal(city.seed, 308, np.arange(len(running)))
        return _on(city, span, "pressure", self.step_kpa * running + surges, places=("water", "pump_station"))


@dataclass(frozen=True)
class HeatingStart:
    """The heating season begins: stations fill and warm up, chambers and trenches follow for days."""

    start_ms: int
    warmer_c: float
    fill_m3_h: float

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "HeatingStart":
        """One that begins at `start_ms`."""
        return cls(start_ms, draws.between(1.0, 7.0), draws.spread(1.0, 12.0))

    def effects(self, city: City, weather: Weather) -> list[Effect]:
        """What channels show of it."""
        span = Span(self.start_ms, self.start_ms + 240 * HOUR_MS)
        warmed = follow(np.ones(len(span.hours)), 30.0)
        filling = np.exp(-span.hours / 20.0)
        return [
            *_on(city, span, "makeup_flow", self.fill_m3_h * filling),
            *_on(city, span, "supply_temperature", 14.0 * (warmed - 1.0)),
            *_on(city, span, "return_temperature", 9.0 * (warmed - 1.0)),
            *_on(city, span, "temperature", self.warmer_c * (warmed - 1.0), places=("heat",)),
        ]


@dataclass(frozen=True)
class WarmSpell:
    """Hot, dry days: all sewers give off more gas, most in the afternoon."""

    start_ms: int
    end_ms: int
    more: float

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "WarmSpell":
        """One that begins at `start_ms`."""
        return cls(start_ms, start_ms + round(draws.between(20.0, 120.0) * HOUR_MS), draws.between(0.3, 2.0))

    def effects(self, city: City, weather: Weather) -> list[Effect]:
        """What channels show of it."""
        span = Span(self.start_ms, self.end_ms + 24 * HOUR_MS)
        warm = follow(np.where(span.time_ms < self.end_ms, 1.0, 0.0), 12.0)
        curve = 1.0 + self.more * warm * (0.7 + 0.3 * np.cos(2.0 * np.pi * (local_hour(span.time_ms) - 15.0) / 24.0))
        found = []
        for name in ("methane", "hydrogen_sulphide"):
            found += _on(city, span, name, curve, Act.SCALE, places=("sewer",))
        return found


@dataclass(frozen=True)
class GasSetPoint:
    """The regulators are set to another pressure, or a large customer changes what it takes."""

    start_ms: int
    end_ms: int
    step_kpa: float
    more_m3_h: float

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "GasSetPoint":
        """One that begins at `start_ms`."""
        end_ms = start_ms + round(draws.spread(3.0, 150.0) * HOUR_MS)
        return cls(start_ms, end_ms, draws.between(-6.0, 6.0), draws.between(-60.0, 120.0))

    def effects(self, city: City, weather: Weather) -> list[Effect]:
        """What channels show of it."""
        span = Span(self.start_ms, self.end_ms)
        changed = np.where(span.time_ms < self.end_ms, 1.0, 0.0)
        return [
            *_on(city, span, "pressure", self.step_kpa * changed, places=("gas", "gas_regulator")),
            *_on(
                city, span, "flow", self.more_m3_h * changed * (1.0 + 0.3 * use("gas", span.time_ms)), places=("gas_regulator",)
            ),
        ]


@dataclass(frozen=True)
class BusyRoad:
    """More traffic than usual on a road: exhaust falls into wells for some hours."""

    asset: str
    start_ms: int
    end_ms: int
    monoxide: float

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "BusyRoad":
        """One that begins at `start_ms`."""
        asset = pick(measured(city, ["carbon_monoxide"]), draws, "well with carbon monoxide")
        return cls(asset, start_ms, start_ms + round(draws.spread(1.0, 12.0) * HOUR_MS), draws.spread(2.0, 18.0))

    def effects(self, city: City, weather: Weather) -> list[Effect]:
        """What channels show of it."""
        span = Span(self.start_ms, self.end_ms + 3 * HOUR_MS)
        passing = follow(np.where(span.time_ms < self.end_ms, 1.0, 0.0), 0.6)
        return _on(city, span, "carbon_monoxide", self.monoxide * passing, only=self.asset)


def _measuring(city: City, quantity: str) -> list[str]:
    pairs = zip(city.sensors.asset, city.sensors.quantity, strict=True)
    return [asset for asset, name in pairs if name == quantity]


def _on(
    city: City, span: Span, quantity: str, curve: Floats, act: Act = Act.ADD, *, places: tuple[str, ...] = (), only: str = ""
) -> list[Effect]:
    """The same curve on every channel of a quantity (at some kinds of places; at one asset)."""
    sensors = city.sensors
    return [
        Effect(i, span.start_ms, curve, act)
        for i in range(len(sensors))
        if sensors.quantity[i] == quantity
        and (not places or sensors.place[i] in places)
        and (not only or sensors.asset[i] == only)
    ]
