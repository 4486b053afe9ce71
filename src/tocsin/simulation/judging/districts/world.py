"""A district over the days of a case: what every channel would show, as usual and with what happens added."""

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from tocsin.base.geometry import Floats
from tocsin.simulation.judging.districts.climate import STEP_H, Climate, meals, wander
from tocsin.simulation.judging.districts.district import District
from tocsin.simulation.judging.districts.drains import Drains
from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.physics.air import air_changes, filled
from tocsin.simulation.judging.districts.physics.biogas import warmth_factor
from tocsin.simulation.judging.districts.physics.ground_heat import late
from tocsin.simulation.judging.districts.stations import Channel

Added = dict[tuple[int, str], Floats]  # by place and what is added, float64[steps]; units as in `World.added`
LEL = 0.05  # of methane, share of the volume


@dataclass
class World:
    """All that is true in a case.

    `added`: "gas" and "biogas" shares of the volume, "vapour" % LEL, "h2s" and "co" ppm, "oxygen" % vol less, and in the unit of
    the quantity "temperature", "level", "flow", "conductivity", "pressure", "makeup_flow", "return_temperature".
    `ethane`: C2/C1 of the city's gas, %.
    """

    district: District
    climate: Climate
    channels: tuple[Channel, ...]
    ethane: float
    added: Added = field(default_factory=dict)
    _changes: dict[int, Floats] = field(default_factory=dict)

    def add(self, more: Added) -> None:
        """Adds what happens to what happened before."""
        for key, series in more.items():
            self.added[key] = self.added[key] + series if key in self.added else series

    @cached_property
    def wells(self) -> tuple[int, ...]:
        """Places with air to measure."""
        return tuple(i for i, place in enumerate(self.district.places) if place.is_well)

    def changes(self, well: int) -> Floats:
        """Air changes of a well, 1/h, float64[steps]."""
        if well not in self._changes:
            self._changes[well] = air_changes(self.district, self.climate, well)
        return self._changes[well]

    @cached_property
    def sewers(self) -> Drains:
        """The sewers."""
        return Drains(self.district, self.climate, "sewer")

    @cached_property
    def storms(self) -> Drains:
        """The storm drains."""
        return Drains(self.district, self.climate, "storm")

    @cached_property
    def flows(self) -> dict[int, Floats]:
        """Usual flow through all manholes, m3/h."""
        return {**self.sewers.flows(), **self.storms.flows()}

    @cached_property
    def levels(self) -> dict[int, Floats]:
        """Usual depth of water in all manholes of drains, m."""
        return {**self.sewers.levels(self.flows), **self.storms.levels(self.flows)}

    def plus(self, place: int, what: str) -> Floats | float:
        """What is added at a place, 0 where nothing is."""
        return self.added.get((place, what), 0.0)

    def value(self, channel: Channel) -> Floats:
        """What a perfect instrument would show, float64[steps]."""
        place, quantity = channel.place, channel.quantity
        if quantity == "methane":
            gas = filled(np.maximum(self.plus(place, "gas") + self.plus(place, "biogas"), 0.0))
            return np.asarray(
                self.usual_methane(place) + gas / LEL * 100 + self.plus(place, "vapour") + 0.03 * self.plus(place, "co")
            )
        if quantity == "ethane_ratio":
            return self._ethane_ratio(place)
        if quantity == "oxygen":
            pushed = filled(np.maximum(self.plus(place, "gas") + self.plus(place, "biogas"), 0.0))
            draws = Draws(self.district.seed, 70, place)
            usual = 20.9 - (0.5 if self.district.places[place].net == "sewer" else 0.15) * draws.unit() * self._ease(place)
            return np.asarray(np.clip((usual - self.plus(place, "oxygen")) * (1 - pushed), 0.0, 25.0))
        if quantity == "hydrogen_sulphide":
            return np.maximum(self._usual_sulphide(place) + self.plus(place, "h2s") + 0.02 * self.plus(place, "vapour"), 0.0)
        if quantity == "carbon_monoxide":
            return np.maximum(self._usual_monoxide(place) + self.plus(place, "co") + 0.05 * self.plus(place, "vapour"), 0.0)
        return np.asarray(self._other(channel) + self.plus(place, quantity))

    def _ethane_ratio(self, place: int) -> Floats:
        gas, bio = self.plus(place, "gas"), self.plus(place, "biogas")
        usual = self.usual_methane(place) / 100 * LEL
        whole = usual + gas + bio
        seen = np.clip(whole / (0.01 * LEL) - 0.6, 0.0, 1.0)  # below one percent LEL there is no ratio to tell
        return np.asarray(self.ethane * gas / np.maximum(whole, 1e-9) * seen)

    def usual_methane(self, place: int) -> Floats:
        """Biogas of every day in a well, % LEL: by its warmth, and the less the more air is changed."""
        draws = Draws(self.district.seed, 71, place)
        net = self.district.places[place].net
        strong = draws.spread(0.1, 2.5) if net == "sewer" else draws.spread(0.02, 0.6)
        if draws.chance(0.02):
            strong = draws.spread(3.0, 8.0)  # a well in old marsh or refuse
        return np.asarray(np.minimum(strong * warmth_factor(self.warmth(place)) * self._ease(place), 14.0))

    def _ease(self, place: int) -> Floats:
        """How much less air is changed than on average, float64[steps]."""
        own = self.changes(place)
        return late(float(own.mean()) / own, STEP_H, 1.0 / max(float(own.mean()), 0.05))

    def warmth(self, place: int) -> Floats:
        """Usual temperature of a well's air, °C."""
        draws, own = Draws(self.district.seed, 72, place), self.district.places[place]
        ground = self.climate.ground_c(0.65 * own.depth_m)
        share = draws.between(0.06, 0.3)
        air = late(self.climate.air_c, STEP_H, draws.between(3.0, 9.0))
        usual = (1 - share) * ground + share * air
        if own.net == "heat" and self.climate.heated:
            usual = usual + draws.between(4, 22) * (1 + 0.12 * np.cos(2 * math.pi * (self.climate.axis.local_hours - 6) / 24))
        if own.net == "power":
            usual = usual + draws.between(0.5, 4.0) * late(self.climate.day, STEP_H, 4.0)
        if own.net == "sewer":
            usual = 0.6 * usual + 0.4 * (15.5 + 0.3 * (self.climate.yearly_c - 12))
        return np.asarray(usual)

    def _usual_sulphide(self, place: int) -> Floats:
        draws = Draws(self.district.seed, 73, place)
        strong = draws.spread(0.05, 1.8) if self.district.places[place].net == "sewer" else draws.spread(0.01, 0.1)
        stirred = 0.6 + 0.4 * self.climate.day
        return np.asarray(
            np.minimum(strong * warmth_factor(self.warmth(place), energy_ev=0.5) * stirred * self._ease(place), 6.0)
        )

    def _usual_monoxide(self, place: int) -> Floats:
        draws = Draws(self.district.seed, 74, place)
        rush = np.clip(meals((self.climate.axis.local_hours + 0.4) % 24) - 0.9, 0, None) * (self.climate.axis.week_days < 5)
        strong = draws.spread(1.5, 5.0) if draws.chance(0.2) else draws.between(0, 0.6)
        return np.asarray(draws.between(0, 1.2) + strong * rush * self._ease(place) * 1.2)

    def _other(self, channel: Channel) -> Floats:
        """Usual values of water, pressures, warmth and stations."""
        place, quantity = channel.place, channel.quantity
        climate, axis = self.climate, self.climate.axis
        own = self.district.places[place]
        draws = Draws(self.district.seed, 75, place, len(quantity))
        day = climate.day
        slow = wander(draws, axis.steps, 9.0)
        if quantity == "temperature":
            return self.warmth(place) if own.is_well else climate.air_c + draws.between(-0.5, 1.5)
        if quantity == "wind_speed":
            return climate.wind_ms
        if quantity == "rainfall":
            return climate.rain_mm_h
        if quantity == "level":
            if place in self.levels:
                return self.levels[place]
            return np.full(axis.steps, max(0.0, draws.between(-0.2, 0.08)))
        if quantity == "conductivity":
            rain = late(climate.rain_mm_h, STEP_H, 1.5)
            return np.asarray(draws.between(520, 1300) * (1 + 0.09 * (day - 1) + 0.04 * slow) / (1 + 0.12 * rain))
        if quantity == "flow" and place in self.flows:
            return np.asarray(self.flows[place] * (1 + 0.05 * slow))
        if quantity in ("flow", "pressure"):
            return self._of_pipes(channel, draws, day, slow)
        return self._of_heat(quantity, draws, slow)

    def _of_pipes(self, channel: Channel, draws: Draws, day: Floats, slow: Floats) -> Floats:
        """Flow of a network's station, and pressure at its points."""
        net = self.district.places[channel.place].net
        if channel.quantity == "flow":
            size = 2.2 * sum(1 for place in self.district.places if place.net == "building")
            each = {"water": 0.75, "gas": 0.3 * (1.6 if self.climate.heated else 1.0), "heat": 3.0}[net]
            swing = 0.06 if net == "heat" else 1.0
            return np.asarray(size * each * (1 + swing * (day - 1)) * (1 + 0.04 * slow))
        nominal = next(line.pressure_kpa for line in self.district.lines if line.net == net)
        fall = {"water": draws.between(0.01, 0.045), "gas": draws.between(0.002, 0.02), "heat": draws.between(0.002, 0.008)}[net]
        usual = nominal * draws.between(0.94, 1.04) * (1 - fall * (day - 1)) * (1 + 0.006 * slow)
        return np.asarray(usual if net != "heat" or self.climate.heated else usual * 0.96)

    def _of_heat(self, quantity: str, draws: Draws, slow: Floats) -> Floats:
        """What a heating station tells: make-up water and the temperatures of its circuit."""
        climate = self.climate
        if quantity == "makeup_flow":
            topped = np.clip(np.sin(climate.axis.hours / draws.between(3, 9)) - 0.8, 0, None) * 2.0
            return np.asarray(draws.spread(0.3, 2.0) * (1 + 0.1 * slow + topped) * (1.0 if climate.heated else 0.3))
        if not climate.heated:
            return np.asarray(climate.ground_c(1.5) + draws.between(0, 3) + 0.3 * slow)
        cold = np.clip(18 - late(climate.air_c, STEP_H, 5.0), 0, 45)
        supply = draws.between(48, 60) + 1.05 * cold + 0.5 * slow
        return np.asarray(supply if quantity == "supply_temperature" else supply - 9 - 0.45 * cold)
