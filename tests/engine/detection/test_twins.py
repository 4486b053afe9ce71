"""The detector equals its slow twin, edge by edge and bit by bit, on whatever is generated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.detection.streams import SENSORS, Step, profiles, readings_of, streams
from tests.reference.detector import ReferenceSensor
from tocsin.engine.detection import RULES
from tocsin.engine.detection.detections import Detections
from tocsin.engine.detection.detector import Detector
from tocsin.engine.detection.profiles import Profile

INTERVAL_MS = np.array([0, 60_000, 30_000], np.int64)


def told_by_detector(detections: Detections) -> list[tuple[object, ...]]:
    told: list[tuple[object, ...]] = [
        (
            int(detections.sensor[k]),
            RULES[detections.rule[k]],
            int(detections.edge[k]),
            int(detections.level[k]),
            int(detections.ts[k]),
            same(detections.value[k]),
            float(detections.limit[k]),
            tuple(detections.figures[k].tolist()),
        )
        for k in range(len(detections))
    ]
    return told


def same(value: float) -> float | str:
    """A value that equals itself, even where it is not a number."""
    return "nan" if value != value else float(value)


def told_by_twin(profile: Profile, steps: list[Step]) -> list[tuple[object, ...]]:
    sensors = [ReferenceSensor(profile, int(INTERVAL_MS[k])) for k in range(SENSORS)]
    told = list[tuple[object, ...]]()
    for step in steps:
        if step.sensor < 0:
            edges = [(k, edge) for k in range(SENSORS) for edge in sensors[k].tick(step.ts)]
        else:
            edges = [(step.sensor, edge) for edge in sensors[step.sensor].read(step.ts, step.value, step.quality)]
        told += [
            (k, one.rule, int(one.edge), one.level, one.ts, same(one.value), float(one.limit), tuple(map(float, one.figures)))
            for k, one in edges
        ]
    return told


def new_detector(profile: Profile) -> Detector:
    return Detector([profile], np.zeros(SENSORS, np.int16), INTERVAL_MS)


def run(detector: Detector, steps: list[Step]) -> list[tuple[object, ...]]:
    told: list[tuple[object, ...]] = []
    for step in steps:
        told += told_by_detector(detector.tick(step.ts) if step.sensor < 0 else detector.update(readings_of([step])))
    return told


@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_rule_equals_its_twin(rule: str, data: st.DataObject) -> None:
    profile, steps = data.draw(profiles((rule,))), data.draw(streams())
    assert run(new_detector(profile), steps) == told_by_twin(profile, steps)


@settings(max_examples=150, deadline=None)
@given(profile=profiles(), steps=streams())
def test_all_rules_together_equal_their_twins(profile: Profile, steps: list[Step]) -> None:
    assert run(new_detector(profile), steps) == told_by_twin(profile, steps)


@settings(max_examples=60, deadline=None)
@given(profile=profiles(), steps=streams(), cuts=st.sets(st.integers(1, 100), max_size=6))
def test_the_cut_into_batches_does_not_matter(profile: Profile, steps: list[Step], cuts: set[int]) -> None:
    readings = readings_of(steps)
    whole = told_by_detector(new_detector(profile).update(readings))
    detector, told, start = new_detector(profile), list[tuple[object, ...]](), 0
    for end in [*sorted(cut for cut in cuts if cut < len(readings)), len(readings)]:
        told += told_by_detector(detector.update(readings.take(slice(start, end))))
        start = end
    assert told == whole


@settings(max_examples=60, deadline=None)
@given(profile=profiles(), steps=streams(), place=st.integers(0, 100))
def test_a_restored_run_equals_an_unbroken_one(profile: Profile, steps: list[Step], place: int) -> None:
    place = min(place, len(steps))
    unbroken = run(new_detector(profile), steps)
    before, after = new_detector(profile), new_detector(profile)
    told = run(before, steps[:place])
    after.restore(before.snapshot())
    assert told + run(after, steps[place:]) == unbroken
    assert after.snapshot() == _snapshot_of(profile, steps)


def _snapshot_of(profile: Profile, steps: list[Step]) -> bytes:
    detector = new_detector(profile)
    run(detector, steps)
    return detector.snapshot()


@settings(max_examples=60, deadline=None)
@given(profile=profiles(), steps=streams())
def test_ticks_between_readings_add_nothing_and_lose_nothing(profile: Profile, steps: list[Step]) -> None:
    """A tick at the time of the next reading tells what that reading would have told first."""
    readings = [step for step in steps if step.sensor >= 0]
    in_order = [step for k, step in enumerate(readings) if all(step.ts > earlier.ts for earlier in readings[:k])]
    without = run(new_detector(profile), in_order)
    ticked = [one for step in in_order for one in (Step(-1, step.ts), step)]
    with_ticks = run(new_detector(profile), ticked)
    spoken = {told for told in with_ticks if told in without}
    assert spoken == set(without)
