"""Load, floods, standing and chattering alarms: named tables, and the slow twin."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import alarm_quality as slow
from tocsin.engine import alarm_quality
from tocsin.engine.alarm_quality import FloodRule, busiest, chattering, load_of, share_within, standing

MINUTE = 60_000
HOUR = 60 * MINUTE


def every(seconds: float, count: int, begin_min: float = 0) -> list[int]:
    return [int(begin_min * MINUTE + 1000 * seconds * k) for k in range(count)]


LOADS: list[
    tuple[str, list[int], float, int, int, float]
] = [  # alarms, operators, floods, flood minutes, alarms per operator hour
    ("silence", [], 1, 0, 0, 0.0),
    ("ten in ten minutes are no flood", every(1, 10), 1, 0, 0, 10.0),
    ("eleven are one, until fewer than five are left", every(1, 11), 1, 1, 10, 11.0),
    ("for two operators they are none", every(1, 11), 2, 0, 0, 5.5),
    ("twenty-one for two operators are one", every(1, 21), 2, 1, 10, 10.5),
    ("a flood goes on while five come", [*every(1, 11), *every(60, 20, 5)], 1, 1, 30, 31.0),
    ("two floods", [*every(1, 11), *every(1, 12, 30)], 1, 2, 20, 23.0),
]


@pytest.mark.parametrize(("name", "raised", "operators", "floods", "minutes", "rate"), LOADS, ids=[one[0] for one in LOADS])
def test_floods(name: str, raised: list[int], operators: float, floods: int, minutes: int, rate: float) -> None:
    load = load_of(np.array(raised, np.int64), begin_ms=0, end_ms=HOUR, operators=operators)
    assert (load.floods, load.flood_minutes, load.per_hour) == (floods, minutes, rate)


@settings(max_examples=60, deadline=None)
@given(
    raised=st.lists(st.integers(-20 * MINUTE, 130 * MINUTE), max_size=120),
    operators=st.sampled_from([1.0, 2.0, 0.5]),
    window=st.integers(1, 15),
)
def test_the_load_is_that_of_the_slow_twin(raised: list[int], operators: float, window: int) -> None:
    rule = FloodRule(window, 6, 3)
    load = load_of(np.array(raised, np.int64), begin_ms=0, end_ms=2 * HOUR + 30_000, operators=operators, rule=rule)
    counts, flags, floods = slow.load(raised, 0, 2 * HOUR + 30_000, operators, window, 6, 3)
    assert (load.per_window.tolist(), load.in_flood.tolist(), load.floods) == (counts, flags, floods)


@settings(max_examples=60, deadline=None)
@given(events=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 400_000)), max_size=40), raises=st.integers(1, 5))
def test_chattering_is_that_of_the_slow_twin(events: list[tuple[int, int]], raises: int) -> None:
    point, at = np.array([one for one, _ in events], np.int32), np.array([one for _, one in events], np.int64)
    assert chattering(point, at, raises=raises, within_ms=MINUTE).tolist() == slow.chattering(events, raises, MINUTE)


def test_standing_alarms_are_open_and_old() -> None:
    raised = np.array([0, 0, 0, 90 * MINUTE, 200 * MINUTE], np.int64)
    closed = np.array([-1, HOUR, 3 * HOUR, -1, -1], np.int64)
    assert standing(raised, closed, at_ms=2 * HOUR, longer_ms=HOUR).tolist() == [True, False, True, False, False]


def test_the_busiest_points_first() -> None:
    points, counts = busiest(np.array([3, 1, 2, 1, 3, 9], np.int32), 3)
    assert (points.tolist(), counts.tolist()) == ([1, 3, 2], [2, 2, 1])


def test_shares_of_nothing_are_nothing() -> None:
    assert np.isnan(share_within(np.empty(0, np.int64), 0.9))
    assert share_within(np.array([5]), 0.9) == 5.0


@pytest.mark.parametrize(("end_ms", "operators"), [(MINUTE - 1, 1), (HOUR, 0)])
def test_no_time_and_no_operator_are_refused(end_ms: int, operators: float) -> None:
    with pytest.raises(ValueError, match="at least"):
        load_of(np.empty(0, np.int64), begin_ms=0, end_ms=end_ms, operators=operators)


def test_examples() -> None:
    assert doctest.testmod(alarm_quality).failed == 0
