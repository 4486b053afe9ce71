"""A heating main leaks: hot water warms its trench, moist air carries the warmth along ducts into wells, and old sludge there
gives off biogas.

Heat does not reach 200 m through soil; it travels in voids (up to 1 m/s in an open duct, some metres an hour in a filled
trench). Methane-forming bacteria give 3.7 times as much at 10 °C more (Yvon-Durocher et al., Nature 507 (2014) 488), best at
35-38 °C, less above 42, next to nothing above 65. The balance of a chamber is V dC/dt = G(T) - Q·C.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from tocsin.base.errors import InvalidInput
from tocsin.simulation import noise
from tocsin.simulation.city import City
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import Floats, Span, follow, late
from tocsin.simulation.incidents.drawing import measured, pick
from tocsin.simulation.incidents.outcome import Curves, Outcome, truth_at_spot
from tocsin.simulation.signals import Drivers, expected
from tocsin.simulation.spread import WARMTH, Spot, reach, spot
from tocsin.simulation.voids import is_well
from tocsin.simulation.weather import DAY_MS, HOUR_MS, Weather

_Q10 = 3.7
_VENTILATION_H = 2.0  # a closed well exchanges its air in about this time
_VENTED_H = 0.6  # with the cover off
_CLEANING_H = 3.0  # in which the crew takes the sludge out
_RINSED_H = 0.8  # in which wells cool that are opened, pumped out and rinsed
_SEEN_C = 0.3  # what warms less is left out


@dataclass(frozen=True)
class HeatMainLeak:
    """The main begins to leak at `start_ms`, `distance_m` (straight) from `well`, and loses `leak_m3_h` some hours later.

    The sludge in the well is as much as makes its methane pass `reaches` %LEL at `reaches_at_ms`; other wells have up to
    `others` times as much. At `repaired_ms` the leak ends, and the wells are opened and rinsed. `hotter_c` is the air in the
    trench at the leak over its ordinary temperature, fading to a third in `decay_m` of way; it advances `speed_m_h`; the leak
    grows in `growth_h`; wells take `slow_h` to warm and their bacteria `bacteria_h` to follow.
    """

    well: str
    distance_m: float
    start_ms: int
    repaired_ms: int
    leak_m3_h: float
    reaches: float
    reaches_at_ms: int
    hotter_c: float = 48.0
    decay_m: float = 240.0
    speed_m_h: float = 14.0
    growth_h: float = 3.0
    slow_h: float = 2.0
    bacteria_h: float = 2.5
    others: float = 0.1
    sulphide: float = 0.12
    oxygen: float = 0.035
    drop_kpa: float = 12.0

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "HeatMainLeak":
        """See `Incident.drawn`."""
        places = ["sewer", "telecom", "power", "storm_drain", "heat", "gas", "water"]
        well = pick(measured(city, ["methane", "temperature"], places), draws, "well")
        distance_m = draws.pick((draws.between(0.0, 80.0), draws.between(40.0, 220.0), draws.between(120.0, 380.0)))
        leak_m3_h = draws.spread(0.8, 30.0)
        return cls(
            well,
            distance_m,
            start_ms,
            start_ms + 12 * DAY_MS,
            leak_m3_h,
            reaches=draws.between(25.5, 70.0),
            reaches_at_ms=start_ms + round(draws.spread(7.0, 200.0) * HOUR_MS),
            hotter_c=draws.between(15.0, 62.0),
            decay_m=draws.spread(50.0, 350.0),
            speed_m_h=draws.spread(3.0, 120.0),
            growth_h=draws.spread(0.3, 72.0),
            slow_h=draws.spread(1.0, 9.0),
            bacteria_h=draws.spread(2.0, 60.0),
            others=draws.pick((0.0, draws.between(0.0, 0.2), draws.between(0.0, 0.8))),
            sulphide=draws.spread(0.02, 0.4),
            oxygen=draws.between(0.012, 0.045),
            drop_kpa=leak_m3_h * draws.spread(0.3, 3.0),
        )

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        well = city.asset(self.well)
        where, metres = self._place(city, well)
        span = Span(self.start_ms, self.repaired_ms + 48 * HOUR_MS)
        share = self._course(span)
        curves = Curves(city, self.start_ms)
        self._bleed_network(city, curves, where, share)
        rinsed = np.exp(-self._after_h(span) / _RINSED_H)
        warmth = {asset: rinsed * self._warmth(share, way) for asset, way in metres.items() if is_well(city, asset)}
        for asset, warm in warmth.items():
            if warm.max() >= _SEEN_C:
                curves.add(asset, "temperature", warm)
                if metres[asset] < 70.0 and city.properties(asset)["kind"] == "chamber":
                    curves.add(asset, "level", 0.22 * min(1.0, self.leak_m3_h / 14.0) * follow(share, 5.0))
        self._give_gas(city, weather, curves, span, well, warmth)
        return curves.outcome(truth_at_spot(city, "heat_main_leak_biogas", where, self.start_ms, well))

    def _place(self, city: City, well: str) -> tuple[Spot, dict[str, float]]:
        """The place on a supply main at the wanted distance with the shortest way into the well, and all ways from it."""
        x, y = city.place[well]
        best: tuple[float, Spot, dict[str, float]] | None = None
        for given in self._mains(city, (x, y)):
            places = [spot(city, given["id"], part) for part in np.linspace(0.05, 0.95, 19).tolist()]
            where = min(places, key=lambda place: abs(math.dist((place.x_m, place.y_m), (x, y)) - self.distance_m))
            if abs(math.dist((where.x_m, where.y_m), (x, y)) - self.distance_m) > 5.0:
                continue
            metres = reach(city, where, WARMTH, 6.0 * self.decay_m)
            way = metres.get(well, math.inf)
            if best is None or way < best[0]:
                best = way, where, metres
        if best is None or math.isinf(best[0]):
            raise InvalidInput(f"no heating main {self.distance_m:g} m from {self.well} has a way into it")
        return best[1], best[2]

    def _mains(self, city: City, place: tuple[float, float]) -> list[dict[str, Any]]:
        """Supply mains with an end about as far away as wanted."""
        return [
            given
            for given in city.lines()
            if given["kind"] == "heat_main_supply"
            and any(abs(math.dist(city.place[given[end]], place) - self.distance_m) <= 150.0 for end in ("from_node", "to_node"))
        ]

    def _course(self, span: Span) -> Floats:
        """Share of the full leak at each point."""
        time = span.time_ms
        grown = 1.0 - np.exp(-np.maximum(0, time - self.start_ms) / (self.growth_h * HOUR_MS))
        return np.where(time < self.repaired_ms, grown, 0.0)

    def _after_h(self, span: Span) -> Floats:
        """Hours since the repair, 0 before it."""
        hours: Floats = np.maximum(0, span.time_ms - self.repaired_ms) / HOUR_MS
        return hours

    def _warmth(self, share: Floats, metres: float) -> Floats:
        """Degrees above the ordinary at the end of a way of so many metres."""
        arriving = late(share, metres / self.speed_m_h)
        return self.hotter_c * math.exp(-metres / self.decay_m) * follow(arriving, self.slow_h)

    def _bleed_network(self, city: City, curves: Curves, where: Spot, share: Floats) -> None:
        """The feeding station makes up what is lost, and pressure falls behind the leak."""
        chamber = city.properties(where.line)["to_node"]
        station, run = city.fed[chamber]
        curves.add(station, "makeup_flow", self.leak_m3_h * share)
        curves.add(station, "flow", 0.6 * self.leak_m3_h * share)
        curves.add(station, "pressure", -0.21 * self.drop_kpa * share)
        for other, (feeder, length) in city.fed.items():
            if feeder == station:
                part = 1.0 if length >= run else length / run
                curves.add(other, "pressure", -self.drop_kpa * part * share)

    def _give_gas(self, city: City, weather: Weather, curves: Curves, span: Span, well: str, warmth: dict[str, Floats]) -> None:
        """Biogas in every warmed well that has sludge."""
        if well not in warmth:
            raise InvalidInput(f"{self.well} is no well")
        unit = self._gas(span, warmth[well])
        at = float(np.interp(self.reaches_at_ms, span.time_ms, unit))
        if at <= 0.0:
            raise InvalidInput(f"{self.well} is not warm before {self.reaches_at_ms}; let the leak begin earlier")
        sludge = (self.reaches - self._ordinary(city, weather, well)) / at
        for asset, warm in warmth.items():
            if warm.max() < 2.0:
                continue
            draw = float(noise.uniform(city.seed, 301, int(asset[1:]))[0])
            methane = (1.0 if asset == well else self.others * draw**2) * sludge * self._gas(span, warm)
            if methane.max() > 0.05:
                curves.add(asset, "methane", methane)
                curves.add(asset, "hydrogen_sulphide", self.sulphide * methane)
                curves.add(asset, "oxygen", -self.oxygen * methane)

    def _ordinary(self, city: City, weather: Weather, well: str) -> float:
        """What the well's methane sensor would read without the leak, %LEL."""
        channel = city.channel(well, "methane")
        if channel is None:
            return 0.0
        drivers = Drivers(weather, self.reaches_at_ms, self.reaches_at_ms)
        sensor, time = np.array([channel], dtype=np.int32), np.array([self.reaches_at_ms])
        return float(expected(city.sensors, drivers, sensor, time)[0])

    def _gas(self, span: Span, warm: Floats) -> Floats:
        """Methane from one unit of sludge, %LEL: production follows warmth, the well's air dilutes it."""
        liking = np.clip((55.0 - warm) / 25.0, 0.0, 1.0)  # 13 °C and 30 °C more are the best of bacteria
        production = follow((np.power(_Q10, np.minimum(warm, 27.0) / 10.0) - 1.0) * liking, self.bacteria_h)
        after_h = self._after_h(span)
        opened = np.where(after_h > 0.0, _VENTED_H / _VENTILATION_H, 1.0)
        cleaned = np.exp(-after_h / _CLEANING_H)
        return follow(production * opened * cleaned, _VENTILATION_H * opened)
