"""Within what time half, and nine tenths, of something lay."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tocsin.engine.alarm_quality import share_within


@dataclass(frozen=True)
class Spread:
    """How many, and within how many seconds half and nine tenths of them lay."""

    count: int
    half_s: int | None
    most_s: int | None


def spread_of(durations_ms: Iterable[int]) -> Spread:
    """The spread of these durations."""
    kept = np.array(list(durations_ms), np.int64)
    half, most = share_within(kept, 0.5), share_within(kept, 0.9)
    return Spread(
        count=len(kept),
        half_s=None if math.isnan(half) else round(half / 1000),
        most_s=None if math.isnan(most) else round(most / 1000),
    )
