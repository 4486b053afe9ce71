"""Where the load of a whole plant falls from steady production to nearly nothing, or to what its machines draw without goods."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.devices.figures import StopFigures
from tocsin.engine.work.devices.view import Floats
from tocsin.engine.work.firm import QUARTERS_OF_A_DAY
from tocsin.engine.work.load.model import Grounds, Load


@dataclass(frozen=True)
class Fall:
    """The load falls from `before_kw` in the quarter `at` and comes back in `back` (the end of the data if it does not).
    `metered`: process meters showed it, not only the grid connection; `partly`: work went on for a part of its first quarter;
    `held`: machines or furnaces go on drawing evenly without goods; `lines`: with a meter, that ran and fell together; `apart`:
    quarters between the first of them and the last, 0 of one.
    """

    at: int
    back: int
    before_kw: float
    after_kw: float
    metered: bool
    partly: bool
    held: bool
    lines: int
    apart: int

    @property
    def length(self) -> int:
        """Quarters."""
        return self.back - self.at


def falls_of(load: Load, figures: StopFigures, cuts: Sequence[tuple[int, int]] = ()) -> list[Fall]:
    """All falls of the plant that last for `quarters`, by time; none begins before the one before has ended. `cuts`: quarters
    (first, end) without supply; with one the plant need only lie at rest while it lasts, and may stand ready behind it.
    """
    kw = load.kw.astype(np.float64)
    normal = np.repeat(load.normal_kw.astype(np.float64), QUARTERS_OF_A_DAY)
    falls: list[Fall] = []
    free = figures.steady_quarters
    for at in np.flatnonzero(kw[1:] < figures.step * kw[:-1]) + 1:
        if at < free or at + figures.quarters > len(kw) or not _was_steady(kw, normal[at], load.grounds, int(at), figures):
            continue
        again = max((end for first, end in cuts if first - 1 <= at < end - 2), default=len(kw))
        fall = _fall(load, kw, int(at), min(int(at) + figures.quarters, again), figures)
        if fall is not None:
            free = fall.back
            if _all_down(load, fall, figures):
                falls.append(fall)
    return falls


def _was_steady(kw: Floats, normal: float, grounds: NDArray[np.uint8], at: int, figures: StopFigures) -> bool:
    """Whether the plant produced before the quarter `at` as it uses to and was not running out, by meters of one kind."""
    if not np.isfinite(normal) or not (grounds[at - figures.before_quarters : at + figures.quarters] == grounds[at]).all():
        return False
    least = figures.producing if grounds[at] == Grounds.PROCESS else figures.producing_total
    hours = kw[at - figures.steady_quarters : at]
    level = float(kw[at - figures.before_quarters : at].mean())
    return bool(
        least * normal <= level <= figures.fit * normal
        and float(np.mean(hours > 0.5 * least * normal)) >= figures.run_share
        and level >= figures.steady * float(np.nanpercentile(hours, 80))
        and kw[at - 1] >= 0.5 * least * normal
    )


def _fall(load: Load, kw: Floats, at: int, until: int, figures: StopFigures) -> Fall | None:
    """The fall that begins in the quarter `at`, if it is one by what is drawn before `until`. Its first quarter is a mean of
    before and after, so what is left is read behind it; but for a line alone, whose work often peters out within two quarters.
    """
    metered, lines = bool(load.grounds[at] == Grounds.PROCESS), lines_together(load, at, figures)
    level, later = float(kw[at - figures.before_quarters : at].mean()), kw[at + 1 : until]
    left, share = float(later.max()), figures.fall if metered else figures.fall_total
    most = max(left, float(kw[at])) if lines == 1 else left
    to_rest = kw[at] < 0.5 * kw[at - 1] and most <= (1.0 - share) * level
    if not to_rest and not _is_held(later, level, figures):
        return None
    again = np.flatnonzero(kw[at + 1 :] > max(figures.back * level, 0.0 if to_rest else figures.held_back * left))
    back = int(at + 1 + again[0]) if len(again) else len(kw)
    partly = bool(kw[at] > figures.held_back * left + figures.nearly_nothing * level)
    return Fall(at, back, level, left, metered, partly, not to_rest, lines, _apart(load, at, figures))


def _apart(load: Load, at: int, figures: StopFigures) -> int:
    """Quarters between the first line's fall and the last one's about the quarter `at`: what trips falls at once, where people go
    home they stop line after line. A line is down for good from where its power stays near to what it is later.
    """
    around, falls = figures.apart_around, []
    for line in load.lines:
        before, about = line.share[max(at - figures.apart_before, 0) : at - around], line.share[at - around : at + around]
        later = line.share[at + around : at + 2 * around]
        if not len(before) or not len(later) or float(before.mean()) < figures.low_share:
            continue
        if np.isfinite(about).all() and np.isfinite(later).all():
            rest, ran_at = float(np.median(later)), float(before.mean())
            if rest > figures.line_left * ran_at:
                continue  # it goes on, or only stands ready
            ran = np.flatnonzero(about > rest + figures.still_ran * (ran_at - rest))
            falls.append(int(ran[-1]) if len(ran) else 0)
    return max(falls) - min(falls) if falls else 0


def _is_held(kw: Floats, level: float, figures: StopFigures) -> bool:
    """Whether `kw` float64 (quarters,) behind a fall is even, and less than what work leaves: furnaces, baths and drives that
    are kept as they are. They may be put out after half an hour or more, for good.
    """
    most = float(kw.max())
    if not most <= (1.0 - figures.held_fall) * level:
        return False
    even = kw >= (1.0 - figures.held_even) * most
    held = len(kw) if even.all() else int(np.argmin(even))
    put_out = kw[held + 1 :]  # in the quarter between, it is a mean of both
    return held == len(kw) or bool(held >= 2 and len(put_out) and put_out.max() <= figures.nearly_nothing * level)


def lines_together(load: Load, at: int, figures: StopFigures) -> int:
    """Lines with a meter that ran for most of two hours before a quarter, and just before it, and fell then: one that draws on
    as before stands ready.
    """
    made = 0
    for line in load.lines:
        before, later = line.share[max(at - 8, 0) : at], line.share[at + 1 : at + figures.quarters]
        ran = before >= figures.low_share
        if len(ran) and ran.mean() >= 0.5 and ran[-figures.before_quarters :].any():
            made += not float(np.median(later)) > figures.line_left * float(before[ran].mean())
    return made


def _all_down(load: Load, fall: Fall, figures: StopFigures) -> bool:
    """Whether every line with a meter is down, by its own power before. A line that is not known does not speak against it."""
    before, after = slice(fall.at - figures.steady_quarters, fall.at), slice(fall.at + 1, fall.at + figures.quarters)
    left = _left_of_connection(load, fall, figures)
    if not fall.metered or left <= 1.0 - figures.fall:  # a line that never rests lies below the rest level of the connection
        return True
    powers = [float(np.percentile(np.nan_to_num(line.kw[before]), 80)) for line in load.lines]
    with np.errstate(invalid="ignore"):
        for line, usual in zip(load.lines, powers, strict=True):
            if usual <= figures.small_line * sum(powers):
                continue  # a spare one that stands ready
            went_on = (line.kw[after] > figures.line_left * usual).any() and line.share[after].max() > figures.low_share
            if went_on and not (fall.held and _is_held(line.kw[after].astype(np.float64), usual, figures)):
                return False
    return not left > figures.others_left  # else lines without a meter go on


def _left_of_connection(load: Load, fall: Fall, figures: StopFigures) -> float:
    """Share of what the connection of the plant showed above rest that it goes on to show; NaN where it told little."""
    if load.whole is None:
        return math.nan
    before = load.whole.share[fall.at - figures.before_quarters : fall.at]
    after = load.whole.share[fall.at + 1 : fall.at + figures.quarters]
    level = float(before.mean())
    return float(np.median(after)) / level if level >= figures.low_share else math.nan
