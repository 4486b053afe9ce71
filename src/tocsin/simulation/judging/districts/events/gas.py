"""A gas main leaks: gas goes through the ground into wells, and from well to well."""

import math

import numpy as np

from tocsin.simulation.judging.districts.climate import STEP_H
from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.happening import Clock, Happening, Truth, through_air, watched
from tocsin.simulation.judging.districts.physics.soil import Soil, cap_factor, spread_in_soil
from tocsin.simulation.judging.districts.physics.water import drops_kpa, gas_orifice_m3_h
from tocsin.simulation.judging.districts.world import Added, World

_REACH_M = 17.0


def gas_main_leak(world: World, begin_h: float, draws: Draws) -> Happening | None:
    """A hole of a fraction of a millimetre to some millimetres, sudden or growing, near wells."""
    district = world.district
    where = _spot(world, draws)
    if where is None:
        return None
    number, share, near = where
    line = district.lines[number]
    clock = Clock(world, begin_h)
    flow = gas_orifice_m3_h(draws.spread(0.5, 6.0), line.pressure_kpa)
    grown = np.ones(len(clock.hours)) if draws.chance(0.45) else 1 - np.exp(-((clock.hours / draws.spread(6.0, 70.0)) ** 1.5))
    day = 1 - 0.08 * (clock.rest(world.climate.day) - 1)
    leak = flow * grown * day
    figures = district.figures
    soil = Soil(
        figures.air_porosity, figures.air_porosity + draws.between(0.12, 0.25), figures.cap_per_h * draws.spread(0.5, 2.0)
    )
    cap = clock.rest(cap_factor(world.climate.rain_mm_h, world.climate.air_c, STEP_H))
    angle = draws.spread(1.0, 2 * math.pi)
    shells = spread_in_soil(leak, soil, cap, max(4.0, near[-1][0]), angle, STEP_H)
    falling = -np.gradient(clock.rest(world.climate.pressure_hpa), STEP_H)
    drawn = np.clip(1 + 0.25 * falling, 0.5, 1.8)  # air pressure that falls draws the ground's air into wells
    middle = 0.5 * (shells.edges_m[1:] + shells.edges_m[:-1])
    sources = {}
    for away, well in near:
        place = district.places[well]
        wall = 4 * math.sqrt(place.floor_m2) * place.depth_m
        pressed = leak * min(0.25, wall / (angle * max(away, 0.8) ** 2)) * 0.35
        shell = min(int(np.searchsorted(middle, away)), len(middle) - 1)
        sources[well] = (soil.diffusion_m2_h * wall / 0.25 + pressed) * shells.share[:, shell] * drawn
    added: Added = {}
    for _, well in near:
        if (well, "gas") in added:
            continue
        for other, series in through_air(world, clock, well, sources, 4).items():
            if other not in sources or other == well or (other, "gas") not in added:
                added.setdefault((other, "gas"), series)
    added |= _of_network(world, clock, number, leak)
    x, y = district.spot(line, share)
    return Happening(Truth("gas_main_leak", x, y, line.owner, begin_h, "gas main leak", line=number), added)


def _spot(world: World, draws: Draws) -> tuple[int, float, list[tuple[float, int]]] | None:
    """(line, share of its length, wells in reach) of a leak that some methane sensor has a chance to notice."""
    lines, noticing = world.district.of_net("gas"), watched(world, "methane")
    for _ in range(60):
        number, share = draws.pick(lines), draws.unit()
        x, y = world.district.spot(world.district.lines[number], share)
        near = world.district.wells_near(x, y, _REACH_M)
        if near and any(well in noticing for _, well in near[:6]):
            return number, share, near[:8]
        if near and draws.chance(0.15) and any(well in noticing for _, well in world.district.wells_near(x, y, 55)):
            return number, share, near[:8]
    return None


def _of_network(world: World, clock: Clock, number: int, leak: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Added:
    """What the gas company's own points show: more flow at the regulator, less pressure behind it."""
    district = world.district
    added: Added = {}
    if "gas" in district.sources:
        added[district.sources["gas"], "flow"] = clock.whole(leak)
        falls = drops_kpa(district, "gas", district.lines[number].start, 1.0)
        lighter = 0.0012 * 4  # density of compressed gas over that of water
        for place, fall in falls.items():
            added[place, "pressure"] = clock.whole(-np.minimum(fall * lighter * leak, 0.6 * district.lines[number].pressure_kpa))
    return added
