"""How evenly a slow climb goes: the zero of an instrument creeps, what fills a space is stirred."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.habit import noise_of
from tocsin.engine.diagnosis.laying import Floats
from tocsin.engine.diagnosis.places import Finding, Place, Question, ramp
from tocsin.engine.diagnosis.scene import Scene

LEAST_HOURS = 1.5  # shorter climbs are told by other signs
LEAST_READINGS = 12
PARTS = 24  # of a climb, each the mean of its readings
CALM_PARTS = 3  # such parts before it, at least, that tell how the sensor swayed
STARTS = np.linspace(-0.35, 0.05, 17)  # about the first departure seen, in lengths of the climb
STARTS_BEFORE = np.linspace(-1.5, 0.0, 31)  # where it began before causes are looked for
BENDS = np.linspace(0.8, 4.0, 33)  # powers of the time since the start
SETTLINGS = np.geomspace(0.15, 2.0, 14)  # time constants, in lengths of the climb, of one that comes to rest
STEADY, STIRRED = 0.009, 0.024  # of the height: how far a creeping zero, and how far gas and water, sway about an even curve
TOSSED = 0.2  # of the height: what sways so far is no climb
SURE_TIMES = 2.0  # by how much the two must differ beside the noise to part a drift from the rest
AT_FIRST = 0.4  # strength of an even climb of three hours, where it is gas that would be stirred
NO_CREEP = -0.3  # strength: an instrument has other faults than a drift


@dataclass(frozen=True)
class Creep:
    """A climb since `start_ms`, seen for `hours`: it sways about the even curve that fits it best by `sway` of its height, and
    swayed by `calm` of that height before it began.
    """

    hours: float
    start_ms: int
    sway: float
    calm: float


def find_creep(scene: Scene) -> Creep | None:
    """The climb of the asked sensor up to the question, on raw readings less its habit; None where it is none, is shorter than
    an hour and a half, has fewer than twelve readings, or hardly anything was told before it.
    """
    departure = scene.departure
    hours = (scene.ts_ms - departure.onset_ms) / HOUR_MS
    if departure.z < 5 or hours < LEAST_HOURS:
        return None
    ts, value = scene.series(scene.asked)
    first, last = np.searchsorted(ts, [departure.onset_ms, scene.ts_ms + 1])
    each = -(-(last - first) // PARTS)  # readings that make a part
    if last - first < LEAST_READINGS or first < max(2 * LEAST_READINGS, CALM_PARTS * each):
        return None
    begun = departure.onset_ms <= scene.since_ms + HOUR_MS
    time_h = (ts - departure.onset_ms) / HOUR_MS
    times = _means(time_h[first:last], each)
    best: tuple[float, float, float, float] | None = None
    for usual in _habits(scene, ts):  # a habit by the hour has noise of its own: the calmer of both
        height = scene.direction * (value - usual)
        parts = _means(height[first:last], each)
        start, left = _fit(times, parts, hours, STARTS_BEFORE if begun else STARTS)
        if parts[-1] > 0 and (best is None or left / parts[-1] < best[0]):
            best = left / parts[-1], start, parts[-1], float(noise_of(_means(height[:first], each)[None])[0])
    if best is None or best[0] > TOSSED:
        return None
    sway, start, top, calm = best
    calm = max(calm, _resolution(value[:first]) / np.sqrt(12 * each)) / top
    return Creep(hours, departure.onset_ms + round(start * HOUR_MS), sway, calm)


def steady_drift(question: Question, place: Place) -> Finding | None:
    """A straight or evenly bent creep that nothing stirs: an instrument losing its zero. Wind, pressure and use stir gas and
    water, so that they sway about any even curve; a zero sways no more than it always did. The longer, the surer. Water that
    fills a chamber rises evenly, too, but is done within hours.
    """
    scene = question.scene
    if scene.departure.z < 5:
        return None
    creep = find_creep(scene)
    if creep is None:
        return Finding(NO_CREEP, scene.asked, seen=(scene.ts_ms - scene.departure.onset_ms) / HOUR_MS, unit="h")
    steady, stirred = np.hypot([STEADY, STIRRED], creep.calm)
    told = min(1.0, np.log(stirred / steady) / np.log(SURE_TIMES))
    strength = -ramp(np.log(max(creep.sway, 1e-6)), np.log(steady), np.log(stirred)) * told
    if strength > 0:
        at_first = 0.0 if scene.quantity == "level" else AT_FIRST
        strength *= at_first + (1 - at_first) * (ramp(np.log10(creep.hours), np.log10(3), np.log10(24)) + 1) / 2
    return Finding(strength, scene.asked, seen=creep.hours, unit="h", ts_ms=creep.start_ms)


def _habits(scene: Scene, ts: NDArray[np.int64]) -> tuple[float, Floats]:
    """What the asked sensor usually shows: at any time, and by the hour [len(ts)]."""
    middle = float(np.nanmedian(scene.usual[scene.asked]))
    bins = np.clip(np.searchsorted(scene.bins_ms, ts, side="right") - 1, 0, len(scene.bins_ms) - 1)
    return middle, np.nan_to_num(scene.usual[scene.asked, bins], nan=middle)


def _fit(times: Floats, heights: Floats, hours: float, starts: Floats) -> tuple[float, float]:
    """Start in hours, and the root mean square of what the best curve leaves: a power of the time since its start, or one that
    settles.
    """
    since = np.maximum(times[None, :] - starts[:, None] * hours, 1e-6)[:, None, :]
    curves = np.concatenate([since ** BENDS[:, None], 1 - np.exp(-since / (hours * SETTLINGS[:, None]))], axis=1)
    factor = np.maximum(curves @ heights, 0.0) / (curves**2).sum(-1)
    left = ((heights - factor[..., None] * curves) ** 2).sum(-1)
    at = int(left.argmin())
    return float(starts[at // left.shape[1]] * hours), float(np.sqrt(left.flat[at] / (len(heights) - 3)))


def _means(values: Floats, each: int) -> Floats:
    """Means of so many values each, the newest complete."""
    return np.asarray(values[len(values) % each :].reshape(-1, each).mean(1), np.float64)


def _resolution(values: Floats) -> float:
    """The least step by which a sensor tells a change; 0 where it never did."""
    steps = np.abs(np.diff(values))
    told = steps[steps > 0]
    return float(told.min()) if len(told) else 0.0
