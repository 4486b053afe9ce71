"""The flat top of one sensor's curve around a moment: how high, how long, how steep its sides."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.scene import Scene


@dataclass(frozen=True)
class Plateau:
    """The run of readings above half of the highest departure: sample counts of its rise, length and fall; `fell`
    False where it still lasts; `steep_minutes` the longer one of rise and fall.
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
    rise = _samples_to(departure, first, -1, 0.12 * height)
    fall = _samples_to(departure, last, 1, 0.12 * height)
    return Plateau(
        height=height,
        samples=last - first + 1,
        rise=rise,
        fall=fall,
        fell=last + 1 < len(value),
        steep_minutes=float(max(ts[first] - ts[max(first - rise, 0)], ts[min(last + fall, len(ts) - 1)] - ts[last]) / 60_000),
        spread=float(np.ptp(flat) / height),
        start_ms=int(ts[first]),
        minutes=float((ts[last] - ts[first]) / 60_000),
    )


def _samples_to(departure: NDArray[np.float64], at: int, step: int, low: float) -> int:
    """Readings from the plateau's edge to the first one that is back at its base."""
    count = 0
    while 0 <= at + step < len(departure):
        at += step
        count += 1
        if departure[at] <= low:
            return count
    return count
