"""A cable joint glows: its trench warms, insulation chars and gives off carbon monoxide and a little that burns.

Losses in the joint go with the square of the load, its contact grows worse as it heats; warmth reaches the chambers along the
trench, smoke farther along the ducts.
"""

import math
from dataclasses import dataclass

import numpy as np

from tocsin.simulation import noise
from tocsin.simulation.city import City
from tocsin.simulation.demand import use
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import Floats, Span, follow
from tocsin.simulation.incidents.drawing import measured, pick, pick_near
from tocsin.simulation.incidents.outcome import Curves, Outcome, truth_at_spot
from tocsin.simulation.spread import Spot, reach, spot
from tocsin.simulation.voids import is_well, voids_near
from tocsin.simulation.weather import DAY_MS, HOUR_MS, Weather

_WAYS = {"power_cable": 1.0, "telecom_duct": 2.0}
_SEEN = 0.1


@dataclass(frozen=True)
class PowerCableFault:
    """The cable that leaves the chamber `at` heats `part` of the way along it; beside it the air would be `hotter_c` warmer,
    with `monoxide` ppm.

    `growth_h`: hours in which the joint heats; `warm_m`, `smoke_m`: metres in which warmth and smoke fade to a third;
    `smokes_at`: share of the heat from which insulation chars; `burns`: what combustible-gas sensors show for each ppm;
    `load`: swing of the day.
    """

    at: str
    part: float
    start_ms: int
    repaired_ms: int
    hotter_c: float
    monoxide: float
    growth_h: float = 9.0
    warm_m: float = 40.0
    smoke_m: float = 70.0
    smokes_at: float = 0.4
    burns: float = 0.06
    load: float = 0.25
    openness: float = 0.5

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "PowerCableFault":
        """See `Incident.drawn`."""
        chamber = pick(measured(city, ["temperature", "carbon_monoxide", "methane"], ["power"]), draws, "power chamber")
        line, part = pick_near(city, "power_cable", chamber, draws, draws.spread(8.0, 110.0))
        return cls(
            line,
            part,
            start_ms,
            start_ms + 11 * DAY_MS,
            hotter_c=draws.spread(8.0, 75.0),
            monoxide=draws.spread(20.0, 700.0),
            growth_h=draws.spread(1.0, 90.0),
            warm_m=draws.spread(12.0, 60.0),
            smoke_m=draws.spread(25.0, 120.0),
            smokes_at=draws.between(0.1, 0.75),
            burns=draws.spread(0.01, 0.25),
            load=draws.between(0.1, 0.45),
            openness=draws.spread(0.1, 1.2),
        )

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        where = spot(city, city.line("power_cable", self.at), self.part)
        span = Span(self.start_ms, self.repaired_ms + 24 * HOUR_MS)
        people = 0.6 * use("traffic", span.time_ms) + 0.4 * use("water", span.time_ms)  # people's day is the cable's day
        current = np.clip(1.0 + self.load * people, 0.2, None) ** 2
        heating = follow(np.where(span.time_ms < self.repaired_ms, 1.0, 0.0), self.growth_h)
        warmth = follow(heating * current, 1.5)
        charring = np.clip((warmth - self.smokes_at) / (1.0 - self.smokes_at), 0.0, 1.5)
        curves = Curves(city, self.start_ms)
        ways = {name: way for name, way in reach(city, where, _WAYS, 250.0).items() if is_well(city, name)}
        for name, way in ways.items():
            curves.add(name, "temperature", self.hotter_c * math.exp(-way / self.warm_m) * warmth)
        alarmed = self._smoke(city, curves, span, where, ways, charring)
        return curves.outcome(truth_at_spot(city, "power_cable_fault_heating", where, self.start_ms, alarmed))

    def _smoke(self, city: City, curves: Curves, span: Span, where: Spot, ways: dict[str, float], charring: Floats) -> str | None:
        """Smoke into the two chambers of the cable and on through the ducts; the nearest chamber that measures it."""
        given = city.properties(where.line)
        ends = [given[end] for end in ("from_node", "to_node") if is_well(city, given[end])]
        voids = voids_near(city, ends, 220.0, openness=self.openness)
        inflow = np.zeros((len(voids.wells), len(span.hours)))
        for row, name in enumerate(ends):
            inflow[row] = math.exp(-ways.get(name, 200.0) / self.smoke_m) * voids.holding()[row] * charring
        gusts = 1.0 + 0.15 * noise.wander(city.seed, 304, int(self.start_ms), time_ms=span.time_ms, period_ms=HOUR_MS)
        nearest: tuple[float, str] = (math.inf, "")
        for name, share in zip(voids.wells, voids.carry(inflow), strict=True):
            if self.monoxide * share.max() > _SEEN:
                curves.add(name, "carbon_monoxide", self.monoxide * share * gusts)
                curves.add(name, "methane", self.burns * self.monoxide * share * gusts)
                curves.add(name, "oxygen", -0.002 * self.monoxide * share)
                if city.channel(name, "carbon_monoxide") is not None:
                    nearest = min(nearest, (ways.get(name, math.inf), name))
        return nearest[1] or None
