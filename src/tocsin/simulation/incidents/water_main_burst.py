"""A water main bursts: pressure falls around it, the pumps give more, wells near it and the drains below fill and cool.

Sudden as a rule; some begin as a small leak that grows for hours. Water comes up through the soil into one well after the other,
first the near and low ones, and from chamber to chamber through ducts.
"""

import heapq
import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from tocsin.simulation import noise
from tocsin.simulation.city import City
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import Act, Floats, Span, follow, front, late
from tocsin.simulation.incidents.drawing import measured, pick, pick_near
from tocsin.simulation.incidents.outcome import Curves, Outcome, truth_at_spot
from tocsin.simulation.spread import Spot, along, around, downstream, spot
from tocsin.simulation.voids import is_well
from tocsin.simulation.weather import DAY_MS, HOUR_MS, Weather

_WALK_M_H = 1500.0  # speed of water in a drain, 0.4 m/s
_DUCT_M_H = 60.0  # of water that seeps along a duct


@dataclass(frozen=True)
class WaterMainBurst:
    """The main that leaves the valve `at` bursts `part` of the way along it and loses `loss_m3_h`; the pressure there falls
    by `drop_kpa`, less and less over `fade_m` of main.

    `flood_m`: wells this near fill; `fill_h`: hours until the nearest has filled; `growth_h`: hours from the first crack to the
    full burst; `cooler_c`: what the water does to the air of a well.
    """

    at: str
    part: float
    start_ms: int
    repaired_ms: int
    loss_m3_h: float
    drop_kpa: float
    fade_m: float = 420.0
    flood_m: float = 45.0
    fill_h: float = 0.8
    growth_h: float = 0.02
    cooler_c: float = -3.0

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "WaterMainBurst":
        """See `Incident.drawn`."""
        well = pick(measured(city, ["level", "pressure"]), draws, "well that would tell of water")
        line, part = pick_near(city, "water_main", well, draws, draws.spread(8.0, 120.0))
        loss = draws.spread(15.0, 900.0)
        return cls(
            line,
            part,
            start_ms,
            start_ms + 10 * DAY_MS,
            loss,
            drop_kpa=min(280.0, loss * draws.spread(0.08, 0.8)),
            fade_m=draws.spread(120.0, 900.0),
            flood_m=draws.spread(15.0, 80.0),
            fill_h=draws.spread(0.08, 4.0) * (100.0 / loss) ** 0.4,
            growth_h=draws.pick((0.02, 0.02, draws.spread(0.05, 1.0), draws.spread(1.0, 30.0))),
            cooler_c=draws.between(-5.0, 2.0),
        )

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        where = spot(city, city.line("water_main", self.at), self.part)
        span = Span(self.start_ms, self.repaired_ms + 12 * HOUR_MS)
        running = np.where(
            (span.time_ms > self.start_ms) & (span.time_ms < self.repaired_ms),
            follow(np.ones(len(span.hours)), self.growth_h),
            0.0,
        )
        curves = Curves(city, self.start_ms)
        nearest: tuple[float, str] = (math.inf, "")
        for name, metres in along(city, where, "water_main", 4.0 * self.fade_m).items():
            if city.properties(name)["kind"] != "pump_station":
                curves.add(name, "pressure", -self.drop_kpa * math.exp(-metres / self.fade_m) * running)
                if city.channel(name, "pressure") is not None:
                    nearest = min(nearest, (metres, name))
        for name, metres in self._flooded(city, where).items():
            share = 1.0 - metres / self.flood_m
            full = min(float(city.properties(name).get("depth_m", 2.0)), 0.3 + 1.6 * share)
            arrived = front(span.hours, self.fill_h * (0.15 + (metres / 20.0) ** 1.5)) * late(running, 0.1)
            risen = follow(arrived, self.fill_h / (0.2 + share))
            curves.add(name, "level", full * risen)
            curves.add(name, "temperature", self.cooler_c * np.clip(3.0 * risen, 0.0, 1.0))
            curves.add(name, "methane", 1.0 - 0.8 * np.clip(2.0 * risen, 0.0, 1.0), Act.SCALE)  # water drives the old air out
        for kind in ("storm_drain", "sewer"):
            self._drain(city, curves, where, kind, running)
        self._pump(city, curves, running)
        return curves.outcome(truth_at_spot(city, "water_main_burst", where, self.start_ms, nearest[1] or None))

    def _flooded(self, city: City, where: Spot) -> dict[str, float]:
        """Wells that fill, with the metres they seem away: uphill is farther, a duct from a flooded well is a way."""
        ground = city.site.ground.at
        here = ground(where.x_m, where.y_m)
        queue = [
            (max(0.0, metres + 15.0 * (ground(*city.place[name]) - here)), name)
            for name, metres in around(city, where.x_m, where.y_m, self.flood_m).items()
            if is_well(city, name)
        ]
        ways: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for line in city.lines():
            if line["kind"] in ("telecom_duct", "power_cable"):
                ends = line["from_node"], line["to_node"]
                length = math.dist(city.place[ends[0]], city.place[ends[1]])
                ways[ends[0]].append((ends[1], length))
                ways[ends[1]].append((ends[0], length))
        heapq.heapify(queue)
        metres_to: dict[str, float] = {}
        while queue:
            metres, name = heapq.heappop(queue)
            if name in metres_to or metres >= self.flood_m:
                continue
            if not is_well(city, name) or city.properties(name).get("utility") in ("sewer", "storm_drain"):
                continue  # drains carry it off
            metres_to[name] = metres
            for other, length in ways[name]:
                tight = 0.3 + 1.4 * float(noise.uniform(city.seed, 504, int(name[1:]), int(other[1:]))[0])
                queue_metres = metres + tight * length * self.flood_m / _DUCT_M_H
                if ground(*city.place[other]) <= ground(*city.place[name]) + 0.3:
                    heapq.heappush(queue, (queue_metres, other))
        return metres_to

    def _drain(self, city: City, curves: Curves, where: Spot, kind: str, running: Floats) -> None:
        """Water on the road finds the nearest drain and runs down it."""
        wells = {
            name: metres
            for name, metres in around(city, where.x_m, where.y_m, 120.0).items()
            if city.properties(name).get("utility") == kind
        }
        if not wells:
            return
        first = min(wells, key=wells.__getitem__)
        much = min(1.0, self.loss_m3_h / 300.0) * (1.0 if kind == "storm_drain" else 0.4) * math.exp(-wells[first] / 80.0)
        for name, run in downstream(city, first, kind):
            passing = math.exp(-run / 900.0) * follow(late(running, 0.2 + run / _WALK_M_H), 0.4)
            curves.add(name, "level", 0.3 * much * passing)
            curves.add(name, "flow", 0.5 * self.loss_m3_h * much * passing)
            curves.add(name, "conductivity", 1.0 - 0.5 * much * passing, Act.SCALE)
            curves.add(name, "temperature", 0.7 * self.cooler_c * much * passing)

    def _pump(self, city: City, curves: Curves, running: Floats) -> None:
        stations = [str(f["properties"]["id"]) for f in city.features if f["properties"]["kind"] == "pump_station"]
        for name in stations:
            curves.add(name, "flow", self.loss_m3_h / len(stations) * running)
            curves.add(name, "pressure", -min(30.0, 0.06 * self.drop_kpa) * running)
