"""Something is let into the sewer that does not belong there: warm or salty water with solvent vapours runs down.

A plug that spreads on its way: advection with longitudinal dispersion; it thins where other sewers join and by what evaporates.
Catalytic sensors that are named methane burn solvents too.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from tocsin.base.errors import InvalidInput
from tocsin.simulation.city import City
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import Floats, Span, follow
from tocsin.simulation.incidents.drain import wells_above
from tocsin.simulation.incidents.outcome import Curves, Outcome, truth_at_asset
from tocsin.simulation.spread import downstream
from tocsin.simulation.voids import voids_near
from tocsin.simulation.weather import DAY_MS, HOUR_MS, Weather

TRADES = frozenset({"plating_shop", "print_shop", "dry_cleaner", "workshop"})
_SEEN = 0.05


@dataclass(frozen=True)
class IndustrialDischarge:
    """`building` lets water with solvent vapours into the sewer well `well` for some hours: `methane` is what combustible-gas
    sensors show there, %LEL; `conductivity` µS/cm, `warmer_c`, `deeper_m`, `sulphide` and `monoxide` (what electrochemical cells
    show, ppm) are added to the well. `walk_m_h`: speed of the sewage; `fade_m`: of way over which vapours thin to a third;
    `spread_m`: dispersivity; `every_day`: share of the same on each of the three days before.
    """

    building: str
    well: str
    start_ms: int
    end_ms: int
    methane: float
    conductivity: float = 1800.0
    warmer_c: float = 6.0
    deeper_m: float = 0.05
    sulphide: float = 1.0
    monoxide: float = 0.0
    walk_m_h: float = 1800.0
    fade_m: float = 500.0
    spread_m: float = 10.0
    air_h: float = 0.4
    every_day: float = 0.0
    openness: float = 0.25

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "IndustrialDischarge":
        """See `Incident.drawn`."""
        trades = [str(f["properties"]["id"]) for f in city.features if f["properties"].get("use") in TRADES]
        watched = [name for name in trades if _watched(city, name)]
        if not watched:
            raise InvalidInput("no trade of the city drains to a sewer with sensors")
        building = draws.pick(watched)
        strong = draws.spread(12.0, 220.0)
        return cls(
            building,
            _nearest_sewer(city, building),
            start_ms,
            start_ms + round(draws.spread(0.15, 9.0) * HOUR_MS),
            methane=strong,
            conductivity=draws.pick((-1.0, 1.0, 1.0, 1.0)) * draws.spread(40.0, 5000.0),
            warmer_c=draws.pick((draws.between(-3.0, 2.0), draws.between(1.0, 16.0))),
            deeper_m=draws.spread(0.005, 0.25),
            sulphide=draws.pick((0.0, 0.3, draws.spread(0.5, 25.0))),
            monoxide=draws.pick((0.0, draws.spread(0.5, 25.0))),
            walk_m_h=draws.spread(700.0, 4500.0),
            fade_m=draws.spread(150.0, 2500.0),
            spread_m=draws.spread(2.0, 40.0),
            air_h=draws.spread(0.08, 0.9),
            every_day=draws.pick((0.0, 0.0, draws.between(0.1, 0.45))),
            openness=draws.spread(0.05, 0.6),
        )

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        building, well = city.asset(self.building), city.asset(self.well)
        first_ms = self.start_ms - (3 * DAY_MS if self.every_day > 0.0 else 0)
        span = Span(first_ms, self.end_ms + 12 * HOUR_MS)
        curves = Curves(city, first_ms)
        way = downstream(city, well, "sewer")
        own = wells_above(city, well)
        voids = voids_near(city, [name for name, _ in way], 60.0, draught_h=1.0, openness=self.openness)
        vapour = np.zeros((len(voids.wells), len(span.hours)))
        for row, (name, run) in enumerate(way):
            plug = self._plug(span, run)
            thinned = math.sqrt(own / wells_above(city, name))  # joining sewers carry less than their wells say: few are full
            vapour[row] = plug * thinned * math.exp(-run / self.fade_m)
            water = follow(plug, 0.15) * thinned
            curves.add(name, "conductivity", self.conductivity * water)
            curves.add(name, "temperature", self.warmer_c * math.exp(-run / 1200.0) * follow(water, self.air_h))
            curves.add(name, "level", self.deeper_m * water)
            curves.add(name, "flow", 40.0 * self.deeper_m * water)
        aside = voids.carry(vapour * voids.holding()[:, None])
        for row, name in enumerate(voids.wells):
            share = follow(vapour[row], self.air_h) if row < len(way) else 0.5 * aside[row]
            if self.methane * share.max() > _SEEN:
                curves.add(name, "methane", self.methane * share)
                curves.add(name, "hydrogen_sulphide", self.sulphide * share)
                curves.add(name, "carbon_monoxide", self.monoxide * share)
                curves.add(name, "oxygen", -0.004 * self.methane * share)
        truth = truth_at_asset(city, "industrial_discharge", building, self.start_ms, well)
        return curves.outcome(replace(truth, owner="drainage_bureau", equivalents=(well,)))

    def _plug(self, span: Span, run_m: float) -> Floats:
        """Share of the water let in that passes after a way of so many metres."""
        plug = np.zeros(len(span.hours))
        hours = (span.time_ms - self.start_ms) / HOUR_MS
        length = (self.end_ms - self.start_ms) / HOUR_MS
        arrival = run_m / self.walk_m_h
        width = 0.03 + math.sqrt(2.0 * self.spread_m * run_m) / self.walk_m_h
        days = [(0, 1.0)] + [(day, self.every_day) for day in (1, 2, 3) if self.every_day > 0.0]
        for day, share in days:
            begun = _step((hours + 24.0 * day - arrival) / width)
            ended = _step((hours + 24.0 * day - arrival - length) / width)
            plug += share * (begun - ended)
        return plug


def _step(x: Floats) -> Floats:
    """The normal distribution: 0 long before, 1 long after."""
    return np.array([0.5 * math.erfc(-value / math.sqrt(2.0)) for value in np.clip(x, -8.0, 8.0).tolist()])


def _nearest_sewer(city: City, building: str) -> str:
    """The sewer well a building drains to."""
    wells = [str(f["properties"]["id"]) for f in city.features if f["properties"].get("utility") == "sewer"]
    return min(wells, key=lambda well: math.dist(city.place[well], city.place[building]))


def _watched(city: City, building: str) -> bool:
    """True where a sensor with a limit sits within 600 m of sewer below a building."""
    ways = downstream(city, _nearest_sewer(city, building), "sewer")
    return any(city.channel(name, "methane") is not None for name, run in ways if run < 600.0)
