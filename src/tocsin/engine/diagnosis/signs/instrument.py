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
    """A straight or gently bent creep with nothing that stirs it: an instrument losing its zero. The longer, the surer."""
    scene = question.scene
    departure = scene.departure
    hours = (scene.ts_ms - departure.onset_ms) / HOUR_MS
    if departure.z < 5:
        return None
    if hours < 4:
        return Finding(-1.0, scene.asked, seen=hours, unit="h")
    first = int(np.searchsorted(scene.bins_ms, departure.onset_ms))
    last = int(np.searchsorted(scene.bins_ms, scene.ts_ms))
    row = scene.deviation[scene.asked, first:last]
    valid = ~np.isnan(row)
    if valid.sum() < 12:
        return None
    time_h = np.flatnonzero(valid) / 6.0
    bend = np.polynomial.Polynomial.fit(time_h, row[valid], 2)
    unexplained = float(np.var(row[valid] - bend(time_h)) / max(np.var(row[valid]), 1e-12))
    straight = np.polynomial.Polynomial.fit(time_h, row[valid], 1)(time_h)
    unstraight = float(np.var(row[valid] - straight) / max(np.var(row[valid]), 1e-12))
    strength = min(-ramp(unexplained, 0.01, 0.12), -ramp(unstraight, 0.04, 0.3))
    if strength > 0:
        strength *= 0.4 + 0.6 * (ramp(np.log10(hours), np.log10(6), np.log10(48)) + 1) / 2
    return Finding(strength, scene.asked, seen=hours, unit="h", ts_ms=departure.onset_ms)


def comes_and_goes(question: Question, place: Place) -> Finding | None:
    """Short outbursts again and again within a day or two, calm between them: a contact, moisture, a disturbed cell."""
    scene = question.scene
    ts, value = scene.series(scene.asked)
    lately = (ts > scene.ts_ms - 48 * HOUR_MS) & (ts <= scene.ts_ms + 6 * HOUR_MS)
    before = value[ts <= scene.ts_ms - 48 * HOUR_MS]
    if lately.sum() < 24 or len(before) < 24:
        return None
    base, scale = float(np.median(before)), float(scene.scale[scene.asked])
    height = scene.direction * (value[lately] - base)
    most = float(height.max())
    if most < 8 * scale:
        return None
    out = height > max(0.3 * most, 6 * scale)
    starts = int((out[1:] & ~out[:-1]).sum()) + int(out[0])
    share = float(out.mean())
    calm = float(np.median(height[~out])) < 0.1 * most if (~out).any() else False
    if not calm or share > 0.5:
        return Finding(-1.0, scene.asked, seen=float(starts))
    return Finding(ramp(starts, 1.0, 4.0), scene.asked, seen=float(starts))


def follows_day(question: Question, place: Place) -> Finding | None:
    """It swells and fades with the hour of the day, day after day: warmth in the instrument rather than gas or water."""
    scene = question.scene
    departure = scene.departure
    hours = (int(scene.bins_ms[-1]) - departure.onset_ms) / HOUR_MS
    if departure.z < 5 or hours < 30:
        return None
    first = int(np.searchsorted(scene.bins_ms, departure.onset_ms))
    row = scene.direction * scene.deviation[scene.asked, first:]
    valid = ~np.isnan(row)
    if valid.sum() < 36:
        return None
    angle = 2 * np.pi * (scene.bins_ms[first:][valid] / HOUR_MS % 24) / 24
    time = np.flatnonzero(valid) / len(row)
    columns = np.column_stack((np.ones(len(angle)), time))
    with_day = np.column_stack((columns, np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)))
    seen = row[valid]
    left = float(np.var(seen - columns @ np.linalg.lstsq(columns, seen, rcond=None)[0]))
    rest = float(np.var(seen - with_day @ np.linalg.lstsq(with_day, seen, rcond=None)[0]))
    share = (left - rest) / max(float(np.var(seen)), 1e-12)
    return Finding(ramp(share, 0.1, 0.6), scene.asked, seen=100 * share, unit="%")


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
    return Finding(min(ramp(ratio, 2.0, 8.0), ramp(turns, 0.35, 0.6)), scene.asked, seen=ratio)


def sudden_step(question: Question, place: Place) -> Finding | None:
    """From habit to the new value within one reading, and it stays there: a contact, a shift of zero, a plug. Gusts in the hours
    before it say that it is the air which moves.
    """
    scene = question.scene
    plateau = find_plateau(scene, scene.asked, scene.ts_ms, hours=12)
    if plateau is None:
        return None
    step = plateau.rise <= 1 and not plateau.fell and plateau.samples >= 2 and plateau.spread < 0.15 and plateau.before < 0.25
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
