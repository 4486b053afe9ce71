"""Signs in the shape of the asked sensor's own curve: what gas does, and what only instruments and people do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.base.quantities import QUANTITIES
from tocsin.engine.diagnosis.places import Finding, Place, Question, clamp, local_hour, ramp
from tocsin.engine.diagnosis.scene import HOUR_MS, Scene

TESTED = ("methane", "hydrogen_sulphide", "carbon_monoxide", "oxygen")  # channels that crews test with gas


@dataclass(frozen=True)
class Plateau:
    """The run of readings above half of the highest departure: sample counts of its rise, length and fall; `fell`
    False where it still lasts.
    """

    height: float
    samples: int
    rise: int
    fall: int
    fell: bool
    spread: float
    start_ms: int
    minutes: float


def find_plateau(scene: Scene, position: int, around_ms: int, hours: float = 6.0) -> Plateau | None:
    """The plateau of that sensor near that time, on raw readings; None with fewer than four readings or no
    departure.
    """
    ts, value = scene.series(position)
    part = (ts >= around_ms - hours * HOUR_MS) & (ts <= around_ms + hours * HOUR_MS)
    ts, value = ts[part], value[part]
    if len(value) < 4:
        return None
    base = float(np.median(value[ts < around_ms - 1.5 * HOUR_MS])) if (ts < around_ms - 1.5 * HOUR_MS).any() else value[0]
    departure = np.abs(value - base)
    near = np.abs(ts - around_ms) <= HOUR_MS
    if not near.any():
        return None
    top = int(np.flatnonzero(near)[int(np.argmax(departure[near]))])
    height = float(departure[top])
    if height < 6 * float(scene.scale[position]):
        return None
    first = last = top
    while first > 0 and departure[first - 1] >= height / 2:
        first -= 1
    while last + 1 < len(value) and departure[last + 1] >= height / 2:
        last += 1
    flat = departure[first : last + 1]
    flat = flat[flat >= 0.85 * height] if (flat >= 0.85 * height).sum() > 1 else flat
    rise = _samples_to(departure, first, -1, 0.12 * height)
    fall = _samples_to(departure, last, 1, 0.12 * height)
    return Plateau(
        height=height,
        samples=last - first + 1,
        rise=rise,
        fall=fall,
        fell=last + 1 < len(value),
        spread=float(np.ptp(flat) / height),
        start_ms=int(ts[first]),
        minutes=float((ts[last] - ts[first]) / 60_000),
    )


def _samples_to(departure: NDArray[np.float64], at: int, step: int, low: float) -> int:
    """Readings from the plateau's edge to the first one that is back at its base."""
    count = 0
    while 0 <= at + step < len(departure):
        at += step
        count += 1
        if departure[at] <= low:
            return count
    return count


def within_limits(question: Question, place: Place) -> Finding | None:
    """The asked reading has crossed none of its limits and is near its habit."""
    scene = question.scene
    sensors, asked = scene.sensors, scene.asked
    ts, value = scene.series(asked)
    value = value[(ts <= scene.ts_ms) & (ts > scene.ts_ms - 2 * HOUR_MS)]
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


def square_pulse(question: Question, place: Place) -> Finding | None:
    """Up within a reading or two, flat, and down as fast: test gas, a person, a plug; no chamber fills like that."""
    scene = question.scene
    plateau = find_plateau(scene, scene.asked, scene.ts_ms)
    if plateau is None:
        return None
    steep = plateau.rise <= 2 and (plateau.fall <= 2 or not plateau.fell)
    short = plateau.minutes <= question.figure("test_gas_minutes")
    strength = -1.0
    if steep and short:
        strength = 1.0 if plateau.fell and plateau.spread < 0.1 else 0.4
        if plateau.samples == 1:
            strength = 0.4
    elif plateau.rise <= 2 and plateau.spread < 0.1 and short:
        strength = 0.2
    return Finding(
        strength,
        scene.asked,
        seen=plateau.height,
        ts_ms=plateau.start_ms,
        figures={"minutes": round(plateau.minutes), "rise": plateau.rise, "fall": plateau.fall},
    )


def lone_spike(question: Question, place: Place) -> Finding | None:
    """One reading or two far out, with calm ones on both sides, from a sensor that reads often."""
    scene = question.scene
    plateau = find_plateau(scene, scene.asked, scene.ts_ms)
    if plateau is None:
        return None
    lone = plateau.fell and plateau.samples <= 1 and plateau.rise <= 1 and plateau.fall <= 1
    return Finding(1.0 if lone else -1.0, scene.asked, seen=plateau.height, ts_ms=plateau.start_ms)


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
    step = plateau.rise <= 1 and not plateau.fell and plateau.samples >= 4 and plateau.spread < 0.15
    return Finding(1.0 if step else -1.0, scene.asked, seen=plateau.height, ts_ms=plateau.start_ms)


def working_hours(question: Question, place: Place) -> Finding | None:
    """Planned work is done by day, mostly on working days."""
    hour, day = local_hour(question.scene.ts_ms, question.figure("local_time_offset_h"))
    by_day = question.figure("work_from_h") <= hour < question.figure("work_until_h")
    return Finding((1.0 if day < 5 else 0.3) if by_day else -1.0, seen=round(hour, 1), unit="h", figures={"day": day + 1})


def test_gas_value(question: Question, place: Place) -> Finding | None:
    """The plateau stands at the value of the test gas that crews carry (a four-gas mixture)."""
    scene = question.scene
    name = f"test_gas_{scene.quantity}"
    if name not in question.templates.figures:
        return None
    ts, value = scene.series(scene.asked)
    near = np.abs(ts - scene.ts_ms) <= HOUR_MS / 2
    if not near.any():
        return None
    wanted = question.figure(name)
    top = float(value[near][int(np.argmin(np.abs(value[near] - wanted)))])
    most = float(value[near].max()) if scene.direction > 0 else float(value[near].min())
    strength = -ramp(abs(top - wanted) / wanted, 0.06, 0.16)
    if abs(most - wanted) > 0.16 * wanted:
        strength = -1.0
    return Finding(strength, scene.asked, wanted, top)


def same_pulse_nearby(question: Question, place: Place) -> Finding | None:
    """Other instruments close by get a square pulse of the same kind within hours, or other channels of this one jump
    with it.
    """
    scene = question.scene
    mine = find_plateau(scene, scene.asked, scene.ts_ms)
    if mine is None or mine.rise > 2:
        return None
    x_m, y_m = scene.place
    window = question.figure("work_round_h") * HOUR_MS
    for position in scene.positions(*TESTED):
        same_chamber = int(scene.sensors.asset[position]) == scene.asset
        if position == scene.asked or (scene.sensors.quantity[position] == "oxygen" and not same_chamber):
            continue
        other_x, other_y = scene.place_of(position)
        if np.hypot(other_x - x_m, other_y - y_m) > question.figure("work_round_m"):
            continue
        ts, value = scene.series(position)
        part = (ts >= scene.ts_ms - window) & (ts <= scene.ts_ms + window)
        if part.sum() < 4:
            continue
        usual = float(np.median(value[part]))
        at = int(np.argmax(np.abs(value[part] - usual)))
        when = int(ts[part][at])
        other = find_plateau(scene, position, when)
        if other is None or other.rise > 2 or other.fall > 2 or not other.fell or other.minutes > 60:
            continue
        if scene.sensors.quantity[position] == scene.quantity and abs(other.height - mine.height) > 0.2 * mine.height:
            continue
        return Finding(1.0, position, expected=mine.height, seen=other.height, ts_ms=other.start_ms)
    return Finding(-1.0, scene.asked)


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
    if plateau is not None and plateau.rise <= 1 and plateau.fall <= 1 and plateau.fell:
        return Finding(-1.0, scene.asked, seen=minutes, unit="min")
    return Finding(clamp(1.4 * fallen), scene.asked, seen=minutes, unit="min", ts_ms=departure.peak_ms)


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
