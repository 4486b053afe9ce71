"""The pass that learns rest and running: the same as its slow twin, and nothing of what comes later."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.reference.load import Slow
from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.load.track import Tracking, new_tracks, rules_of
from tocsin.engine.work.load.tracking import track_rows

DAYS = 25
FIGURES = LoadFigures(learning_days=7)


def curves(seed: int) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.uint8]]:
    """A process meter and a connection with offices, heating and stray loads; drivers; days that may be learnt from."""
    rng = np.random.default_rng(seed)
    quarter = np.arange(DAYS * 96)
    hour, day = quarter % 96 / 4, quarter // 96
    works = (hour >= 7) & (hour < 19) & (day % 7 < 6) & ~((day >= 15) & (day < 18))
    line = 1.0 + works * (80.0 + 20.0 * rng.standard_normal(len(quarter)))
    cold = np.repeat(8.0 + 5.0 * np.sin(np.arange(DAYS * 24) / 30.0), 4)
    stray = np.where(rng.random(len(quarter)) < 0.02, 40.0, 0.0)
    whole = line + 30.0 + cold + 3.0 * rng.standard_normal(len(quarter)) + stray
    kw = np.stack([line, whole]).astype(np.float32)
    kw[rng.random(kw.shape) < 0.02] = np.nan
    drivers = np.stack(
        [np.ones(DAYS * 24), (np.arange(DAYS * 24) % 24 >= 8) * 1.0, cold[::4] / 10, np.zeros(DAYS * 24), np.zeros(DAYS * 24)], 1
    )
    learn = np.ones((2, DAYS), np.uint8)
    learn[:, 15:20] = 0
    return kw, drivers, learn


def tracked(kw: NDArray[np.float32], drivers: NDArray[np.float64], learn: NDArray[np.uint8]) -> Tracking:
    told = Tracking.empty(2, DAYS)
    tracks = new_tracks(np.array([0.0, 20.0]), np.array([60.0, 90.0]), np.array([False, True]))
    kind = np.array([0 if day % 7 < 5 else 1 for day in range(DAYS)], np.uint8)
    track_rows(kw, drivers, kind, learn, rules_of(FIGURES), tracks, *told.rows(slice(None)))
    return told


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_as_its_slow_twin(seed: int) -> None:
    kw, drivers, learn = curves(seed)
    told = tracked(kw, drivers, learn)
    for row, (rest, span, mixed) in enumerate(((0.0, 60.0, False), (20.0, 90.0, True))):
        slow = Slow(FIGURES, rest, span, mixed)
        for day in range(DAYS):
            inside = slice(day * 96, day * 96 + 96)
            shares, states, begun = slow.day(kw[row, inside], drivers[day * 24 : day * 24 + 24], bool(learn[row, day]))
            assert told.days[row, day, 1] == pytest.approx(begun, rel=1e-4)
            np.testing.assert_allclose(told.share[row, inside], shares, rtol=2e-3, atol=1e-4)
            assert (told.state[row, inside] == states).mean() > 0.98  # at a threshold the last bit may decide


@pytest.mark.parametrize("day", [3, 11, 19])
def test_nothing_later_is_used(day: int) -> None:
    kw, drivers, learn = curves(4)
    whole = tracked(kw, drivers, learn)
    kw[:, day * 96 :] = 1000.0
    begun = tracked(kw, drivers, learn)
    np.testing.assert_array_equal(whole.share[:, : day * 96], begun.share[:, : day * 96])
    np.testing.assert_array_equal(whole.state[:, : day * 96], begun.state[:, : day * 96])
    np.testing.assert_array_equal(whole.days[:, :day], begun.days[:, :day])


def test_levels_stand_still_on_days_that_teach_nothing() -> None:
    kw, drivers, learn = curves(5)
    kw[0, 15 * 96 : 20 * 96] *= 3.0
    spans = tracked(kw, drivers, learn).days[0, :, 1]
    assert (spans[15:21] == spans[15]).all()


def test_a_rest_level_that_is_first_seen_late_tells_by_how_much_it_moved() -> None:
    """Round the clock at 200 kW; rest, guessed at 80 kW, is first seen at 20 kW on the twentieth day."""
    kw, drivers, learn = curves(6)
    kw[1] = 200.0 + np.sin(np.arange(DAYS * 96))
    kw[1, 19 * 96 : 22 * 96] = 20.0
    learn[1] = 1
    told = Tracking.empty(2, DAYS)
    tracks = new_tracks(np.array([0.0, 80.0]), np.array([60.0, 120.0]), np.array([False, True]))
    track_rows(kw, drivers, np.zeros(DAYS, np.uint8), learn, rules_of(FIGURES), tracks, *told.rows(slice(None)))
    moved = told.days[1, :, 5]
    assert moved[:20] == pytest.approx(0.0, abs=1e-9)
    assert moved[22] == pytest.approx(-60.0, abs=6.0)
    assert moved[22] == pytest.approx(told.days[1, 22, 0] - told.days[1, 0, 0], abs=6.0)
    assert told.days[0, -1, 5] == pytest.approx(1.0, abs=0.01)  # a process meter's, guessed at 0 and found at 1 kW
