"""Signs that the instrument itself is at fault: drift, sticking, steps, spikes, noise, values beyond nature."""

import numpy as np

from tocsin.base.quantities import QUANTITIES
from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.places import Finding, Place, Question, ramp
from tocsin.engine.diagnosis.signs.plateau import find_plateau


def lone_spike(question: Question, place: Place) -> Finding | None:
    """One reading or two far out, with calm ones on both sides, from a sensor that reads often."""
    scene = question.scene
    plateau = find_plateau(scene, scene.asked, scene.ts_ms)
    if plateau is None:
        return None
    lone = plateau.fell and plateau.samples <= 1 and plateau.rise <= 1 and plateau.fall <= 1
    return Finding(1.0 if lone else -1.0, scene.asked, seen=plateau.height, ts_ms=plateau.start_ms)


def steady_drift(question: Question, place: Place) -> Finding | None:
    """A straight creep over days with nothing that stirs it: an instrument losing its zero."""
    scene = question.scene
    since = scene.since_ms
    departure = scene.excursion(scene.asked, since, scene.direction)
    hours = (scene.ts_ms - departure.onset_ms) / HOUR_MS
    if departure.z < 5:
        return None
    if hours < 24:
        return Finding(-1.0, scene.asked, seen=hours, unit="h")
    first = int(np.searchsorted(scene.bins_ms, departure.onset_ms))
    last = int(np.searchsorted(scene.bins_ms, scene.ts_ms))
    row = scene.deviation[scene.asked, first:last]
    valid = ~np.isnan(row)
    if valid.sum() < 12:
        return None
    time_h = np.flatnonzero(valid) / 6.0
    fitted = np.polynomial.Polynomial.fit(time_h, row[valid], 1)(time_h)
    unexplained = float(np.var(row[valid] - fitted) / max(np.var(row[valid]), 1e-12))
    return Finding(-ramp(unexplained, 0.02, 0.12), scene.asked, seen=hours, unit="h", ts_ms=departure.onset_ms)


def stuck_value(question: Question, place: Place) -> Finding | None:
    """The same value reading after reading, lately or ever since the alarm, where this sensor used to tremble."""
    scene = question.scene
    ts, value = scene.series(scene.asked)
    before = value[ts <= scene.ts_ms - 24 * HOUR_MS]
    lately, since = value[ts > scene.ts_ms - 6 * HOUR_MS], value[ts >= scene.ts_ms]
    if len(before) < 24:
        return None
    still_before = float(np.mean(np.diff(before) == 0))
    if still_before > 0.7:
        return None
    still = [float(np.mean(np.diff(run) == 0)) for run, least in ((lately, 6), (since, 3)) if len(run) >= least]
    if not still:
        return None
    return Finding(ramp(max(still), 0.8, 0.98), scene.asked, seen=100 * max(still), expected=100 * still_before, unit="%")


def noisy_signal(question: Question, place: Place) -> Finding | None:
    """It jumps to and fro from reading to reading far more than it used to: a bad contact or a wet connector."""
    scene = question.scene
    ts, value = scene.series(scene.asked)
    lately = np.diff(value[(ts > scene.ts_ms - 4 * HOUR_MS) & (ts <= scene.ts_ms + HOUR_MS)])
    before = np.diff(value[ts <= scene.ts_ms - 24 * HOUR_MS])
    if len(lately) < 6 or len(before) < 24:
        return None
    turns = float(np.mean(lately[1:] * lately[:-1] < 0))
    usual = max(1.4826 * float(np.median(np.abs(before))), float(scene.scale[scene.asked]))
    ratio = 1.4826 * float(np.median(np.abs(lately))) / usual
    return Finding(min(ramp(ratio, 2.0, 8.0), ramp(turns, 0.2, 0.5)), scene.asked, seen=ratio)


def sudden_step(question: Question, place: Place) -> Finding | None:
    """From habit to the new value within one reading, and it stays there: a contact, a shift of zero, a plug."""
    scene = question.scene
    plateau = find_plateau(scene, scene.asked, scene.ts_ms, hours=12)
    if plateau is None:
        return None
    step = plateau.rise <= 1 and not plateau.fell and plateau.samples >= 2 and plateau.spread < 0.15
    sure = 1.0 if plateau.samples >= 4 else 0.5
    return Finding(sure if step else -1.0, scene.asked, seen=plateau.height, ts_ms=plateau.start_ms)


def impossible_value(question: Question, place: Place) -> Finding | None:
    """Deeper than the chamber, below nothing, or beyond the range of nature."""
    scene = question.scene
    ts, value = scene.series(scene.asked)
    recent = value[ts > scene.ts_ms - 6 * HOUR_MS]
    quantity = QUANTITIES.get(scene.quantity)
    if quantity is None or not len(recent):
        return None
    high = quantity.high
    if scene.quantity == "level" and scene.asset >= 0 and np.isfinite(scene.network.depth_m[scene.asset]):
        high = float(scene.network.depth_m[scene.asset]) + 0.5
    worst = float(recent.max())
    if worst > high or float(recent.min()) < quantity.low:
        return Finding(1.0, scene.asked, expected=high, seen=worst, unit=quantity.unit)
    return None
