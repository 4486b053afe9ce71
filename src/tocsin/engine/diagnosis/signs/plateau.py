"""The flat top of one sensor's curve around a moment: how high, how long, how steep its sides."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.scene import Scene

_TOP = 0.85  # of the height: readings of the flat top
_BASE = 0.06  # of the height: back at the base; a wave has a tail, test gas is gone with the cap


@dataclass(frozen=True)
class Plateau:
    """The run of readings above half of the highest departure: how many it has, and how many from base to top (`rise`) and back
    to base (`fall`); `fell` False where it still lasts; `steep_minutes` the longer one of rise and fall; `before` the highest
    departure of the hours before it, as a share of its own.
    """

    height: float
    samples: int
    rise: int
    fall: int
    fell: bool
    steep_minutes: float
    spread: float
    start_ms: int
    minutes: float
    before: float


def find_plateau(scene: Scene, position: int, around_ms: int, hours: float = 6.0) -> Plateau | None:
    """The plateau of that sensor near that time, on raw readings; None with fewer than four readings or no
    departure.
    """
    ts, value = scene.series(position)
    part = (ts >= around_ms - hours * HOUR_MS) & (ts <= around_ms + hours * HOUR_MS)
    ts, value = ts[part], value[part]
    if len(value) < 4:
        return None
    base = float(np.median(value[ts < around_ms - 1.5 * HOUR_MS])) if (ts < around_ms - 1.5 * HOUR_MS).any() else value[0]
    departure = np.abs(value - base)
    near = np.abs(ts - around_ms) <= HOUR_MS
    if not near.any():
        return None
    top = int(np.flatnonzero(near)[int(np.argmax(departure[near]))])
    height = float(departure[top])
    if height < 6 * float(scene.scale[position]):
        return None
    first = last = top
    while first > 0 and departure[first - 1] >= height / 2:
        first -= 1
    while last + 1 < len(value) and departure[last + 1] >= height / 2:
        last += 1
    flat = departure[first : last + 1]
    flat = flat[flat >= 0.85 * height] if (flat >= 0.85 * height).sum() > 1 else flat
    top_first, top_last = _flat_part(departure, first, last, _TOP * height)
    low = max(_BASE * height, 2 * float(scene.scale[position]))
    rise = _samples_to(departure, top_first, -1, low)
    fall = _samples_to(departure, top_last, 1, low)
    foot = max(top_first - rise, 0)
    return Plateau(
        height=height,
        samples=last - first + 1,
        rise=rise,
        fall=fall,
        fell=last + 1 < len(value),
        steep_minutes=float(max(ts[top_first] - ts[foot], ts[min(top_last + fall, len(ts) - 1)] - ts[top_last]) / 60_000),
        spread=float(np.ptp(flat) / height),
        start_ms=int(ts[first]),
        minutes=float((ts[last] - ts[first]) / 60_000),
        before=float(departure[: foot + 1].max() / height),
    )


def _flat_part(departure: NDArray[np.float64], first: int, last: int, high: float) -> tuple[int, int]:
    """The first and the last reading between these two that are as high as the top."""
    tops = np.flatnonzero(departure[first : last + 1] >= high)
    return first + int(tops[0]), first + int(tops[-1])


def _samples_to(departure: NDArray[np.float64], at: int, step: int, low: float) -> int:
    """Readings from the edge of the top to the first one that is back at the base."""
    count = 0
    while 0 <= at + step < len(departure):
        at += step
        count += 1
        if departure[at] <= low:
            return count
    return count
