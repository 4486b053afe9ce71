"""Priors learn slowly: bounded, never below the floor, and not at all from few findings."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.engine.diagnosis.learning import Learning, causes_of, learnt_shares, shipped_shares, with_learnt
from tocsin.warning.causes.policy.causes import shipped_templates
from tocsin.warning.causes.policy.checks import shipped_checks

LEARNING = Learning(equivalent_findings=100.0, least_findings=20.0, floor=0.01, most_factor=4.0)

shipped = st.lists(st.floats(0.001, 1.0), min_size=6, max_size=6).map(lambda some: np.array(some) / sum(some))
counts = st.lists(st.integers(0, 5000), min_size=6, max_size=6)


@given(shipped, counts)
def test_learnt_shares_sum_to_one_and_keep_their_bounds(before: np.ndarray, found: list[int]) -> None:
    after = learnt_shares(before, found, LEARNING)
    assert after.sum() == pytest.approx(1)
    assert (after <= before * LEARNING.most_factor * (1 + 1e-6)).all()
    assert (after >= np.minimum(LEARNING.floor, before) * (1 - 1e-6)).all()
    assert (after >= before / LEARNING.most_factor * (1 - 1e-6)).all()


@given(shipped)
def test_few_findings_teach_nothing(before: np.ndarray) -> None:
    assert learnt_shares(before, [19, 0, 0, 0, 0, 0], LEARNING) is before


def test_a_hundred_findings_weigh_as_much_as_the_shipped_prior() -> None:
    before = np.array([0.3, 0.3, 0.4])
    assert learnt_shares(before, [100, 0, 0], LEARNING) == pytest.approx([0.65, 0.15, 0.2])


def test_a_cause_that_is_never_found_stays_possible() -> None:
    before = np.array([0.5, 0.48, 0.02])
    after = learnt_shares(before, [100_000, 0, 0], LEARNING)
    assert after[2] >= LEARNING.floor * 0.999


def test_the_templates_learn_and_come_back_by_forgetting() -> None:
    templates = shipped_templates()
    learnt = with_learnt(templates, {"sensor_fault": 60, "a cause of elsewhere": 500}, LEARNING)
    of = causes_of(templates).index("sensor_fault")
    share = shipped_shares(templates)[of]
    assert shipped_shares(learnt)[of] == pytest.approx(min((100 * share + 60) / 160, 4 * share), rel=0.02)
    assert shipped_shares(learnt).sum() == pytest.approx(1)
    again = with_learnt(templates, {}, LEARNING)
    assert shipped_shares(again) == pytest.approx(shipped_shares(templates))
    assert replace(learnt, causes=templates.causes, unknown=templates.unknown) == templates  # only priors moved


def test_the_shipped_figures_are_bounded() -> None:
    learning = shipped_checks().learning
    assert 0 < learning.floor < 0.05
    assert learning.most_factor > 1
