"""What devices say anew of a moment of which the history knows another value already: the first stands, the others are told."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.columns import Readings
from tocsin.sensing.history.queries.layout import DAY_MS, first_of_each
from tocsin.sensing.history.queries.table import History, quantised

MOST = 20_000  # readings compared at once; of a flood the rest is refused without being counted


@dataclass(frozen=True)
class Contradiction:
    """One sensor's: how many readings said something else, and the last of them beside the value that stands."""

    sensor: int
    count: int
    ts: int
    kept: float
    refused: float


def contradictions(history: History, fresh: Readings, resolution: NDArray[np.float64] | None) -> list[Contradiction]:
    """Those of `fresh`, which are not in the history yet; Unavailable where it can't be read.

    Equal values are no contradiction: who got no acknowledgement sends the same again.
    """
    fresh = fresh.take(slice(0, MOST))
    fresh = Readings(fresh.sensor, fresh.ts, quantised(fresh, resolution), fresh.quality)
    days = fresh.ts // DAY_MS
    found: list[Contradiction] = []
    for day in np.unique(days):
        part = fresh.take(days == day)
        kept = history.read(np.unique(part.sensor), int(part.ts.min()), int(part.ts.max()) + 1)
        found += _compare(kept, part)
    return found


def _compare(kept: Readings, fresh: Readings) -> list[Contradiction]:
    """Both behind each other, by sensor and time: the first of each moment stands."""
    both = Readings.concatenate([kept, fresh])
    order = np.lexsort((both.ts, both.sensor))
    both = both.take(order)
    starts = first_of_each(both.sensor, both.ts)
    first = np.maximum.accumulate(np.where(starts, np.arange(len(both)), 0))
    stands = both.value[first]
    differs = (both.value != stands) & ~(np.isnan(both.value) & np.isnan(stands))
    found = []
    for sensor in np.unique(both.sensor[differs]):
        (rows,) = np.nonzero(differs & (both.sensor == sensor))
        last = rows[-1]
        refused = float(both.value[last])
        found.append(Contradiction(int(sensor), len(rows), int(both.ts[last]), float(stands[last]), refused))
    return found
