"""Signs of water where it should not be: a burst main, and rain."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.places import Finding, Place, Question, ramp
from tocsin.engine.diagnosis.signs.gas import asset_figure
from tocsin.engine.diagnosis.signs.pressure import explained_along, pressure_pattern, tells_places_apart
from tocsin.engine.network import DRAINS


def rain_before(question: Question, place: Place) -> Finding | None:
    """Millimetres of rain in the hours before the asked sensor rose."""
    scene = question.scene
    hours = question.figure("rain_hours")
    best: Finding | None = None
    for position in scene.positions("rainfall"):
        ts, value = scene.series(position)
        part = (ts > scene.onset_ms - hours * HOUR_MS) & (ts <= scene.ts_ms)
        if part.sum() < 3:
            continue
        millimetres = float(np.trapezoid(value[part], ts[part]) / HOUR_MS)
        intensity = float(np.sort(value[part])[-3:].min())
        strength = max(
            ramp(millimetres, 1.0, question.figure("rain_much_mm")), ramp(intensity, 2.0, question.figure("rain_heavy_mm_h"))
        )
        if best is None or strength > best.strength:
            best = Finding(strength, position, 0.0, millimetres, "mm", figures={"intensity": round(intensity, 1)})
    return best


def water_main_near(question: Question, place: Place) -> Finding | None:
    """The main lies within the metres that escaping water washes out, or leads into a duct or drain that ends here.

    A pressure or flow that rings is of the net itself: there the main may be some streets away, and however far where the falls
    of all gauges speak for it.
    """
    scene = question.scene
    near, far = question.figure("water_soil_near_m"), question.figure("water_soil_far_m")
    of_the_net = scene.quantity in ("pressure", "flow")
    if of_the_net:
        near, far = 0.2 * question.figure("pressure_m"), 2 * question.figure("pressure_m")
    strength = -ramp(place.direct_m, near, far)
    falls = pressure_pattern(question, place) if of_the_net else None
    if falls is not None:
        strength = max(strength, falls.strength)
    if place.way and strength < 0:
        strength = max(strength, -min(place.travel_time_s / (question.template.within_h * 3600), 1.0))
    return Finding(strength, scene.asked, far, place.direct_m, "m", figures=asset_figure(question, place))


def chamber_fills(question: Question, place: Place) -> Finding | None:
    """A chamber that is dry as a rule fills within hours: the asked one, or one beside the place."""
    scene = question.scene
    best: Finding | None = None
    for position in scene.near(place.x_m, place.y_m, question.figure("fills_m"), "level"):
        asset = int(scene.sensors.asset[position])
        if asset < 0 or scene.network.utility[asset] in ("sewer", "storm_drain"):
            continue
        water = scene.excursion(position, scene.onset_ms - 12 * HOUR_MS)
        if water.bins < 3:
            continue
        hours = max((water.peak_ms - water.onset_ms) / HOUR_MS, 0.1)
        rate = water.peak / hours
        strength = min(ramp(water.z, 3.0, 9.0), ramp(np.log10(max(rate, 1e-4)), np.log10(0.01), np.log10(0.1)))
        strength = question.witness(position, strength)
        if best is None or strength > best.strength:
            best = Finding(strength, position, water.usual, water.usual + water.peak, "m", water.onset_ms)
    return best


def neighbours_fill(question: Question, place: Place) -> Finding | None:
    """Drains and chambers around the place carry more water too: at least one other level rises, or all stay calm."""
    scene = question.scene
    best: Finding | None = None
    for position in scene.near(place.x_m, place.y_m, question.figure("neighbour_m"), "level", "flow"):
        asset = int(scene.sensors.asset[position])
        if position == scene.asked or asset < 0 or scene.network.kind[asset] in ("pump_station", "gas_regulator", "heat_station"):
            continue
        x_m, y_m = scene.place_of(position)
        metres = float(np.hypot(x_m - place.x_m, y_m - place.y_m))
        water = scene.excursion(position, scene.onset_ms - 3 * HOUR_MS)
        if water.bins < 3:
            continue
        strength = ramp(water.now_z, 1.5, 5.0) if water.now_z > 1.5 else -0.5 * (1 - metres / question.figure("neighbour_m"))
        if best is None or strength > best.strength:
            best = Finding(
                strength, position, water.usual, water.usual + water.peak, "", water.onset_ms, {"metres": round(metres)}
            )
    return best


def supply_rises(question: Question, place: Place) -> Finding | None:
    """The pumping station delivers more than just before, beyond what the hour explains."""
    scene = question.scene
    for position in scene.positions("flow"):
        asset = int(scene.sensors.asset[position])
        if asset >= 0 and scene.network.kind[asset] == "pump_station":
            change = scene.change(position)
            if change is not None:
                z = change / float(scene.scale[position])
                return Finding(ramp(z, 0.0, 3.0) if z > 0 else 0.0, position, 0.0, change, "m3/h", scene.onset_ms)
    return None


def locate_by_levels(question: Question, place: Place) -> Place:
    """The spot on the main that best explains which chambers fill and where pressure falls; the given one where none does."""
    scene = question.scene
    spots = question.spots_along(place)
    score = np.zeros(len(spots))
    chambers, rises = _fillings(question, place)
    if rises.any():
        metres = np.hypot(spots[:, :1] - scene.x_m[chambers], spots[:, 1:] - scene.y_m[chambers])
        score += _explained_by(np.sqrt(rises), np.exp(-metres / question.figure("fills_m")))
    if tells_places_apart(question):
        score += 0.7 * question.once(explained_along)[place.asset].max(axis=0)
    if score.max() - score.min() < 1e-6:
        return place
    score -= 1e-4 * np.hypot(spots[:, 0] - place.x_m, spots[:, 1] - place.y_m)
    best = spots[int(score.argmax())]
    return replace(place, x_m=float(best[0]), y_m=float(best[1]))


def _fillings(question: Question, place: Place) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Level gauges in chambers around a main, and how much water rose there: 0 where it did not."""
    scene = question.scene
    reach_m = 2 * question.figure("fills_m")
    half = float(scene.network.length_m[place.asset]) / 2
    middle = scene.network.geometry[place.asset].interpolate(0.5, normalized=True)
    found, rises = [], []
    for position in scene.near(middle.x, middle.y, half + reach_m, "level"):
        asset = int(scene.sensors.asset[position])
        if asset < 0 or scene.network.utility[asset] in DRAINS:
            continue
        water = scene.excursion(position, scene.onset_ms - 12 * HOUR_MS)
        if water.bins >= 3:
            found.append(position)
            rises.append(max(water.peak, 0.0) if water.z > 5 else 0.0)
    return np.array(found, np.intp), np.array(rises, np.float64)


def _explained_by(seen: NDArray[np.float64], patterns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each pattern [k, n] the share of what was seen [n] that its best multiple explains, 0 to 1."""
    found = (patterns @ seen) ** 2 / ((patterns**2).sum(axis=1) * max(float((seen**2).sum()), 1e-12))
    return np.asarray(found, np.float64)
