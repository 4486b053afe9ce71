"""Signs in the pressure of the water net: how far it falls, and whether it falls as it would for a break here.

A break takes pressure in one of two ways: in a net that runs near its bounds by friction on the way from the sources
(`engine/hydraulics.py`), in one that has plenty around the break alone. Which net it is need not be known: of each spot the
better of the two explanations counts.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from tocsin.engine.diagnosis.places import Finding, Place, Question, clamp, ramp
from tocsin.engine.hydraulics import PressureNet

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

LEAST_GAUGES = 3
BEYOND_NOISE = 1.5  # times its noise that a gauge is below the middle one


@dataclass(frozen=True, eq=False)
class Falls:
    """Gauges of the water net away from its sources, where pressure is held.

    `gauges` intp[n]: positions of the sensors; `changed`, `noise` float64[n], kPa; `net` around the asked sensor, None where
    nothing feeds it on the map, and `lost` float64[joints, n]: what they lose by friction (`PressureNet.lost_at`).
    """

    gauges: Positions
    changed: Floats
    noise: Floats
    net: PressureNet | None
    lost: Floats

    @cached_property
    def beyond(self) -> Floats:
        """How far each fell below the middle one, in units of its noise; what the whole net does is not in it."""
        return np.asarray((np.median(self.changed) - self.changed) / self.noise, np.float64)


def pressure_falls(question: Question, place: Place) -> Finding | None:
    """Water pressure falls against the rest of the net when the asked sensor rings, spread as by a break at the place."""
    scene, falls = question.scene, question.once(falls_of)
    reach_m = question.figure("pressure_m")
    if len(falls.gauges) < LEAST_GAUGES:
        return None
    metres = np.hypot(scene.x_m[falls.gauges] - place.x_m, scene.y_m[falls.gauges] - place.y_m)
    if metres.min() > reach_m:
        return None
    fall = falls.beyond
    fading = np.exp(-2 * metres / reach_m)
    mean = float((fall * fading).sum() / fading.sum())
    speaks = int(np.argmax(fall * fading))
    explained = float(explained_at(question, place.asset, np.array([(place.x_m, place.y_m)])).max())
    if mean > 0.3:
        strength = ramp(mean, 0.3, 2.5) * (0.3 + 0.7 * explained)
    else:
        strength = (0.6 * ramp(mean, -0.6, 0.3) - 0.6) * float(np.sqrt(fading.max()))
    strength = max(strength, explained * question.once(_sureness))
    others, seen = float(np.median(falls.changed)), float(falls.changed[speaks])
    apart = round(float(metres[speaks]))
    return Finding(strength, int(falls.gauges[speaks]), others, seen, "kPa", scene.onset_ms, {"metres": apart})


def pressure_pattern(question: Question, place: Place) -> Finding | None:
    """Which gauges lost pressure and which did not is explained here as well as anywhere; nothing where no place explains it."""
    fits, sure = question.once(_fits), question.once(_sureness)
    if sure <= 0 or place.asset not in fits:
        return None
    strength = sure * clamp(1 - (max(fits.values()) - fits[place.asset]) / question.figure("pattern_apart"))
    return Finding(strength, None, figures={"gauges": len(question.once(falls_of).gauges)})


def tells_places_apart(question: Question) -> bool:
    """Whether some gauge fell below the others, or all of them as they do by a break at some place."""
    falls = question.once(falls_of)
    return len(falls.gauges) >= LEAST_GAUGES and bool(falls.beyond.max() > BEYOND_NOISE or question.once(_sureness) > 0)


def falls_of(question: Question) -> Falls:
    """What the gauges of the water net show, to be asked for by `Question.once`."""
    scene = question.scene
    network = scene.network
    changes = {}
    for position in scene.positions("pressure"):
        asset = int(scene.sensors.asset[position])
        if asset < 0 or network.owner[asset] != "water_company" or network.kind[asset] == "pump_station":
            continue
        change = scene.change(position)
        if change is not None:
            changes[position] = change
    gauges = np.array(list(changes), np.intp)
    net = None
    if len(gauges) >= LEAST_GAUGES:
        most = int(question.figure("net_joints"))
        net = PressureNet.around(network, *scene.place, within_m=question.figure("net_m"), most_joints=most)
    lost = np.zeros((0, len(gauges))) if net is None else net.lost_at(scene.sensors.asset[gauges].astype(np.intp))
    return Falls(gauges, np.array(list(changes.values()), np.float64), scene.scale[gauges], net, lost)


def explained_at(question: Question, line: int, spots_m: Floats) -> Floats:
    """Of each spot [k, 2] on a main the share of the spread of falls that a break there explains, 0 to 1: float64[1 or 2, k], by
    distance and, where a source is known, by friction.
    """
    scene, falls = question.scene, question.once(falls_of)
    trust = falls.noise**-2.0
    metres = np.hypot(spots_m[:, :1] - scene.x_m[falls.gauges], spots_m[:, 1:] - scene.y_m[falls.gauges])
    by_distance = share_explained(-falls.changed, np.exp(-2 * metres / question.figure("pressure_m")), trust)
    if falls.net is None:
        return by_distance[None]
    part = np.asarray(
        shapely.line_locate_point(scene.network.geometry[line], shapely.points(spots_m), normalized=True), np.float64
    )
    friction = falls.net.along(falls.lost, np.full(len(part), line, np.intp), part)
    on_net = np.isfinite(friction[0])
    if on_net.sum() < LEAST_GAUGES:
        return by_distance[None]
    at_source = question.figure("pressure_common_kpa") ** -2.0  # it loses nothing, whatever a break draws
    seen, pattern = np.append(-falls.changed[on_net], 0.0), np.pad(friction[:, on_net], ((0, 0), (0, 1)))
    return np.stack((by_distance, share_explained(seen, pattern, np.append(trust[on_net], at_source))))


def explained_along(question: Question) -> dict[int, Floats]:
    """`explained_at` at the spots along each candidate main, by its asset; to be asked for by `Question.once`."""
    return {place.asset: explained_at(question, place.asset, question.spots_along(place)) for place in question.places}


def share_explained(falls: Floats, patterns: Floats, trust: Floats) -> Floats:
    """Of each pattern [k, n] the share of the spread of falls [n] that rising with it explains, 0 to 1.

    Gauges count by `trust` [n]. What the whole net fell by is not known where most gauges feel the break, so it is left free.
    """
    weight = trust / trust.sum()
    fall, pattern = falls - falls @ weight, patterns - (patterns @ weight)[:, None]
    along = np.maximum((pattern * weight) @ fall, 0.0)
    spread = (pattern**2 @ weight) * float(fall**2 @ weight)
    return np.asarray(along**2 / np.maximum(spread, 1e-12), np.float64)


def _fits(question: Question) -> dict[int, float]:
    """How well the best spot of each candidate main explains the falls: a logarithm of likelihood, 0 for no explanation.

    Errors are taken to be as large as what is left unexplained, and no smaller than `pattern_misfit` of the falls' spread.
    """
    falls = question.once(falls_of)
    degrees = min(len(falls.gauges) - 2.0, question.figure("pattern_gauges"))
    if degrees <= 0:
        return {}
    misfit = question.figure("pattern_misfit")
    along = question.once(explained_along).items()
    likelihoods = {line: ((1 + misfit) / (1 - shares + misfit)) ** (degrees / 2) for line, shares in along}
    return {line: float(np.log(likelihood.mean(axis=0).max())) for line, likelihood in likelihoods.items()}


def _sureness(question: Question) -> float:
    """From 0, where no place explains the falls better than chance would, to 1."""
    best = max(question.once(_fits).values(), default=0.0)
    return (ramp(best, question.figure("pattern_least"), question.figure("pattern_sure")) + 1) / 2
