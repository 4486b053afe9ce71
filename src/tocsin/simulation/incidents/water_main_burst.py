"""A water main bursts: pressure falls around it, the pumps give more, wells near it and the drains below fill and cool."""

import math
from dataclasses import dataclass

import numpy as np

from tocsin.simulation.city import City
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import Floats, Span, follow, late
from tocsin.simulation.incidents.drawing import measured, pick, pick_near
from tocsin.simulation.incidents.outcome import Curves, Outcome, truth_at_spot
from tocsin.simulation.spread import around, downstream, spot
from tocsin.simulation.weather import HOUR_MS, Weather

_PRESSURE_M = 420.0  # length over which the loss of pressure fades
_FLOOD_M = 45.0  # wells this near fill
_WALK_M_H = 1500.0  # speed of water in a drain, 0.4 m/s


@dataclass(frozen=True)
class WaterMainBurst:
    """The main that leaves the valve `at` bursts `part` of the way along it and loses `loss_m3_h`; the pressure there falls
    by `drop_kpa`.
    """

    at: str
    part: float
    start_ms: int
    repaired_ms: int
    loss_m3_h: float
    drop_kpa: float

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "WaterMainBurst":
        """See `Incident.drawn`."""
        well = pick(measured(city, ["level", "pressure"], ["water", "telecom", "power", "gas", "heat"]), draws, "well")
        line, part = pick_near(city, "water_main", well, draws, draws.spread(10.0, 150.0))
        return cls(line, part, start_ms, start_ms + 20 * 24 * HOUR_MS, draws.spread(40.0, 700.0), draws.spread(15.0, 250.0))

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        where = spot(city, city.line("water_main", self.at), self.part)
        span = Span(self.start_ms, self.repaired_ms + 12 * HOUR_MS)
        running = np.where((span.time_ms > self.start_ms) & (span.time_ms < self.repaired_ms), 1.0, 0.0)
        curves = Curves(city, self.start_ms)
        alarmed: tuple[float, str | None] = (math.inf, None)
        for asset, distance in around(city, where.x_m, where.y_m, 3.0 * _PRESSURE_M).items():
            given = city.properties(asset)
            if given["owner"] == "water_company":
                curves.add(asset, "pressure", -self.drop_kpa * math.exp(-distance / _PRESSURE_M) * running)
                if city.channel(asset, "pressure") is not None:
                    alarmed = min(alarmed, (distance, asset))
            if distance < _FLOOD_M and given["kind"] in ("manhole", "chamber", "valve"):
                share = 1.0 - distance / _FLOOD_M
                curves.add(asset, "level", 0.9 * share * follow(late(running, 0.3), 0.8))
                curves.add(asset, "temperature", -3.0 * share * follow(late(running, 0.3), 1.0))
        self._drain(city, curves, where.x_m, where.y_m, running)
        for feature in city.features:
            given = feature["properties"]
            if given["kind"] == "pump_station":
                curves.add(given["id"], "flow", self.loss_m3_h / 2.0 * running)
                curves.add(given["id"], "pressure", -6.0 * running)
        return curves.outcome(truth_at_spot(city, "water_main_burst", where, self.start_ms, alarmed[1]))

    def _drain(self, city: City, curves: Curves, x_m: float, y_m: float, running: Floats) -> None:
        """Water on the road finds the nearest storm drain and runs down it."""
        wells = {
            asset: distance
            for asset, distance in around(city, x_m, y_m, 120.0).items()
            if city.properties(asset).get("utility") == "storm_drain"
        }
        if not wells:
            return
        for asset, run in downstream(city, min(wells, key=wells.__getitem__), "storm_drain"):
            curves.add(asset, "level", 0.3 * math.exp(-run / 900.0) * follow(late(running, 0.2 + run / _WALK_M_H), 0.4))
