"""Signs in the asked sensor's own curve: has it crossed its limit, how fast and how steadily does it move."""

import numpy as np

from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.places import Finding, Place, Question, clamp, ramp
from tocsin.engine.diagnosis.signs.plateau import find_plateau

JUST_AFTER_MS = HOUR_MS // 12  # a reading so soon after the question is the one that is asked about


def within_limits(question: Question, place: Place) -> Finding | None:
    """The asked reading has crossed none of its limits and is near its habit."""
    scene = question.scene
    sensors, asked = scene.sensors, scene.asked
    ts, value = scene.series(asked)
    value = value[(ts <= scene.ts_ms + JUST_AFTER_MS) & (ts > scene.ts_ms - 2 * HOUR_MS)]
    if not len(value):
        return None
    low, high = float(sensors.alarm_low[asked]), float(sensors.alarm_high[asked])
    crossed = bool((value >= high).any() or (value <= low).any())
    usual = float(scene.usual[asked, int(np.searchsorted(scene.bins_ms, scene.ts_ms)) - 1])
    limit = high if np.isfinite(high) else low
    last = float(value[-1])
    if crossed:
        return Finding(-1.0, asked, limit, last, ts_ms=scene.ts_ms)
    if not np.isfinite(limit):
        departure = abs(last - usual) / float(scene.scale[asked])
        return Finding(-ramp(departure, 3.0, 12.0), asked, usual, last, ts_ms=scene.ts_ms)
    share = (last - usual) / (limit - usual) if limit != usual else 1.0
    return Finding(-ramp(share, 0.4, 1.2), asked, limit, last, ts_ms=scene.ts_ms)


def slow_rise(question: Question, place: Place) -> Finding | None:
    """Hours from the first departure to the question: bacteria and drifting sensors need a day, a pipe under pressure
    hours.
    """
    scene = question.scene
    departure = scene.excursion(scene.asked, scene.since_ms, scene.direction)
    if departure.z < 5:
        return None
    hours = max((scene.ts_ms - departure.onset_ms) / HOUR_MS, 0.1)
    return Finding(ramp(np.log10(hours), np.log10(3), np.log10(24)), scene.asked, seen=hours, unit="h", ts_ms=departure.onset_ms)


def smooth_curve(question: Question, place: Place) -> Finding | None:
    """How far the reading swings about its own bend since it began to rise, in units of its noise: rot is steady, a
    leak gusts.
    """
    scene = question.scene
    departure = scene.departure
    if departure.z < 5:
        return None
    ts, value = scene.series(scene.asked)
    part = (ts >= max(scene.onset_ms, scene.ts_ms - 24 * HOUR_MS)) & (ts <= scene.ts_ms + 2 * HOUR_MS)
    if part.sum() < 8:
        return None
    time_h, value = (ts[part] - scene.onset_ms) / HOUR_MS, value[part]
    bend = np.polynomial.Polynomial.fit(time_h, value, 2)(time_h)
    swing = 1.4826 * float(np.median(np.abs(value - bend))) / float(scene.scale[scene.asked])
    return Finding(-ramp(np.log(max(swing, 0.01)), np.log(0.7), np.log(3.0)), scene.asked, seen=swing)


def rise_and_fall(question: Question, place: Place) -> Finding | None:
    """A wave that comes within minutes to hours and goes by again: something that flows past."""
    scene = question.scene
    departure = scene.excursion(scene.asked, scene.ts_ms - 6 * HOUR_MS, scene.direction)
    if departure.z < 5:
        return None
    minutes = (departure.peak_ms - departure.onset_ms) / 60_000
    if minutes > 240:
        return Finding(-1.0, scene.asked, seen=minutes, unit="min")
    fallen = 1 - departure.now / departure.peak
    plateau = find_plateau(scene, scene.asked, departure.peak_ms)
    if plateau is not None and plateau.rise <= 2 and plateau.fall <= 2 and plateau.fell:
        return Finding(-1.0, scene.asked, seen=minutes, unit="min")
    return Finding(clamp(1.4 * fallen), scene.asked, seen=minutes, unit="min", ts_ms=departure.peak_ms)
