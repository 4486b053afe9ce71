"""Repeats and least delays over columns, against their slow twins."""

from collections import defaultdict, deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.engine.columns import Readings
from tocsin.engine.timing import DEPTH, LeastDelays, RecentMoments, skew_of

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40), st.sampled_from([1.0, 2.0, float("nan")])), max_size=60)


@given(st.lists(ROWS, max_size=5))
def test_repeats_as_the_slow_twin(batches: list[list[tuple[int, int, float]]]) -> None:
    recent = RecentMoments()
    memory: dict[int, deque[tuple[int, float]]] = defaultdict(lambda: deque(maxlen=DEPTH))
    for batch in batches:
        found = recent.repeats(_readings(batch))
        naive: list[tuple[int, bool]] = []
        fresh: dict[tuple[int, int], float] = {}
        for sensor, ts, value in sorted(batch, key=lambda one: (one[0], one[1])):
            kept = next((one for at, one in memory[sensor] if at == ts), fresh.get((sensor, ts)))
            if kept is None:
                fresh[sensor, ts] = value
            else:
                naive.append((sensor, value == kept or (value != value and kept != kept)))
        for (sensor, ts), value in fresh.items():
            memory[sensor].append((ts, value))
        assert list(zip(found.sensor.tolist(), found.same.tolist(), strict=True)) == naive


def test_a_moment_long_past_is_no_repeat() -> None:
    recent = RecentMoments()
    recent.repeats(_readings([(0, number, 1.0) for number in range(DEPTH + 1)]))
    assert recent.repeats(_readings([(0, 0, 1.0)])).sensor.tolist() == []
    assert recent.repeats(_readings([(0, DEPTH, 2.0)])).same.tolist() == [False]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1000), st.integers(0, 1000)), max_size=60))
def test_least_delays_as_the_slow_twin(rows: list[tuple[int, int, int]]) -> None:
    delays = LeastDelays()
    naive: dict[int, float] = {}
    for sensor, ts, arrived in rows:
        delays.add(_readings([(sensor, ts, 1.0)]), arrived)
        naive[sensor] = min(naive.get(sensor, float("inf")), arrived - ts)
    assert delays.take() == naive
    assert delays.take() == {}


@pytest.mark.parametrize("skew_ms", [-90_000, 0, 75_000])
def test_batches_and_late_sends_are_no_skew(skew_ms: int) -> None:
    """A device that sends ten minutes at once, over a network of up to 2 s, and was away for a day."""
    drawn = np.random.default_rng(7)
    least = []
    for hour in range(24):
        delays = LeastDelays()
        for batch in range(6):
            now = (hour * 6 + batch) * 600_000 + 600_000
            away = 86_400_000 if hour in (5, 6, 7) else 0
            moments = np.arange(now - 600_000, now, 60_000) + skew_ms - away
            arrived = now + int(drawn.integers(50, 2000))
            delays.add(Readings.of(sensor=np.zeros(10, np.int32), ts=moments, value=np.ones(10)), arrived)
        least.append(delays.take()[0])
    assert skew_of(least) == pytest.approx(skew_ms - 60_000, abs=600)


def _readings(rows: list[tuple[int, int, float]]) -> Readings:
    sensor, ts, value = zip(*rows, strict=True) if rows else ((), (), ())
    return Readings.of(sensor=sensor, ts=ts, value=value)
