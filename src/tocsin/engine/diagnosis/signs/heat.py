"""Signs of a leaking heating main: water added at the station, warmth along the trench, and the order in which
chambers warm up.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.places import Finding, Place, Question, clamp, ramp
from tocsin.engine.diagnosis.scene import Scene
from tocsin.engine.diagnosis.signs.gas import explained
from tocsin.engine.network import Way
from tocsin.engine.reach import Medium, Reach

FADES_M = (15.0, 30.0, 60.0, 120.0, 240.0, 480.0)  # of trench in which warmth fades to a third: it was seen 550 m away


def heating_season(question: Question, place: Place) -> Finding | None:
    """The main is hot: no leak can warm its surroundings out of season."""
    scene = question.scene
    for position in scene.positions("supply_temperature"):
        ts, value = scene.series(position)
        recent = value[ts > scene.ts_ms - 24 * HOUR_MS]
        if len(recent):
            supply = float(np.median(recent))
            return Finding(ramp(supply, 32.0, 50.0), position, 50.0, supply, "degC")
    return None


def makeup_rises(question: Question, place: Place) -> Finding | None:
    """Water added to the circuit is above the habit of the hour, began before the asked sensor rose, and still is."""
    scene = question.scene
    best: Finding | None = None
    for position in scene.positions("makeup_flow"):
        added = scene.excursion(position, scene.since_ms)
        if added.bins < 6:
            continue
        share = added.now / max(added.usual, 0.1)
        strength = min(ramp(added.now_z, 2.0, 7.0), ramp(share, 0.0, question.figure("makeup_share")))
        if strength > 0 and added.onset_ms > scene.onset_ms + 2 * HOUR_MS:
            strength = -0.5  # it came after its supposed effect
        finding = Finding(strength, position, added.usual, added.usual + added.now, "m3/h", added.onset_ms)
        if best is None or strength > best.strength:
            best = finding
    return best


def warm_chambers(question: Question, place: Place) -> Finding | None:
    """Heating chambers near the place, along the trench: warm and in the order of their distance, or cold although
    they should be warm.
    """
    fitted = fit_arrivals(question, place.asset, place.x_m, place.y_m)
    if fitted is None:
        return None
    strength, position = fitted
    warmth = question.scene.excursion(position, question.scene.since_ms)
    return Finding(
        strength,
        position,
        warmth.usual,
        warmth.usual + warmth.now,
        "degC",
        warmth.onset_ms,
        {"metres": round(_trench_distances(question, place.asset, place.x_m, place.y_m).get(position, 0.0))},
    )


def asked_gets_warm(question: Question, place: Place) -> Finding | None:
    """The air in the asked chamber is warmer than that of its peers, by another channel than the one that rings."""
    scene = question.scene
    if scene.asset < 0:
        return None
    best: Finding | None = None
    for position in scene.at_asset(scene.asset, "temperature"):
        warmth = scene.excursion(position, scene.since_ms)
        if warmth.bins < 6 or position == scene.asked:
            continue
        best = Finding(ramp(warmth.now, 0.5, 4.0), position, warmth.usual, warmth.usual + warmth.now, "degC", warmth.onset_ms)
    return best


def trench_to_sensor(question: Question, place: Place) -> Finding | None:
    """How far the warm, moist air has to go from the place to the asked chamber."""
    metres = np.hypot(place.x_m - question.scene.place[0], place.y_m - question.scene.place[1])
    near, far = question.figure("heat_near_m"), question.figure("heat_far_m")
    strength = -ramp(float(metres), near, far)
    if not place.way:
        strength = min(strength, 0.0)
    return Finding(strength, question.scene.asked, far, float(metres), "m")


def locate_by_arrivals(question: Question, place: Place) -> Place:
    """The spot on the main that best explains when each chamber became warm; the middle where none did."""
    network = question.scene.network
    shape = network.geometry[place.asset]
    length = float(shape.length)
    steps = max(2, int(length // question.figure("place_step_m")))
    metres = np.linspace(0.0, length, steps + 1)
    spots = shapely.get_coordinates(shapely.line_interpolate_point(shape, metres))
    calm = _calm_along(question, place.asset, spots)
    best, best_strength = place, -np.inf
    for number, (at, (x_m, y_m)) in enumerate(zip(metres.tolist(), spots.tolist(), strict=True)):
        if calm is None:
            fitted = fit_arrivals(question, place.asset, x_m, y_m)
            strength = fitted[0] if fitted else -abs(at / length - 0.5)
        else:
            strength = -abs(at / length - 0.5) if np.isnan(calm[number]) else float(calm[number])
        if strength > best_strength + 1e-9:
            best_strength = strength
            best = Place(place.asset, x_m, y_m, place.way, place.travel_time_s, place.direct_m)
    return best


def _calm_along(question: Question, line: int, spots: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """What `fit_arrivals` says at spots [n, 2] (metres) of a main around which all chambers are cold, float64[n], NaN where
    none is within reach; None where one is warm.
    """
    network = question.scene.network
    nearest = np.full(len(spots), np.inf)
    for end in network.ends(line):
        if end < 0:
            continue
        along = _thermometers_along(question, end)
        warm, cold = _split(question, along)
        if warm:
            return None
        if cold:
            apart = np.hypot(network.x_m[end] - spots[:, 0], network.y_m[end] - spots[:, 1])
            nearest = np.minimum(nearest, apart + min(along[position] for position in cold))
    near, far = question.figure("heat_calm_near_m"), question.figure("heat_calm_far_m")
    said = -np.clip(1 - 2 * (nearest - near) / (far - near), 0.0, 1.0)
    return np.where(nearest <= question.figure("heat_trench_m"), said, np.nan)


def fit_arrivals(question: Question, line: int, x_m: float, y_m: float) -> tuple[float, int] | None:
    """How well a leak at that spot explains warm and cold chambers: strength -1..1 and the sensor that speaks most;
    None without any.

    Warmth leaves the leak when make-up water rises, or sooner while the leak is small, travels at one unknown speed v within the
    policy's bounds, t = t0 + d / v, and fades on its way.
    """
    distances = _trench_distances(question, line, x_m, y_m)
    if not distances:
        return None
    warm, cold = _split(question, distances)
    if not warm and not cold:
        return None
    if not warm:
        nearest = min(cold, key=lambda position: distances[position])
        calm = -ramp(distances[nearest], question.figure("heat_calm_near_m"), question.figure("heat_calm_far_m"))
        return (-max(calm, 0.0), nearest)
    nearest = min(warm, key=lambda position: distances[position])
    closeness = -ramp(distances[nearest], 150.0, 600.0)
    agreed = 0.5 * _fades(question, distances, [*warm, *cold]) + 0.5 * _in_order(question, distances, warm)
    strength = clamp(min(agreed, 0.5 + 0.5 * closeness))
    return question.witness(nearest if len(warm) == 1 else -1, strength), nearest


def _fades(question: Question, distances: dict[int, float], positions: list[int]) -> float:
    """How well warmth that fades with the way explains how warm each chamber is, cold ones and warm ones that no trench joins to
    the place among them: -1 to 1. How fast it fades is not known; but no leak is hotter than its water.
    """
    scene = question.scene
    beyond = [position for position in _warm_chambers(question) if position not in distances]
    warmth = np.array([_warmth(scene, position) for position in [*positions, *beyond]])
    metres = np.array([*(distances[position] for position in positions), *(np.inf for _ in beyond)])
    hottest = question.figure("heat_hottest_degc")
    able = [m for m in FADES_M if float((warmth * np.exp(np.minimum(metres, 1e4) / m) * (metres < np.inf)).max()) <= hottest]
    root = np.sqrt(warmth)
    return ramp(max(explained(root, np.exp(-metres / (2 * fade_m)) + 1e-9) for fade_m in able or FADES_M[-1:]), 0.3, 1.0)


def _in_order(question: Question, distances: dict[int, float], warm: list[int]) -> float:
    """How well one speed, within the policy's bounds, explains when chambers became warm: 1 to -3. The leak began when make-up
    water rose, or sooner.
    """
    scene = question.scene
    metres = np.array([distances[position] for position in warm])
    arrived_h = np.array([(scene.excursion(p, scene.since_ms).onset_ms - scene.since_ms) / HOUR_MS for p in warm])
    bounds = question.figure("heat_speed_low_m_s"), question.figure("heat_speed_high_m_s")
    travel_h = metres / (3600 * np.geomspace(*bounds, 24)[:, None])
    starts = arrived_h - travel_h
    begun_h = _begin(question)
    start = np.minimum(np.median(starts, axis=1), np.inf if begun_h is None else begun_h)
    misfit = np.minimum(np.abs(starts - start[:, None]) / (3.0 + 0.15 * travel_h), 4.0)
    return 1.0 - float(misfit.mean(axis=1).min())


def _warmth(scene: Scene, position: int) -> float:
    """Degrees by which a chamber is warmer than its habit; 0 within its noise."""
    warmth = scene.excursion(position, scene.since_ms)
    return max(warmth.now, 0.0) if warmth.now_z > 3 else 0.0


def _warm_chambers(question: Question) -> list[int]:
    """All thermometers in heating chambers around the asked sensor that became warm, searched once."""
    scene = question.scene
    key = ("warm", -1)
    if key not in scene.searched:
        around = scene.near(*scene.place, question.figure("heat_trench_m"), "temperature")
        chambers = {p: 0.0 for p in around if (asset := int(scene.sensors.asset[p])) >= 0 and p in _thermometers(scene, asset)}
        scene.searched[key] = dict.fromkeys(_split(question, chambers)[0], 0.0)
    return list(scene.searched[key])


def _begin(question: Question) -> float | None:
    """Hours after `since_ms` at which make-up water rose, where it clearly did."""
    scene = question.scene
    for position in scene.positions("makeup_flow"):
        added = scene.excursion(position, scene.since_ms)
        if added.now_z > 7:
            return (added.onset_ms - scene.since_ms) / HOUR_MS
    return None


def _split(question: Question, distances: dict[int, float]) -> tuple[list[int], list[int]]:
    """Sensors that became warm and stayed so, and sensors that did not, both within the reach of one leak."""
    scene = question.scene
    warm, cold = [], []
    for position, _ in sorted(distances.items(), key=lambda item: item[1]):
        warmth = scene.excursion(position, scene.since_ms)
        if warmth.bins < 12:
            continue
        if warmth.now_z > 6 and warmth.now > question.figure("warm_chamber_degc"):
            warm.append(position)
        else:
            cold.append(position)
    return warm, cold


def _trench_distances(question: Question, line: int, x_m: float, y_m: float) -> dict[int, float]:
    """Metres along the heating trench from a spot on a main to each temperature sensor in a heating chamber."""
    scene = question.scene
    network = scene.network
    reach_m = question.figure("heat_trench_m")
    distances: dict[int, float] = {}
    for end in network.ends(line):
        if end < 0:
            continue
        first = float(np.hypot(network.x_m[end] - x_m, network.y_m[end] - y_m))
        for position, metres in _thermometers_along(question, end).items():
            distances[position] = min(distances.get(position, np.inf), first + metres)
    return {position: metres for position, metres in distances.items() if metres <= reach_m}


def _thermometers_along(question: Question, end: int) -> dict[int, float]:
    """Metres from one end of a main along the heating trench to every thermometer within reach, searched once."""
    scene = question.scene
    key = ("trench", end)
    if key not in scene.searched:
        one_metre_a_second = Medium("trench", {Way.HEAT_TRENCH: 1.0})
        reach = Reach.out_of(scene.network, end, one_metre_a_second, question.figure("heat_trench_m"))
        scene.searched[key] = {
            position: metres for asset, metres in reach.seconds.items() for position in _thermometers(scene, asset)
        }
    return scene.searched[key]


def _thermometers(scene: Scene, asset: int) -> list[int]:
    if scene.network.is_line[asset] or scene.network.owner[asset] != "heating_company":
        return []
    return scene.at_asset(asset, "temperature")
