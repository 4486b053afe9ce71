"""Electrical danger is told by name, with the time to its limit, and a day's ordinary rise is no trend."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.engine.work.danger import DangerFigures, DangerKind, DangerVerdict, imbalance_of, judge_danger, trend_of

FIGURES = DangerFigures(
    limit={DangerKind.OVERLOAD: 1.0, DangerKind.IMBALANCE: 0.3, DangerKind.RESIDUAL_CURRENT: 300.0, DangerKind.HOT_JOINT: 90.0},
    high={DangerKind.OVERLOAD: 0.9, DangerKind.IMBALANCE: 0.15, DangerKind.RESIDUAL_CURRENT: 150.0, DangerKind.HOT_JOINT: 70.0},
    beyond_quarters=2,
    fast_h=8.0,
    slow_d=14,
    least_points=7,
    horizon_h=72.0,
    confidence=0.95,
)
DAY = 96
JOINT = DangerKind.HOT_JOINT


def joint_c(days: int, *, seed: int = 1, swing_c: float = 8.0, level_c: float = 50.0) -> np.ndarray:
    """Warm by day, cool by night; ends at noon, in the middle of the rise."""
    t = np.arange(days * DAY + DAY // 2)
    return level_c + swing_c * np.sin((t - 30) / DAY * 2 * np.pi) + 0.3 * np.random.default_rng(seed).standard_normal(len(t))


def test_the_rise_of_every_morning_is_no_danger() -> None:
    found = judge_danger(JOINT, joint_c(10), FIGURES)
    assert (found.verdict, found.trend) == (DangerVerdict.NORMAL, None)
    assert np.isinf(found.hours_to_limit)


def test_a_joint_that_heats_within_hours_is_told_with_its_time() -> None:
    """2 K an hour above habit for eight hours, 90 degrees is 16 K away: eight hours."""
    values = joint_c(10)
    values[-32:] += np.arange(32) / 4 * 2.0
    found = judge_danger(JOINT, values, FIGURES)
    left = 90.0 - values[-1]
    assert found.verdict is DangerVerdict.NEARING
    assert found.hours_to_limit == pytest.approx(left / 2.0, rel=0.15)
    assert found.interval_h[0] <= found.hours_to_limit <= found.interval_h[1]


def test_a_joint_that_ages_over_weeks_is_told_by_its_daily_highs() -> None:
    values = joint_c(14, level_c=55.0)
    values += np.arange(len(values)) / DAY * 1.2
    found = judge_danger(JOINT, values, FIGURES)
    assert found.trend is not None
    assert found.trend.per_h == pytest.approx(1.2 / 24, rel=0.2)
    assert found.hours_to_limit == pytest.approx((90.0 - 55.0 - 8.0 - 14 * 1.2) * 24 / 1.2, rel=0.25)


@pytest.mark.parametrize(
    ("kind", "tail", "verdict"),
    [
        (DangerKind.OVERLOAD, [1.05, 1.1], DangerVerdict.BEYOND),
        (DangerKind.OVERLOAD, [1.2, 0.95], DangerVerdict.HIGH),
        (DangerKind.RESIDUAL_CURRENT, [300.0, 301.0], DangerVerdict.BEYOND),
        (DangerKind.IMBALANCE, [0.1, 0.16], DangerVerdict.HIGH),
        (JOINT, [np.nan] * 6, DangerVerdict.UNKNOWN),
        (JOINT, [np.nan, 40.0], DangerVerdict.NORMAL),
    ],
)
def test_verdicts(kind: DangerKind, tail: list[float], verdict: DangerVerdict) -> None:
    """Two quarters beyond make it beyond; one does not; an hour without a reading is not known."""
    values = np.concatenate([np.full(4, 0.05), tail])
    assert judge_danger(kind, values, FIGURES).verdict is verdict


@settings(max_examples=40, deadline=None)
@given(slope=st.floats(-5, 5), start=st.floats(-100, 100), wild=st.lists(st.integers(0, 29), max_size=8, unique=True))
def test_a_few_wild_points_do_not_move_the_trend(slope: float, start: float, wild: list[int]) -> None:
    """The breakdown point of the median of slopes is 29 %: up to eight of thirty may be anything."""
    hours = np.arange(30.0)
    values = start + slope * hours
    values[wild] = 1e4
    trend = trend_of(hours, values, 0.95)
    assert trend is not None
    assert trend.per_h == pytest.approx(slope, abs=1e-6) or len(wild) > 5
    assert trend.low_per_h <= trend.per_h <= trend.high_per_h


def test_imbalance_is_the_largest_departure_from_the_mean() -> None:
    phases = np.array([[10.0, 10.0, 10.0], [12.0, 9.0, 9.0], [0.3, 0.0, 0.0]])
    np.testing.assert_allclose(imbalance_of(phases, least_a=1.0), [0.0, 0.2, np.nan])
