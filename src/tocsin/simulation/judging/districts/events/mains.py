"""A water main bursts, a cable joint overheats."""

import math

import numpy as np

from tocsin.base.geometry import Floats
from tocsin.simulation.judging.districts.climate import STEP_H
from tocsin.simulation.judging.districts.drains import puddle_m
from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.happening import Clock, Happening, Truth, through_air, watched
from tocsin.simulation.judging.districts.physics.ground_heat import late
from tocsin.simulation.judging.districts.physics.water import drops_kpa, orifice_m3_h
from tocsin.simulation.judging.districts.world import Added, World


def water_main_burst(world: World, begin_h: float, draws: Draws) -> Happening | None:
    """A crack or a broken pipe: pressure falls around it, wells and drains near it take the water."""
    district = world.district
    wet, feeling = watched(world, "level"), watched(world, "pressure")
    lines = district.of_net("water")
    for _ in range(80):
        number, share = draws.pick(lines), draws.unit()
        line = district.lines[number]
        x, y = district.spot(line, share)
        near = district.wells_near(x, y, 45.0)
        if not any(well in wet for _, well in near[:6]) and not ({line.start, line.end} & feeling):
            continue
        clock = Clock(world, begin_h)
        whole = orifice_m3_h(draws.spread(2.0, 90.0), line.pressure_kpa)
        grown = 1 - np.exp(-clock.hours / draws.spread(0.02, 6.0))
        added: Added = {}
        falls = drops_kpa(district, "water", line.start if share < 0.5 else line.end, whole)
        deepest = max(falls.values())
        most = 0.85 * line.pressure_kpa
        weaker = min(1.0, most / max(deepest, 1e-6)) ** 0.6  # a hole gives less as the pressure around it falls
        flow = whole * weaker * grown
        for place, fall in falls.items():
            added[place, "pressure"] = clock.whole(-min(fall * weaker, most) * grown)
        added[district.sources["water"], "flow"] = clock.whole(flow)
        _flood(world, clock, near, flow, draws, added)
        truth = Truth("water_main_burst", x, y, line.owner, begin_h, "water main burst", line=number)
        return Happening(truth, added)
    return None


def _flood(world: World, clock: Clock, near: list[tuple[float, int]], flow: Floats, draws: Draws, added: Added) -> None:
    """Shares the water between the wells near the burst, the drains near it and the ground."""
    district = world.district
    chosen = near[: draws.whole(2, 6)]
    weights = {well: math.exp(-away / 15.0) * draws.spread(0.3, 2.0) for away, well in chosen}
    whole = sum(weights.values()) / draws.between(0.3, 0.9)
    let_in: dict[int, Floats] = {}
    for away, well in chosen:
        own = flow * weights[well] / whole
        late_steps = min(len(own) - 1, round(away / draws.spread(12.0, 90.0) / STEP_H))
        own = np.concatenate([np.zeros(late_steps), own[: len(own) - late_steps]])
        place = district.places[well]
        if place.net in ("sewer", "storm"):
            let_in[well] = clock.whole(own)
        else:
            depth = puddle_m(own * draws.spread(0.02, 0.3), place.floor_m2, draws.spread(0.02, 0.4), 0.95 * place.depth_m, STEP_H)
            added[well, "level"] = clock.whole(depth)
            added[well, "temperature"] = clock.whole(
                np.clip(depth, 0, 0.6) * (clock.rest(world.climate.ground_c(1.4)) - clock.rest(world.warmth(well))) * 0.6
            )
    for net, drains in (("sewer", world.sewers), ("storm", world.storms)):
        own_net = {well: series for well, series in let_in.items() if district.places[well].net == net}
        if not own_net:
            continue
        flows = drains.flows(own_net)
        levels = drains.levels(flows)
        for manhole in flows:
            more = flows[manhole] - world.flows[manhole]
            if more.max() > 0.01:
                added[manhole, "flow"] = more
                added[manhole, "level"] = levels[manhole] - world.levels[manhole]
                diluted = more / np.maximum(flows[manhole], 1e-6)
                added[manhole, "conductivity"] = -diluted * 420.0


def power_cable_fault_heating(world: World, begin_h: float, draws: Draws) -> Happening | None:
    """A joint whose contact gets worse: heat by the square of the current, and smoke once its insulation chars."""
    district = world.district
    smelling, warm = watched(world, "carbon_monoxide", "methane"), watched(world, "temperature")
    lines = district.of_net("power")
    for _ in range(80):
        number = draws.pick(lines)
        line = district.lines[number]
        ends = [end for end in (line.start, line.end) if district.places[end].is_well]
        good = [end for end in ends if end in smelling and (end in warm or draws.chance(0.3))]
        if not good:
            continue
        chamber = draws.pick(good)
        share = draws.between(0.0, 0.18) if chamber == line.start else draws.between(0.82, 1.0)
        clock = Clock(world, begin_h)
        busy = 0.55 + 0.45 * clock.rest(world.climate.day) / 1.8
        worse = 1 - np.exp(-((clock.hours / draws.spread(6.0, 90.0)) ** draws.between(1.0, 2.0)))
        rise = late(draws.spread(60, 330) * worse * busy**2, STEP_H, draws.between(1.0, 3.0))  # of the joint, K
        away = district.length_m(line) * min(share, 1 - share)
        volume = district.places[chamber].volume_m3
        coupled = draws.between(0.06, 0.2) / (1 + away / 6.0)
        added: Added = {(chamber, "temperature"): clock.whole(late(rise * coupled, STEP_H, draws.between(1.0, 4.0)))}
        charring = np.maximum(rise - draws.between(45, 95), 0.0) / 100
        ppm = draws.spread(150, 2500) * charring**1.3 * np.minimum(busy, 1.2)
        smoke = through_air(world, clock, chamber, {chamber: ppm * 1e-6 * volume * 0.6}, 3)
        fumes = draws.spread(0.01, 0.12)
        for other, series in smoke.items():
            added[other, "co"] = series * 1e6
            added[other, "vapour"] = series * 1e6 * fumes
        x, y = district.spot(line, share)
        truth = Truth("power_cable_fault_heating", x, y, line.owner, begin_h, "cable joint overheating", line=number)
        return Happening(truth, added)
    return None
