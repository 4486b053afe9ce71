"""Signs that the instrument itself is at fault: drift, sticking, steps, spikes, noise, values beyond nature."""

import numpy as np
from numpy.typing import NDArray

from tocsin.base.quantities import QUANTITIES
from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.places import Finding, Place, Question, ramp
from tocsin.engine.diagnosis.scene import Scene
from tocsin.engine.diagnosis.signs.plateau import find_plateau

CALM = 0.12  # of the height: an outburst is over
RANGE_END = {"methane": 99.5}  # detectors of combustible gas show no more than 100 %LEL
GAP = 2.0  # readings that are missing between two, beyond which they are not one after the other
SILENT_H = 12.0  # that long a silence is looked at
STANDS_STILL = 0.15  # of the height: how far readings differ on a level
CHANGES_AT_ONCE = ("pressure", "flow")  # and stands still then: a burst, a pump
LEAP = 0.25  # of the height: no small step
FREELY_S = 900.0  # an interval over which gusts and pumps change a lot by themselves


def lone_spike(question: Question, place: Place) -> Finding | None:
    """One reading or two far out, with calm ones on both sides, from a sensor that reads often."""
    scene = question.scene
    plateau = find_plateau(scene, scene.asked, scene.ts_ms)
    if plateau is None:
        return None
    lone = plateau.fell and plateau.samples <= 1 and plateau.rise <= 1 and plateau.fall <= 1
    return Finding(1.0 if lone else -1.0, scene.asked, seen=plateau.height, ts_ms=plateau.start_ms)


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
    high, calm_below = max(0.3 * most, 6 * scale), max(CALM * most, 3 * scale)
    out = np.zeros(len(height), np.bool_)
    inside, starts = False, 0
    for at, value_now in enumerate(height.tolist()):  # out from the height on, until it is calm again: trembling about it is one
        starts += not inside and value_now > high
        inside = value_now > high or (inside and value_now > calm_below)
        out[at] = inside
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
    """The same value reading after reading, away from its habit, where this sensor used to tremble. A value at the end of the
    range says nothing: gas stops there too.
    """
    scene = question.scene
    ts, value = scene.series(scene.asked)
    before = value[ts <= scene.ts_ms - 24 * HOUR_MS]
    if len(before) < 24:
        return None
    lately = _spaced(ts, value, ts > scene.ts_ms - 6 * HOUR_MS)
    if len(lately) < 3:
        return None
    still_before = float(np.mean(np.diff(before) == 0))
    usual = float(np.median(before))
    away = np.abs(lately - usual) > 6 * float(scene.scale[scene.asked])
    away &= lately < RANGE_END.get(scene.quantity, np.inf)
    longest = _longest_stand(lately, away, abs(usual - lately))
    if longest < 4 and not away.any():
        return None
    by_chance = np.log(max(int(away.sum()), 1)) + (longest - 1) * np.log(max(still_before, 0.05))  # of such a run among so many
    return Finding(ramp(-by_chance, 1.0, 5.0), scene.asked, seen=float(longest), expected=100 * still_before, unit="%")


def _longest_stand(value: NDArray[np.float64], away: NDArray[np.bool_], height: NDArray[np.float64]) -> int:
    """Readings of the longest run of one value away from the habit that lasts to the end or ends with a leap: one that goes on
    by a small step is a climb, told in steps as coarse as the instrument's.
    """
    longest, first = 1, 0
    for after in range(1, len(value) + 1):
        if after < len(value) and value[after] == value[first] and away[after]:
            continue
        leaps = after == len(value) or abs(value[after] - value[first]) > LEAP * height[first]
        longest = max(longest, after - first) if leaps else longest
        first = after
    return longest


def _spaced(ts: NDArray[np.int64], value: NDArray[np.float64], part: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Values of a part of a series no closer together than readings of the rest usually are: many sensors tell more often once
    they ring, and repeat themselves the more.
    """
    usual_ms = float(np.median(np.diff(ts[~part])))
    kept, last = [], -np.inf
    for when, told in zip(ts[part].tolist(), value[part].tolist(), strict=True):
        if when - last >= 0.8 * usual_ms:
            kept.append(told)
            last = when
    return np.array(kept, np.float64)


def noisy_signal(question: Question, place: Place) -> Finding | None:
    """It jumps to and fro from reading to reading by a good part of its height, since it left its habit: a bad contact or a wet
    connector. Readings far apart say less, as air and water change by themselves meanwhile.
    """
    scene = question.scene
    value = _departed(scene)
    if value is None or len(value) < 4:
        return None
    jumps = np.diff(value)
    height = float(np.abs(value).max())
    rough = float(np.median(np.abs(jumps))) / height
    turns = float(np.mean(jumps[1:] * jumps[:-1] < 0))
    strength = min(ramp(rough, 0.08, 0.4), ramp(turns, 0.25, 0.6))
    if strength > 0:
        interval_s = float(np.nan_to_num(scene.sensors.interval_s[scene.asked], nan=FREELY_S))
        strength *= min(1.0, FREELY_S / max(interval_s, 1.0)) * min(1.0, (len(value) - 2) / 4)
    return Finding(strength, scene.asked, seen=100 * rough)


def warms_at_once(question: Question, place: Place) -> Finding | None:
    """The air of a chamber can't warm so fast: walls and water hold it back. A jump of many degrees from one reading to the next
    is the instrument's.
    """
    scene = question.scene
    if scene.quantity != "temperature" or scene.departure.z < 5:
        return None
    ts, value = scene.series(scene.asked)
    part = (ts >= scene.onset_ms - 2 * HOUR_MS) & (ts <= scene.ts_ms + 6 * HOUR_MS)
    ts, value = ts[part], value[part]
    if len(value) < 2:
        return None
    minutes = np.maximum(np.diff(ts) / 60_000, 1.0)
    rate = np.abs(np.diff(value)) / minutes
    at = int(np.argmax(rate))
    limit = question.figure("warms_degc_min")
    return Finding(
        ramp(np.log(max(float(rate[at]), 1e-3)), np.log(limit / 2), np.log(2 * limit)),
        scene.asked,
        expected=limit,
        seen=float(rate[at]),
        ts_ms=int(ts[at + 1]),
    )


def _departed(scene: Scene) -> NDArray[np.float64] | None:
    """Raw readings less the habit, in the direction that rings, since the asked sensor left its habit; None where it did not."""
    if scene.departure.z < 5:
        return None
    ts, value = scene.series(scene.asked)
    part = (ts >= scene.onset_ms) & (ts <= scene.ts_ms + 6 * HOUR_MS)
    usual = float(np.nanmedian(scene.usual[scene.asked]))
    return np.asarray(scene.direction * (value[part] - usual), np.float64)


def sudden_step(question: Question, place: Place) -> Finding | None:
    """From habit to the new value within one reading, and it stays there: a contact, a shift of zero, a plug. Gusts in the hours
    before it say that it is the air which moves; pressure and flow change at once by themselves; over a gap nothing is known.
    """
    scene = question.scene
    plateau = find_plateau(scene, scene.asked, scene.ts_ms, hours=12)
    if plateau is None or plateau.missing > GAP or scene.quantity in CHANGES_AT_ONCE:
        return None
    stays = not plateau.fell and plateau.samples >= 2 and plateau.spread < STANDS_STILL
    step = stays and plateau.rise <= 1 and plateau.before < 0.25
    sure = 1.0 if plateau.samples >= 4 else 0.5
    return Finding(sure if step else -1.0, scene.asked, seen=plateau.height, ts_ms=plateau.start_ms)


def end_of_range(question: Question, place: Place) -> Finding | None:
    """From its habit to the end of its range within one reading: a broken wire. Gas that thick passes through all that is less,
    unless the readings lie far apart.
    """
    scene = question.scene
    end = RANGE_END.get(scene.quantity)
    plateau = find_plateau(scene, scene.asked, scene.ts_ms)
    if end is None or plateau is None or plateau.rise > 1 or plateau.missing > GAP:
        return None
    ts, value = scene.series(scene.asked)
    if value[int(np.searchsorted(ts, plateau.start_ms))] < end:
        return None
    interval_s = float(np.nan_to_num(scene.sensors.interval_s[scene.asked], nan=FREELY_S))
    strength = min(1.0, FREELY_S / max(interval_s, 1.0))
    return Finding(strength, scene.asked, expected=end, seen=plateau.height, ts_ms=plateau.start_ms)


def back_from_silence(question: Question, place: Place) -> Finding | None:
    """It fell silent at its habit while others spoke, and came back at another value that stands still: restarted, it has lost
    its zero. Gas and water that came meanwhile would go on moving; pressure and flow would not.
    """
    scene = question.scene
    plateau = find_plateau(scene, scene.asked, scene.ts_ms, hours=SILENT_H)
    if plateau is None or plateau.rise > 1 or plateau.missing <= GAP or scene.quantity in CHANGES_AT_ONCE:
        return None
    ts, _ = scene.series(scene.asked)
    back = int(np.searchsorted(ts, plateau.start_ms))
    first, last = np.searchsorted(scene.bins_ms, [ts[back - 1], ts[back]])
    edge = (last - first) // 4
    others = np.delete(scene.deviation, scene.asked, axis=0)[:, first + edge : last - edge]
    if not others.size or float(np.isfinite(others).any(axis=1).mean()) < 0.5:
        return None  # everything was silent: the platform's gap says nothing of an instrument
    still = plateau.samples >= 3 and not plateau.fell and plateau.spread < STANDS_STILL and plateau.before < 0.25
    return Finding(1.0 if still else -1.0, scene.asked, seen=(ts[back] - ts[back - 1]) / HOUR_MS, unit="h", ts_ms=int(ts[back]))


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
