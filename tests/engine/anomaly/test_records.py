"""What is told once hours are known, once something has been seen before, and once an anomaly grows; records of blocks."""

import numpy as np
import pytest

from tocsin.engine.anomaly.machine import Turn
from tocsin.engine.anomaly.records import MEMORY, keep
from tocsin.engine.anomaly.scorer import judge_series, score_series
from tocsin.engine.kernel import kernel

MINUTE_MS = 60_000


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_told_because_the_hours_are_known_now(seed: int) -> None:
    values = np.random.default_rng(seed).normal(5, 1, 700)
    scores = score_series(np.arange(700, dtype=np.int64) * 10 * MINUTE_MS, values)
    assert (scores[3 * 144 : 3 * 144 + 12] < 0.999).all()


@kernel
def _keep(records: np.ndarray, largest: np.ndarray, out: np.ndarray) -> None:
    for t in range(len(largest)):
        keep(records, largest[t], 1.0)
        out[t] = records


def test_records_equal_their_slow_twin() -> None:
    """Of all blocks so far, each faded by its age, the three largest."""
    largest = np.random.default_rng(4).exponential(3, 200) + 1
    out = np.zeros((len(largest), 3))
    _keep(np.zeros(3), largest, out)
    for t in range(3, len(largest)):
        faded = 1 + (largest[: t + 1] - 1) * (1 - 1 / MEMORY) ** np.arange(t, -1, -1)
        np.testing.assert_allclose(out[t], np.sort(faded)[::-1][:3])


def test_what_grows_far_beyond_its_beginning_is_told_again() -> None:
    values = np.random.default_rng(5).normal(5, 1, 2_000)
    values[1_500:1_600] += 3
    values[1_560:1_600] += 12
    judged = judge_series(np.arange(2_000, dtype=np.int64) * MINUTE_MS, values)
    grown = np.flatnonzero(judged.turns == Turn.GREW)
    assert (judged.state[1_510:1_600] >= 0.5).all()
    assert ((grown >= 1_560) & (grown < 1_570)).any() and len(grown) <= 3
    assert (judged.event[grown] >= 0.999).all()
