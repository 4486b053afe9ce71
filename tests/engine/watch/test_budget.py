"""The controller of wrong signs: bounded, monotone, and within its budget in the long run."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.engine.watch.budget import asked_share, shifted, with_shift
from tocsin.engine.watch.model import BudgetFigures
from tocsin.warning.early_signs.policy import shipped_watch_figures

FIGURES = BudgetFigures(wrong_a_day=0.05, gain=0.4, relief=0.2, least=-0.5, most=2.0, settle_days=3.0)
SHIFTS = st.floats(FIGURES.least, FIGURES.most)
COUNTS = st.integers(0, 20)
DAYS = st.floats(0, 400)
DAYS_OF_DOUBT = 1_000


@given(SHIFTS, COUNTS, COUNTS, DAYS)
def test_the_shift_stays_within_its_bounds(shift: float, wrong: int, right: int, days: float) -> None:
    assert FIGURES.least <= shifted(FIGURES, shift, wrong=wrong, right=right, days=days) <= FIGURES.most


@given(SHIFTS, COUNTS, COUNTS, DAYS)
def test_wrong_signs_raise_right_ones_and_quiet_days_lower(shift: float, wrong: int, right: int, days: float) -> None:
    after = shifted(FIGURES, shift, wrong=wrong, right=right, days=days)
    assert shifted(FIGURES, shift, wrong=wrong + 1, right=right, days=days) >= after
    assert shifted(FIGURES, shift, wrong=wrong, right=right + 1, days=days) <= after
    assert shifted(FIGURES, shift, wrong=wrong, right=right, days=days + 1) <= after


@given(st.floats(-0.1, 0.1), st.floats(0, 2))
def test_a_judgement_that_is_taken_back_leaves_nothing(shift: float, days: float) -> None:
    """Within the bounds."""
    wrong = shifted(FIGURES, shift, wrong=1, right=0, days=days)
    assert shifted(FIGURES, wrong, wrong=-1, right=0, days=0.0) == pytest.approx(
        shifted(FIGURES, shift, wrong=0, right=0, days=days)
    )


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 5.0))
def test_wrong_signs_keep_the_budget_in_the_long_run(seed: int, steepness: float) -> None:
    """One doubtful sign a day, each told where its share reaches what is asked and none of them right: what is told beyond the
    budget is no more than what the way between the bounds pays for, unless the upper bound is reached.
    """
    shift, told, bounded = FIGURES.least, 0, False
    for share in np.random.default_rng(seed).beta(steepness, 1.0, DAYS_OF_DOUBT):
        is_told = share >= asked_share(0.5, shift)
        shift = shifted(FIGURES, shift, wrong=int(is_told), right=0, days=1.0)
        bounded |= shift >= FIGURES.most
        told += is_told
    room = (FIGURES.most - FIGURES.least) / FIGURES.gain
    assert bounded or told <= DAYS_OF_DOUBT * FIGURES.wrong_a_day + room + 1


@given(st.floats(0.01, 0.99), SHIFTS, st.floats(0, 1))
def test_a_share_moves_with_the_shift_and_stays_a_share(share: float, shift: float, more: float) -> None:
    assert 0.0 < asked_share(share, shift) <= asked_share(share, shift + more) < 1.0
    assert asked_share(share, 0.0) == pytest.approx(share)


def test_every_rule_is_shifted_and_nothing_else() -> None:
    figures = shipped_watch_figures()
    stricter = with_shift(figures, 1.0)
    for cause, rule in figures.rules.items():
        assert stricter.rules[cause].share > rule.share
        assert stricter.rules[cause].near > rule.near or rule.near == math.inf  # what never suffices stays so
        assert stricter.rules[cause].witnesses == rule.witnesses
    assert stricter.tells == figures.tells
    assert with_shift(figures, 0.0).rules["gas_main_leak"].share == pytest.approx(figures.rules["gas_main_leak"].share)
