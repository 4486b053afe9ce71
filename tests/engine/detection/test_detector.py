"""The registry may change while the state lives on; snapshots; many detections at once; memory."""

import numpy as np
import pytest

from tests.engine.detection.test_edges import AT_ONCE, GAS, MINUTE, START, detector_of, lines, minutes
from tocsin.base.levels import AlarmLevel
from tocsin.engine.columns import Readings
from tocsin.engine.detection import RULES
from tocsin.engine.detection.catalogue import RULES as RULE_LINES
from tocsin.engine.detection.detector import Detector
from tocsin.engine.detection.profiles import Profile
from tocsin.engine.detection.rule import CAPACITY
from tocsin.engine.detection.state import CACHE_LINE, FREQUENT, RARE
from tocsin.engine.detectors.levels import Level
from tocsin.engine.detectors.zscore import ZScore

ZSCORE = ZScore(level=AlarmLevel.BLUE, limit=6, clear=3, memory_readings=9, minimum_deviation=1, after_readings=3)


def test_numbers_of_rules_are_their_places() -> None:
    assert [rule.number for rule in RULE_LINES] == list(range(len(RULES)))
    assert len(RULES) <= 15  # the sixteenth bit of `raised` is DOUBTED


def test_the_frequent_state_is_one_cache_line() -> None:
    assert FREQUENT.itemsize == CACHE_LINE
    assert RARE.itemsize % CACHE_LINE == 0
    detector = Detector([], np.zeros(0, np.int16))
    detector.set_sensors(np.full(1000, -1, np.int16))
    assert detector.state_bytes * 1000 < 2**30


def test_more_sensors_keep_the_state_of_those_known() -> None:
    detector = detector_of(GAS)
    assert not len(detector.update(minutes([25])))
    detector.set_sensors(np.zeros(5, np.int16))
    found = detector.update(Readings.of([0, 4], [START + MINUTE] * 2, [25, 25]))
    assert found.sensor.tolist() == [0]


def test_a_rule_that_is_taken_away_clears_what_it_had_raised() -> None:
    detector = detector_of({"high": (AT_ONCE,)})
    detector.update(minutes([25]))
    detector.set_profiles([Profile("none")], np.zeros(1, np.int16))
    rows = list(detector.tick(START + MINUTE).rows())
    assert [(row["code"], row["level"], row["limit"]) for row in rows] == [("high.withdrawn", 0, None)]
    assert not len(detector.tick(START + 2 * MINUTE))


def test_a_sensor_that_is_no_longer_watched_clears() -> None:
    detector = detector_of({"high": (AT_ONCE,)})
    detector.update(minutes([25]))
    detector.set_sensors(np.array([-1], np.int16))
    assert lines(detector.tick(START + MINUTE).rows()) == ["0 high.withdrawn 0"]


def test_a_new_limit_is_judged_at_the_next_reading() -> None:
    detector = detector_of({"high": (Level(level=AlarmLevel.YELLOW, limit=50, clear=40),)})
    assert not len(detector.update(minutes([25])))
    detector.set_profiles([Profile("x", rules={"high": (AT_ONCE,)})], np.zeros(1, np.int16))
    assert lines(detector.update(Readings.of([0], [START + MINUTE], [25])).rows()) == ["1 high.raise 2"]


def test_a_rule_that_learns_begins_anew_when_it_is_added() -> None:
    detector = detector_of({"high": (AT_ONCE,)})
    detector.update(minutes([15.0] * 20))
    detector.set_profiles([Profile("x", rules={"zscore": (ZSCORE,)})], np.zeros(1, np.int16))
    later = Readings.of([0] * 5, [START + MINUTE * k for k in range(20, 25)], [15.0] * 5)
    assert not len(detector.update(later))


def test_more_detections_than_the_book_holds() -> None:
    sensors = 3 * CAPACITY
    detector = Detector([Profile("x", rules={"high": (AT_ONCE,)})], np.zeros(sensors, np.int16))
    found = detector.update(Readings.of(np.arange(sensors), np.full(sensors, START), np.full(sensors, 25.0)))
    assert np.array_equal(found.sensor, np.arange(sensors))


def test_a_snapshot_of_more_or_fewer_sensors_is_restored() -> None:
    small, large = detector_of(GAS), Detector([Profile("x", rules=GAS)], np.zeros(3, np.int16))
    small.update(minutes([25]))
    large.restore(small.snapshot())
    assert large.update(Readings.of([0, 2], [START + MINUTE] * 2, [25, 25])).sensor.tolist() == [0]
    small.restore(large.snapshot())
    assert not len(small.update(Readings.of([2], [START + 2 * MINUTE], [25])))


@pytest.mark.parametrize("broken", [b"", b"nonsense", detector_of(GAS).snapshot()[:-1]])
def test_a_broken_snapshot_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="snapshot"):
        detector_of(GAS).restore(broken)


def test_a_profile_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="1 profiles"):
        Detector([Profile("x")], np.array([1], np.int16))


def test_read_only_and_strided_columns_are_read() -> None:
    base = np.arange(8, dtype=np.int64)
    readings = Readings(np.zeros(4, np.int32), START + base[::2], np.full(4, 25.0), np.zeros(4, np.uint8))
    readings.value.flags.writeable = False
    assert lines(detector_of({"high": (AT_ONCE,)}).update(readings).rows()) == ["0 high.raise 2"]
