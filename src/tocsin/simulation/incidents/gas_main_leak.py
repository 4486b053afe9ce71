"""A gas main leaks: gas with ethane comes through the soil into wells near it and on along ducts and drains.

It rises sharply, swings with the use of gas (pressure and the suck of warm houses), and thins out with the way. Natural gas from
pipelines has 0.5-7 % ethane to methane; biogas has next to none.
"""

import math
from dataclasses import dataclass

import numpy as np

from tocsin.simulation import noise
from tocsin.simulation.city import City
from tocsin.simulation.demand import use
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import Floats, Span, follow, late
from tocsin.simulation.incidents.drawing import measured, pick, pick_near
from tocsin.simulation.incidents.outcome import Curves, Outcome, truth_at_spot
from tocsin.simulation.spread import GAS, around, reach, spot
from tocsin.simulation.weather import HOUR_MS, Weather

_SOIL_M = 22.0  # gas finds wells this far through soil and bedding
_SOIL_SPEED_M_H = 6.0
_DUCT_DECAY_M = 45.0
_DUCT_SPEED_M_H = 400.0
_ETHANE_PCT = 3.2


@dataclass(frozen=True)
class GasMainLeak:
    """The main that leaves the valve `at` leaks `part` of the way along it; the nearest well would reach `peak` %LEL."""

    at: str
    part: float
    start_ms: int
    repaired_ms: int
    peak: float
    leak_m3_h: float = 25.0

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "GasMainLeak":
        """See `Incident.drawn`."""
        well = pick(measured(city, ["methane"]), draws, "well with a methane sensor")
        line, part = pick_near(city, "gas_main", well, draws, draws.spread(6.0, 60.0))
        return cls(line, part, start_ms, start_ms + 20 * 24 * HOUR_MS, draws.spread(50.0, 500.0), draws.spread(3.0, 60.0))

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        where = spot(city, city.line("gas_main", self.at), self.part)
        span = Span(self.start_ms, self.repaired_ms + 24 * HOUR_MS)
        curves = Curves(city, self.start_ms)
        flowing = np.where(span.time_ms < self.repaired_ms, 1.0, 0.0)
        swing = np.clip(1.0 + 0.3 * use("gas", span.time_ms) + self._gusts(city, span), 0.2, None)
        near = around(city, where.x_m, where.y_m, _SOIL_M)
        ways = reach(city, where, GAS, 4.0 * _DUCT_DECAY_M)
        strongest: tuple[float, str | None] = (0.0, None)
        for asset in {*near, *ways}:
            if city.properties(asset)["kind"] not in ("manhole", "chamber", "valve"):
                continue
            soil = math.exp(-near[asset] / 8.0) if asset in near else 0.0
            duct = 0.5 * math.exp(-ways[asset] / _DUCT_DECAY_M) if asset in ways else 0.0
            share = max(soil, duct)
            delay = near.get(asset, _SOIL_M) / _SOIL_SPEED_M_H if soil >= duct else 1.0 + ways[asset] / _DUCT_SPEED_M_H
            if share > 0.01:
                self._fill(city, curves, asset, self.peak * share * follow(late(flowing, delay), 0.7) * swing)
                if city.channel(asset, "methane") is not None:
                    strongest = max(strongest, (share, asset))
        for asset in near:
            curves.add(asset, "pressure", -1.5 * flowing)
        self._feed(city, curves, flowing)
        return curves.outcome(truth_at_spot(city, "gas_main_leak", where, self.start_ms, strongest[1]))

    def _fill(self, city: City, curves: Curves, asset: str, methane: Floats) -> None:
        curves.add(asset, "methane", methane)
        curves.add(asset, "oxygen", -0.0105 * methane)  # by dilution only: 1 %LEL is 0.05 % vol
        curves.add(asset, "ethane_ratio", _ETHANE_PCT * methane / (methane + 4.0))

    def _feed(self, city: City, curves: Curves, flowing: Floats) -> None:
        for feature in city.features:
            given = feature["properties"]
            if given["kind"] == "gas_regulator":
                curves.add(given["id"], "flow", self.leak_m3_h / 3.0 * flowing)

    def _gusts(self, city: City, span: Span) -> Floats:
        return 0.35 * noise.wander(city.seed, 302, int(self.start_ms), time_ms=span.time_ms, period_ms=HOUR_MS // 2)
