"""Baselines learn what is there to be learnt, say what they do not know, and equal their slow twin."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.baselines.series import FIRST_HOUR, circumstances_of, cut, hours_of, sensor_of
from tests.reference.baseline import fit_one
from tocsin.engine.baselines.baseline import TESTED_DAYS, Knowledge, fit
from tocsin.engine.baselines.circumstances import Circumstances
from tocsin.engine.baselines.hours import Hours

DAYS = 22
PAST = 21 * 24


def fit_and_expect(values, circumstances, past=PAST, floor=0.05):
    hours = Hours(FIRST_HOUR, values[:, :past], values[:, :past])
    fitted = fit(hours, cut(circumstances, 0, past), floor=np.full(len(values), floor))
    return fitted, fitted.expect(cut(circumstances, past, circumstances.end_hour - circumstances.first_hour))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), holes=st.floats(0, 0.6), noise=st.sampled_from([0.0, 0.1, 1.0]))
def test_fast_equals_slow_twin(seed: int, holes: float, noise: float) -> None:
    circumstances = circumstances_of(14, seed)
    truth = sensor_of(circumstances, seed, noise)
    random = np.random.default_rng(seed)
    value = np.round(np.where(random.random(len(truth.noisy)) < holes, np.nan, truth.noisy), 2)
    row = fit(hours_of(value), circumstances, floor=np.array([0.05])).fitted[0]
    level, below, above, curve, fast, slow = fit_one(value, value, circumstances, 0.05, TESTED_DAYS)
    assert row["fast"] == pytest.approx(fast, rel=1e-6, abs=1e-6)
    assert row["curve"].ravel() == pytest.approx(curve.ravel(), rel=1e-6, abs=1e-6)
    assert row["slow"] == pytest.approx(slow, rel=1e-5, abs=1e-6)
    assert (row["level"], row["below"], row["above"]) == pytest.approx((level, below, above), rel=1e-5, abs=1e-5)


def test_the_next_day_is_foretold() -> None:
    """Over many sensors and days, error and coverage on what was not seen."""
    errors, inside = [], []
    for seed in range(40):
        circumstances = circumstances_of(DAYS, seed)
        truth = sensor_of(circumstances, seed)
        _, expected = fit_and_expect(truth.noisy[None], circumstances)
        tomorrow = slice(PAST, None)
        errors.append(np.abs(expected.middle[0] - truth.clean[tomorrow]))
        inside.append((truth.noisy[tomorrow] >= expected.low[0]) & (truth.noisy[tomorrow] <= expected.high[0]))
    assert np.mean(errors) < 0.5  # the noise of one reading
    assert 0.91 < np.mean(inside) < 0.99


def test_causal() -> None:
    """What comes after the fit changes nothing in it."""
    circumstances = circumstances_of(DAYS, 3)
    truth = sensor_of(circumstances, 3)
    changed = truth.noisy.copy()
    changed[PAST:] = 999.0
    first, _ = fit_and_expect(truth.noisy[None], circumstances)
    second, _ = fit_and_expect(changed[None], circumstances)
    assert first.fitted.tobytes() == second.fitted.tobytes()


@pytest.mark.parametrize(
    ("days", "silent_h", "knowledge"),
    [
        (0, 0, Knowledge.NOT_YET),
        (2, 0, Knowledge.NOT_YET),
        (3, 0, Knowledge.KNOWN),
        (14, 0, Knowledge.KNOWN),
        (14, 80, Knowledge.SILENT),
    ],
)
def test_what_is_not_known_is_said(days: int, silent_h: int, knowledge: Knowledge) -> None:
    circumstances = circumstances_of(DAYS, 5)
    value = sensor_of(circumstances, 5).noisy.copy()
    value[: PAST - days * 24] = np.nan
    value[PAST - silent_h : PAST] = np.nan
    fitted, expected = fit_and_expect(value[None], circumstances)
    assert expected.knowledge == fitted.knowledge == (knowledge,)
    assert np.isfinite(expected.middle).all() == np.isfinite(expected.high).all() == (knowledge is Knowledge.KNOWN)


def test_less_is_known_the_wider_the_band() -> None:
    circumstances = circumstances_of(DAYS + 6, 8)
    truth = sensor_of(circumstances, 8)
    width = {}
    for days in (4, 21):
        value = truth.noisy.copy()
        value[: PAST - days * 24] = np.nan
        _, expected = fit_and_expect(value[None], circumstances)
        width[days] = expected.high[0] - expected.low[0]
    assert width[4].mean() > width[21].mean()
    assert width[21][-24:].mean() > width[21][:24].mean()  # six days ahead


def test_rain_never_seen_widens_the_band_when_it_falls() -> None:
    circumstances = circumstances_of(DAYS, 8)
    dry = Circumstances(FIRST_HOUR, circumstances.rest, circumstances.outdoor_c, np.zeros(DAYS * 24))
    wet = Circumstances(
        FIRST_HOUR, circumstances.rest, circumstances.outdoor_c, np.where(np.arange(DAYS * 24) > PAST + 5, 8.0, 0.0)
    )
    value = sensor_of(dry, 8).noisy[None]
    _, in_dry = fit_and_expect(value, dry)
    _, in_wet = fit_and_expect(value, wet)
    assert (in_wet.high - in_wet.low)[0, 8:].min() > 2 * (in_dry.high - in_dry.low)[0, 8:].max()


def test_kin_lend_their_response() -> None:
    """A sensor that never saw rain knows from its like what rain does."""
    circumstances = circumstances_of(DAYS, 11)
    values = np.stack([sensor_of(circumstances, 100 + number).noisy for number in range(12)])
    wet = circumstances.fast[:, 3] > 0.05
    values[0, :PAST][wet[:PAST]] = np.nan
    hours = Hours(FIRST_HOUR, values[:, :PAST], values[:, :PAST])
    past = cut(circumstances, 0, PAST)
    alone = fit(hours, past, floor=np.full(12, 0.05)).fitted["fast"][0, 3]
    among_kin = fit(hours, past, floor=np.full(12, 0.05), kin=np.zeros(12, np.int64)).fitted["fast"][0, 3]
    assert abs(among_kin - 0.8) < abs(alone - 0.8)
    assert among_kin == pytest.approx(0.8, abs=0.3)


def test_a_dry_level_has_a_floor() -> None:
    circumstances = circumstances_of(DAYS, 2)
    value = np.maximum(0.0, np.round(np.random.default_rng(2).normal(-0.003, 0.003, DAYS * 24) / 0.005) * 0.005)
    _, expected = fit_and_expect(value[None], circumstances, floor=0.0025)
    assert expected.low.min() == 0.0 and expected.middle.min() >= 0.0 and expected.high.min() > 0.0


def test_hours_must_be_the_same() -> None:
    circumstances = circumstances_of(DAYS, 2)
    with pytest.raises(ValueError, match="same hours"):
        fit(hours_of(sensor_of(circumstances, 2).noisy), cut(circumstances, 0, 24), floor=np.array([0.1]))
