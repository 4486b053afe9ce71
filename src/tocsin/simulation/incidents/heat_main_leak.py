"""A heating main leaks: hot water warms its trench, moist air carries the warmth along ducts into wells, and old sludge there
gives off biogas.

Heat does not reach 200 m through soil; it travels in voids (up to 1 m/s in an open duct, some metres an hour in a filled
trench). Methane-forming bacteria give 3.7 times as much at 10 °C more (Yvon-Durocher et al., Nature 507 (2014) 488). The
balance of a chamber is V dC/dt = G(T) - Q·C.
"""

import math
from dataclasses import dataclass

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
from tocsin.simulation.weather import HOUR_MS, Weather

_HOTTER_C = 48.0  # of the air in the trench at the leak, over its ordinary temperature
_DECAY_M = 240.0  # of warmth along the way
_SPEED_M_H = 14.0  # of warm, moist air in a trench that is no open duct, 0.004 m/s
_GROWTH_MS = 3 * HOUR_MS
_Q10 = 3.7
_BACTERIA_H = 2.5  # time in which gas production follows the temperature of thin wet sludge
_VENTILATION_H = 2.0  # a closed well exchanges its air in about this time
_VENTED_H = 0.6  # with the cover off
_CLEANING_H = 3.0  # in which the crew takes the sludge out
_SEEN_C = 0.3  # what warms less is left out


@dataclass(frozen=True)
class HeatMainLeak:
    """The main begins to leak at `start_ms`, `distance_m` (straight) from `well`, and loses `leak_m3_h` some hours later.

    The sludge in the well is as much as makes its methane pass `reaches` %LEL at `reaches_at_ms`. At `repaired_ms` the leak
    ends and the wells are opened to the air.
    """

    well: str
    distance_m: float
    start_ms: int
    repaired_ms: int
    leak_m3_h: float
    reaches: float
    reaches_at_ms: int

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "HeatMainLeak":
        """See `Incident.drawn`."""
        well = pick(measured(city, ["methane"], ["sewer", "telecom", "power", "storm_drain", "heat"]), draws, "well")
        rings_ms = start_ms + round(draws.spread(8.0, 180.0) * HOUR_MS)
        distance = draws.between(5.0, 320.0)
        return cls(
            well, distance, start_ms, start_ms + 30 * 24 * HOUR_MS, draws.spread(1.5, 25.0), draws.between(26.0, 60.0), rings_ms
        )

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        well = city.asset(self.well)
        where, metres = self._place(city, well)
        span = Span(self.start_ms, self.repaired_ms + 48 * HOUR_MS)
        share = self._course(span)
        curves = Curves(city, self.start_ms)
        self._bleed_network(city, curves, where, share)
        warmth = {asset: _warmth(share, way) for asset, way in metres.items()}
        for asset, warm in warmth.items():
            if warm.max() >= _SEEN_C:
                curves.add(asset, "temperature", warm)
                if metres[asset] < 70.0 and city.properties(asset)["kind"] == "chamber":
                    curves.add(asset, "level", 0.22 * follow(share, 5.0))
        self._give_gas(city, weather, curves, span, well, warmth)
        return curves.outcome(truth_at_spot(city, "heat_main_leak_biogas", where, self.start_ms, well))

    def _place(self, city: City, well: str) -> tuple[Spot, dict[str, float]]:
        """The place on a supply main at the wanted distance with the shortest way into the well, and all ways from it."""
        x, y = city.place[well]
        best: tuple[float, Spot, dict[str, float]] | None = None
        for feature in city.features:
            given = feature["properties"]
            if given["kind"] != "heat_main_supply":
                continue
            if all(abs(math.dist(city.place[given[end]], (x, y)) - self.distance_m) > 150.0 for end in ("from_node", "to_node")):
                continue
            places = [spot(city, given["id"], part) for part in np.linspace(0.05, 0.95, 19).tolist()]
            where = min(places, key=lambda place: abs(math.dist((place.x_m, place.y_m), (x, y)) - self.distance_m))
            if abs(math.dist((where.x_m, where.y_m), (x, y)) - self.distance_m) > 5.0:
                continue
            metres = reach(city, where, WARMTH, 6.0 * _DECAY_M)
            way = metres.get(well, math.inf)
            if best is None or way < best[0]:
                best = way, where, metres
        if best is None or math.isinf(best[0]):
            raise InvalidInput(f"no heating main {self.distance_m:g} m from {self.well} has a way into it")
        return best[1], best[2]

    def _course(self, span: Span) -> Floats:
        """Share of the full leak at each point."""
        time = span.time_ms
        grown = 1.0 - np.exp(-np.maximum(0, time - self.start_ms) / _GROWTH_MS)
        return np.where(time < self.repaired_ms, grown, 0.0)

    def _bleed_network(self, city: City, curves: Curves, where: Spot, share: Floats) -> None:
        """The feeding station makes up what is lost, and pressure falls behind the leak."""
        chamber = city.properties(where.line)["to_node"]
        station, run = city.fed[chamber]
        curves.add(station, "makeup_flow", self.leak_m3_h * share)
        curves.add(station, "flow", 0.6 * self.leak_m3_h * share)
        curves.add(station, "pressure", -2.5 * share)
        for other, (feeder, length) in city.fed.items():
            if feeder == station:
                curves.add(other, "pressure", (-12.0 if length >= run else -12.0 * length / run) * share)

    def _give_gas(self, city: City, weather: Weather, curves: Curves, span: Span, well: str, warmth: dict[str, Floats]) -> None:
        unit = self._gas(span, warmth[well])
        at = float(np.interp(self.reaches_at_ms, span.time_ms, unit))
        if at <= 0.0:
            raise InvalidInput(f"{self.well} is not warm before {self.reaches_at_ms}; let the leak begin earlier")
        sludge = (self.reaches - self._ordinary(city, weather, well)) / at
        for asset, warm in warmth.items():
            given = city.properties(asset)
            if warm.max() < 2.0 or given["kind"] != "manhole":
                continue
            own = 1.0 if asset == well else 0.1 * float(noise.uniform(city.seed, 301, int(asset[1:]))[0]) ** 2
            methane = own * sludge * self._gas(span, warm)
            curves.add(asset, "methane", methane)
            curves.add(asset, "hydrogen_sulphide", 0.12 * methane)
            curves.add(asset, "oxygen", -0.035 * methane)

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
        production = follow(np.power(_Q10, warm / 10.0) - 1.0, _BACTERIA_H)
        after_h = np.maximum(0, span.time_ms - self.repaired_ms) / HOUR_MS
        opened = np.where(after_h > 0.0, _VENTED_H / _VENTILATION_H, 1.0)
        cleaned = np.exp(-after_h / _CLEANING_H)
        return follow(production * opened * cleaned, _VENTILATION_H * opened)


def _warmth(share: Floats, metres: float) -> Floats:
    """Degrees above the ordinary at the end of a way of so many metres."""
    arriving = late(share, metres / _SPEED_M_H)
    return _HOTTER_C * math.exp(-metres / _DECAY_M) * follow(arriving, 2.0)
