"""A drain too small for the rain: what it can't take stands above it, and all drains around run high at the same time."""

from dataclasses import dataclass

import numpy as np

from tocsin.simulation.city import City
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import STEP_MS, Floats, Span, follow
from tocsin.simulation.incidents.drain import drains_on, least_cover_m, pipe_below, standing_water
from tocsin.simulation.incidents.drawing import measured, pick
from tocsin.simulation.incidents.outcome import Curves, Outcome, truth_at_spot
from tocsin.simulation.spread import downstream, spot
from tocsin.simulation.weather import DAY_MS, HOUR_MS, Weather


@dataclass(frozen=True)
class SewerSurcharge:
    """The pipe that leaves `well` is too small: each mm/h of runoff over `capacity_mm_h` lifts the water above it by `rise_m`.

    `stirred`: %LEL that leave the air of a sewer whose water rises a metre in an hour; `part`: where along the pipe.
    """

    well: str
    start_ms: int
    end_ms: int
    rise_m: float
    part: float = 0.3
    capacity_mm_h: float = 0.0
    slope: float = 0.0
    lag_h: float = 0.0
    stirred: float = 0.0

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "SewerSurcharge":
        """See `Incident.drawn`."""
        found = measured(city, ["level", "methane"], ["sewer", "storm_drain"])
        seen = pick([name for name in found if drains_on(city, name)], draws, "drain with a sensor")
        wells = [name for name, run in downstream(city, seen, str(city.properties(seen)["utility"]))[:-1] if run < 350.0]
        well = wells[0] if draws.chance(0.4) else draws.pick(wells)
        return cls(
            well,
            start_ms,
            start_ms + 3 * DAY_MS,
            rise_m=draws.spread(0.04, 0.5),
            part=draws.between(0.05, 0.95),
            capacity_mm_h=draws.between(0.0, 5.0),
            slope=draws.spread(0.0003, 0.003),
            lag_h=draws.spread(0.1, 1.5),
            stirred=draws.pick((0.0, 0.0, draws.spread(1.0, 25.0))),
        )

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        well = city.asset(self.well)
        pipe = pipe_below(city, well)
        span = Span(self.start_ms, self.end_ms)
        runoff = np.maximum(0.0, weather.runoff_mm_h(span.time_ms) - self.capacity_mm_h)
        runoff = follow(runoff, self.lag_h) if self.lag_h > 0.0 else runoff
        head = np.minimum(self.rise_m * runoff, least_cover_m(city, well)) * np.where(span.time_ms < self.end_ms, 1.0, 0.0)
        curves = Curves(city, self.start_ms)
        for name, depth in standing_water(city, well, head, self.slope).items():
            curves.add(name, "level", depth)
            self._stir(curves, name, depth)
        where = spot(city, pipe, self.part)
        return curves.outcome(truth_at_spot(city, "sewer_surcharge_rain", where, self.start_ms, well))

    def _stir(self, curves: Curves, name: str, depth: Floats) -> None:
        """Rising water drives the gas of a drain out ahead of it; then the well is flushed."""
        rising = np.maximum(0.0, np.gradient(depth, STEP_MS / HOUR_MS))
        driven = self.stirred * follow(rising, 0.3)
        if driven.max() > 0.1:
            curves.add(name, "methane", driven)
            curves.add(name, "hydrogen_sulphide", 0.2 * driven)
            curves.add(name, "oxygen", -0.02 * driven)
