"""Readings on hours, and the medians of practice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.engine.baselines.classic import night_minimum, same_hour_median
from tocsin.engine.baselines.hours import Hours, hours_of_bins, lay_on_hours

HOUR_MS = 3_600_000


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6 * HOUR_MS), st.floats(-9, 9) | st.just(np.nan)), max_size=120))
def test_laying_equals_its_slow_twin(rows: list[tuple[int, int, float]]) -> None:
    rows = sorted(rows, key=lambda row: row[:2])
    position, ts, value = (np.array([row[k] for row in rows], kind) for k, kind in enumerate((np.int64, np.int64, np.float64)))
    laid = lay_on_hours(position, ts, value, sensors=3, first_hour=1, hours=4)
    for sensor in range(3):
        for hour in range(4):
            there = [row for row in rows if row[0] == sensor and row[1] // HOUR_MS == hour + 1 and not np.isnan(row[2])]
            if there:
                assert laid.middle[sensor, hour] == pytest.approx(np.median([row[2] for row in there]))
                nearest = min(abs(row[1] % HOUR_MS - HOUR_MS // 2) for row in there)
                assert laid.sample[sensor, hour] in [row[2] for row in there if abs(row[1] % HOUR_MS - HOUR_MS // 2) == nearest]
            else:
                assert np.isnan(laid.middle[sensor, hour]) and np.isnan(laid.sample[sensor, hour])


def test_bins_that_begin_within_an_hour() -> None:
    values = np.arange(16.0)[None]
    laid = hours_of_bins(values, first_ms=HOUR_MS - 2 * 600_000)
    assert laid.first_hour == 1
    assert laid.middle.tolist() == [[4.5, 10.5]] and laid.sample.tolist() == [[5.0, 11.0]]


def test_before_is_causal() -> None:
    hours = Hours(10, np.arange(20.0)[None], np.arange(20.0)[None])
    assert hours.before(15, 3).middle.tolist() == [[2.0, 3.0, 4.0]] and hours.before(15, 3).first_hour == 12
    assert hours.before(5, 3).middle.shape == (1, 0)


def test_same_hour_of_seven_days() -> None:
    value = np.tile(np.arange(24.0), 8)
    value[-24:] = 99.0  # one odd day does not move a median
    assert same_hour_median(Hours(0, value[None], value[None])).tolist() == [list(np.arange(24.0))]
    value[: 5 * 24] = np.nan
    assert np.isnan(same_hour_median(Hours(0, value[None], value[None]))).all()


def test_night_minimum_against_a_fortnight() -> None:
    value = np.full(16 * 24, 50.0)
    hour = (np.arange(len(value)) + 8) % 24
    value[(hour >= 2) & (hour < 4)] = 10.0
    newest = np.flatnonzero(hour == 3)[-1]
    value[newest - 1 : newest + 1] = 16.0  # a leak that runs all night
    assert [one.tolist() for one in night_minimum(Hours(0, value[None], value[None]))] == [[16.0], [10.0]]
