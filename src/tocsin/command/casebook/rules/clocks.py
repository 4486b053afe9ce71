"""Clocks of a case: when each step is due, what falls due next, and what fires at 50, 100 and 150 per cent.

A clock begins with the case and is never set back: not by a return, a transfer or a merge. Where the level rises the new limit
counts from that moment, and the earlier of the two dues holds.
"""

from collections.abc import Iterable
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


STAGES: Final = (50, 100, 150)  # per cent of the limit


@dataclass(frozen=True)
class Running:
    """A clock as the rules see it: begun, due, and the last stage that has fired (0, 50, 100, 150)."""

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


def next_moment(clock: Running) -> datetime | None:
    """When the next stage fires; None after the last."""
    following = next((stage for stage in STAGES if stage > clock.stage), None)
    return None if following is None else moment_of(clock, following)


def reached_stage(clock: Running, now: datetime) -> int:
    """The highest stage whose moment has come: after a pause of the machine only that one is told, the ones below it are past."""
    return max((stage for stage in STAGES if moment_of(clock, stage) <= now), default=0)


def earlier_due(due_at: datetime, *, raised_at: datetime, limit: timedelta) -> datetime:
    """The due of a clock after its case rose to a level with that limit at `raised_at`: never later than it was."""
    return min(due_at, raised_at + limit)


def paused_until(suspended_until: Iterable[datetime | None]) -> datetime | None:
    """While a case is suspended its clocks are silent; their dues do not move."""
    return max((one for one in suspended_until if one is not None), default=None)
