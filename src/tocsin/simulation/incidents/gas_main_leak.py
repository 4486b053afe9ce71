"""A gas main leaks: gas with ethane comes through the soil into wells near it and on along ducts and drains.

It rises sharply, swings with the use of gas (pressure and the suck of warm houses), and thins out with the way. Natural gas from
pipelines has 0.5-7 % ethane to methane; biogas has next to none. The front in soil is that of Ogata and Banks (USGS Professional
Paper 411-A, 1961): advection along bedding with dispersion in proportion to the way.
"""

import math
from dataclasses import dataclass

import numpy as np

from tocsin.simulation import noise
from tocsin.simulation.city import City
from tocsin.simulation.demand import use
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import Floats, Span, follow, front, late
from tocsin.simulation.incidents.drawing import measured, pick, pick_near
from tocsin.simulation.incidents.outcome import Curves, Outcome, truth_at_spot
from tocsin.simulation.spread import Spot, along, around, lines_near, spot
from tocsin.simulation.voids import is_well, voids_near
from tocsin.simulation.weather import DAY_MS, HOUR_MS, Weather

_CROSSING_M = 3.0  # a duct or drain this near to the leak takes gas in
_WAYS = ("telecom_duct", "sewer", "storm_drain", "power_cable", "heat_main_supply")
_PRESSURE_M = 500.0  # length of main over which the loss of pressure fades
_SEEN = 0.05  # %LEL; less is left out


@dataclass(frozen=True)
class GasMainLeak:
    """The main that leaves the valve `at` leaks `part` of the way along it; a well beside it would reach `peak` %LEL.

    `growth_h`: hours in which the hole grows; `soil_m`: metres over which gas in soil thins to a third; `slow_h`: hours to a
    well 10 m away through soil; `ethane_pct`: of methane; `swing`: deviation of its quick swings; `demand`: how far it follows
    the use of gas; `openness` of ducts to air; `draught_h`: air changes of wells an hour.
    """

    at: str
    part: float
    start_ms: int
    repaired_ms: int
    peak: float
    leak_m3_h: float = 25.0
    growth_h: float = 0.3
    soil_m: float = 9.0
    slow_h: float = 1.7
    ethane_pct: float = 3.2
    swing: float = 0.35
    demand: float = 0.3
    openness: float = 1.0
    draught_h: float = 0.6

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "GasMainLeak":
        """See `Incident.drawn`."""
        well = pick(measured(city, ["methane"]), draws, "well with a methane sensor")
        soil_m = draws.spread(3.0, 20.0)
        line, part = pick_near(city, "gas_main", well, draws, draws.spread(5.0, 45.0))
        return cls(
            line,
            part,
            start_ms,
            start_ms + 10 * DAY_MS,
            peak=draws.spread(35.0, 400.0),
            leak_m3_h=draws.spread(1.0, 90.0),
            growth_h=draws.spread(0.05, 90.0),
            soil_m=soil_m,
            slow_h=draws.spread(0.3, 40.0),
            ethane_pct=draws.spread(0.6, 6.5),
            swing=draws.between(0.12, 0.6),
            demand=draws.between(-0.05, 0.5),
            openness=draws.spread(0.15, 1.6),
            draught_h=draws.spread(0.15, 1.2),
        )

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        where = spot(city, city.line("gas_main", self.at), self.part)
        span = Span(self.start_ms, self.repaired_ms + 24 * HOUR_MS)
        leaking = np.where(span.time_ms < self.repaired_ms, follow(np.ones(len(span.hours)), self.growth_h), 0.0)
        curves = Curves(city, self.start_ms)
        entries = self._entries(city, where)
        voids = voids_near(city, entries, 280.0, draught_h=self.draught_h, openness=self.openness)
        inflow = np.zeros((len(voids.wells), len(span.hours)))
        for row, name in enumerate(voids.wells):
            if name in entries:
                share, delay_h = entries[name]
                arriving = front(span.hours, delay_h) * late(leaking, delay_h)
                inflow[row] = self.peak * share * voids.holding()[row] * arriving
        swing = self._swing(city, span)
        strongest: tuple[float, str] = (0.0, "")
        for name, methane in zip(voids.wells, voids.carry(inflow), strict=True):
            if methane.max() > _SEEN:
                self._fill(curves, name, methane * swing)
                if city.channel(name, "methane") is not None:
                    strongest = max(strongest, (float(methane.max()), name))
        self._bleed_network(city, curves, where, leaking)
        return curves.outcome(truth_at_spot(city, "gas_main_leak", where, self.start_ms, strongest[1] or None))

    def _entries(self, city: City, where: Spot) -> dict[str, tuple[float, float]]:
        """Wells into which gas comes from the soil: share of the peak, hours on the way (as the cube root law of a source in
        soil has it: ten times as long for little more than twice as far).
        """
        entries: dict[str, tuple[float, float]] = {}
        for name, metres in around(city, where.x_m, where.y_m, 5.0 * self.soil_m).items():
            if is_well(city, name):
                share = math.exp(-metres / self.soil_m)
                entries[name] = share, self.slow_h * (metres / 10.0) ** 2 + 0.05
        for line, metres in lines_near(city, where, _WAYS, _CROSSING_M):
            for end in (line["from_node"], line["to_node"]):
                if is_well(city, end) and entries.get(end, (0.0, 0.0))[0] < 0.4:
                    run = math.dist(city.place[end], (where.x_m, where.y_m))
                    entries[end] = 0.4 * math.exp(-run / 90.0), 0.05 + self.slow_h * (metres / 10.0) ** 2 + run / 150.0
        return entries

    def _fill(self, curves: Curves, asset: str, methane: Floats) -> None:
        curves.add(asset, "methane", methane)
        curves.add(asset, "oxygen", -0.0105 * methane)  # by dilution only: 1 %LEL is 0.05 % vol
        curves.add(asset, "ethane_ratio", self.ethane_pct * methane / (methane + 4.0))

    def _bleed_network(self, city: City, curves: Curves, where: Spot, leaking: Floats) -> None:
        """The regulators give what is lost; pressure falls a little around the leak."""
        regulators = [f["properties"]["id"] for f in city.features if f["properties"]["kind"] == "gas_regulator"]
        for name in regulators:
            curves.add(name, "flow", self.leak_m3_h / len(regulators) * leaking)
        for name, metres in along(city, where, "gas_main", 4.0 * _PRESSURE_M).items():
            curves.add(name, "pressure", -0.06 * self.leak_m3_h * math.exp(-metres / _PRESSURE_M) * leaking)

    def _swing(self, city: City, span: Span) -> Floats:
        """Gusts of half an hour, and the use of gas one and a half hours ago."""
        gusts = noise.wander(city.seed, 302, int(self.start_ms), time_ms=span.time_ms, period_ms=HOUR_MS // 2)
        with_use = 1.0 + self.demand * use("gas", span.time_ms - 3 * HOUR_MS // 2)
        return np.clip(with_use + self.swing * gusts, 0.15, None)
