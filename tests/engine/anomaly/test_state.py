"""What the state promises: it is held while an anomaly lasts and no longer, a lasting level becomes normal, what wanders does
not count as strange; and the streams' figures equal slow ones.
"""

import math

import numpy as np
import pytest

from tocsin.base.errors import InvalidInput
from tocsin.engine.anomaly.machine import Turn
from tocsin.engine.anomaly.scorer import Scorer, judge_series
from tocsin.engine.anomaly.streams import (
    BLOCK_LEAST,
    BLOCKS,
    DOWN_MEAN,
    LATELY,
    MEAN,
    PER_SCALE,
    SCALE_WIDTH,
    SCALES,
    SETTLING,
    STREAM_WIDTH,
    UP_MEAN,
    VARIANCE,
    WIDE,
    follow,
    learn,
)
from tocsin.engine.kernel import kernel
from tocsin.simulation.judging.series.loops import make_loop
from tocsin.workshop.bench.judging_series import f1, lasting, tally_readings

SECOND_MS = 1_000


def noise(rows: int, channels: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(rows, dtype=np.int64) * SECOND_MS, np.random.default_rng(seed).normal(5, 1, (rows, channels))


@pytest.mark.parametrize("form", ["shift", "small shift", "still", "wild", "apart"])
def test_the_state_is_held_while_an_anomaly_lasts(form: str) -> None:
    ts_ms, values = noise(1_100, 3, 1)
    values[:, 1] = 2 * values[:, 0] + 0.2 * values[:, 1]
    rows = slice(600, 900)
    if form == "shift":
        values[rows, 2] += 5
    elif form == "small shift":
        values[rows, 2] += 1.5
    elif form == "still":
        values[rows, 2] = values[600, 2]
    elif form == "wild":
        values[rows, 2] = 5 + 4 * (values[rows, 2] - 5)
    else:
        values[rows, 1] = values[rows, 1][::-1]  # each as ever, but no longer together
    held = judge_series(ts_ms, values).state >= 0.5
    assert held[rows].mean() > 0.8
    assert held[100:600].mean() < 0.04 and held[980:].mean() < 0.1


def test_the_channel_at_fault_departs_most() -> None:
    ts_ms, values = noise(1_000, 6, 2)
    values[600:, 4] += 4
    judged = judge_series(ts_ms, values)
    assert int(np.argmax(judged.departures[620:900].mean(axis=0))) == 4


def test_a_level_that_lasts_becomes_normal() -> None:
    ts_ms, values = noise(3_000, 1, 3)
    values[700:] += 6
    scorer = Scorer(1, normal_after=500)
    judged = scorer.score(ts_ms, values)
    taken_over = np.flatnonzero(judged.turns == Turn.TAKEN_OVER)
    assert len(taken_over) == 1 and 1_200 <= taken_over[0] <= 1_220
    assert (judged.state[710:1_190] >= 0.5).all() and (judged.state[1_230:] >= 0.5).mean() < 0.02


def test_a_level_may_become_normal_by_days() -> None:
    ts_ms, values = noise(1_500, 1, 3)
    values[700:] += 6
    judged = Scorer(1, normal_after=10_000, normal_after_days=12).score(ts_ms * 3_600, values)
    taken_over = np.flatnonzero(judged.turns == Turn.TAKEN_OVER)
    assert len(taken_over) == 1 and abs(int(taken_over[0]) - 700 - 12 * 24) < 10


def test_a_pump_that_never_ran_and_now_runs_by_turns_becomes_normal() -> None:
    """Its level alone was taken over once, and each turn of it was strange again."""
    ts_ms, values = noise(2_400, 2, 4)
    values[:, 1] = 0.0
    values[800:, 1] = np.arange(1_600) // 6 % 2 == 0
    judged = Scorer(2, normal_after=200).score(ts_ms, values)
    assert (judged.state[810:990] >= 0.5).all()
    assert (judged.state[1_200:] >= 0.5).mean() < 0.12


def weekly(weeks: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Hourly readings of a week whose last two days are quiet."""
    hours = np.arange(weeks * 168)
    busy = np.where(hours // 24 % 7 < 5, 10.0, 2.0) * (1 + 0.5 * np.sin(2 * np.pi * hours / 24))
    return hours.astype(np.int64) * 3_600_000, (busy + np.random.default_rng(seed).normal(0, 0.4, len(hours)))[:, None]


def test_a_working_day_that_goes_like_a_sunday_shows() -> None:
    ts_ms, values = weekly(16, 6)
    wednesday = slice(14 * 168 + 48, 14 * 168 + 72)
    values[wednesday] = values[13 * 168 + 144 : 13 * 168 + 168]
    judged = judge_series(ts_ms, values)
    held = judged.state >= 0.5
    assert held[wednesday].mean() > 0.7
    assert held[8 * 168 : wednesday.start].mean() < 0.02
    assert (judged.event[wednesday] >= 0.999).any()


def test_what_wanders_by_nature_is_not_strange_for_it() -> None:
    shares = []
    for seed in range(4):
        ts_ms, values = noise(1_500, 2, seed)
        values[:, 0] = np.cumsum(values[:, 0] - 5)
        shares.append((judge_series(ts_ms, values).state >= 0.5).mean())
    assert np.mean(shares) < 0.06


def test_what_stays_cool_when_the_flow_is_back_does_not_hold_the_anomaly() -> None:
    """The second channel cools while the first is gone, and stays cool."""
    for cooled in (0.0, 5.0):
        ts_ms, values = noise(1_200, 3, 8)
        values[600:800, 0] -= 30
        values[600:, 1] -= np.minimum(np.arange(600) / 150, 1) * cooled
        held = judge_series(ts_ms, values).state >= 0.5
        assert held[605:800].all() and not held[600 - 100 : 600].any()
        assert held[820:].mean() < 0.05


def test_what_wanders_and_was_pushed_away_is_normal_when_it_is_back() -> None:
    """Its slow level went along with the push; the one before it counts, too."""
    after = []
    for seed in range(12, 17):
        ts_ms, values = noise(900, 2, 11)
        values[:, 0] += np.cumsum(np.random.default_rng(seed).normal(0, 0.05, 900))
        values[600:750, 0] -= 40
        held = judge_series(ts_ms, values).state >= 0.5
        assert held[605:750].all()
        after.append(held[770:].mean())
    assert np.mean(after) < 0.1


def test_what_is_slow_and_stands_at_last_is_no_longer_strange() -> None:
    """Water that was heated is warm from then on: the anomaly lasts while it is warmed, and does not begin again."""
    for seed in (0, 1, 3, 5):
        ts_ms, values = noise(1_200, 2, seed)
        values[:, 0] += np.cumsum(np.random.default_rng(seed + 50).normal(0, 0.15, 1_200))
        values[600:, 0] += np.minimum(np.arange(600) / 200, 1) * 60
        held = judge_series(ts_ms, values).state >= 0.5
        assert held[640:800].all() and not held[:600].any()
        assert not held[880:].any()


@pytest.mark.parametrize(("before", "begins"), [(0.0, True), (30.0, False)])
def test_after_a_large_anomaly_a_small_one_is_its_aftermath(before: float, begins: bool) -> None:
    ts_ms, values = noise(800, 1, 7)
    values[600:700] += before
    values[725:745] += 3
    assert bool((judge_series(ts_ms, values).state[725:760] >= 0.5).any()) is begins


def test_gaps_hold_the_state_and_teach_nothing() -> None:
    ts_ms, values = noise(900, 2, 5)
    values[500:520] = np.nan
    judged = judge_series(ts_ms, values)
    assert np.all(judged.state[500:520] == judged.state[499])
    assert np.all(np.isfinite(judged.state)) and np.all((judged.state >= 0) & (judged.state <= 1))


def test_a_period_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at least one reading"):
        Scorer(1, normal_after=0)
    with pytest.raises(InvalidInput, match="more than 0 days"):
        Scorer(1, normal_after_days=math.nan)


def test_loops_of_a_second_hand() -> None:
    """Far from the first figures (0.06), and near the published ones."""
    tallies = [tally_readings(made, lasting(made)) for made in (make_loop(6_000_100 + seed) for seed in range(6))]
    assert f1(np.sum([(tally.hits, tally.missed, tally.false) for tally in tallies], 0, dtype=np.float64)) > 0.6


@kernel
def _run(row: np.ndarray, values: np.ndarray, out: np.ndarray) -> None:
    for k in range(len(values)):
        follow(row, values[k], 0.0, out[k])
        learn(row, values[k])


def test_a_stream_equals_its_slow_twin() -> None:
    """Mean, deviation, smoothed departures and block maxima by their definitions over all readings."""
    values = np.random.default_rng(9).uniform(-1, 1, 700)
    row, out = np.zeros(STREAM_WIDTH), np.zeros((len(values), WIDE))
    _run(row, values, out)
    assert row[MEAN] == pytest.approx(values.mean())
    assert row[VARIANCE] == pytest.approx(values.var())
    first = int(SETTLING)
    off = np.array([(values[n] - values[:n].mean()) / values[:n].std() for n in range(first, len(values))])
    for k, scale in enumerate(SCALES):
        decay = 1 - 1 / scale
        lately = np.array([np.sum(off[: n + 1] * decay ** np.arange(n, -1, -1)) / scale for n in range(len(off))])
        assert row[LATELY + k] == pytest.approx(lately[-1])
        length = int(max(BLOCK_LEAST, 2 * scale))
        whole = lately[: len(lately) // length * length].reshape(-1, length)
        at = PER_SCALE + k * SCALE_WIDTH
        assert row[at + BLOCKS] == len(whole)
        if len(whole):
            assert row[at + UP_MEAN] == pytest.approx(np.maximum(whole, 0).max(axis=1).mean())
            assert row[at + DOWN_MEAN] == pytest.approx(np.maximum(-whole, 0).max(axis=1).mean())
        assert np.all(out[: first + 2 * length, k] == 0)
