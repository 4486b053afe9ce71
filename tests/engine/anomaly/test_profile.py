"""What profiles of the hours promise."""

import numpy as np
import pytest

from tocsin.engine.anomaly.profile import less_profile, profile_width
from tocsin.engine.kernel import kernel

SLOTS, KNOWN = 24, 3.0


@kernel
def _rests(profile: np.ndarray, values: np.ndarray, out: np.ndarray) -> None:
    for t in range(len(values)):
        out[t] = less_profile(profile, values[t], SLOTS, t % SLOTS, t // SLOTS, KNOWN, True)


def rests(values: np.ndarray) -> np.ndarray:
    out = np.zeros(len(values))
    _rests(np.zeros(profile_width(SLOTS)), values, out)
    return out


@pytest.mark.parametrize("height", [0.0, 5.0])
def test_a_profile_counts_as_far_as_it_foretells(height: float) -> None:
    """Of noise nothing is taken off, of a series with hours the hours: what is left is as large as the noise."""
    random, hours = np.random.default_rng(1), np.arange(60 * SLOTS)
    noise = random.normal(0, 1, len(hours))
    left = rests(20 + height * np.sin(2 * np.pi * hours / SLOTS) + noise)
    assert np.isnan(left[: 3 * SLOTS]).all() and np.isfinite(left[3 * SLOTS :]).all()
    known = slice(20 * SLOTS, None)
    assert np.std(left[known]) == pytest.approx(np.std(noise[known]), rel=0.06)
    assert np.corrcoef(left[known], noise[known])[0, 1] > 0.97


def test_a_departure_is_measured_by_what_its_hour_is_used_to() -> None:
    random, hours = np.random.default_rng(2), np.arange(60 * SLOTS)
    busy = hours % SLOTS >= 12
    left = rests(random.normal(0, np.where(busy, 4.0, 1.0)))
    known = hours >= 20 * SLOTS
    assert np.std(left[known & busy]) < 1.3 * np.std(left[known & ~busy])


def test_one_wild_day_hardly_bends_a_profile() -> None:
    noise = np.random.default_rng(3).normal(0, 1, 40 * SLOTS)
    spoilt = noise.copy()
    spoilt[20 * SLOTS : 20 * SLOTS + 6] -= 1_000
    after = slice(21 * SLOTS, None)
    assert np.abs(rests(spoilt)[after] - rests(noise)[after]).max() < 1.0
