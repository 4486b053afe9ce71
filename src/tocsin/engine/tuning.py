"""Quieter settings for a noisy rule, tried on the readings of its sensor: how many alarms go, and what that would have cost.

Only levels (`high`, `low`) are varied, and only their lowest one. The gentlest ways come first: an alarm that stays longer once
it rings costs nothing in time; one that waits for another reading is told later by so much. No limit is ever moved.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from tocsin.base.levels import AlarmLevel
from tocsin.engine.columns import Readings
from tocsin.engine.detection import RULES
from tocsin.engine.detection.detector import Detector
from tocsin.engine.detection.profiles import Profile
from tocsin.engine.detection.rule import Edge

if TYPE_CHECKING:
    from tocsin.engine.detectors.levels import Level

TUNED: Final = ("high", "low")


class Way(StrEnum):
    """How the lowest level of a rule is made quieter."""

    LONGER_CLEAR = "longer_clear"  # three times as many readings back inside before it falls
    WIDER_CLEAR = "wider_clear"  # it falls twice as far inside its limit
    BOTH_CLEARS = "both_clears"
    ONE_MORE_READING = "one_more_reading"  # it rises one reading later


@dataclass(frozen=True)
class Trial:
    """One way with its effect: alarms before and after, `lost` alarms of a higher level, the longest time by which an alarm that
    remains is told later, and whether it is left standing where it had fallen before.
    """

    way: Way
    profile: Profile
    before: int
    after: int
    lost: int
    later_s: float
    left_open: bool

    def helps(self, *, least_share: float, later_s: float) -> bool:
        """Whether it takes that share of the alarms away, delays none by more than `later_s`, loses none and leaves none open."""
        if not self.before or self.lost or self.left_open:
            return False
        return self.later_s <= later_s and self.before - self.after >= least_share * self.before


def try_ways(profile: Profile, rule: str, readings: Readings, *, interval_ms: int) -> tuple[Trial, ...]:
    """Every way tried on the readings of one sensor (its column `sensor` is not looked at), gentlest first.

    Empty for a rule that is not varied, or that the profile does not have.
    """
    if rule not in TUNED or not profile.rules.get(rule):
        return ()
    alone = replace(readings, sensor=np.zeros(len(readings), np.int32))
    now = _rises(profile, rule, alone, interval_ms)
    return tuple(_trial(way, made, now, _rises(made, rule, alone, interval_ms)) for way, made in varied(profile, rule))


def varied(profile: Profile, rule: str) -> list[tuple[Way, Profile]]:
    """Every way with the profile that it makes, gentlest first; the profile has levels of that rule."""
    lowest, *others = profile.high if rule == "high" else profile.low
    longer: Callable[[Level], Level] = lambda level: replace(level, clear_readings=min(3 * level.clear_readings, 255))  # noqa: E731
    wider: Callable[[Level], Level] = lambda level: replace(level, clear=2 * level.clear - level.limit)  # noqa: E731
    ways = {
        Way.LONGER_CLEAR: longer(lowest),
        Way.WIDER_CLEAR: wider(lowest),
        Way.BOTH_CLEARS: wider(longer(lowest)),
        Way.ONE_MORE_READING: replace(lowest, hold_readings=min(lowest.hold_readings + 1, 255)),
    }
    return [(way, replace(profile, rules={**profile.rules, rule: (level, *others)})) for way, level in ways.items()]


@dataclass(frozen=True, eq=False)
class _Rises:
    """When the rule rose from quiet, when it fell, and when it reached more than its lowest level: int64 each, ascending."""

    raised: NDArray[np.int64]
    cleared: NDArray[np.int64]
    higher: NDArray[np.int64]

    @property
    def is_open(self) -> bool:
        """Whether it still stands after the last reading."""
        return len(self.raised) > len(self.cleared)


def _rises(profile: Profile, rule: str, readings: Readings, interval_ms: int) -> _Rises:
    detector = Detector([profile], np.zeros(1, np.int16), np.array([interval_ms], np.int64))
    told = detector.update(readings)
    own = told.take(told.rule == RULES.index(rule))
    levels = profile.high if rule == "high" else profile.low
    lowest = min((level.level for level in levels), default=AlarmLevel.NONE)
    rising = np.isin(own.edge, (int(Edge.RAISE), int(Edge.ESCALATE)))
    return _Rises(
        raised=own.ts[own.edge == int(Edge.RAISE)],
        cleared=own.ts[own.edge == int(Edge.CLEAR)],
        higher=own.ts[rising & (own.level > lowest)],
    )


def _trial(way: Way, made: Profile, before: _Rises, after: _Rises) -> Trial:
    return Trial(
        way,
        made,
        before=len(before.raised),
        after=len(after.raised),
        lost=len(before.higher) - _covered(before.higher, after),
        later_s=_later(before, after),
        left_open=after.is_open and not before.is_open,
    )


def _covered(moments: NDArray[np.int64], after: _Rises) -> int:
    """How many of these are told at the same level afterwards, at the same moment."""
    return int(np.count_nonzero(np.isin(moments, after.higher)))


def _later(before: _Rises, after: _Rises) -> float:
    """The longest wait, in seconds, from a rise to one afterwards before the first had fallen; rises under an alarm that is still
    open wait for nothing, and those that fell again before a later rise are gone, not late.
    """
    waits = [0.0]
    for raised in before.raised.tolist():
        falls = before.cleared[before.cleared > raised]
        end = int(falls[0]) if len(falls) else np.iinfo(np.int64).max
        following = after.raised[(after.raised >= raised) & (after.raised < end)]
        if len(following) and not _open_at(after, raised):
            waits.append((int(following[0]) - raised) / 1000)
    return max(waits)


def _open_at(rises: _Rises, moment: int) -> bool:
    """Whether the rule was risen just before that moment."""
    return bool(np.count_nonzero(rises.raised < moment) > np.count_nonzero(rises.cleared < moment))


def gentlest(trials: Sequence[Trial], *, least_share: float, later_s: float) -> Trial | None:
    """The first way that helps; None where none does, and the sensor or its limit has to be looked at."""
    return next((trial for trial in trials if trial.helps(least_share=least_share, later_s=later_s)), None)
