"""What a judging series is, and which seeds are held."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Random = np.random.Generator

HELD_SEEDS = 8_000_000  # seeds from here on are looked at once per published table
DEVELOPMENT_SEEDS = 6_000_000  # seeds below 7,000,000 may be looked at freely
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
BEGIN_MS = 1_704_038_400_000  # Monday 2024-01-01 in UTC+8


@dataclass(frozen=True, eq=False)
class JudgingSeries:
    """`ts_ms` int64[n] UTC, `values` float64[n, channels], `anomalous` bool[n] by reading.

    `windows` are rows (first, one past the last) in which an anomaly counts as found; each begins where its anomaly begins.
    Rows before `judged_from` are ordinary and may be learnt from.
    """

    kind: str
    names: tuple[str, ...]
    ts_ms: NDArray[np.int64]
    values: Floats
    anomalous: Flags
    windows: tuple[tuple[int, int], ...]
    judged_from: int


def walk(random: Random, rows: int, memory: float, scale: float) -> Floats:
    """A slow walk around zero: each step keeps `memory` of the last; its standard deviation in the long run is `scale`."""
    steps = random.normal(0.0, scale * np.sqrt(1 - memory * memory), rows)
    level, course = float(random.normal(0.0, scale)), np.empty(rows)
    for row in range(rows):
        level = memory * level + steps[row]
        course[row] = level
    return course


def log_uniform(random: Random, low: float, high: float) -> float:
    """A figure between `low` and `high`, even in its logarithm."""
    return float(low * (high / low) ** random.random())
