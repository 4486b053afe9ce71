"""In how many periods a sensor reported: named cases, and the slow twin."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.engine.reporting import count_periods

CASES = [
    # name, moments, outages (from, to), expected, reported, planned; periods of 10 in 0 to 60, slack 0.2
    ("each once", [5, 15, 25, 35, 45, 55], [], 6, 6, 0),
    ("twice is once", [4, 5, 6], [], 6, 1, 0),
    ("nothing", [], [], 6, 0, 0),
    ("near an edge counts on both sides", [9, 31], [], 6, 4, 0),
    ("from the day before and the day after", [-1, 61], [], 6, 2, 0),
    ("an outage that touches two periods", [5, 15], [(19, 21)], 4, 1, 2),
    ("an outage over all", [5], [(-100, 100)], 0, 0, 6),
    ("an outage outside", [5], [(60, 90), (-20, 0)], 6, 1, 0),
    ("outages that overlap", [], [(0, 25), (20, 30)], 3, 0, 3),
]


@pytest.mark.parametrize(("name", "moments", "outages", "expected", "reported", "planned"), CASES)
def test_periods(
    name: str, moments: list[int], outages: list[tuple[int, int]], expected: int, reported: int, planned: int
) -> None:
    found = count_periods(
        np.zeros(len(moments), np.int64),
        np.array(moments, np.int64),
        period_ms=np.array([10]),
        begin_ms=np.array([0]),
        end_ms=60,
        outages=np.array([(0, *one) for one in outages], np.int64).reshape(-1, 3),
        slack=0.2,
    )
    assert (found.expected.tolist(), found.reported.tolist(), found.planned.tolist()) == ([expected], [reported], [planned]), name


SENSORS = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 150)), min_size=1, max_size=4)


@given(st.data(), SENSORS, st.sampled_from([0.0, 0.125, 0.25, 0.375]))
def test_as_the_slow_twin(data: st.DataObject, sensors: list[tuple[int, int]], slack: float) -> None:
    numbers = st.integers(0, len(sensors) - 1)
    readings = data.draw(st.lists(st.tuples(numbers, st.integers(-60, 260)), max_size=60))
    outages = data.draw(st.lists(st.tuples(numbers, st.integers(-50, 200), st.integers(1, 120)), max_size=5))
    spans = [(one, begins, begins + length) for one, begins, length in outages]
    found = count_periods(
        np.array([one for one, _at in readings], np.int64),
        np.array([at for _one, at in readings], np.int64),
        period_ms=np.array([period for period, _begin in sensors]),
        begin_ms=np.array([begin for _period, begin in sensors]),
        end_ms=200,
        outages=np.array(spans, np.int64).reshape(-1, 3),
        slack=slack,
    )
    for number, (period, begin) in enumerate(sensors):
        assert (found.expected[number], found.reported[number], found.planned[number]) == _twin(
            period, begin, [at for one, at in readings if one == number], [one[1:] for one in spans if one[0] == number], slack
        )


def _twin(period: int, begin: int, moments: list[int], outages: list[tuple[int, int]], slack: float) -> tuple[int, int, int]:
    expected = reported = planned = 0
    for number in range(max(0, math.floor((200 - begin) / period))):
        start, stop = begin + number * period, begin + (number + 1) * period
        if any(begins < stop and ends > start for begins, ends in outages):
            planned += 1
            continue
        expected += 1
        low, high = start - slack * period, stop + slack * period
        reported += any(start <= at < stop or (low <= at < start) or (stop <= at <= high) for at in moments)
    return expected, reported, planned
