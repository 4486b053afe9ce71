"""What an incident does to one channel: a curve added to its ordinary values, a value that stands still, reports that stop."""

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.kernel import kernel
from tocsin.simulation.weather import HOUR_MS

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

STEP_MS = 300_000


class Act(Enum):
    """How a curve meets the ordinary value."""

    ADD = "add"
    SCALE = "scale"
    HOLD = "hold"
    DROP = "drop"


@dataclass(frozen=True)
class Effect:
    """`curve` float64 at `start_ms`, `start_ms + STEP_MS`, …; nothing before it, its last value for ever after.

    HOLD and DROP last as long as the curve is long and are over then; their values do not matter.
    """

    sensor: int
    start_ms: int
    curve: Floats
    act: Act = Act.ADD

    @property
    def end_ms(self) -> int:
        """The time of the last point."""
        return self.start_ms + (len(self.curve) - 1) * STEP_MS

    def during(self, time_ms: Times) -> NDArray[np.bool_]:
        """True within the length of the curve."""
        inside: NDArray[np.bool_] = (time_ms >= self.start_ms) & (time_ms < self.end_ms)
        return inside

    def at(self, time_ms: Times) -> Floats:
        """The curve at these times; its neutral value (0 to add, 1 to scale) before the start."""
        index = (time_ms - self.start_ms) / STEP_MS
        neutral = 1.0 if self.act is Act.SCALE else 0.0
        return np.where(index < 0.0, neutral, np.interp(index, np.arange(len(self.curve)), self.curve))


@dataclass(frozen=True)
class Span:
    """The time of an incident on the grid of its curves."""

    start_ms: int
    end_ms: int

    @property
    def hours(self) -> Floats:
        """Hours since the start at each point, float64[m]."""
        count = max(2, (self.end_ms - self.start_ms) // STEP_MS + 1)
        hours: Floats = np.arange(count, dtype=np.float64) * (STEP_MS / HOUR_MS)
        return hours

    @property
    def time_ms(self) -> Times:
        """Unix ms of each point, int64[m]."""
        times: Times = self.start_ms + np.arange(len(self.hours), dtype=np.int64) * STEP_MS
        return times


def follow(target: Floats, hours: Floats | float) -> Floats:
    """What lags behind `target` (a point each STEP_MS) with a time constant in hours, beginning at 0.

    `hours` may tell the constant of each point: filling and emptying differ.
    """
    kept = np.exp(-(STEP_MS / HOUR_MS) / np.broadcast_to(np.asarray(hours, dtype=np.float64), target.shape))
    value = np.zeros(len(target))
    _follow(np.ascontiguousarray(target, dtype=np.float64), kept, value)
    return value


@kernel
def _follow(target: Floats, kept: Floats, value: Floats) -> None:
    """`kept` float64[n]: share of the distance to the target that is left after one step; `value` float64[n] is filled."""
    for i in range(1, len(target)):
        value[i] = target[i] + (value[i - 1] - target[i]) * kept[i]


def front(hours: Floats, arrival_h: float, dispersion: float = 0.12) -> Floats:
    """Share that has come through after each hour of a front due at `arrival_h`: advection with dispersion in proportion to the
    way (Ogata and Banks 1961, without the term that matters only at the source).
    """
    turns = np.maximum(hours, 1e-9) / max(arrival_h, 1e-9)
    depth = (1.0 - turns) / (2.0 * np.sqrt(dispersion * turns))
    return np.array([0.5 * math.erfc(value) for value in np.clip(depth, -6.0, 6.0).tolist()])


def late(curve: Floats, hours: float) -> Floats:
    """The same curve `hours` later, its first value before."""
    shift = round(hours * HOUR_MS / STEP_MS)
    if shift <= 0:
        return curve
    return np.concatenate([np.full(min(shift, len(curve)), curve[0]), curve[:-shift]])
