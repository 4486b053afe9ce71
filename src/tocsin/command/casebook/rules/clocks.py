"""Clocks of a case: when each step is due, what falls due next, and what fires at 50, 100 and 150 per cent and ever again after.

A clock begins with the case and is never set back: not by a return, a transfer or a merge. Where the level rises the new limit
counts from that moment, and the earlier of the two dues holds.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Step(StrEnum):
    """What a clock waits for. Order as in the handling table."""

    JUDGE = "judge"  # 研判: machine check and merge of alarms
    CONFIRM = "confirm"  # the duty officer takes it
    NOTIFY_OWNER = "notify_owner"  # first notice to owner unit and industry department
    NOTIFY_CITY = "notify_city"  # notice to the city command and the government's duty room
    SIGN = "sign"  # the unit signs for its order
    LEAVE = "leave"
    ARRIVE = "arrive"
    CONTROL = "control"
    PROGRESS = "progress"  # comes again and again until it is mended
    FIND_CAUSE = "find_cause"
    CLOSE = "close"
    REPORT = "report"  # a report upward; its subject is the report
    RECEIPT = "receipt"  # somebody above says that a report came; its subject is the report
    CHECK_IN = "check_in"  # a crew on site says that it is well; its subject is the order
    TASK = "task"  # of a started plan; its subject is the task


OF_THE_UNIT: Final = (Step.SIGN, Step.LEAVE, Step.ARRIVE, Step.CONTROL, Step.PROGRESS, Step.FIND_CAUSE, Step.CLOSE)
"""The steps that a unit with an order is waited for."""

STAGES: Final = (50, 100, 150)  # per cent of the limit
AGAIN: Final = 200  # after the last of them the stage goes on by 50 with every repeat, at pauses of `Again`
_STEP: Final = 50


@dataclass(frozen=True)
class Again:
    """How a clock repeats that nobody has met after its last stage: the first pause is a share of the limit and no less than
    `least_min`, each one longer by `factor`, none longer than `most_min`.
    """

    share: float
    least_min: float
    factor: float
    most_min: float

    def pause(self, limit: timedelta, number: int) -> timedelta:
        """The pause before the repeat of that number, from 1 on.

        >>> daily = Again(share=0.5, least_min=5, factor=2, most_min=60 * 24)
        >>> daily.pause(timedelta(minutes=30), 3), daily.pause(timedelta(minutes=30), 45)
        (datetime.timedelta(seconds=3600), datetime.timedelta(days=1))
        """
        first = max(limit * self.share, timedelta(minutes=self.least_min))
        longest = timedelta(minutes=self.most_min)
        if number > _LONGEST:
            return longest
        seconds = first.total_seconds() * self.factor ** (number - 1)  # no timedelta: months of repeats overflow one
        return timedelta(seconds=min(seconds, longest.total_seconds()))


_LONGEST: Final = 60  # repeats after which every pause is the longest


@dataclass(frozen=True)
class Running:
    """A clock as the rules see it: begun, due, and the last stage that has fired (0, 50, 100, 150; 200, 250 … are repeats)."""

    began_at: datetime
    due_at: datetime
    stage: int = 0


def moment_of(clock: Running, stage: int) -> datetime:
    """When this percentage of the time is over.

    >>> begin = datetime(2026, 1, 3, 5, 0)
    >>> moment_of(Running(begin, begin + timedelta(minutes=30)), 50)
    datetime.datetime(2026, 1, 3, 5, 15)
    """
    return clock.began_at + (clock.due_at - clock.began_at) * stage / 100


def repeats(clock: Running, again: Again) -> Iterator[tuple[int, datetime]]:
    """Every repeat after the last stage with its moment, without end."""
    at, number = moment_of(clock, STAGES[-1]), 0
    while True:
        number += 1
        at += again.pause(clock.due_at - clock.began_at, number)
        yield STAGES[-1] + _STEP * number, at


def moment_of_last(clock: Running, again: Again) -> datetime:
    """When its last stage fired, or when it began."""
    if clock.stage <= STAGES[-1]:
        return moment_of(clock, clock.stage)
    return next(at for stage, at in repeats(clock, again) if stage >= clock.stage)


def next_moment(clock: Running, again: Callable[[], Again]) -> datetime:
    """When the next stage fires. A clock that nobody meets is never silent. `again` is asked after the last stage alone."""
    for stage in STAGES:
        if stage > clock.stage:
            return moment_of(clock, stage)
    return next(at for stage, at in repeats(clock, again()) if stage > clock.stage)


def reached_stage(clock: Running, now: datetime, again: Again) -> int:
    """The highest stage whose moment has come: after a pause of the machine only that one is told, the ones below it are past."""
    found = max((stage for stage in STAGES if moment_of(clock, stage) <= now), default=0)
    if found == STAGES[-1]:
        for stage, at in repeats(clock, again):
            if at > now:
                break
            found = stage
    return found


def repeat_number(stage: int) -> int:
    """Which repeat a stage is: 0 up to the last stage, then 1, 2 …

    >>> [repeat_number(stage) for stage in (50, 150, 200, 300)]
    [0, 0, 1, 3]
    """
    return max(0, (stage - STAGES[-1]) // _STEP)


def percent_of(clock: Running, now: datetime) -> int:
    """How much of the time is over: what is told of a stage."""
    limit = clock.due_at - clock.began_at
    return round(100 * (now - clock.began_at) / limit) if limit else 0


def earlier_due(due_at: datetime, *, raised_at: datetime, limit: timedelta) -> datetime:
    """The due of a clock after its case rose to a level with that limit at `raised_at`: never later than it was."""
    return min(due_at, raised_at + limit)


def paused_until(suspended_until: Iterable[datetime | None]) -> datetime | None:
    """While a case is suspended its clocks are silent; their dues do not move."""
    return max((one for one in suspended_until if one is not None), default=None)
