"""What anomaly scores promise: no look-ahead, pieces equal the whole, units don't matter, 0.999 is rare, strangeness shows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.base.errors import InvalidInput
from tocsin.engine.anomaly.habit import BLOCK_READINGS, HABIT_WIDTH, close_block, habitual
from tocsin.engine.anomaly.machine import Turn
from tocsin.engine.anomaly.scorer import Scorer, judge_series, score_series
from tocsin.engine.kernel import kernel
from tocsin.simulation.judging.series.singles import make_single
from tocsin.simulation.series import KINDS, make_series
from tocsin.workshop.bench.judging_series import tally_windows, told

MINUTE_MS = 60_000


def daily(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    ts_ms = np.arange(rows, dtype=np.int64) * 5 * MINUTE_MS
    return ts_ms, 10 + 3 * np.sin(2 * np.pi * np.arange(rows) / 288) + random.normal(0, 0.3, rows)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 99), st.lists(st.integers(1, 400), max_size=4), st.integers(1, 3))
def test_pieces_equal_the_whole(seed: int, cuts: list[int], channels: int) -> None:
    ts_ms, level = daily(1_500, seed)
    values = np.column_stack([level * (k + 1) + np.random.default_rng(k).normal(0, 1, len(level)) for k in range(channels)])
    whole = judge_series(ts_ms, values)
    scorer, parts, at = Scorer(channels), [], 0
    for rows in (*cuts, len(ts_ms)):
        parts.append(scorer.score(ts_ms[at : at + rows], values[at : at + rows]))
        at += rows
    np.testing.assert_allclose(np.concatenate([part.event for part in parts]), whole.event, atol=1e-9)
    np.testing.assert_array_equal(np.concatenate([part.state for part in parts]), whole.state)
    np.testing.assert_array_equal(np.concatenate([part.departures for part in parts]), whole.departures)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(sorted(KINDS)), st.integers(0, 20), st.floats(0.3, 0.9))
def test_scores_do_not_look_ahead(kind: str, seed: int, share: float) -> None:
    series = make_series(kind, seed)
    end = int(share * len(series.ts_ms))
    whole, part = judge_series(series.ts_ms, series.values), judge_series(series.ts_ms[:end], series.values[:end])
    np.testing.assert_array_equal(whole.event[:end], part.event)
    np.testing.assert_array_equal(whole.state[:end], part.state)


@settings(max_examples=10, deadline=None)
@given(st.sampled_from([1e-3, 0.5, 64.0, 1e4]), st.floats(-1e3, 1e3), st.integers(0, 20))
def test_the_unit_does_not_matter(factor: float, offset: float, seed: int) -> None:
    """Nearly: a value on the edge of a bin of the histogram may fall on either side of it."""
    ts_ms, level = daily(1_200, seed)
    difference = np.abs(score_series(ts_ms, level * factor + offset) - score_series(ts_ms, level))
    assert np.quantile(difference, 0.95) < 0.1


@pytest.mark.parametrize("kind", ["server", "counts", "rides", "machine", "tanks"])
def test_the_highest_scores_are_rare_in_ordinary_series(kind: str) -> None:
    reached = [
        score_series(series.ts_ms, series.values)[600:] >= 0.999
        for series in (make_series(kind, seed, anomalous=False) for seed in range(3))
    ]
    assert np.mean(np.concatenate(reached)) < 0.004


def spoilt(form: str) -> tuple[np.ndarray, np.ndarray, slice]:
    ts_ms, level = daily(3_000, 5)
    rows = slice(2_500, 2_560)
    if form == "spike":
        rows = slice(2_500, 2_501)
        level[2_500] += 4
    elif form == "shift":
        level[rows] += 3
    elif form == "still":
        level[rows] = level[2_500]
    elif form == "wild":
        level[rows] += np.random.default_rng(1).normal(0, 2, 60)
    elif form == "wrong hour":
        level[rows] = level[2_500 - 144 : 2_560 - 144]
    return ts_ms, level, rows


@pytest.mark.parametrize("form", ["spike", "shift", "still", "wild", "wrong hour"])
def test_what_is_strange_shows(form: str) -> None:
    ts_ms, level, rows = spoilt(form)
    scores = score_series(ts_ms, level)
    assert scores[rows.start : rows.stop + 5].max() > max(0.995, np.quantile(scores[600:2_500], 0.998))


def test_what_recurs_is_told_no_more() -> None:
    """A jump every 150 readings, as where a planned job runs; a jump of another size still is told."""
    ts_ms, _ = daily(4_000, 3)
    level = np.random.default_rng(7).normal(5, 0.3, 4_000)
    level[100::150] += 6
    level[3_700] += 30
    reached = score_series(ts_ms, level) >= 0.999
    assert reached[600:3_690].sum() <= 3
    assert reached[3_700]


def test_where_the_state_begins_a_beginning_is_told() -> None:
    ts_ms, level = daily(2_000, 8)
    level[1_500:1_700] += 1.0
    judged = judge_series(ts_ms, level)
    assert (judged.turns == Turn.BEGAN).any()
    assert np.all(judged.event[judged.turns == Turn.BEGAN] >= 0.999)


@kernel
def _habits(row: np.ndarray, rarities: np.ndarray, limits: np.ndarray) -> None:
    for t in range(len(rarities)):
        blocks = t // int(BLOCK_READINGS)
        limits[t] = habitual(row, rarities[t], 2.0, blocks)
        if (t + 1) % int(BLOCK_READINGS) == 0:
            close_block(row, blocks)


def test_a_habit_equals_its_slow_twin() -> None:
    """Mean and deviation of the rarest of each whole block, drawn towards the prior of three blocks."""
    rarities = np.random.default_rng(4).exponential(1 / np.log(10), 1_300)
    limits = np.zeros(len(rarities))
    _habits(np.zeros(HABIT_WIDTH), rarities, limits)
    whole: list[float] = []
    for begin in range(0, len(rarities), int(BLOCK_READINGS)):
        known = len(whole) / (len(whole) + 3)
        mean, variance = (np.mean(whole), np.var(whole)) if whole else (0.0, 0.0)
        limit = known * mean + (1 - known) * 2 + 1.5 * np.sqrt(known * variance + (1 - known) * 0.25)
        block = rarities[begin : begin + int(BLOCK_READINGS)]
        np.testing.assert_allclose(limits[begin : begin + len(block)], limit)
        whole.append(min(block.max(), 1.2 * limit) if whole else block.max())


def test_channels_that_no_longer_fit_together_show_though_each_looks_as_ever() -> None:
    random = np.random.default_rng(2)
    common = np.sin(np.arange(3_000) / 15) * 3
    values = np.column_stack([common + random.normal(0, 0.2, 3_000), 2 * common + random.normal(0, 0.2, 3_000)])
    values[2_500:2_540, 1] = values[2_500 - 47 : 2_540 - 47, 1]  # half a wave late
    scores = score_series(np.arange(3_000, dtype=np.int64) * MINUTE_MS, values)
    assert scores[2_500:2_540].max() > 0.999
    alone = score_series(np.arange(3_000, dtype=np.int64) * MINUTE_MS, values[:, :1])
    assert alone[2_500:2_540].max() < 0.999


def test_gaps_score_nothing_and_still_series_little() -> None:
    ts_ms, level = daily(500, 1)
    level[300:320] = np.nan
    scores = score_series(ts_ms, level)
    assert np.all(scores[300:320] == 0) and np.all(np.isfinite(scores))
    assert np.all(score_series(ts_ms, np.full(500, 7.0)) < 0.6)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InvalidInput, match="do not fit 2 channels"):
        Scorer(2).score(np.arange(3), np.zeros((3, 1)))
    with pytest.raises(InvalidInput, match="at least one channel"):
        Scorer(0)


def test_windows_of_a_second_hand() -> None:
    """Near the published figures: windows found by the fixed 0.999, readings outside them that reach it."""
    kinds = ("answer time", "processor load", "road speed")
    made = [make_single(kind, seed) for kind in kinds for seed in range(6_000_000, 6_000_003)]
    tallies = [tally_windows(series, told(series)) for series in made]
    assert sum(tally.found for tally in tallies) >= 0.8 * sum(tally.windows for tally in tallies)
    assert sum(tally.false for tally in tallies) <= 15e-4 * sum(tally.quiet for tally in tallies)
