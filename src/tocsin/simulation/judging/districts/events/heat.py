"""A heating pipe leaks: warm air goes along trenches and ducts, and sludge in a warmed well makes gas."""

import numpy as np

from tocsin.base.geometry import Floats
from tocsin.simulation.judging.districts.climate import STEP_H
from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.happening import Clock, Happening, Truth, through_air, watched
from tocsin.simulation.judging.districts.physics.biogas import grown, warmth_factor
from tocsin.simulation.judging.districts.physics.ground_heat import late, line_source, warm_plane
from tocsin.simulation.judging.districts.physics.water import drops_kpa, orifice_m3_h
from tocsin.simulation.judging.districts.world import LEL, Added, World


def heat_main_leak_biogas(world: World, begin_h: float, draws: Draws) -> Happening | None:
    """A hole in a supply pipe; the wells that warm up by some degrees are candidates for gas."""
    district = world.district
    lines = district.of_net("heat")
    number, share = draws.pick(lines), draws.between(0.1, 0.9)
    line = district.lines[number]
    clock = Clock(world, begin_h)
    leak = orifice_m3_h(draws.spread(0.3, 9.0), line.pressure_kpa) * (1 - np.exp(-clock.hours / draws.spread(0.3, 20.0)))
    x, y = district.spot(line, share)
    warmed = _warmed(world, clock, number, (x, y), leak, draws)
    noticing = watched(world, "methane")
    rises = {well: float(series.max()) for well, series in warmed.items()}
    foul = [well for well, rise in rises.items() if rise > 2.5 and (well in noticing or draws.chance(0.15))]
    if not any(well in noticing for well in foul):
        return None
    first = max((well for well in foul if well in noticing), key=lambda well: rises[well] * draws.between(0.3, 1.0))
    added: Added = {(well, "temperature"): series for well, series in warmed.items()}
    for well in foul:
        if well == first or draws.chance(0.3):
            _foul(world, clock, well, warmed[well], draws, added)
    added |= _of_network(world, clock, number, leak)
    twin = number + 1
    truth = Truth(
        "heat_main_leak_biogas", x, y, line.owner, begin_h, "heating pipe leak warmed the surroundings; biogas collected",
        line=number, like_lines=(number, twin),
    )  # fmt: skip
    return Happening(truth, added)


def _warmed(world: World, clock: Clock, number: int, spot: tuple[float, float], leak: Floats, draws: Draws) -> dict[int, Floats]:
    """Warming of wells, K: warm damp air along trenches and ducts from the nearer chamber, and the ground around the leak."""
    district, line = world.district, world.district.lines[number]
    hot = 62.0 + draws.between(0, 30)
    start = min((line.start, line.end), key=lambda i: district.places[i].kind == "heat_station")
    air = leak**0.5 * draws.spread(0.8, 5.0)
    chambers = [end for end in (line.start, line.end) if district.places[end].is_well]
    excess = {end: air / len(chambers) * (hot - 12.0) for end in chambers}
    warmed = through_air(world, clock, start, excess, 5, heat=True, keep_per_h=draws.spread(0.08, 0.4))
    lag = draws.between(2.0, 8.0)
    warmed = {well: 38 * np.tanh(late(series, STEP_H, lag) / 38) for well, series in warmed.items() if series.max() > 0.05}
    conductivity, watts = district.figures.conductivity, draws.spread(40, 260)
    for away, well in district.wells_near(*spot, 12.0):
        ground = line_source(watts, conductivity, conductivity / 2.4e6, max(away, 0.7), clock.hours * 3600)
        warmed[well] = warmed.get(well, np.zeros(clock.steps)) + clock.whole(np.minimum(ground, 30.0) * 0.7)
    for well in _at_the_trench(world, number):  # hot water stands in the trench, a wall away
        wall = warm_plane(0.5 * (hot - 12.0), conductivity / 2.4e6, draws.between(0.25, 0.9), clock.hours * 3600)
        warmed[well] = warmed.get(well, np.zeros(clock.steps)) + clock.whole(wall)
    return warmed


def _at_the_trench(world: World, number: int) -> list[int]:
    """Wells of others that lie against the trench of a pipe, within two and a half metres of its axis."""
    district, line = world.district, world.district.lines[number]
    (ax, ay), (bx, by) = district.spot(line, 0.0), district.spot(line, 1.0)
    long = max(district.length_m(line), 1.0)
    found = []
    for well in world.wells:
        place = district.places[well]
        along = ((place.x_m - ax) * (bx - ax) + (place.y_m - ay) * (by - ay)) / long
        aside = abs((place.x_m - ax) * (by - ay) - (place.y_m - ay) * (bx - ax)) / long
        if 0 < along < long and aside < 2.5 and place.net != "heat":
            found.append(well)
    return found


def _foul(world: World, clock: Clock, well: int, rise: Floats, draws: Draws, added: Added) -> None:
    """Gas of sludge that was warmed: faster by Arrhenius, and by more bacteria day by day."""
    usual = world.warmth(well)
    faster = warmth_factor(usual + rise) / warmth_factor(usual)
    bacteria = grown(faster, STEP_H, draws.between(0.7, 2.5))
    share = np.maximum(world.usual_methane(well), 0.4) / 100 * LEL * draws.spread(1.5, 9.0)
    more = late(share * np.maximum(faster * bacteria / max(float(faster[0] * bacteria[0]), 1e-6) - 1, 0.0), STEP_H, 1.5)
    for other, series in _passed_on(world, clock, well, more).items():
        key = (other, "biogas")
        added[key] = added[key] + series if key in added else series
    added[well, "h2s"] = more / LEL * 100 * draws.spread(0.02, 0.25)
    added[well, "oxygen"] = more * 100 * draws.between(0.2, 0.8)


def _passed_on(world: World, clock: Clock, well: int, share: Floats) -> dict[int, Floats]:
    """The gas of a well also in those that ducts join to it."""
    changes = clock.rest(world.changes(well))
    source = clock.rest(share) * changes * world.district.places[well].volume_m3
    spread = through_air(world, clock, well, {well: source}, 2)
    spread[well] = share
    return spread


def _of_network(world: World, clock: Clock, number: int, leak: Floats) -> Added:
    """More make-up water at the station, less pressure behind it."""
    district = world.district
    source = district.sources["heat"]
    added: Added = {(source, "makeup_flow"): clock.whole(leak), (source, "flow"): clock.whole(0.5 * leak)}
    for place, fall in drops_kpa(district, "heat", district.lines[number].start, 1.0).items():
        added[place, "pressure"] = clock.whole(-np.minimum((fall + 0.15) * leak, 0.5 * district.lines[number].pressure_kpa))
    return added
