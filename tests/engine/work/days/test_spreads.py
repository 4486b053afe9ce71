"""How far readings of a source, and days of a plant, lie apart is learnt, and says what a strange one means."""

import numpy as np
import pytest

from tests.engine.work.days.drawing import workshop
from tocsin.engine.work.days.activity import FULL, OVER, SCALE
from tocsin.engine.work.days.expectation import normal_rates
from tocsin.engine.work.days.figures import DayFigures
from tocsin.engine.work.days.normals import Normal
from tocsin.engine.work.days.records import Channel
from tocsin.engine.work.days.weighing import weigh
from tocsin.engine.work.firm import Source, WorkState

USUAL, USUAL_DAYS = 0.24, 5.0
FIGURES = DayFigures().expectation


def water(spread: float) -> Normal:
    """28 readings at work around 100, so far apart."""
    normal = Normal(base=0.18)
    for day in range(28):
        normal.learn(100.0 * np.exp(spread * 0.95 * np.sin(day * 2.3)), stopped=0.0, working=1.0, output=1.0)
    return normal


def reading(value: float) -> Channel:
    one = np.zeros(1, np.uint8)
    return Channel(
        Source.WATER_USE,
        0,
        np.array([[value, np.nan]]),
        np.array([[1.0, 0.0]]),
        one,
        np.ones(1, np.int64),
        np.ones(1, np.bool_),
        one,
    )


@pytest.mark.parametrize("spread", [0.05, 0.5])
def test_the_spread_of_a_source_goes_from_that_of_any_to_its_own(spread: float) -> None:
    assert Normal(base=0.18).spread(USUAL, USUAL_DAYS) == USUAL
    told = water(spread).spread(USUAL, USUAL_DAYS)
    assert min(spread, USUAL) < told < max(spread, USUAL)
    assert abs(told - spread) < abs(told - USUAL)


def test_a_steady_source_tells_a_busy_day_and_a_restless_one_hardly() -> None:
    def more_than_full(spread: float) -> float:
        odds = weigh(reading(135.0), 0, water(spread), False, DayFigures())
        return float(odds[SCALE.state == OVER].max() - odds[SCALE.output == 1.0].max())

    assert more_than_full(0.06) > 1.5 > 0.5 > more_than_full(0.4) > 0.0


def test_a_day_far_from_full_ones_that_are_alike_is_no_full_day() -> None:
    alike, apart = normal_rates(0.05, 0.08, FIGURES), normal_rates(0.12, 0.08, FIGURES)
    for rates in (alike, apart):
        assert rates.sum() == pytest.approx(1.0)
        assert rates[SCALE.state == OVER].sum() == pytest.approx(0.08)
        assert rates[SCALE.state == FULL].sum() == pytest.approx(0.82)
    edge = (SCALE.state == FULL) & (SCALE.output > 1.12)
    assert apart[edge].sum() > 5.0 * alike[edge].sum()


@pytest.mark.parametrize(("week", "state"), [("FFFFFF_", WorkState.OVER), ("fGfGfG_", WorkState.FULL)])
def test_the_same_energy_is_more_than_full_only_where_days_are_alike(week: str, state: WorkState) -> None:
    """A fifth more than normal, told by the curve alone."""
    made = workshop(week * 5 + "b").without(*Source)
    assert made.judged()[-1].state is state
