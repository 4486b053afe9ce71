"""Sensors dealt out: partitions find together what one detector finds, also when their number changes on the way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.detection.streams import SENSORS, Step, profiles, readings_of, streams
from tests.engine.detection.test_twins import INTERVAL_MS, new_detector, run, told_by_detector
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detector import Detector
from tocsin.engine.detection.partition import Partition, divide, join, partitions
from tocsin.engine.detection.profiles import Profile

COUNTS = st.sampled_from([1, 2, 3, 4, 5])  # more partitions than sensors, too
NUMBERS = np.zeros(SENSORS, np.int16)


def dealt(profile: Profile, count: int) -> list[Detector]:
    return [Detector([profile], one.column_of(NUMBERS), one.column_of(INTERVAL_MS)) for one in partitions(count)]


def run_dealt(detectors: list[Detector], steps: list[Step]) -> list[tuple[object, ...]]:
    told: list[tuple[object, ...]] = []
    for step in steps:
        for one, detector in zip(partitions(len(detectors)), detectors, strict=True):
            if step.sensor < 0:
                told += told_by_detector(one.outside(detector.tick(step.ts)))
            else:
                own = one.readings_of(readings_of([step]))
                told += told_by_detector(one.outside(detector.update(one.inside(own))))
    return told


def by_sensor(told: list[tuple[object, ...]]) -> dict[object, list[tuple[object, ...]]]:
    """Edges of each sensor in their order: between sensors there is none."""
    return {sensor: [one for one in told if one[0] == sensor] for sensor in {one[0] for one in told}}


@settings(max_examples=60, deadline=None)
@given(profile=profiles(), steps=streams(), counts=st.lists(COUNTS, min_size=1, max_size=3), place=st.integers(0, 60))
def test_partitions_find_what_one_detector_finds(profile: Profile, steps: list[Step], counts: list[int], place: int) -> None:
    whole = new_detector(profile)
    expected = run(whole, steps)
    told: list[tuple[object, ...]] = []
    states = [new_detector(profile).snapshot()]
    for turn, count in enumerate(counts):
        part = steps[turn * place :] if turn == len(counts) - 1 else steps[turn * place : (turn + 1) * place]
        detectors = dealt(profile, count)
        for detector, state in zip(detectors, divide(join(states), count), strict=True):
            detector.restore(state)
        told += run_dealt(detectors, part)
        states = [detector.snapshot() for detector in detectors]
    assert by_sensor(told) == by_sensor(expected)
    assert join(states) == whole.snapshot()


@settings(max_examples=60, deadline=None)
@given(sensors=st.lists(st.integers(0, 40), max_size=30), count=COUNTS)
def test_every_reading_belongs_to_one_partition(sensors: list[int], count: int) -> None:
    readings = Readings.of(sensors, np.arange(len(sensors)), np.arange(len(sensors)))
    parts = [one.readings_of(readings) for one in partitions(count)]
    assert sorted(np.concatenate([part.ts for part in parts]).tolist()) == list(range(len(sensors)))
    for one, part in zip(partitions(count), parts, strict=True):
        assert all(one.has(sensor) for sensor in part.sensor.tolist())
        assert (one.inside(part).sensor * count + one.number).tolist() == part.sensor.tolist()


def test_the_only_partition_is_handed_everything_as_it_is() -> None:
    readings = Readings.of([3, 4], [1, 2], [1.0, 2.0])
    assert Partition().readings_of(readings) is readings
    assert Partition().inside(readings) is readings


def test_a_partition_without_memory_knows_nothing() -> None:
    detector = Detector([Profile("x")], np.zeros(3, np.int16))
    assert len(join([b"", divide(detector.snapshot(), 2)[1]])) == len(Detector([], np.full(2, -1, np.int16)).snapshot())
    with pytest.raises(ValueError, match="at least one"):
        partitions(0)
    with pytest.raises(ValueError, match="no partition 2 of 2"):
        Partition(2, 2)
