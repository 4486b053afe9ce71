"""Signs of people at work: test gas, a round of instruments, the hours of the day."""

import numpy as np

from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.places import Finding, Place, Question, local_hour, ramp
from tocsin.engine.diagnosis.signs.plateau import Pulse, find_plateau, find_pulse

GONE_MINUTES = 31.0  # no chamber clears from its top to nothing between two readings so close
STEPS_OF_TEST = 4  # readings within which test gas is up, at two levels too
GONE_AT_ONCE = 0.7  # strength of a pulse that came by steps, as two levels of test gas do, and was gone at once
ROUND_PULSE = 0.4  # of `Pulse.of_test_gas`: taken for test gas although its edges are round
TEST_GAS_MOST = {"methane": 90.0}  # %LEL: test gas lies well within the range of a sensor
TESTED = ("methane", "hydrogen_sulphide", "carbon_monoxide", "oxygen")  # channels that crews test with gas


def square_pulse(question: Question, place: Place) -> Finding | None:
    """Up within a reading or two, flat, and down as fast: test gas, a person, a plug; no chamber fills like that, and none clears
    from its top to nothing between two readings, however the gas came.
    """
    scene = question.scene
    plateau = find_plateau(scene, scene.asked, scene.ts_ms)
    if plateau is None:
        return None
    steep = plateau.rise <= 2 and (plateau.fall <= 2 or not plateau.fell)
    steep = steep or plateau.steep_minutes <= question.figure("test_gas_steep_minutes")
    short = plateau.minutes <= question.figure("test_gas_minutes")
    strength = -1.0
    if steep and short:
        strength = 1.0 if plateau.fell and plateau.spread < 0.1 else 0.4
        if plateau.samples == 1:
            strength = 0.4
    elif plateau.rise <= 2 and plateau.spread < 0.1 and short:
        strength = 0.2
    gone = plateau.fell and plateau.fall == 1 and plateau.fall_minutes <= GONE_MINUTES
    if gone and short and plateau.rise <= STEPS_OF_TEST:
        strength = max(strength, GONE_AT_ONCE)
    minutes = plateau.minutes
    pulse = find_pulse(scene, scene.asked, scene.ts_ms)
    if pulse is not None and pulse.of_test_gas > max(strength, 0.0):
        strength, minutes = pulse.of_test_gas, pulse.minutes
    if plateau.height >= TEST_GAS_MOST.get(scene.quantity, np.inf):  # it stands there because the sensor tells no more
        strength = min(strength, -0.5)
    return Finding(
        strength,
        scene.asked,
        seen=plateau.height,
        ts_ms=plateau.start_ms,
        figures={"minutes": round(minutes), "rise": plateau.rise, "fall": plateau.fall},
    )


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
    if mine is None or (mine.rise > 2 and not _is_round(find_pulse(scene, scene.asked, scene.ts_ms))):
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
        square = other is not None and other.rise <= 2 and other.fall <= 2 and other.fell and other.minutes <= 60
        if other is None or not (square or _is_round(find_pulse(scene, position, when))):
            continue
        if scene.sensors.quantity[position] == scene.quantity and abs(other.height - mine.height) > 0.2 * mine.height:
            continue
        return Finding(1.0, position, expected=mine.height, seen=other.height, ts_ms=other.start_ms)
    return Finding(-1.0, scene.asked)


def _is_round(pulse: Pulse | None) -> bool:
    return pulse is not None and pulse.of_test_gas >= ROUND_PULSE
