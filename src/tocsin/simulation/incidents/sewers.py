"""What goes wrong in sewers: a blockage whose standing sludge gives off gas, a pipe too small for the rain, a discharge that does
not belong there."""

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from tocsin.base.errors import InvalidInput
from tocsin.simulation.city import City
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import Floats, Span, follow, late
from tocsin.simulation.incidents.drawing import measured, pick
from tocsin.simulation.incidents.outcome import Curves, Outcome, truth_at_asset, truth_at_spot
from tocsin.simulation.spread import downstream, spot, upstream
from tocsin.simulation.weather import HOUR_MS, Weather

_WALK_M_H = 1800.0  # speed of sewage, 0.5 m/s


def _pipe_below(city: City, well: str, kind: str) -> str:
    for feature in city.features:
        given = feature["properties"]
        if given["kind"] == kind and given["from_node"] == well:
            return str(given["id"])
    raise InvalidInput(f"{city.properties(well)['name']} is the end of its {kind}: nothing flows from it")


def drains_on(city: City, well: str) -> bool:
    """True for a well from which a pipe leads on."""
    return len(downstream(city, well, str(city.properties(well)["utility"]))) > 1


def premises(city: City) -> list[str]:
    """Buildings with a trade that could let solvents into the sewer."""
    trades = {"plating_shop", "print_shop", "dry_cleaner", "workshop"}
    return [str(f["properties"]["id"]) for f in city.features if f["properties"].get("use") in trades]


def nearest_sewer(city: City, building: str) -> str:
    """The sewer well a building drains to."""
    wells = [str(f["properties"]["id"]) for f in city.features if f["properties"].get("utility") == "sewer"]
    return min(wells, key=lambda well: math.dist(city.place[well], city.place[building]))


@dataclass(frozen=True)
class SewerBlockage:
    """The pipe that leaves `well` is blocked: sewage stands above it, less flows below, methane slowly grows to `peak` %LEL."""

    well: str
    start_ms: int
    repaired_ms: int
    peak: float
    backed_up_m: float = 0.7
    part: float = 0.3

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "SewerBlockage":
        """See `Incident.drawn`."""
        well = pick(
            [asset for asset in measured(city, ["methane", "level", "hydrogen_sulphide"], ["sewer"]) if drains_on(city, asset)],
            draws,
            "sewer well with sensors",
        )
        wells = downstream(city, well, "sewer")[:-1]
        below = draws.pick(wells[: 1 + draws.whole(0, 3)])[0]
        return cls(below, start_ms, start_ms + 30 * 24 * HOUR_MS, draws.spread(15.0, 120.0), draws.spread(0.2, 2.2), draws.unit())

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        well = city.asset(self.well)
        span = Span(self.start_ms, self.repaired_ms + 24 * HOUR_MS)
        blocked = follow(np.where(span.time_ms < self.repaired_ms, 1.0, 0.0), 6.0)
        curves = Curves(city, self.start_ms)
        for asset, run in upstream(city, well, "sewer", 260.0):
            share = 1.0 - run / 300.0
            methane = self.peak * share**2 * follow(blocked, 18.0)
            curves.add(asset, "level", self.backed_up_m * share * blocked)
            curves.add(asset, "methane", methane)
            curves.add(asset, "hydrogen_sulphide", 0.35 * methane)
            curves.add(asset, "oxygen", -0.03 * methane)
            curves.add(asset, "flow", -0.8 * blocked)
        for asset, _ in downstream(city, well, "sewer")[1:5]:
            curves.add(asset, "flow", -1.5 * blocked)
        where = spot(city, _pipe_below(city, well, "sewer"), self.part)
        return curves.outcome(truth_at_spot(city, "sewer_biogas", where, self.start_ms, well))


@dataclass(frozen=True)
class SewerSurcharge:
    """The pipe that leaves `well` is too small: with each mm/h of runoff the water above it rises `rise_m` (while it lasts)."""

    well: str
    start_ms: int
    end_ms: int
    rise_m: float
    part: float = 0.3

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "SewerSurcharge":
        """See `Incident.drawn`."""
        well = pick(
            [asset for asset in measured(city, ["level"], ["sewer", "storm_drain"]) if drains_on(city, asset)],
            draws,
            "drain with a level sensor",
        )
        wells = downstream(city, well, str(city.properties(well)["utility"]))[:-1]
        below = draws.pick(wells[: 1 + draws.whole(0, 3)])[0]
        return cls(below, start_ms, start_ms + 3 * 24 * HOUR_MS, draws.spread(0.05, 0.4), draws.unit())

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        well = city.asset(self.well)
        kind = str(city.properties(well)["utility"])
        span = Span(self.start_ms, self.end_ms)
        runoff = weather.runoff_mm_h(span.time_ms) * np.where(span.time_ms < self.end_ms, 1.0, 0.0)
        curves = Curves(city, self.start_ms)
        for asset, run in upstream(city, well, kind, 350.0):
            depth = float(city.properties(asset)["depth_m"])
            rise = np.minimum(self.rise_m * runoff * (1.0 - run / 400.0), depth - 0.1)
            curves.add(asset, "level", rise)
        where = spot(city, _pipe_below(city, well, kind), self.part)
        return curves.outcome(truth_at_spot(city, "sewer_surcharge_rain", where, self.start_ms, well))


@dataclass(frozen=True)
class IndustrialDischarge:
    """`building` lets warm, salty water with solvent vapours into the sewer well `well` for some hours."""

    building: str
    well: str
    start_ms: int
    end_ms: int
    methane: float  # what combustible-gas sensors show at the well, %LEL
    conductivity: float = 1800.0

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "IndustrialDischarge":
        """See `Incident.drawn`."""
        building = pick(premises(city), draws, "premises with trades")
        well = nearest_sewer(city, building)
        hours = draws.spread(0.3, 8.0)
        return cls(
            building,
            well,
            start_ms,
            start_ms + round(hours * HOUR_MS),
            draws.spread(15.0, 150.0),
            draws.pick((-1.0, 1.0, 1.0)) * draws.spread(100.0, 4000.0),
        )

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        building, well = city.asset(self.building), city.asset(self.well)
        span = Span(self.start_ms, self.end_ms + 12 * HOUR_MS)
        flowing = np.where((span.time_ms > self.start_ms) & (span.time_ms < self.end_ms), 1.0, 0.0)
        curves = Curves(city, self.start_ms)
        for asset, run in downstream(city, well, "sewer"):
            arrived: Floats = float(np.exp(-run / 350.0)) * follow(late(flowing, run / _WALK_M_H), 0.4)
            curves.add(asset, "methane", self.methane * arrived)
            curves.add(asset, "conductivity", self.conductivity * arrived)
            curves.add(asset, "temperature", 6.0 * arrived)
            curves.add(asset, "level", 0.05 * arrived)
            curves.add(asset, "hydrogen_sulphide", 1.0 * arrived)
        truth = truth_at_asset(city, "industrial_discharge", building, self.start_ms, well)
        return curves.outcome(dataclasses.replace(truth, owner="drainage_bureau", equivalents=(well,)))
