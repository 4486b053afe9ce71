"""The flat top of one sensor's curve around a moment: how high, how long, how steep its sides."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.diagnosis.grid import HOUR_MS
from tocsin.engine.diagnosis.scene import Scene

_TOP = 0.85  # of the height: readings of the flat top
LONGEST_TEST_MINUTES = 90.0  # a round with its warming up and a second level
STEPS = 12  # into which a pulse is cut to see whether it stands still
LEVEL_READINGS = 5  # that make a level of a pulse
LEVEL_MS = 4 * 60_000  # and how long it stands at least
LEVEL_SWAYS = 0.04  # of the height: readings of one level differ by no more
STEP_STEEPER = 4.0  # than readings of a level creep is the step from one to the next
LEVELS_APART = 0.12  # of the height
NEXT_LEVEL_MS = 10 * 60_000  # the longest time from one level to the next
_BASE = 0.06  # of the height: back at the base; a wave has a tail, test gas is gone with the cap


@dataclass(frozen=True)
class Plateau:
    """The run of readings above half of the highest departure: how many it has, and how many from base to top (`rise`) and back
    to base (`fall`); `fell` False where it still lasts; `steep_minutes` the longer one of rise and fall, `fall_minutes` the fall
    alone; `before` the highest departure of the hours before it, as a share of its own; `missing` how many readings are not
    there between base and top, by how far apart they usually are.
    """

    height: float
    samples: int
    rise: int
    fall: int
    fell: bool
    steep_minutes: float
    fall_minutes: float
    spread: float
    start_ms: int
    minutes: float
    before: float
    missing: float


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
    rise_minutes = float(ts[top_first] - ts[foot]) / 60_000
    fall_minutes = float(ts[min(top_last + fall, len(ts) - 1)] - ts[top_last]) / 60_000
    return Plateau(
        height=height,
        samples=last - first + 1,
        rise=rise,
        fall=fall,
        fell=last + 1 < len(value),
        steep_minutes=max(rise_minutes, fall_minutes),
        fall_minutes=fall_minutes,
        spread=float(np.ptp(flat) / height),
        start_ms=int(ts[first]),
        minutes=float((ts[last] - ts[first]) / 60_000),
        before=float(departure[: foot + 1].max() / height),
        missing=rise_minutes / (float(np.median(np.diff(ts[: max(foot, 3) + 1]))) / 60_000) - rise,
    )


@dataclass(frozen=True)
class Pulse:
    """One departure from the base and back, by its shape in time: `minutes` above a third of its `height`; `flat`: the share of
    them in which it stands still, on one level or on several; `rise` and `fall`: the share of
    them before it first stands still, and after it last did; `fell`
    False where it still lasts; `levels`: how many it stands on, one soon after the other.
    """

    height: float
    start_ms: int
    minutes: float
    flat: float
    rise: float
    fall: float
    fell: bool
    levels: int

    @property
    def of_test_gas(self) -> float:
        """0 to 1: how well it looks like gas from a bottle, which comes at once, stands, and is gone at once; sensors take
        minutes to follow, so its edges are round. A wave has no flat top, a leak no end, and only one bottle after the other
        stands on several levels.
        """
        flat = np.clip((self.flat - 0.35) / 0.3, 0.0, 1.0)
        sides = 1 - np.clip((max(self.rise, self.fall) - 0.25) / 0.2, 0.0, 1.0)
        brief = 1 - np.clip((self.minutes - LONGEST_TEST_MINUTES) / LONGEST_TEST_MINUTES, 0.0, 1.0)
        return float(brief if self.levels > 1 else flat * sides * brief * (1.0 if self.fell else 0.4))


def find_pulse(scene: Scene, position: int, around_ms: int, hours: float = 4.0) -> Pulse | None:
    """The departure of that sensor at or soon after that time, on raw readings; None where there is none, where it began more
    than `hours` before, or with fewer than four readings in it.
    """
    ts, value = scene.series(position)
    part = (ts >= around_ms - hours * HOUR_MS) & (ts <= around_ms + hours * HOUR_MS)
    ts, value = ts[part], value[part]
    near = np.flatnonzero(np.abs(ts - around_ms) <= HOUR_MS)
    if len(value) < 6 or not len(near):
        return None
    base = float(np.nanmedian(scene.usual[position])) if np.isfinite(scene.usual[position]).any() else float(value[0])
    departure = np.abs(value - base)
    top = int(near[int(np.argmax(departure[near]))])
    height = float(departure[top])
    if height < 8 * float(scene.scale[position]):
        return None
    first = last = top
    while first > 0 and departure[first - 1] >= height / 3:
        first -= 1
    while last + 1 < len(value) and departure[last + 1] >= height / 3:
        last += 1
    minutes = float(ts[last] - ts[first]) / 60_000
    if first == 0 or last - first < 3 or minutes <= 0:
        return None
    level = float(np.median(np.sort(departure[first : last + 1])[-max(2, (last - first + 1) // 3) :]))
    grid = np.linspace(float(ts[first]), float(ts[last]), STEPS + 1)
    curve = np.interp(grid, ts[first : last + 1].astype(np.float64), departure[first : last + 1])
    still = np.abs(np.diff(curve)) <= max(0.05 * level, 1.5 * float(scene.scale[position]))
    stands = np.flatnonzero(still)
    rise, fall = (float(stands[0]) / STEPS, float(STEPS - 1 - stands[-1]) / STEPS) if len(stands) else (1.0, 1.0)
    levels = _levels(ts[first : last + 1], departure[first : last + 1], float(scene.scale[position]))
    return Pulse(height, int(ts[first]), minutes, float(still.mean()), rise, fall, last + 1 < len(value), levels)


def _levels(ts: NDArray[np.int64], departure: NDArray[np.float64], scale: float) -> int:
    """On how many levels readings stand still one after the other, with steps between that are much steeper than they creep."""
    height = float(departure.max())
    apart = max(LEVEL_SWAYS * height, 1.5 * scale)
    row, most, first = 0, 0, 0
    level, left_ms, creeps = np.inf, -np.inf, 0.0
    while first < len(departure):
        end = first + 1
        while end < len(departure) and np.ptp(departure[first : end + 1]) <= apart:
            end += 1
        run, middle, lasts_ms = departure[first:end], (end - first) // 2, float(ts[end - 1] - ts[first])
        if len(run) >= LEVEL_READINGS and lasts_ms >= LEVEL_MS:
            before, before_ms, crept = level, left_ms, creeps
            level, left_ms = float(np.median(run)), float(ts[end - 1])
            creeps = abs(float(run[middle:].mean() - run[:middle].mean())) / (lasts_ms / 2)
            step, step_ms = abs(level - before), max(float(ts[first]) - before_ms, 1.0)
            follows = step_ms <= NEXT_LEVEL_MS and step >= LEVELS_APART * height
            row = row + 1 if follows and step / step_ms >= STEP_STEEPER * max(crept, creeps) else 1
            most = max(most, row)
        first = end
    return most


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
