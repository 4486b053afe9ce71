"""Signs in the asked sensor's own curve: has it crossed its limit, how fast and how steadily does it move."""

from dataclasses import replace

import numpy as np

from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.places import Finding, Place, Question, clamp, ramp
from tocsin.engine.diagnosis.signs.creep import steady_drift
from tocsin.engine.diagnosis.signs.instrument import comes_and_goes
from tocsin.engine.diagnosis.signs.plateau import find_plateau, find_pulse

LONGEST_CLIMB_H = 12.0  # longer ones are told by other signs
LONGEST_CREEP_H = 72.0
LEAST_CREEP = 6  # readings from a fifth to four fifths of the height
AT_ONCE_MINUTES = 10.0  # readings at least so close tell a jump from a climb
FRONT_MINUTES = (45.0, 150.0)  # from the first departure to the limit: a front, and none
SWELL_MINUTES = (30.0, 150.0)  # from the first departure to the height: a wave, and what swells
FAST_WATER = 0.3  # of what a fast rise of gas says against bacteria
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


def gas_takes_its_time(question: Question, place: Place) -> Finding | None:
    """The same for what bacteria make. Sewage itself stands high behind a blockage within hours: fast water says little."""
    found = slow_rise(question, place)
    if found is None or question.scene.quantity != "level" or found.strength > 0:
        return found
    return replace(found, strength=FAST_WATER * found.strength)


def within_the_hour(question: Question, place: Place) -> Finding | None:
    """From the first departure to the limit within the hour: a front that flows in."""
    found = slow_rise(question, place)
    if found is None or found.seen is None:
        return None
    minutes = 60 * found.seen
    return replace(found, strength=-ramp(np.log(minutes), *np.log(FRONT_MINUTES)), seen=minutes, unit="min")


def by_degrees(question: Question, place: Place) -> Finding | None:
    """Up through many readings within minutes to hours, each higher than the last: a space that fills. Test gas and contacts are
    there at once. Readings far apart can't tell.
    """
    scene = question.scene
    if scene.departure.z < 5:
        return None
    ts, value = scene.series(scene.asked)
    part = (ts >= scene.ts_ms - LONGEST_CLIMB_H * HOUR_MS) & (ts <= scene.ts_ms + HOUR_MS)
    usual = float(np.nanmedian(scene.usual[scene.asked]))
    ts, height = ts[part], scene.direction * (value[part] - usual)
    if len(height) < 6:
        return None
    asked = int(np.searchsorted(ts, scene.ts_ms))
    top = float(height[asked:].max()) if asked < len(height) else float(height[-1])
    scale = float(scene.scale[scene.asked])
    foot = np.flatnonzero(height[: asked + 1] <= max(0.12 * top, 3 * scale))
    high = np.flatnonzero(height >= 0.85 * top)
    high = high[high > foot[-1]] if len(foot) else high
    if top < 8 * scale or not len(foot) or not len(high):
        return None  # no height, or a climb that began long before
    first, last = int(foot[-1]), int(high[0])
    climb = np.diff(height[first : last + 1])
    minutes = float(ts[last] - ts[first]) / 60_000
    between = last - first - 1
    strength = ramp(between, 0.5, 4.5)
    pulse = find_pulse(scene, scene.asked, scene.ts_ms)
    if pulse is not None and pulse.of_test_gas > 0.2:  # its edges are round because the sensor follows slowly
        strength = min(strength, -pulse.of_test_gas)
    if strength > 0:
        strength *= max(0.0, ramp(float(np.mean(climb > 0)), 0.4, 0.8)) * max(
            0.0, ramp(np.log(max(minutes, 1.0)), 0.0, np.log(25.0))
        )
        drift = steady_drift(question, place)  # a zero creeps by degrees, too
        strength *= 1 - max(drift.strength if drift else 0.0, 0.0)
    else:
        strength *= min(1.0, AT_ONCE_MINUTES / max(minutes / (between + 1), 1.0))
    return Finding(strength, scene.asked, seen=minutes, unit="min", ts_ms=int(ts[first]), figures={"readings": between})


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
    pulse = find_pulse(scene, scene.asked, scene.ts_ms)
    if part.sum() < 8 or (pulse is not None and pulse.of_test_gas > 0.2):  # edges are no gusts
        return None
    time_h, value = (ts[part] - scene.onset_ms) / HOUR_MS, value[part]
    bend = np.polynomial.Polynomial.fit(time_h, value, 2)(time_h)
    swing = 1.4826 * float(np.median(np.abs(value - bend))) / float(scene.scale[scene.asked])
    return Finding(-ramp(np.log(max(swing, 0.01)), np.log(0.7), np.log(3.0)), scene.asked, seen=swing)


def speeds_up(question: Question, place: Place) -> Finding | None:
    """The climb gets steeper for hours: more than half of the time from a fifth to four fifths of its height lies below the half.
    What comes through soil, and bacteria in warmth, do so; the zero of an instrument creeps straight or ever slower.
    """
    scene = question.scene
    if scene.departure.z < 5:
        return None
    ts, value = scene.series(scene.asked)
    part = (ts > scene.ts_ms - LONGEST_CREEP_H * HOUR_MS) & (ts <= scene.ts_ms + JUST_AFTER_MS)
    usual = float(np.nanmedian(scene.usual[scene.asked]))
    ts, height = ts[part], scene.direction * (value[part] - usual)
    if len(height) < LEAST_CREEP:
        return None
    height = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(height, 2, mode="edge"), 5), axis=1)
    top = float(np.median(height[-2:]))
    below = [np.flatnonzero(height < share * top) for share in (0.2, 0.5, 0.8)]
    if top < 10 * float(scene.scale[scene.asked]) or not all(len(one) and one[-1] + 1 < len(height) for one in below):
        return None
    times = []
    for share, one in zip((0.2, 0.5, 0.8), below, strict=True):
        at = int(one[-1])
        step = (share * top - height[at]) / max(height[at + 1] - height[at], 1e-9)
        times.append(float(ts[at] + step * (ts[at + 1] - ts[at])))
    start, middle, end = times
    if below[2][-1] - below[0][-1] < LEAST_CREEP or end <= start:
        return None
    late = (middle - start) / (end - start)
    outbursts = comes_and_goes(question, place)
    if outbursts is not None and outbursts.strength > 0:
        return None  # no climb
    return Finding(ramp(late, 0.52, 0.66), scene.asked, expected=50.0, seen=100 * late, unit="%", ts_ms=int(start))


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
    pulse = find_pulse(scene, scene.asked, scene.ts_ms)
    if pulse is not None and pulse.of_test_gas > 0.2:  # it stood and ended: nothing flowed past
        return Finding(-pulse.of_test_gas, scene.asked, seen=minutes, unit="min")
    strength = clamp(1.4 * fallen)
    lasted = (int(scene.bins_ms[-1]) - departure.onset_ms) / 60_000
    if strength < 0.4:  # it has not gone by: the longer it lasts, the less
        strength = min(strength, -ramp(np.log(max(lasted, 1.0)), np.log(40.0), np.log(240.0)))
    return Finding(strength, scene.asked, seen=minutes, unit="min", ts_ms=departure.peak_ms)


def swells_and_fades(question: Question, place: Place) -> Finding | None:
    """It rose for an hour or more and is gone again within hours: too slow for a wave in the sewage, too short for a leak; dew on
    an instrument comes and dries so.
    """
    found = rise_and_fall(question, place)
    if found is None or found.strength <= 0 or found.seen is None:
        return None
    return replace(found, strength=found.strength * max(ramp(np.log(max(found.seen, 1.0)), *np.log(SWELL_MINUTES)), 0.0))
