"""Named tables of what a rule tells: values in, edges out. One reading a minute unless a step says otherwise."""

import math
from typing import Any

import numpy as np
import pytest

from tocsin.base.levels import AlarmLevel
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detections import KINDS
from tocsin.engine.detection.detector import Detector
from tocsin.engine.detection.profiles import Profile
from tocsin.engine.detection.rule import Settings
from tocsin.engine.detectors.count_in_window import CountInWindow
from tocsin.engine.detectors.cusum import Cusum
from tocsin.engine.detectors.levels import Level
from tocsin.engine.detectors.noise import Noise
from tocsin.engine.detectors.out_of_range import OutOfRange
from tocsin.engine.detectors.rate_of_fall import RateOfFall
from tocsin.engine.detectors.rate_of_rise import RateOfRise
from tocsin.engine.detectors.saturation import Saturation
from tocsin.engine.detectors.silence import Silence
from tocsin.engine.detectors.stuck import Stuck
from tocsin.engine.detectors.unreadable import Unreadable
from tocsin.engine.detectors.zscore import ZScore

START = 1_764_547_200_000
MINUTE = 60_000
BLUE, YELLOW, ORANGE, RED = AlarmLevel.BLUE, AlarmLevel.YELLOW, AlarmLevel.ORANGE, AlarmLevel.RED
NAN = math.nan

TWENTY = Level(level=YELLOW, limit=20, clear=16, hold_readings=2, clear_readings=3)
FIFTY = Level(level=ORANGE, limit=50, clear=40, clear_readings=3)
HUNDRED = Level(level=RED, limit=100, clear=80, clear_readings=3)
AT_ONCE = Level(level=YELLOW, limit=20, clear=16)
GAS: dict[str, tuple[Settings, ...]] = {"high": (TWENTY, FIFTY, HUNDRED)}
DIVE = Saturation(from_value=80, to_value=5, end_s=3600)

# name -> rules, values, edges as "<minute> <code> <level>"
TABLES: dict[str, tuple[dict[str, tuple[Settings, ...]], list[float], list[str]]] = {
    "true at the start rings": ({"high": (AT_ONCE,)}, [21], ["0 high.raise 2"]),
    "two readings hold": (GAS, [25, 10, 25, 25], ["3 high.raise 2"]),
    "from fifty on one reading is enough": (GAS, [3, 55], ["1 high.raise 3"]),
    "a saw-tooth at the limit rings once": ({"high": (AT_ONCE,)}, [19, 21, 19, 21, 17, 21, 18, 21], ["1 high.raise 2"]),
    "up the levels": (GAS, [3, 30, 30, 60, 120], ["2 high.raise 2", "3 high.escalate 3", "4 high.escalate 4"]),
    "down the levels, three readings each": (
        GAS,
        [120, 70, 70, 70, 30, 30, 30, 3, 3, 3],
        ["0 high.raise 4", "3 high.relax 3", "6 high.relax 2", "9 high.clear 0"],
    ),
    "straight down": (GAS, [120, 120, 3, 3, 3], ["0 high.raise 4", "4 high.clear 0"]),
    "a clear is interrupted": (GAS, [60, 3, 3, 45, 3, 3, 3], ["0 high.raise 3", "6 high.clear 0"]),
    "low side": (
        {"low": (Level(level=YELLOW, limit=19.5, clear=19.8), Level(level=RED, limit=16, clear=16.5))},
        [20.9, 19.5, 19.7, 15, 19.9],
        ["1 low.raise 2", "3 low.escalate 4", "4 low.clear 0"],
    ),
    "rises twenty in ten minutes": (
        {"rate_of_rise": (RateOfRise(level=RED, rise=20, clear_rise=5, over_s=600, smoothing_s=0, from_value=50),)},
        [10, 40, 51, 52, 52],
        ["2 rate_of_rise.raise 4", "4 rate_of_rise.clear 0"],
    ),
    "falls twenty in ten minutes": (
        {"rate_of_fall": (RateOfFall(level=RED, fall=20, clear_fall=5, over_s=600, smoothing_s=0, from_value=50),)},
        [99, 60, 40, 40],
        ["2 rate_of_fall.raise 4", "3 rate_of_fall.clear 0"],
    ),
    "far from its own course": (
        {"zscore": (ZScore(level=BLUE, limit=6, clear=3, memory_readings=99, minimum_deviation=1, after_readings=3),)},
        [5, 5, 5, 12, 5],
        ["3 zscore.raise 1", "4 zscore.clear 0"],
    ),
    "not judged before it knows enough": (
        {"zscore": (ZScore(level=BLUE, limit=6, clear=3, memory_readings=99, minimum_deviation=1, after_readings=5),)},
        [5, 5, 5, 50],
        [],
    ),
    "a small shift that lasts, and its end": (
        {"cusum": (Cusum(level=BLUE, limit=4, clear=1, drift=0.5, learn_readings=4, follow_readings=1000, minimum_deviation=1),)},
        [5, 5, 5, 5, 6.5, 6.5, 6.5, 6.5, 6.5, 4.5, 4.5, 4.5, 4.5],
        ["8 cusum.raise 1", "12 cusum.clear 0"],
    ),
    "stuck": ({"stuck": (Stuck(readings=3),)}, [1, 2, 2, 2, 2, 3], ["3 stuck.raise 0", "5 stuck.clear 0"]),
    "at rest is not stuck": ({"stuck": (Stuck(readings=3, rest_low=0, rest_high=1),)}, [0, 0, 0, 0], []),
    "out of range, and no alarm from it": (
        {"range": (OutOfRange(low=-5, high=2000, hold_readings=2),), "high": (AT_ONCE,)},
        [3, 9999, 9999, 3],
        ["2 range.raise 0", "3 range.clear 0"],
    ),
    "not a number": (
        {"unreadable": (Unreadable(readings=2),), "high": (AT_ONCE,)},
        [3, NAN, NAN, math.inf, 3],
        ["2 unreadable.raise 0", "4 unreadable.clear 0"],
    ),
    "unreadable readings do not break a hold": (GAS, [25, NAN, 25], ["2 high.raise 2"]),
    "too noisy": (
        {"noise": (Noise(limit=10, clear=5, memory_readings=1, after_readings=2),)},
        [0, 20, 0, 20, 20],
        ["2 noise.raise 0", "4 noise.clear 0"],
    ),
    "a dive from near full scale keeps the alarm": (
        {**GAS, "saturation": (DIVE,)},
        [90, 90, 1, 1, 1, 1, 1],
        ["0 high.raise 3", "2 saturation.raise 0"],
    ),
    "a slow fall is a clear": (
        {**GAS, "saturation": (DIVE,)},
        [90, 60, 30, 3, 3, 3],
        ["0 high.raise 3", "4 high.relax 2", "5 high.clear 0"],
    ),
    "it reads again": (
        {**GAS, "saturation": (DIVE,)},
        [90, 90, 1, 85],
        ["0 high.raise 3", "2 saturation.raise 0", "3 saturation.clear 0"],
    ),
    "four crossings in an hour": (
        {"count_in_window": (CountInWindow(level=YELLOW, above=20, crossings=4, window_s=3600),)},
        [25, 3, 25, 3, 25, 3, 25, 3],
        ["6 count_in_window.raise 2"],
    ),
    "a value that rises once and stays crosses once": (
        {"count_in_window": (CountInWindow(level=YELLOW, above=20, crossings=2, window_s=3600),)},
        [3, 25, 25, 26, 27, 25],
        [],
    ),
}


def detector_of(rules: dict[str, tuple[Settings, ...]], interval_ms: int = 0) -> Detector:
    return Detector([Profile("table", rules=rules)], np.zeros(1, np.int16), np.array([interval_ms], np.int64))


def minutes(values: list[float]) -> Readings:
    return Readings.of([0] * len(values), [START + MINUTE * k for k in range(len(values))], values)


def lines(rows: Any) -> list[str]:
    return [f"{(row['ts'] - START) // MINUTE} {row['code']} {row['level']}" for row in rows]


@pytest.mark.parametrize(("rules", "values", "edges"), TABLES.values(), ids=TABLES)
def test_edges(rules: dict[str, tuple[Settings, ...]], values: list[float], edges: list[str]) -> None:
    assert lines(detector_of(rules).update(minutes(values)).rows()) == edges


def test_device_findings_have_no_level() -> None:
    for rules, values, _ in TABLES.values():
        for row in detector_of(rules).update(minutes(values)).rows():
            assert row["kind"] == KINDS[row["rule"]]
            assert row["kind"] == "alarm" or row["level"] == AlarmLevel.NONE


def test_figures_carry_their_names() -> None:
    row = next(iter(detector_of(GAS).update(minutes([25, 25])).rows()))
    assert row["figures"] == {"limit": 20.0, "clear": 16.0, "readings": 2.0, "held_s": 0.0}
    assert (row["value"], row["limit"]) == (25.0, 20.0)


# --- time, without a reading -------------------------------------------------------------------------------------------


def test_a_hold_by_seconds_completes_without_a_reading() -> None:
    detector = detector_of({"high": (Level(level=YELLOW, limit=10, clear=5, hold_s=90),)})
    assert not len(detector.update(minutes([11])))
    assert not len(detector.tick(START + 90_000))
    row = next(iter(detector.tick(START + 90_001).rows()))
    assert (row["code"], row["ts"], row["figures"]["held_s"]) == ("high.raise", START + 90_000, 90.0)


def test_silence_is_told_by_time_and_ended_by_a_reading() -> None:
    detector = detector_of({"silence": (Silence(intervals=3, interval_s=999),)}, interval_ms=MINUTE)
    detector.update(minutes([1]))
    assert not len(detector.tick(START + 3 * MINUTE))
    assert lines(detector.tick(START + 5 * MINUTE).rows()) == ["3 silence.raise 0"]
    assert not len(detector.tick(START + 6 * MINUTE))
    assert lines(detector.update(Readings.of([0], [START + 7 * MINUTE], [1])).rows()) == ["7 silence.clear 0"]


def test_a_silence_that_no_tick_saw_is_told_by_the_reading_that_ends_it() -> None:
    detector = detector_of({"silence": (Silence(intervals=3, interval_s=60),)})
    found = detector.update(Readings.of([0, 0], [START, START + 9 * MINUTE], [1, 1]))
    assert lines(found.rows()) == ["3 silence.raise 0", "9 silence.clear 0"]


def test_a_sensor_that_never_spoke_is_silent_too() -> None:
    detector = detector_of({"silence": (Silence(intervals=2, interval_s=60),)})
    assert not len(detector.tick(START))
    assert lines(detector.tick(START + 3 * MINUTE).rows()) == ["2 silence.raise 0"]


def test_a_window_runs_empty_without_a_reading() -> None:
    detector = detector_of({"count_in_window": (CountInWindow(level=YELLOW, above=20, crossings=2, window_s=600),)})
    assert lines(detector.update(minutes([25, 3, 25])).rows()) == ["2 count_in_window.raise 2"]
    assert lines(detector.tick(START + 13 * MINUTE).rows()) == ["12 count_in_window.clear 0"]


def test_saturation_ends_after_its_time_and_then_the_alarm_clears() -> None:
    detector = detector_of({**GAS, "saturation": (DIVE,)})
    found = detector.update(minutes([90, 90] + [1.0] * 65))
    assert lines(found.rows()) == ["0 high.raise 3", "2 saturation.raise 0", "62 saturation.clear 0", "64 high.clear 0"]


# --- readings that change nothing --------------------------------------------------------------------------------------


def test_late_and_double_readings_change_nothing_and_are_counted() -> None:
    detector = detector_of({"high": (AT_ONCE,)})
    ts = [START + MINUTE, START, START + MINUTE, START + MINUTE]
    assert not len(detector.update(Readings.of([0] * 4, ts, [3, 90, 90, 90])))
    assert detector.counts == {"judged": 1, "late": 1, "duplicate": 2, "unreadable": 0, "unknown": 0}


def test_a_reading_twice_counts_once_in_a_hold() -> None:
    detector = detector_of(GAS)
    assert not len(detector.update(Readings.of([0, 0], [START, START], [25, 25])))


def test_bad_quality_is_not_believed_and_suspect_is() -> None:
    readings = Readings.of([0, 0], [START, START + 1], [90, 90], quality=[2, 1])
    assert [row["ts"] for row in detector_of({"high": (AT_ONCE,)}).update(readings).rows()] == [START + 1]


def test_unknown_sensors_are_counted_and_not_judged() -> None:
    detector = Detector([Profile("x", rules={"high": (AT_ONCE,)})], np.array([0, -1], np.int16))
    assert not len(detector.update(Readings.of([1, 2, -5], [START] * 3, [90, 90, 90])))
    assert detector.counts["unknown"] == 3
