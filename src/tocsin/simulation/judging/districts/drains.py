"""Sewers and storm drains: what flows, and how deep the water stands, in dry weather, in rain and behind a narrow place."""

import math

import numpy as np

from tocsin.base.geometry import Floats
from tocsin.simulation.judging.districts.climate import Climate, meals
from tocsin.simulation.judging.districts.district import District
from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.physics.water import delayed, full_flow_m3_h, rated_depth_m, runoff_m3_h

SPEED_M_H = 2600.0  # of waves in drains
DESIGN_MM_H = 42.0  # rain that drains are laid for


class Drains:
    """One of the two networks of drains, `net` "sewer" or "storm", on the axis of a climate."""

    def __init__(self, district: District, climate: Climate, net: str) -> None:
        self._district, self._climate, self._net = district, climate, net
        draws = Draws(district.seed, 60, len(net))
        self._own = {i: draws.spread(0.6, 2.2) for i, place in enumerate(district.places) if place.net == net}
        self._area = {i: draws.spread(900, 3200) for i in self._own}
        self._paved, self._rise = draws.between(0.45, 0.85), draws.between(0.12, 0.4)
        self._leaky = draws.between(0.02, 0.25 if district.family.name in ("old_town", "poor") else 0.08)
        self._order = self._by_flow()
        self._onward = {self._start(i): i for i in district.of_net(net)}
        self.mean_m3_h = self._means()

    def line_of(self, manhole: int) -> int | None:
        """The drain that leads on from a manhole; None at the outfall."""
        return self._onward.get(manhole)

    def flows(self, added: dict[int, Floats] | None = None) -> dict[int, Floats]:
        """Flow through every manhole, m3/h, float64[steps]; `added`: water let in on top."""
        axis = self._climate.axis
        day = meals((axis.local_hours - 0.8) % 24)
        rain = runoff_m3_h(self._climate.rain_mm_h, 1.0, 1.0, self._rise)
        flow: dict[int, Floats] = {}
        for manhole in self._order:
            if self._net == "sewer":
                own = self._own[manhole] * day + rain * self._area[manhole] * self._leaky * 0.25
            else:
                own = 0.02 + rain * self._area[manhole] * self._paved
            if added and manhole in added:
                own = own + added[manhole]
            for line, above in self._into(manhole):
                own = own + delayed(flow[above], self._district.length_m(self._district.lines[line]) / SPEED_M_H)
            flow[manhole] = own
        return flow

    def levels(self, flow: dict[int, Floats], narrowed: dict[int, Floats] | None = None) -> dict[int, Floats]:
        """Depth of water in every manhole, m, float64[steps]. `narrowed`: what is left of a drain's full flow, m3/h, by line.

        From the outfall upwards; a manhole whose drain is full stands as high as the next one and what friction takes.
        """
        surface: dict[int, Floats] = {}
        depth: dict[int, Floats] = {}
        for manhole in reversed(self._order):
            place, line = self._district.places[manhole], self.line_of(manhole)
            invert = place.ground_m - place.depth_m
            if line is None:
                free = 0.02 + 0.0004 * flow[manhole]
                surface[manhole], depth[manhole] = invert + free, free
                continue
            pipe = self._district.lines[line]
            full = self.full_m3_h(line) if narrowed is None or line not in narrowed else narrowed[line]
            length, slope = self._district.length_m(pipe), self.slope(line)
            free = rated_depth_m(flow[manhole], full, pipe.diameter_mm, slope, length)
            load = np.minimum(flow[manhole] / np.maximum(full, 1e-6), 30.0)
            backed = surface[pipe.end] + length * slope * load**2 - invert
            crown = invert + pipe.diameter_mm / 1000
            water = np.where(surface[pipe.end] > crown, np.maximum(free, backed), free)
            depth[manhole] = np.clip(water, 0.0, place.depth_m + 0.05)
            surface[manhole] = invert + depth[manhole]
        return depth

    def slope(self, line: int) -> float:
        """Fall of a drain along its length, at least one in a thousand."""
        pipe = self._district.lines[line]
        a, b = self._district.places[pipe.start], self._district.places[pipe.end]
        fall = (a.ground_m - a.depth_m) - (b.ground_m - b.depth_m)
        return max(0.001, fall / max(self._district.length_m(pipe), 1.0))

    def full_m3_h(self, line: int) -> float:
        """Full flow of a drain: by Manning, and at least what it was laid for."""
        pipe = self._district.lines[line]
        load = self.mean_m3_h[pipe.start]
        wanted = load * 4.5 if self._net == "sewer" else load
        return max(full_flow_m3_h(pipe.diameter_mm, self.slope(line)), wanted * 1.1)

    def _start(self, line: int) -> int:
        return self._district.lines[line].start

    def _into(self, manhole: int) -> list[tuple[int, int]]:
        lines = self._district.lines
        return [
            (i, lines[i].start)
            for i in self._district.lines_at.get(manhole, [])
            if lines[i].end == manhole and lines[i].net == self._net
        ]

    def _by_flow(self) -> list[int]:
        """Manholes, each after all that flow to it."""
        order: list[int] = []
        wanted = [self._district.sources[self._net]]
        while wanted:
            here = wanted.pop()
            order.append(here)
            wanted += [above for _, above in self._into(here)]
        return order[::-1]

    def _means(self) -> dict[int, float]:
        """Usual flow of sewers, flow in the design rain of storm drains."""
        means: dict[int, float] = {}
        for manhole in self._order:
            own = self._own[manhole] if self._net == "sewer" else DESIGN_MM_H * self._area[manhole] * self._paved / 1000
            means[manhole] = own + sum(means[above] for _, above in self._into(manhole))
        return means


def puddle_m(inflow_m3_h: Floats, floor_m2: float, seep_per_h: float, deepest_m: float, step_h: float) -> Floats:
    """Water in a well without a drain: filled by an inflow, seeping away in proportion to its depth, float64[steps]."""
    out = np.empty(len(inflow_m3_h))
    now, keep = 0.0, math.exp(-seep_per_h * step_h)
    for i, inflow in enumerate(inflow_m3_h):
        now = min(deepest_m, now * keep + inflow * step_h / floor_m2)
        out[i] = now
    return out
