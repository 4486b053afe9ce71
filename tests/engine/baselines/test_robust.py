"""Gaps, drifts, dead spans, spikes and steps do not bend a baseline: the next day is foretold nearly as without them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.baselines.series import FIRST_HOUR, circumstances_of, cut, sensor_of
from tocsin.engine.baselines.baseline import fit
from tocsin.engine.baselines.hours import Hours

DAYS, PAST = 22, 21 * 24


def gap(value, at, random):
    value[at : at + 80] = np.nan


def dead_at_zero(value, at, random):
    value[at : at + 80] = 0.0


def stuck(value, at, random):
    value[at : at + 80] = value[at]


def spikes(value, at, random):
    value[random.random(len(value)) < 0.03] += 400.0


def full_scale(value, at, random):
    value[at : at + 10] = 1e6


def drift_and_calibration(value, at, random):
    value[at : at + 96] += np.linspace(0, 6, 96)


def step_of_maintenance(value, at, random):
    """A new zero: everything after is higher, and stays so (the truth of the next day, too)."""
    value[at:] += 12.0


HARM = [gap, dead_at_zero, stuck, spikes, full_scale, drift_and_calibration, step_of_maintenance]


def foretold(value, circumstances):
    hours = Hours(FIRST_HOUR, value[None, :PAST], value[None, :PAST])
    fitted = fit(hours, cut(circumstances, 0, PAST), floor=np.array([0.05]))
    return fitted.expect(cut(circumstances, PAST, DAYS * 24))


@pytest.mark.parametrize("harm", HARM, ids=lambda one: one.__name__)
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), at=st.integers(24, PAST - 5 * 24))
def test_harm_does_not_bend_it(harm, seed: int, at: int) -> None:
    circumstances = circumstances_of(DAYS, seed)
    truth = sensor_of(circumstances, seed)
    harmed = truth.noisy.copy()
    harm(harmed, at, np.random.default_rng(seed))
    moved = 12.0 if harm is step_of_maintenance else 0.0
    calm, rough = foretold(truth.noisy, circumstances), foretold(harmed, circumstances)
    error_calm = np.abs(calm.middle[0] - truth.clean[PAST:]).mean()
    error_rough = np.abs(rough.middle[0] - moved - truth.clean[PAST:]).mean()
    assert error_rough < error_calm + 2.0  # of harm of 6 to a million; the noise is 0.5, the day's curve 5
    assert (rough.high - rough.low).mean() < 6 * (
        calm.high - calm.low
    ).mean()  # the drift of 12 times the noise: it was a surprise


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_anything_gives_numbers_or_says_why_not(data) -> None:
    """No series, however strange, makes a figure that is not finite where the baseline claims to know."""
    days = data.draw(st.integers(0, 9))
    circumstances = circumstances_of(10, data.draw(st.integers(0, 99)))
    strange = st.sampled_from([np.nan, np.inf, -np.inf, 0.0, 1.0, -5.0, 1e12, 1e-12])
    value = np.array(data.draw(st.lists(strange, min_size=days * 24, max_size=days * 24)), np.float64)
    hours = Hours(FIRST_HOUR, value[None], value[None])
    fitted = fit(hours, cut(circumstances, 0, days * 24), floor=np.array([0.05]))
    expected = fitted.expect(cut(circumstances, days * 24, 240))
    if expected.knowledge == ("known",):
        assert (
            np.isfinite(expected.middle).all()
            and (expected.low <= expected.middle).all()
            and (expected.middle <= expected.high).all()
        )
    else:
        assert np.isnan(expected.middle).all()
