"""Which wells and stations are watched, by what, how often, and with what limits."""

import math
from dataclasses import dataclass

from tocsin.simulation.judging.districts.district import District
from tocsin.simulation.judging.districts.draws import Draws

UNITS = {
    "methane": "pct_lel", "temperature": "degC", "hydrogen_sulphide": "ppm", "carbon_monoxide": "ppm", "oxygen": "pct_vol",
    "ethane_ratio": "pct", "pressure": "kPa", "flow": "m3/h", "makeup_flow": "m3/h", "supply_temperature": "degC",
    "return_temperature": "degC", "level": "m", "rainfall": "mm/h", "conductivity": "uS/cm", "wind_speed": "m/s",
}  # fmt: skip
_ACCURACY = {
    "methane": (1.0, 3.0), "temperature": (0.3, 1.0), "hydrogen_sulphide": (0.5, 1.0), "carbon_monoxide": (1.0, 3.0),
    "oxygen": (0.15, 0.4), "ethane_ratio": (0.2, 0.6), "flow": (0.5, 2.0), "makeup_flow": (0.05, 0.3), "level": (0.005, 0.02),
    "rainfall": (0.2, 0.4), "conductivity": (10.0, 30.0), "supply_temperature": (0.3, 0.6), "return_temperature": (0.3, 0.6),
    "wind_speed": (0.2, 0.5),
}  # fmt: skip
# Share of stations in wells of each network, over the family's, and what they measure beside the first quantity.
_WATCHED = {"sewer": 1.0, "storm": 0.55, "water": 0.3, "gas": 1.2, "heat": 0.9, "power": 1.0, "telecom": 1.1}
_SECOND = {
    "sewer": {"hydrogen_sulphide": 0.8, "level": 1.0, "temperature": 0.6, "oxygen": 0.4, "flow": 0.3, "conductivity": 0.25,
              "ethane_ratio": 0.25},
    "storm": {"level": 1.3, "temperature": 0.3, "flow": 0.25, "hydrogen_sulphide": 0.15},
    "water": {"level": 0.5, "temperature": 0.4},
    "gas": {"temperature": 0.7, "oxygen": 0.3, "level": 0.2, "ethane_ratio": 0.5},
    "heat": {"temperature": 1.4, "level": 0.4, "hydrogen_sulphide": 0.15, "oxygen": 0.2, "ethane_ratio": 0.2},
    "power": {"temperature": 1.4, "carbon_monoxide": 1.1, "level": 0.6, "oxygen": 0.2, "ethane_ratio": 0.15},
    "telecom": {"temperature": 0.7, "level": 0.6, "oxygen": 0.3, "hydrogen_sulphide": 0.15, "carbon_monoxide": 0.2,
                "ethane_ratio": 0.3},
}  # fmt: skip


@dataclass(frozen=True)
class Channel:
    """One quantity measured at one place. Limits are NaN where none is set. `eager`: sends every minute beyond a limit."""

    place: int
    quantity: str
    interval_s: int
    accuracy: float
    alarm_low: float
    alarm_high: float
    eager: bool


def draw_stations(district: District, draws: Draws) -> tuple[Channel, ...]:
    """All channels of a district, in the order of places."""
    limits = _Limits(draws)
    channels: list[Channel] = []
    shares = {net: district.figures.monitored * share * draws.between(0.8, 1.2) for net, share in _WATCHED.items()}
    for number, place in enumerate(district.places):
        if place.is_well and draws.chance(min(0.95, shares[place.net])):
            quantities = _of_well(district, place.net, draws)
            interval, eager = draws.pick(district.family.intervals_s), draws.chance(0.75)
            channels += [limits.channel(district, number, quantity, interval, eager) for quantity in quantities]
    for number, quantity in _of_networks(district, draws):
        channels.append(limits.channel(district, number, quantity, draws.pick((300, 300, 600, 900)), False))
    return tuple(channels)


def _of_well(district: District, net: str, draws: Draws) -> list[str]:
    companions = district.figures.companions
    second = [q for q, share in _SECOND[net].items() if draws.chance(min(0.97, companions * share * _ethane(district, q)))]
    if district.family.name == "poor":
        return ["methane", *(q for q in second if q == "temperature")]
    without = {"storm": 0.75, "power": 0.4, "heat": 0.25, "water": 0.4, "sewer": 0.12}.get(net, 0.0)
    first = [] if second and draws.chance(without) else ["methane"]
    return [*first, *(q for q in second if q != "ethane_ratio" or first)]


def _ethane(district: District, quantity: str) -> float:
    return 2.0 * district.family.ethane if quantity == "ethane_ratio" else 1.0


def _of_networks(district: District, draws: Draws) -> list[tuple[int, str]]:
    """What the owners' own stations and their pressure points tell."""
    wanted: list[tuple[int, str]] = []
    read = district.family.networks
    source = district.sources
    of_station = {
        "heat": ("flow", "pressure", "makeup_flow", "supply_temperature", "return_temperature"),
        "water": ("flow", "pressure"),
        "gas": ("flow", "pressure"),
        "power": ("temperature",),
    }
    for net, quantities in of_station.items():
        if net in source and draws.chance(read):
            wanted += [(source[net], quantity) for quantity in quantities]
    if read and draws.chance(0.9):
        wanted.append((source["water"], "rainfall"))
    if draws.chance(district.family.weather):
        wanted.append((source["power"], "wind_speed"))
    points = {"water": 0.3, "gas": 0.3, "heat": 0.16}
    for number, place in enumerate(district.places):
        share = points.get(place.net, 0.0) * read * (0.5 + district.figures.companions)
        if place.kind in ("valve", "chamber") and draws.chance(share):
            wanted.append((number, "pressure"))
    return wanted


class _Limits:
    """The limits that this city set, one policy for all its wells."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self._methane = draws.pick((20.0, 25.0, 25.0, 25.0))
        self._toxic = {"hydrogen_sulphide": draws.pick((10.0, 15.0, 20.0)), "carbon_monoxide": draws.pick((24.0, 35.0, 50.0))}
        self._warm = {"power": draws.pick((40.0, 45.0, 50.0)), "heat": draws.pick((60.0, 65.0, 70.0))}
        self._oxygen = draws.chance(0.35)

    def channel(self, district: District, number: int, quantity: str, interval_s: int, eager: bool) -> Channel:
        """A channel with its accuracy and limits."""
        place, draws = district.places[number], self._draws
        low = high = math.nan
        accuracy = draws.between(*_ACCURACY[quantity]) if quantity in _ACCURACY else 0.0
        if quantity == "methane":
            high = self._methane
        elif quantity in self._toxic:
            high = self._toxic[quantity]
        elif quantity == "temperature" and place.is_well:
            high = self._warm.get(place.net, 45.0)
        elif quantity == "oxygen" and self._oxygen:
            low = 18.0
        elif quantity == "level":
            high = round(max(0.5, draws.between(0.35, 0.6) * place.depth_m), 2) if place.net in ("sewer", "storm") else 0.3
        elif quantity == "pressure":
            pressure = next(line.pressure_kpa for line in district.lines if line.net == place.net)
            accuracy = 0.004 * pressure
            low = round(pressure * draws.between(0.72, 0.85), 1) if place.net in ("water", "gas", "heat") else math.nan
        return Channel(number, quantity, interval_s, round(accuracy, 3), low, high, eager)
