"""What goes wrong in drains: a blockage with its gas, a drain too small for a storm, a discharge of solvent."""

import math

import numpy as np
from scipy.special import erfc

from tocsin.base.geometry import Floats
from tocsin.simulation.judging.districts.climate import STEP_H
from tocsin.simulation.judging.districts.drains import Drains
from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.happening import Clock, Happening, Truth, through_air, watched
from tocsin.simulation.judging.districts.layout import DISCHARGING
from tocsin.simulation.judging.districts.physics.biogas import grown, warmth_factor
from tocsin.simulation.judging.districts.physics.ground_heat import late
from tocsin.simulation.judging.districts.world import Added, World


def sewer_biogas(world: World, begin_h: float, draws: Draws) -> Happening | None:
    """Fat, roots or rubble narrow a sewer; water stands above it, and what settles there rots."""
    district, drains = world.district, world.sewers
    noticing = watched(world, "methane", "level", "hydrogen_sulphide")
    number = _above_watched(world, drains, noticing, draws)
    if number is None:
        return None
    pipe, clock = district.lines[number], Clock(world, begin_h)
    closing = 1 - np.exp(-((clock.hours / draws.spread(3.0, 60.0)) ** draws.between(0.8, 1.6)))
    left = 1 - draws.between(0.9, 0.985) * closing
    load = float(np.max(world.flows[pipe.start]))
    narrowed = {
        number: np.concatenate([np.full(clock.first, drains.full_m3_h(number)), min(drains.full_m3_h(number), 3.0 * load) * left])
    }
    levels = drains.levels(world.flows, narrowed)
    added: Added = {}
    backed = [manhole for _, manhole in drains_above(world, pipe.start)]
    stored = np.zeros(clock.steps)
    for manhole in [pipe.start, *backed]:
        risen = late(np.maximum(levels[manhole] - world.levels[manhole], 0.0), STEP_H, 1.0)
        if risen.max() > 0.02:
            added[manhole, "level"] = risen
            stored += 1.5 * risen + 3.0 * np.minimum(risen / (pipe.diameter_mm / 1000), 1.0)
    kept_back = np.gradient(stored, STEP_H)
    _less_below(world, pipe.end, kept_back, added)
    _rotting(world, clock, number, [pipe.start, *backed[:4]], added, draws)
    x, y = district.spot(pipe, draws.between(0.2, 0.8))
    return Happening(
        Truth("sewer_biogas", x, y, pipe.owner, begin_h, "sewer blockage, biogas upstream of it", line=number), added
    )


def drains_above(world: World, manhole: int) -> list[tuple[int, int]]:
    """(line, manhole) of all that drains to a manhole."""
    return world.district.upstream(manhole)


def _above_watched(world: World, drains: Drains, noticing: set[int], draws: Draws) -> int | None:
    """A sewer with enough water in it, below a place that is watched."""
    lines = world.district.of_net("sewer")
    for _ in range(60):
        number = draws.pick(lines)
        above = [world.district.lines[number].start, *(m for _, m in drains_above(world, world.district.lines[number].start))]
        if len(above) >= 4 and any(manhole in noticing for manhole in above[: draws.whole(1, 3)]):
            return number
    return None


def _less_below(world: World, manhole: int, kept_back: Floats, added: Added) -> None:
    """The water that stays above a blockage is missing below it."""
    here = world.flows[manhole]
    share = np.clip(kept_back / np.maximum(here, 1e-6), -0.5, 0.85)
    for below in [manhole, *(m for _, m in world.district.downstream(manhole)[:8])]:
        less = share * here
        added[below, "flow"] = -less
        added[below, "level"] = -0.5 * np.clip(less / np.maximum(world.flows[below], 1e-6), -0.5, 0.85) * world.levels[below]


def _rotting(world: World, clock: Clock, number: int, manholes: list[int], added: Added, draws: Draws) -> None:
    """Methane and hydrogen sulphide above standing water, and the oxygen that they cost; no air passes the blocked sewer."""
    strong, foul, hungry = draws.spread(0.004, 0.06), draws.spread(2.0, 14.0), draws.spread(0.3, 1.5)
    days = draws.between(0.6, 2.2)
    for manhole in manholes:
        standing = clock.rest(np.clip(added.get((manhole, "level"), np.zeros(clock.steps)) / 0.25, 0.0, 1.0))
        if standing.max() < 0.1:
            continue
        bacteria = grown(0.15 + 4.0 * standing, STEP_H, days) - 0.15
        source = strong * np.maximum(bacteria, 0) * clock.rest(warmth_factor(world.warmth(manhole), energy_ev=0.6))
        for other, series in through_air(world, clock, manhole, {manhole: source}, 3, shut=(number,)).items():
            for what, factor in (("biogas", 1.0), ("h2s", 100 * foul * 0.35), ("oxygen", 100 * hungry * 0.5)):
                key = (other, what)
                added[key] = added[key] + factor * series if key in added else factor * series


def sewer_surcharge_rain(world: World, begin_h: float, draws: Draws) -> Happening | None:
    """A drain too small for the storm that begins at the onset: water stands above it, not below."""
    net = "sewer" if world.district.family.name in ("old_town", "poor") and draws.chance(0.35) else "storm"
    drains = world.sewers if net == "sewer" else world.storms
    noticing = watched(world, "level") or watched(world, "methane")
    lines = world.district.of_net(net)
    for _ in range(60):
        number = draws.pick(lines)
        pipe = world.district.lines[number]
        above = [pipe.start, *(m for _, m in drains_above(world, pipe.start))]
        if not any(manhole in noticing for manhole in above[: draws.whole(1, 4)]):
            continue
        flow = world.flows[pipe.start]
        small = float(flow.max()) * draws.between(0.25, 0.7)
        levels = drains.levels(world.flows, {number: np.full(len(flow), small)})
        added: Added = {}
        for manhole in above:
            risen = levels[manhole] - world.levels[manhole]
            if float(np.abs(risen).max()) > 0.01:
                added[manhole, "level"] = risen
        clock = Clock(world, begin_h)
        for manhole in above[:6]:
            stirred = clock.rest(np.clip(added.get((manhole, "level"), np.zeros(clock.steps)), 0, 1)) * draws.spread(0.002, 0.03)
            if net == "sewer" and stirred.max() > 0:
                for other, series in through_air(world, clock, manhole, {manhole: stirred}, 2).items():
                    added[other, "biogas"] = added.get((other, "biogas"), np.zeros(clock.steps)) + series
                    added[other, "h2s"] = added.get((other, "h2s"), np.zeros(clock.steps)) + series * 200
        x, y = world.district.spot(pipe, 0.5)
        truth = Truth("sewer_surcharge_rain", x, y, pipe.owner, begin_h, "drain over capacity in heavy rain", line=number)
        return Happening(truth, added)
    return None


def industrial_discharge(world: World, begin_h: float, draws: Draws) -> Happening | None:
    """A batch let into the sewer: a wave of solvent that widens on its way, and often less of it on days before."""
    district, noticing = world.district, watched(world, "methane")
    firms = [i for i in district.drains_to if district.places[i].use in DISCHARGING]
    for firm in draws.order(firms)[:12]:
        manhole = district.drains_to[firm]
        way = [manhole, *(m for _, m in district.downstream(manhole))]
        if not any(m in noticing for m in way[:9]):
            continue
        clock = Clock(world, begin_h)
        hours, strong = draws.spread(0.25, 2.5), draws.spread(60.0, 900.0)
        batches = [(begin_h, 1.0)]
        if draws.chance(0.4):
            each = draws.pick((24.0, 48.0))
            batches += [(begin_h - k * each + draws.between(-0.7, 0.7), draws.between(0.05, 0.25)) for k in (1, 2, 3)]
        salt, warm = (
            draws.spread(30, 500) if district.places[firm].use != "plating_shop" else draws.spread(800, 5000),
            draws.pick((0.0, 0.0, 6.0, 14.0)),
        )
        added: Added = {}
        for begin, share in batches:
            _wave(world, way, begin, hours, strong * share, (salt * share, warm * share), draws, added)
        _aside(world, clock, way, added)
        place = district.places[firm]
        truth = Truth(
            "industrial_discharge", place.x_m, place.y_m, "drainage_bureau", begin_h,
            f"solvent let into the sewer from a {place.use}", place=firm, like_places=(manhole,),
        )  # fmt: skip
        return Happening(truth, added)
    return None


def _wave(
    world: World,
    way: list[int],
    begin_h: float,
    hours: float,
    strong: float,
    beside: tuple[float, float],
    draws: Draws,
    added: Added,
) -> None:
    """One batch on its way: advection and dispersion along the sewer, thinned by what flows in and by what evaporates.

    The wave at a distance x is that of a plug under advection-dispersion (Ogata and Banks without the image term).
    """
    district, axis = world.district, world.climate.axis
    speed, mixing, decay = 1000 * draws.between(0.8, 2.4), draws.spread(300, 3000), draws.spread(350, 1200)
    begin_flow = float(world.flows[way[0]].mean())
    x = 0.0
    for step, manhole in enumerate(way[:14]):
        x += 0.0 if step == 0 else district.apart_m(way[step - 1], manhole)
        since = axis.hours - begin_h
        plug = _front(since, x, speed, mixing) - _front(since - hours, x, speed, mixing)
        thinned = begin_flow / max(float(world.flows[manhole].mean()), begin_flow)
        vapour = late(plug * strong * thinned * math.exp(-x / decay), STEP_H, 0.35 / (0.2 + float(world.changes(manhole).mean())))
        for what, series in (
            ("vapour", vapour * Draws(district.seed, 95, manhole).between(0.35, 1.1)),
            ("conductivity", plug * beside[0] * thinned),
            ("temperature", plug * beside[1] * thinned * 0.5),
            ("flow", plug * 0.25 * begin_flow),
        ):
            key = (manhole, what)
            added[key] = added[key] + series if key in added else series


def _front(since_h: Floats, x_m: float, speed_m_h: float, mixing_m2_h: float) -> Floats:
    """Share of the full strength behind a front that left x = 0 at time 0: half erfc((x - v t) / (2 sqrt(D t)))."""
    since = np.maximum(since_h, 1e-4)
    return np.where(since_h > 0, 0.5 * erfc((x_m - speed_m_h * since) / (2 * np.sqrt(mixing_m2_h * since))), 0.0)


def _aside(world: World, clock: Clock, way: list[int], added: Added) -> None:
    """Vapour that goes by ducts into wells beside the sewer."""
    for manhole in way[:3]:
        series = added.get((manhole, "vapour"))
        if series is None:
            continue
        volume = world.district.places[manhole].volume_m3
        source = clock.rest(series) / 100 * clock.rest(world.changes(manhole)) * volume
        for other, share in through_air(world, clock, manhole, {manhole: source}, 2).items():
            if other not in way:
                key = (other, "vapour")
                added[key] = added.get(key, np.zeros(clock.steps)) + 100 * share
