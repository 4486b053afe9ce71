"""Signs in sewers and storm drains: a blockage, too little room for rain, a discharge that flows past."""

import math

import numpy as np

from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.laying import BIN_MS
from tocsin.engine.diagnosis.places import Finding, Place, Question, clamp, ramp
from tocsin.engine.diagnosis.scene import Excursion, Scene
from tocsin.engine.network import DRAINS, Network, Way
from tocsin.engine.reach import Medium, Reach

_DOWN = Medium("down", {Way.DOWNSTREAM: 1.0, Way.DRAINS_TO: 1.0})
_UP = Medium("up", {Way.UPSTREAM: 1.0})
_DRAINED = Medium("drained", {Way.UPSTREAM: 1.0})  # the same, followed to where a drain begins
_ABOUT_AS_HIGH = 0.7
METHANE_AWAY = 0.4  # of what sulphide says that stays away
PASSES_ON_M = 300.0  # of sewer below the asked sensor: a wave that rings is still seen there
SLOW_SEWAGE_M_S = 0.3
NOTHING_OF_IT = (0.02, 0.14)  # of its height there: nothing, and something
AGAINST_WAVE = 1.5  # sensors that contradict a place for sure


def _metres(scene: Scene, asset: int, medium: Medium, reach_m: float) -> dict[int, float]:
    """Metres from an asset down or up the drains to every other within reach, searched once."""
    key = (medium.name, asset)
    if key not in scene.searched:
        scene.searched[key] = Reach.out_of(scene.network, asset, medium, reach_m).seconds
    return scene.searched[key]


def level_above(question: Question, place: Place) -> Finding | None:
    """Water stands upstream of the pipe: levels in the manholes above it have risen and stay up, most in the
    nearest.
    """
    scene = question.scene
    up = _metres(scene, place.asset, _UP, question.figure("backwater_m"))
    best: Finding | None = None
    for position in scene.positions("level"):
        asset = int(scene.sensors.asset[position])
        if asset not in up:
            continue
        water = scene.excursion(position, scene.since_ms)
        if water.bins < 6:
            continue
        nearness = 1 - up[asset] / question.figure("backwater_m")
        risen = min(ramp(water.z, 4.0, 10.0), ramp(water.peak, 0.03, 0.2))
        strength = question.witness(position, risen * (0.6 + 0.4 * nearness) if risen > 0 else risen * nearness)
        if best is None or abs(strength) > abs(best.strength):
            best = Finding(
                strength, position, water.usual, water.usual + water.peak, "m", water.onset_ms, {"metres": round(up[asset])}
            )
    return best


def level_below_calm(question: Question, place: Place) -> Finding | None:
    """Below the pipe the level has not risen as above it, or has fallen: the pipe between holds the water back."""
    scene = question.scene
    up = _metres(scene, place.asset, _UP, question.figure("backwater_m"))
    down = _metres(scene, place.asset, _DOWN, question.figure("backwater_m"))
    above = [scene.excursion(p, scene.since_ms) for p in scene.positions("level") if int(scene.sensors.asset[p]) in up]
    below = [p for p in scene.positions("level") if int(scene.sensors.asset[p]) in down]
    if not above or not below:
        return None
    highest = max(above, key=lambda water: water.peak)
    if highest.z < 5:
        return None
    nearest = min(below, key=lambda p: down[int(scene.sensors.asset[p])])
    water = scene.excursion(nearest, scene.since_ms)
    share = water.peak / max(highest.peak, 0.01)
    return Finding(-ramp(share, 0.2, 0.8), nearest, highest.peak, water.peak, "m", highest.onset_ms)


def surface_agrees(question: Question, place: Place) -> Finding | None:
    """Water that stands behind the pipe has a level surface: gauges above it that lie lower than the surface must show it, those
    that lie higher must not, and none below the pipe. The general rise of all drains (rain) is taken off.
    """
    scene = question.scene
    network = scene.network
    up = _metres(scene, place.asset, _UP, question.figure("backwater_m"))
    down = _metres(scene, place.asset, _DOWN, question.figure("backwater_m"))
    everywhere = _general_rise(scene)
    rows: list[tuple[int, bool, float, float]] = []  # position, above the pipe, bottom, rise
    for position in scene.positions("level"):
        asset = int(scene.sensors.asset[position])
        above = asset in up
        if not above and asset not in down:
            continue
        bottom = float(network.elevation_m[asset] - network.depth_m[asset])
        water = scene.excursion(position, scene.onset_ms - 12 * HOUR_MS if scene.quantity == "level" else scene.since_ms)
        if water.bins >= 3 and np.isfinite(bottom):
            rise = max(water.peak - everywhere, 0.0) if water.z > 4 else 0.0
            rows.append((position, above, bottom + water.usual, rise))
    standing = [bottom + rise for _, above, bottom, rise in rows if above and rise > 0.05]
    if not standing:
        return None
    surface = max(standing)
    misfits = []
    worst, speaks = -1.0, rows[0][0]
    for position, above, bottom, rise in rows:
        due = max(surface - bottom, 0.0) if above else 0.0
        misfit = min(abs(rise - due) / (0.1 + 0.5 * max(rise, due)), 1.5)
        misfits.append(misfit)
        if misfit > worst:
            worst, speaks = misfit, position
    strength = (1 - float(np.mean(misfits)) / 0.6) * (1 - 0.5 ** len(rows))
    return Finding(clamp(strength), speaks, figures={"sensors": len(rows)})


def _general_rise(scene: Scene) -> float:
    """What the level gauges of all drains have risen by in the middle, in metres: rain."""
    key = ("general_rise", -1)
    if key not in scene.searched:
        rises = [
            water.peak
            for position in scene.positions("level")
            if scene.sensors.asset[position] >= 0 and scene.network.utility[int(scene.sensors.asset[position])] in DRAINS
            if (water := scene.excursion(position, scene.onset_ms - 3 * HOUR_MS)).bins >= 3
        ]
        scene.searched[key] = {0: max(float(np.median(rises)), 0.0) if len(rises) >= 4 else 0.0}
    return scene.searched[key][0]


def sewage_stirs(question: Question, place: Place) -> Finding | None:
    """The sewage itself stirs as the gas comes: temperature, level or flow changes in the asked manhole or below it."""
    scene = question.scene
    down = _metres(scene, place.asset, _DOWN, question.figure("discharge_m"))
    best: Finding | None = None
    for position in scene.positions("temperature", "level", "flow"):
        asset = int(scene.sensors.asset[position])
        if asset not in down or scene.network.utility[asset] != "sewer" or position == scene.asked:
            continue
        up = scene.excursion(position, scene.onset_ms - HOUR_MS)
        low = scene.excursion(position, scene.onset_ms - HOUR_MS, -1)
        moved = up if up.z >= low.z else low
        late_h = abs(moved.onset_ms - scene.onset_ms) / HOUR_MS
        if moved.bins < 3:
            continue
        strength = ramp(moved.z, 3.0, 8.0)
        if strength > 0:
            strength *= -ramp(late_h, 1.0, 6.0) / 2 + 0.5
        if best is None or strength > best.strength:
            seen = moved.usual + (moved.peak if moved is up else -moved.peak)
            best = Finding(strength, position, moved.usual, seen, "", moved.onset_ms, {"metres": round(down[asset])})
    return best


def next_below(question: Question, place: Place) -> Finding | None:
    """How directly the pipe follows, going downstream, the manhole where water stands highest."""
    scene = question.scene
    up = _metres(scene, place.asset, _UP, question.figure("backwater_m"))
    if scene.asset not in up:  # gas may still have come from there, along the drain or through a duct
        return Finding(-0.4 - 0.3 * (ramp(place.direct_m, 30.0, 300.0) + 1), scene.asked, 0.0, place.direct_m, "m")
    highest = _highest(scene, up)
    metres = up[int(scene.sensors.asset[highest])]
    return Finding(-ramp(metres, 60.0, question.figure("backwater_m")), highest, 0.0, metres, "m")


def _highest(scene: Scene, up: dict[int, float]) -> int:
    """Of the level gauges at these assets (metres upstream) the nearest of those where water rose about as high as anywhere: it
    stands with a level surface, deepest next to what holds it back, up to the brim. The asked sensor where none rose.
    """
    rises = [
        (water.peak, position)
        for position in scene.positions("level")
        if int(scene.sensors.asset[position]) in up
        if (water := scene.excursion(position, scene.onset_ms - 12 * HOUR_MS)).z > 5
    ]
    most = max(rises, default=(0.0, -1))[0]
    high = [position for rise, position in rises if rise >= _ABOUT_AS_HIGH * most]
    return min(high, key=lambda position: up[int(scene.sensors.asset[position])], default=scene.asked)


def tight_pipe(question: Question, place: Place) -> Finding | None:
    """The pipe carries less than those around it when full (Manning): narrow, flat, rough or old."""
    scene = question.scene
    network = scene.network
    mine = capacity(network, place.asset)
    around = [
        capacity(network, other)
        for end in network.ends(place.asset)
        if end >= 0
        for other in network.ways.into(end)[0]
        if other != place.asset and network.kind[other] == network.kind[place.asset]
    ]
    around = [value for value in around if np.isfinite(value)]
    if not around or not np.isfinite(mine):
        return None
    share = mine / float(np.median(around))
    return Finding(-ramp(np.log(share), np.log(0.6), np.log(1.6)), None, 100.0, 100 * share, "%")


def capacity(network: Network, line: int) -> float:
    """Full flow of a drain relative to others: D^(8/3) · √slope (Manning, one roughness); NaN where ends or diameter
    are not known.
    """
    start, end = network.ends(line)
    if start < 0 or end < 0:
        return float("nan")
    fall = (network.elevation_m[start] - network.depth_m[start]) - (network.elevation_m[end] - network.depth_m[end])
    slope = max(float(fall) / max(float(network.length_m[line]), 1.0), 0.001) if np.isfinite(fall) else 0.004
    return float((network.diameter_mm[line] / 1000) ** (8 / 3) * np.sqrt(slope))


def sulphide_in_sewer(question: Question, place: Place) -> Finding | None:
    """Hydrogen sulphide or methane rises in the standing sewage above the pipe. Methane that stays away from another manhole says
    less: sewage stands back so far as it is deep, and its methane gathers where air does not move.
    """
    scene = question.scene
    up = _metres(scene, place.asset, _UP, question.figure("backwater_m"))
    best: Finding | None = None
    for position in scene.positions("hydrogen_sulphide", "methane"):
        asset = int(scene.sensors.asset[position])
        if asset not in up or (position == scene.asked and scene.quantity == "methane"):
            continue
        gas = scene.excursion(position, scene.since_ms)
        if gas.bins < 6:
            continue
        strength = question.witness(position, ramp(gas.now_z, 1.5, 5.0))
        if strength < 0 and scene.sensors.quantity[position] == "methane":
            strength *= METHANE_AWAY
        if best is None or strength > best.strength:
            unit = "ppm" if scene.sensors.quantity[position] == "hydrogen_sulphide" else "pct_lel"
            best = Finding(strength, position, gas.usual, gas.usual + gas.now, unit, gas.onset_ms)
    return best


def asked_on_drain(question: Question, place: Place) -> Finding | None:
    """The asked sensor sits in a manhole of the same drain, or at least where a mapped way leads from it."""
    scene = question.scene
    on_drain = scene.asset >= 0 and scene.network.utility[scene.asset] in DRAINS
    kind = scene.network.kind[place.asset] if place.asset >= 0 else ""
    same = on_drain and scene.network.utility[scene.asset] == ("sewer" if kind == "building" else kind)
    return Finding(1.0 if same else 0.2 if on_drain else -0.5 if place.way else -1.0, scene.asked)


def drains_up_everywhere(question: Question, place: Place) -> Finding | None:
    """Many drains at once carry more: rain, not one pipe."""
    scene = question.scene
    levels = [
        scene.excursion(p, scene.onset_ms - 3 * HOUR_MS)
        for p in scene.positions("level")
        if scene.sensors.asset[p] >= 0 and scene.network.utility[int(scene.sensors.asset[p])] in DRAINS
    ]
    levels = [water for water in levels if water.bins >= 3]
    if len(levels) < 4:
        return None
    share = float(np.mean([water.z > 5 for water in levels]))
    return Finding(ramp(share, 0.1, 0.4), None, 0.0, 100 * share, "%", figures={"sensors": len(levels)})


def conductivity_jumps(question: Question, place: Place) -> Finding | None:
    """The sewage itself changes at the same time, downstream of the place: something was let in."""
    scene = question.scene
    down = _metres(scene, place.asset, _DOWN, question.figure("discharge_m"))
    best: Finding | None = None
    for position in scene.positions("conductivity"):
        asset = int(scene.sensors.asset[position])
        if asset not in down:
            continue
        up = scene.excursion(position, scene.onset_ms - 2 * HOUR_MS)
        low = scene.excursion(position, scene.onset_ms - 2 * HOUR_MS, -1)
        jump = up if up.z >= low.z else low
        if jump.bins < 3:
            continue
        strength = ramp(jump.z, 3.0, 8.0)
        if best is None or strength > best.strength:
            best = Finding(
                strength, position, jump.usual, jump.usual + jump.peak, "uS/cm", jump.onset_ms, {"metres": round(down[asset])}
            )
    return best


def wave_order(question: Question, place: Place) -> Finding | None:
    """Sensors of gas along the sewer: those below the place answer in the order of the flow, those beside its way stay calm, and
    so does none between it and the asked one, nor the next below that, once the sewage has been there. What contradicts a place
    is not made good by what also agrees with its neighbours.
    """
    scene = question.scene
    down = _metres(scene, place.asset, _DOWN, question.figure("discharge_m"))
    agree, against, seen = 0.0, 0.0, 0
    speaks = scene.asked
    waves, asked_m = _waves(scene), down.get(scene.asset, math.inf)
    below = [(down[asset] - asked_m, position) for position, asset, _ in waves if down.get(asset, 0.0) > asked_m]
    below_m, next_below = min(below, default=(math.inf, -1))
    for position, asset, wave in waves:
        moved, lag_h = wave.z > 6, (wave.onset_ms - scene.onset_ms) / HOUR_MS
        if asset in down:
            later = down[asset] >= down.get(scene.asset, 0.0)
            if moved and (lag_h >= -0.5 if later else lag_h <= 0.5):
                agree += wave.strength
            elif moved:
                against += 0.5
            elif down[asset] < 0.7 * down.get(scene.asset, 0.0):
                against += 0.8
            elif position == next_below and (stays := _stays_away(scene, wave, below_m)) > 0:
                against += stays
            else:
                continue
            speaks = position if moved else speaks
            seen += 1
        elif wave.z > 8:
            against += 0.5
            seen += 1
    if not seen:
        return None
    wave = scene.excursion(speaks, scene.onset_ms - 2 * HOUR_MS)
    strength = clamp(min(agree / 3, 1.0) - against / AGAINST_WAVE)
    return Finding(strength, speaks, wave.usual, wave.usual + wave.peak, "pct_lel", wave.onset_ms, {"sensors": seen})


def _stays_away(scene: Scene, wave: Excursion, below_m: float) -> float:
    """How much the next sensor below the asked one, so far away, says by showing nothing of the wave: 0 where sewage has not come
    there yet.
    """
    if not below_m < PASSES_ON_M:
        return 0.0
    interval_ms = 1000 * float(np.nan_to_num(scene.sensors.interval_s[wave.position], nan=0.0))
    due_ms = scene.onset_ms + 1000 * below_m / SLOW_SEWAGE_M_S + 2 * max(interval_ms, BIN_MS)
    if scene.bins_ms[-1] < due_ms or scene.departure.peak <= 0:
        return 0.0
    faint = -ramp(wave.peak / scene.departure.peak, *NOTHING_OF_IT)
    return max(faint, 0.0) * (1 - below_m / PASSES_ON_M)


def _waves(scene: Scene) -> list[tuple[int, int, Excursion]]:
    """Other sensors of gas in sewers with their asset and what they show since shortly before the asked one rose."""
    return [
        (position, asset, wave)
        for position in scene.positions("methane")
        if (asset := int(scene.sensors.asset[position])) >= 0
        and scene.network.utility[asset] == "sewer"
        and position != scene.asked
        and (wave := scene.excursion(position, scene.onset_ms - 2 * HOUR_MS)).bins >= 3
    ]


def thins_on_the_way(question: Question, place: Place) -> Finding | None:
    """What share of the vapours is left at the asked sensor: they evaporate along the sewer, and what flows in thins them.

    Flow goes with the number of manholes that drain to a place; since few sewers are full, and batches are let in on top of
    what flows, vapours thin by the root of it.
    """
    scene = question.scene
    metres = _metres(scene, place.asset, _DOWN, question.figure("discharge_m")).get(scene.asset)
    if metres is None or len(place.way) < 2:
        return None
    drained = [len(_metres(scene, asset, _DRAINED, question.figure("discharge_m"))) for asset in (place.way[1], scene.asset)]
    left = 0.5 * np.log(min(drained[0] / drained[1], 1.0)) - metres / question.figure("thins_m")
    return Finding(
        ramp(left, np.log(question.figure("thins_least")), 0.0), scene.asked, seen=100 * float(np.exp(left)), unit="%",
        figures={"metres": round(metres)},
    )  # fmt: skip


def upstream_premises(question: Question, place: Place) -> Finding | None:
    """What is done in the premises, and that its sewage flows past the asked sensor."""
    scene = question.scene
    use = scene.network.use[place.asset]
    strength = question.figure(f"use_{use}") if f"use_{use}" in question.templates.figures else 0.0
    if not place.way:
        strength = -1.0
    return Finding(
        clamp(strength), None, figures={"use": use, "asset": scene.network.codes[place.asset]}, seen=place.direct_m, unit="m"
    )
