"""The grid: readings laid once, seen as they were known at any moment."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.drawing import point
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.grid import AFTER_MS, HISTORY_MS, HOUR_MS, Grid
from tocsin.engine.diagnosis.habit import hours_habit
from tocsin.engine.diagnosis.laying import BIN_MS
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.diagnosis.scene import build_scene
from tocsin.engine.network import Network
from tocsin.warning.causes.policy.causes import shipped_templates

START_MS = 1_768_003_200_000
DAYS = 9
INTERVALS_S = (60.0, 300.0, 300.0, 600.0, 1800.0, 1800.0, 1800.0, np.nan, 900.0)
NETWORK = Network.from_features([point(f"S{k}", "manhole", 50.0 * k, 0, utility="sewer") for k in range(9)])


def columns() -> SensorColumns:
    """Nine sensors of different intervals, six of them thermometers, so that there are peers."""
    many = len(INTERVALS_S)
    return SensorColumns.build(
        NETWORK,
        index=[3 * k + 1 for k in range(many)],
        asset_code=[f"S{k}" for k in range(many)],
        quantity=["methane", "level", "level"] + ["temperature"] * (many - 3),
        interval_s=INTERVALS_S,
        accuracy=[np.nan] * many,
        alarm_low=[np.nan] * many,
        alarm_high=[25.0] * many,
        lon=NETWORK.lon,
        lat=NETWORK.lat,
    )


def life(seed: int) -> Readings:
    """Nine days of readings with jitter, gaps, spikes and a sensor that dies, in random order."""
    random = np.random.default_rng(seed)
    parts = []
    for k, interval_s in enumerate(INTERVALS_S):
        step = round(1000 * (1800.0 if np.isnan(interval_s) else interval_s))
        ts = START_MS + np.arange(0, DAYS * 24 * HOUR_MS, step) + random.integers(0, step, 1)
        ts = np.unique(ts + random.integers(-step // 3, step // 3, len(ts)))
        value = 10 + np.sin(ts / (24 * HOUR_MS) * 2 * np.pi) + 0.2 * random.standard_normal(len(ts))
        value[random.random(len(ts)) < 0.02] = 60.0
        kept = random.random(len(ts)) > 0.1
        gap = START_MS + random.integers(0, DAYS * 24 * HOUR_MS)
        kept &= (ts < gap) | (ts > gap + random.integers(0, 30 * HOUR_MS))
        if k == seed % len(INTERVALS_S):
            kept &= ts < START_MS + random.integers(0, DAYS * 24 * HOUR_MS)
        parts.append(Readings.of(np.full(kept.sum(), 3 * k + 1), ts[kept], value[kept]))
    whole = Readings.concatenate(parts)
    return whole.take(random.permutation(len(whole)))


def laid_slowly(readings: Readings, index: int, interval_s: float, first_ms: int, bins: int) -> np.ndarray:
    """The definition of one row, reading by reading."""
    chosen = readings.take(readings.sensor == index)
    pairs = sorted(zip(chosen.ts.tolist(), chosen.value.tolist(), strict=True))
    value = [pair[1] for pair in pairs]
    calm = [sorted(value[k - 1 : k + 2])[1] if 0 < k < len(value) - 1 else value[k] for k in range(len(value))]
    row = np.full(bins, np.nan)
    for at in range(bins):
        inside = [calm[k] for k, (ts, _) in enumerate(pairs) if first_ms + at * BIN_MS <= ts < first_ms + (at + 1) * BIN_MS]
        if inside:
            row[at] = np.mean(inside)
    patience = max(1, int(np.ceil(2 * (1800.0 if np.isnan(interval_s) else interval_s) * 1000 / BIN_MS)))
    told = np.flatnonzero(~np.isnan(row))
    for at in range(bins):
        before = told[told <= at]
        if len(before) and 0 < at - before[-1] <= patience:
            row[at] = row[before[-1]]
    return row


@pytest.mark.parametrize("seed", range(3))
def test_rows_are_means_of_ten_minutes_without_spikes_carried_over_short_gaps(seed: int) -> None:
    readings, sensors = life(seed), columns()
    readings = readings.take(readings.ts < START_MS + 3 * 24 * HOUR_MS)
    view = Grid.build(sensors, readings, ts_ms=START_MS + 3 * 24 * HOUR_MS).view(
        np.arange(len(sensors)), ts_ms=START_MS + 3 * 24 * HOUR_MS, as_of_ms=START_MS + 4 * 24 * HOUR_MS
    )
    for position, index in enumerate(sensors.index.tolist()):
        slow = laid_slowly(readings, index, INTERVALS_S[position], int(view.bins_ms[0]), len(view.bins_ms))
        np.testing.assert_allclose(view.values[position], slow)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 5), as_of_h=st.floats(-1, DAYS * 24), asked_h=st.floats(-12, 30), sensor=st.sampled_from(range(9)))
def test_a_scene_sees_nothing_that_came_later(seed: int, as_of_h: float, asked_h: float, sensor: int) -> None:
    """The scene of the whole grid as of a moment is the scene of the readings up to that moment."""
    readings, sensors = life(seed), columns()
    as_of_ms = START_MS + round(as_of_h * HOUR_MS)
    ts_ms = as_of_ms - round(asked_h * HOUR_MS)
    whole = Grid.build(sensors, readings, ts_ms=START_MS + (DAYS - 1) * 24 * HOUR_MS)
    known = Grid.build(sensors, readings.take(readings.ts <= as_of_ms), ts_ms=START_MS + (DAYS - 1) * 24 * HOUR_MS)
    question = {"sensor": 3 * sensor + 1, "ts_ms": ts_ms}
    build_scene(NETWORK, whole, shipped_templates(), **question, as_of_ms=START_MS + DAYS * 24 * HOUR_MS)  # may not leave a trace
    seen = build_scene(NETWORK, whole, shipped_templates(), **question, as_of_ms=as_of_ms)
    right = build_scene(NETWORK, known, shipped_templates(), **question, as_of_ms=START_MS + 99 * 24 * HOUR_MS)
    for name in ("bins_ms", "deviation", "usual", "scale"):
        np.testing.assert_array_equal(getattr(seen, name), getattr(right, name), err_msg=name)
    for position in range(len(seen.sensors)):
        for left, other in zip(seen.series(position), right.series(position), strict=True):
            np.testing.assert_array_equal(left, other)
        assert (seen.series(position)[0] <= min(as_of_ms, ts_ms + AFTER_MS)).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_rolling_grid_tells_the_same_as_one_built_at_once(seed: int) -> None:
    """Appended in pieces of any length, some readings late, some twice."""
    readings, sensors = life(seed), columns()
    random = np.random.default_rng(seed)
    ordered = readings.take(np.argsort(readings.ts + random.integers(0, 2 * HOUR_MS, len(readings))))
    rolling = Grid.rolling(sensors, from_ms=START_MS - HOUR_MS, keep_h=10 * 24, keep_raw_h=10 * 24)
    cuts = np.sort(random.integers(0, len(ordered), 60)).tolist()
    end_ms = START_MS + DAYS * 24 * HOUR_MS
    for begin, end in zip([0, *cuts], [*cuts, len(ordered)], strict=True):
        rolling.append(ordered.take(slice(max(0, begin - 20), end)))
        if rolling.newest_ms > 0:
            build_scene(NETWORK, rolling, shipped_templates(), sensor=1, ts_ms=rolling.newest_ms, as_of_ms=rolling.newest_ms)
    built = Grid.build(sensors, readings, ts_ms=end_ms)
    left, right = (
        build_scene(NETWORK, grid, shipped_templates(), sensor=13, ts_ms=end_ms, as_of_ms=end_ms) for grid in (rolling, built)
    )
    np.testing.assert_array_equal(left.bins_ms, right.bins_ms)
    np.testing.assert_allclose(left.deviation, right.deviation, atol=2e-5)
    np.testing.assert_allclose(left.scale, right.scale, atol=2e-5)
    for position in range(len(left.sensors)):
        np.testing.assert_array_equal(left.series(position)[0], right.series(position)[0])


def test_a_rolling_grid_forgets_and_stays_as_large_as_it_was() -> None:
    sensors = columns()
    grid = Grid.rolling(sensors, from_ms=START_MS, keep_h=48, keep_raw_h=6)
    size = grid.memory_bytes
    grid.append(Readings.of([7], [START_MS + HOUR_MS], [1.0]))  # a sensor that falls silent for longer than 32 bits can count
    for hour in range(1000):
        ts = START_MS + hour * HOUR_MS + np.arange(0, HOUR_MS, 300_000)
        grid.append(Readings.of(np.full(len(ts), 4), ts, np.full(len(ts), float(hour))))
    assert grid.memory_bytes == size
    view = grid.view(np.arange(9), ts_ms=grid.newest_ms, as_of_ms=grid.newest_ms)
    assert len(view.bins_ms) >= 48 * 6
    assert view.bins_ms[-1] == grid.newest_ms - grid.newest_ms % BIN_MS
    np.testing.assert_array_equal(view.values[1], np.repeat(np.arange(1000 - len(view.bins_ms) // 6, 1000.0), 6))
    assert np.isnan(view.values[0]).all()
    ts, value = grid.series(1, int(view.ends[1]), START_MS)
    assert 6 * 12 <= len(ts) <= 6 * 12 * 8 / 7 + 16
    assert (np.diff(ts) > 0).all()
    assert value[-1] == 999.0
    assert not len(grid.series(2, int(view.ends[2]), int(view.bins_ms[0]))[0])
    assert np.isnan(view.values[2]).all()
    grid.append(Readings.of([7], [int(ts[-1])], [2.0]))
    again = grid.view(np.arange(9), ts_ms=grid.newest_ms, as_of_ms=grid.newest_ms)
    assert again.values[2][~np.isnan(again.values[2])].tolist() == [2.0]


REFUSED = [
    ("of an unknown sensor", Readings.of([2], [START_MS], [1.0])),
    ("of a sensor beyond all", Readings.of([99], [START_MS], [1.0])),
    ("of no sensor", Readings.of([-1], [START_MS], [1.0])),
    ("not a number", Readings.of([1], [START_MS], [np.nan])),
    ("infinite", Readings.of([1], [START_MS], [np.inf])),
    ("bad", Readings.of([1], [START_MS], [1.0], [2])),
    ("older than the history", Readings.of([1], [START_MS - HISTORY_MS - HOUR_MS], [1.0])),
    ("long after the question", Readings.of([1], [START_MS + AFTER_MS + 1], [1.0])),
]


@pytest.mark.parametrize(("what", "readings"), REFUSED, ids=[row[0] for row in REFUSED])
def test_readings_that_count_for_nothing(what: str, readings: Readings) -> None:
    grid = Grid.build(columns(), readings, ts_ms=START_MS)
    assert grid.newest_ms == -1
    assert np.isnan(grid.view(np.arange(9), ts_ms=START_MS, as_of_ms=START_MS).values).all()


def test_of_two_readings_of_one_time_the_later_one_counts() -> None:
    grid = Grid.build(columns(), Readings.of([1, 1], [START_MS, START_MS], [1.0, 5.0]), ts_ms=START_MS)
    assert grid.view(np.array([0]), ts_ms=START_MS, as_of_ms=START_MS).values.tolist() == [[5.0]]


def test_the_habit_of_an_hour_is_its_median_half_shared_with_its_neighbours() -> None:
    first_bin = START_MS // BIN_MS + 30  # five hours later
    random = np.random.default_rng(4)
    values = random.normal(size=(3, 24 * 6 * 4 + 17))
    values[random.random(values.shape) < 0.2] = np.nan
    values[1, (first_bin + np.arange(values.shape[1])) // 6 % 24 == 7] = np.nan
    values[2] = np.nan
    hour = (first_bin + np.arange(values.shape[1])) // 6 % 24
    for position in range(2):
        by_hour = np.array([np.nanmedian(values[position]) if h == 7 and position == 1 else 0.0 for h in range(24)])
        for h in range(24):
            if not (h == 7 and position == 1):
                by_hour[h] = np.nanmedian(values[position, hour == h])
        shared = 0.5 * by_hour + 0.25 * (np.roll(by_hour, 1) + np.roll(by_hour, -1))
        np.testing.assert_allclose(hours_habit(values, first_bin)[position], shared)
    assert np.isnan(hours_habit(values, first_bin)[2]).all()
