"""Planned work: test gas on the sensors of one device after the other, or a well that is purged, in working hours."""

import math
from dataclasses import dataclass

import numpy as np

from tocsin.base.errors import InvalidInput
from tocsin.simulation.city import City
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import STEP_MS, Span, follow
from tocsin.simulation.incidents.drawing import measured, pick
from tocsin.simulation.incidents.outcome import Curves, Outcome, truth_at_asset
from tocsin.simulation.weather import DAY_MS, HOUR_MS, LOCAL_MS, Weather

_WORK_H = (8.0, 17.0)
_TESTS = {"methane": 1.0, "hydrogen_sulphide": 0.3, "carbon_monoxide": 2.0, "oxygen": -0.06}  # for each %LEL of the test gas


@dataclass(frozen=True)
class Calibration:
    """Work on the device at `asset`: test gas of `methane` %LEL, each gas `minutes` long, its `way` `one_by_one` or as a
    `mixture`, or the well is put through a `purge` (stirred, then fresh air; at gas valves with gas let off).

    `others` (asset, minutes later; negative for earlier): devices that the same crew does on the same round.
    """

    asset: str
    start_ms: int
    methane: float = 50.0
    minutes: float = 15.0
    way: str = "one_by_one"
    others: tuple[tuple[str, int], ...] = ()

    @classmethod
    def drawn(cls, city: City, draws: Draws, start_ms: int) -> "Calibration":
        """See `Incident.drawn`: begins in the working hours of the same or a following day."""
        asset = pick(measured(city, ["methane", "oxygen", "hydrogen_sulphide", "carbon_monoxide"]), draws, "gas sensor")
        begin_ms = start_ms if draws.chance(0.04) else _at_work(start_ms, draws)
        return cls(
            asset,
            begin_ms,
            methane=draws.pick((30.0, 40.0, 50.0, 50.0, 60.0, draws.between(27.0, 95.0))),
            minutes=draws.spread(4.0, 25.0),
            way=draws.weighted({"one_by_one": 0.4, "mixture": 0.35, "purge": 0.25}),
            others=_round(city, asset, draws),
        )

    def unfold(self, city: City, weather: Weather) -> Outcome:
        """See `Incident.unfold`."""
        asset = city.asset(self.asset)
        curves = Curves(city, self.start_ms)
        for place, later in ((asset, 0), *self.others):
            self._work(city, weather, curves, city.asset(place), self.start_ms + later * 60_000)
        return curves.outcome(truth_at_asset(city, "calibration_or_maintenance", asset, self.start_ms, asset))

    def _work(self, city: City, weather: Weather, curves: Curves, asset: str, begin_ms: int) -> None:
        span = Span(begin_ms, begin_ms + 4 * HOUR_MS)
        minutes = span.hours * 60.0
        if self.way == "purge":
            self._purge(city, weather, curves, asset, span)
            return
        if self.way not in ("one_by_one", "mixture"):
            raise InvalidInput(f"unknown way {self.way!r} of planned work; known are one_by_one, mixture, purge")
        present = [name for name in _TESTS if city.channel(asset, name) is not None]
        length = max(self.minutes, STEP_MS / 60_000)
        for turn, name in enumerate(present):
            begun = turn * (length + 10.0) if self.way == "one_by_one" else 0.0
            gas = np.where((minutes >= begun) & (minutes < begun + length), 1.0, 0.0)
            curves.add(asset, name, self.methane * _TESTS[name] * follow(gas, 0.02), start_ms=begin_ms)

    def _purge(self, city: City, weather: Weather, curves: Curves, asset: str, span: Span) -> None:
        """The cover comes off and a fan runs: first what lay in the well is stirred, then there is fresh air."""
        minutes = span.hours * 60.0
        stirred = np.where(minutes < self.minutes, 1.0, 0.0)
        open_air = np.where(minutes < 4.0 * self.minutes, 1.0, 0.0)
        of_gas = city.properties(asset)["owner"] == "gas_company"
        curves.add(asset, "methane", self.methane * follow(stirred, 0.06), start_ms=span.start_ms)
        if of_gas:
            curves.add(asset, "ethane_ratio", 2.5 * follow(stirred, 0.06), start_ms=span.start_ms)
        curves.add(asset, "oxygen", -(0.0105 if of_gas else 0.05) * self.methane * follow(stirred, 0.06), start_ms=span.start_ms)
        outside = weather.outdoor_c(span.time_ms) - city.climate.mean_c
        curves.add(asset, "temperature", 0.35 * outside * follow(open_air, 0.3), start_ms=span.start_ms)


def _at_work(start_ms: int, draws: Draws) -> int:
    """A moment in working hours, on a working day as a rule."""
    day = (start_ms + LOCAL_MS) // DAY_MS
    while (day + 3) % 7 >= 5 and not draws.chance(0.08):  # 0 = Monday
        day += 1
    return int(day * DAY_MS - LOCAL_MS + draws.between(*_WORK_H) * HOUR_MS)


def _round(city: City, asset: str, draws: Draws) -> tuple[tuple[str, int], ...]:
    """Up to five more devices of the same owner near by, before and after."""
    owner = city.properties(asset)["owner"]
    near = sorted(
        (math.dist(city.place[other], city.place[asset]), other)
        for other in measured(city, ["methane"])
        if other != asset and city.properties(other)["owner"] == owner
    )
    count, before = draws.pick((0, 0, 1, 2, 3, 5)), draws.whole(0, 2)
    pace = draws.spread(15.0, 60.0)
    chosen = [other for metres, other in near[:count] if metres < 500.0]
    return tuple((other, round((k - before if k < before else k - before + 1) * pace)) for k, other in enumerate(chosen))
