"""A cable joint glows: its trench warms, insulation chars and gives off carbon monoxide and a little that burns."""

import math
from dataclasses import dataclass

import numpy as np

from tocsin.simulation.city import City
from tocsin.simulation.demand import use
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import Span, follow
from tocsin.simulation.incidents.drawing import measured, pick, pick_near
from tocsin.simulation.incidents.outcome import Curves, Outcome, truth_at_spot
from tocsin.simulation.spread import reach, spot
from tocsin.simulation.weather import HOUR_MS, Weather

_WAYS = {"power_cable": 1.0, "telecom_duct": 2.0}


@dataclass(frozen=True)
class PowerCableFault:
    """The cable that leaves the chamber `at` heats `part` of the way along it; beside it the air would be `hotter_c` warmer,
    with `monoxide` ppm.
    """

    at: str
    part: float
    start_ms: int
    repaired_ms: int
    hotter_c: float
    monoxide: float

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "PowerCableFault":
        """See `Incident.drawn`."""
        well = pick(measured(city, ["temperature", "carbon_monoxide", "methane"], ["power"]), draws, "power chamber")
        line, part = pick_near(city, "power_cable", well, draws, draws.spread(10.0, 90.0))
        return cls(line, part, start_ms, start_ms + 20 * 24 * HOUR_MS, draws.spread(12.0, 70.0), draws.spread(40.0, 500.0))

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        where = spot(city, city.line("power_cable", self.at), self.part)
        span = Span(self.start_ms, self.repaired_ms + 24 * HOUR_MS)
        load = 1.0 + 0.25 * use("traffic", span.time_ms)  # people's day is the cable's day
        heating = follow(np.where(span.time_ms < self.repaired_ms, 1.0, 0.0), 9.0)
        charring = np.maximum(0.0, heating - 0.4) / 0.6
        curves = Curves(city, self.start_ms)
        alarmed: tuple[float, str | None] = (math.inf, None)
        for asset, way in reach(city, where, _WAYS, 200.0).items():
            warmth, smoke = math.exp(-way / 40.0), math.exp(-way / 70.0)
            curves.add(asset, "temperature", self.hotter_c * warmth * heating * load)
            curves.add(asset, "carbon_monoxide", self.monoxide * smoke * charring * load)
            curves.add(asset, "methane", 0.06 * self.monoxide * smoke * charring)
            if city.channel(asset, "carbon_monoxide") is not None:
                alarmed = min(alarmed, (way, asset))
        return curves.outcome(truth_at_spot(city, "power_cable_fault_heating", where, self.start_ms, alarmed[1]))
