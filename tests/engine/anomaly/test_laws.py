"""What laws promise: a fault is over when its laws hold again, however far the levels still are; nothing is foretold beyond
what was ever seen; a law that is broken for good becomes normal; and their figures equal slow ones.
"""

import math

import numpy as np
import pytest

from tocsin.engine.anomaly.laws import (
    ABOVE,
    ALLOWED,
    BENT,
    BLOCK_READINGS,
    BLOCKS_KNOWN,
    HIGH,
    LAW_WIDTH,
    LEAST_SPREAD,
    LOW,
    SPREADS,
    breach,
)
from tocsin.engine.anomaly.machine import Turn
from tocsin.engine.anomaly.state import Memory
from tocsin.engine.kernel import kernel

HOUR_MS = 3_600_000
ROWS, BEGIN, END = 2_600, 2_000, 2_060


def tank(seed: int, *, leak: float = 0.0, told: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A tank by the hour: its level follows what flows in and needs a day to find back; a pressure gauge below it; a flow.
    From BEGIN to END water is lost (`leak`), or the level is told wrong by so much.
    """
    random = np.random.default_rng(seed)
    flow, level = np.empty(ROWS), np.empty(ROWS)
    now = high = 0.0
    for row in range(ROWS):
        now = 0.5 * now + random.normal(0, 1)
        high = 0.9 * high + now - (leak if BEGIN <= row < END else 0.0)
        flow[row], level[row] = now, high
    pressure = 2.0 * level + random.normal(0, 0.1, ROWS)
    shown = level + random.normal(0, 0.05, ROWS)
    shown[BEGIN:END] += told
    return np.arange(ROWS, dtype=np.int64) * HOUR_MS, np.column_stack((shown, pressure, flow)), level


def hold(ts_ms: np.ndarray, values: np.ndarray, normal_after: int = 1_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    clock = np.column_stack((ts_ms % 86_400_000 / 60_000, ts_ms // 86_400_000)).astype(np.float64)
    return Memory(values.shape[1]).hold(values, clock, np.array([normal_after, 100.0]))


def test_a_fault_is_over_when_its_laws_hold_again() -> None:
    ts_ms, values, level = tank(1, leak=2.0)
    state, _, _ = hold(ts_ms, values)
    held = state >= 0.5
    usual = level[:BEGIN].std()
    assert abs(level[END + 4]) > 2 * usual
    assert held[BEGIN:END].mean() > 0.9
    assert held[END:].sum() <= 4 and held[1_400:BEGIN].mean() < 0.03


def test_a_lie_within_what_was_ever_seen_breaks_a_law() -> None:
    ts_ms, values, level = tank(2, told=-5.0)
    assert abs(values[BEGIN:END, 0]).max() < abs(level[:BEGIN]).max()
    state, turns, departures = hold(ts_ms, values)
    held = state >= 0.5
    assert held[BEGIN:END].mean() > 0.9 and held[END + 5 :].mean() < 0.03
    assert int(np.argmax(departures[BEGIN:END].mean(axis=0))) in (0, 1)
    assert (turns[BEGIN : BEGIN + 3] == Turn.BEGAN).any()


def test_a_pump_does_not_run_twice_because_the_tank_is_emptier_than_ever() -> None:
    """What fits a straight line least is foretold no further than it ever went."""
    mean, covariance = np.zeros(2), np.array([[1.0, 0.9], [0.9, 1.0]])
    relation = (mean, covariance, np.linalg.inv(covariance))
    laws, out = _known(2), np.zeros(2)
    laws[:, LOW], laws[:, HIGH] = -1.0, 1.0
    _breach(np.array([1.0, 8.0]), relation, laws, out)
    unclipped = abs(1.0 - 0.9 * 8.0) / math.sqrt(1 - 0.81)
    assert out[0] < 1.0 < math.log(unclipped + ALLOWED)
    assert out[1] > 1.0


def test_a_law_broken_for_good_becomes_normal() -> None:
    """Again and again it was broken anew as soon as it had been taken over."""
    ts_ms, values, _ = tank(3)
    values[BEGIN:, 2] += 9.0
    state, turns, _ = hold(ts_ms, values, normal_after=200)
    assert (turns[BEGIN:] == Turn.TAKEN_OVER).sum() == 1
    assert (state[BEGIN + 5 : BEGIN + 195] >= 0.5).all() and (state[BEGIN + 210 :] >= 0.5).mean() < 0.1


def test_breaches_equal_their_slow_twin() -> None:
    """Two channels that know nothing of each other: each breaks its law by what it is, in deviations."""
    random = np.random.default_rng(4)
    values = random.standard_t(4, (2_000, 2))
    relation = (np.zeros(2), np.eye(2), np.eye(2))
    laws, out = np.zeros((2, LAW_WIDTH)), np.zeros((len(values), 2))
    laws[:, LOW], laws[:, HIGH] = -50.0, 50.0
    _run(np.clip(values, -12, 12), relation, laws, out)
    series = np.clip(values[:, 0], -12, 12)
    lasting = np.array([_smallest(series[max(n - 2, 0) : n + 1]) for n in range(len(series))])
    expected = np.maximum(_over_limit(np.abs(series)), _over_limit(lasting))
    expected[: int(BLOCKS_KNOWN * BLOCK_READINGS)] = 0.0
    assert out[:, 0] == pytest.approx(expected)
    assert 0 < (out[:, 0] >= 1).mean() < 0.01


def _smallest(last: np.ndarray) -> float:
    """How far all of three readings miss to the same side."""
    return max(float(last.min()), float(-last.max()), 0.0) if len(last) == 3 else 0.0


def _over_limit(broken: np.ndarray) -> np.ndarray:
    block = int(BLOCK_READINGS)
    sizes, over, largest = np.log(broken + ALLOWED), np.empty(len(broken)), []
    record = 0.0
    for first in range(0, len(sizes), block):
        mean = float(np.mean(largest)) if largest else 0.0
        spread = max(float(np.std(largest)) if largest else 0.0, LEAST_SPREAD)
        limit = mean + min(SPREADS * spread, max(record + ABOVE - mean, SPREADS * LEAST_SPREAD))
        part = sizes[first : first + block]
        over[first : first + block] = np.exp(part - limit)
        largest.append(float(np.minimum(part, limit + BENT).max() if largest else part.max()))
        record = max(largest[-1], record + (float(np.mean(largest)) - record) / 60.0)
    return over


def _known(channels: int) -> np.ndarray:
    """Laws with a past of ordinary readings."""
    laws = np.zeros((channels, LAW_WIDTH))
    laws[:, LOW], laws[:, HIGH] = -50.0, 50.0
    ordinary = np.random.default_rng(5).normal(0, 1, (1_300, channels))
    _run(ordinary, (np.zeros(channels), np.eye(channels), np.eye(channels)), laws, np.zeros((len(ordinary), channels)))
    return laws


@kernel
def _run(values: np.ndarray, relation: tuple[np.ndarray, np.ndarray, np.ndarray], laws: np.ndarray, out: np.ndarray) -> None:
    for n in range(len(values)):
        breach(values[n], relation, laws, True, 10_000.0, True, out[n])


@kernel
def _breach(joined: np.ndarray, relation: tuple[np.ndarray, np.ndarray, np.ndarray], laws: np.ndarray, out: np.ndarray) -> None:
    breach(joined, relation, laws, False, 10_000.0, True, out)
