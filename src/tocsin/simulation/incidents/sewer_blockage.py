"""A sewer is blocked: sewage stands above the dam, well after well up the slope, and what settles in it gives off gas.

Sulphide forms within hours, methane within days, both faster where it is warm (θ 1.05 a degree for sewers, Foley 2009). The
full pipe below keeps air from drawing through, so gas gathers and goes up the sewer and into ducts.
"""

from dataclasses import dataclass

import numpy as np

from tocsin.simulation import noise
from tocsin.simulation.city import City
from tocsin.simulation.demand import use
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import Act, Floats, Span, follow, late
from tocsin.simulation.incidents.drain import drains_on, least_cover_m, pipe_below, standing_water, wells_above
from tocsin.simulation.incidents.drawing import measured, pick
from tocsin.simulation.incidents.outcome import Curves, Outcome, truth_at_spot
from tocsin.simulation.spread import downstream, spot
from tocsin.simulation.voids import voids_near
from tocsin.simulation.weather import DAY_MS, HOUR_MS, Weather

_THETA = 1.05
_SEEN = 0.05
_WALK_M_H = 1800.0  # speed of sewage, 0.5 m/s


@dataclass(frozen=True)
class SewerBlockage:
    """The pipe that leaves `well` is blocked `part` of the way along it: `backed_up_m` of sewage at the dam in the end, which
    fills in `fill_h`; methane grows to `peak` %LEL at 20 °C where most sewage stands.

    `tight`: share of the flow that is held back. `sulphide`: ppm for each %LEL; `oxygen`: % vol used for each.
    """

    well: str
    start_ms: int
    repaired_ms: int
    peak: float
    backed_up_m: float = 0.7
    part: float = 0.3
    fill_h: float = 6.0
    rot_h: float = 18.0
    tight: float = 0.8
    sulphide: float = 0.35
    oxygen: float = 0.03
    swing: float = 0.06
    openness: float = 0.6
    draught_h: float = 0.3

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "SewerBlockage":
        """See `Incident.drawn`."""
        found = measured(city, ["methane", "level", "hydrogen_sulphide", "oxygen"], ["sewer"])
        seen = pick([name for name in found if drains_on(city, name)], draws, "sewer well with sensors")
        wells = [name for name, run in downstream(city, seen, "sewer")[:-1] if run < 350.0]
        well = wells[0] if draws.chance(0.4) else draws.pick(wells)
        most = least_cover_m(city, well)
        return cls(
            well,
            start_ms,
            start_ms + 12 * DAY_MS,
            peak=draws.spread(5.0, 140.0),
            backed_up_m=min(most, draws.spread(0.25, 3.5)),
            part=draws.between(0.05, 0.95),
            fill_h=draws.spread(0.7, 40.0),
            rot_h=draws.spread(5.0, 80.0),
            tight=draws.between(0.3, 1.0),
            sulphide=draws.spread(0.04, 0.9),
            oxygen=draws.between(0.015, 0.05),
            swing=draws.spread(0.02, 0.15),
            openness=draws.spread(0.1, 1.2),
            draught_h=draws.spread(0.1, 0.7),
        )

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        well = city.asset(self.well)
        pipe = pipe_below(city, well)
        span = Span(self.start_ms, self.repaired_ms + 24 * HOUR_MS)
        dammed = np.where(span.time_ms < self.repaired_ms, 1.0, 0.0)
        filled = follow(dammed, self.fill_h) * (1.0 + 0.12 * (1.0 - self.tight) * use("water", span.time_ms))
        curves = Curves(city, self.start_ms)
        depths = standing_water(city, well, self.backed_up_m * filled)
        for name, depth in depths.items():
            curves.add(name, "level", depth)
            held = np.clip(depth / 0.3, 0.0, 1.0)
            curves.add(name, "flow", 1.0 - self.tight * held, Act.SCALE)
        self._starve(city, curves, well, filled)
        self._rot(city, weather, curves, span, depths)
        where = spot(city, pipe, self.part)
        return curves.outcome(truth_at_spot(city, "sewer_biogas", where, self.start_ms, well))

    def _starve(self, city: City, curves: Curves, well: str, filled: Floats) -> None:
        """Below the dam the flow lacks what it holds back; joining sewers make up for it on the way."""
        own = wells_above(city, well)
        for name, run in downstream(city, well, "sewer")[1:9]:
            lacking = self.tight * own / wells_above(city, name) * late(np.clip(filled, 0.0, 1.0), run / _WALK_M_H)
            curves.add(name, "flow", 1.0 - 0.9 * lacking, Act.SCALE)
            curves.add(name, "level", 1.0 - 0.5 * lacking, Act.SCALE)

    def _rot(self, city: City, weather: Weather, curves: Curves, span: Span, depths: dict[str, Floats]) -> None:
        """Gas from standing sewage, into the air of the sewer and on."""
        if not depths:
            return
        warm = 0.55 * (weather.outdoor_slow_c(span.time_ms) - 20.0) + 1.0  # sewage follows the air by half
        pace = np.power(_THETA, warm)
        voids = voids_near(city, depths, 200.0, draught_h=self.draught_h, openness=self.openness)
        deepest = max(float(depth.max()) for depth in depths.values())
        sulphidic, rotting = np.zeros((2, len(voids.wells), len(span.hours)))
        for row, name in enumerate(voids.wells):
            if name in depths:
                standing = depths[name] / deepest * self.peak * pace * voids.holding()[row]
                sulphidic[row] = follow(standing, 0.3 * self.rot_h)
                rotting[row] = follow(standing, self.rot_h)
        breath = 1.0 + self.swing * noise.wander(city.seed, 303, int(self.start_ms), time_ms=span.time_ms, period_ms=3 * HOUR_MS)
        for name, methane, sulphide in zip(voids.wells, voids.carry(rotting), voids.carry(sulphidic), strict=True):
            if methane.max() > _SEEN:
                curves.add(name, "methane", methane * breath)
                curves.add(name, "hydrogen_sulphide", self.sulphide * sulphide * breath)
                curves.add(name, "oxygen", -self.oxygen * methane * breath)
                curves.add(name, "carbon_monoxide", 0.05 * methane * breath)
