"""The weekly list of noisy rules: which week it is of, and what trying a rule found."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import msgspec


class Finding(StrEnum):
    """What came of trying a noisy rule with quieter settings."""

    PROPOSED = "proposed"  # a gentle way helps
    NO_WAY = "no_way"  # none does: the sensor, its place or its limit has to be looked at
    NOT_TUNED = "not_tuned"  # a rule without levels, or a sensor without a profile
    NO_HISTORY = "no_history"  # its readings could not be read


class NoisyRule(msgspec.Struct, frozen=True):
    """One noisy point of a week with its newest alarm, what trying found, and what is proposed; `way` empty for nothing."""

    alarm_id: UUID
    rule: str
    alarms: int
    share: float
    finding: Finding = Finding.NOT_TUNED
    way: str = ""
    readings: int = 0
    before: int = 0
    after: int = 0
    later_s: float = 0.0
    changes: tuple[str, ...] = ()


def week_before(local: datetime, *, weekday: int, hour: int) -> tuple[datetime, datetime]:
    """The seven days that ended at the midnight before the newest list was due.

    >>> week_before(datetime(2026, 11, 25, 9), weekday=1, hour=7)
    (datetime.datetime(2026, 11, 16, 0, 0), datetime.datetime(2026, 11, 23, 0, 0))
    """
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    day = midnight - timedelta(days=(local.isoweekday() - weekday) % 7)
    if local < day.replace(hour=hour):
        day -= timedelta(days=7)
    return day - timedelta(days=7), day


@dataclass(frozen=True)
class TwoMonths:
    """A month, as far as it has come, beside the one before as far as it had come then.

    No part of a month is held against a whole one. `since` and `last_since` are the first moments of local months, `until` and
    `last_until` lie behind the last.
    """

    since: datetime
    until: datetime
    last_since: datetime
    last_until: datetime


def two_months(now: datetime) -> TwoMonths:
    """The month of `now` in the zone of `now`, and as much of the month before; a shorter month is whole."""
    since = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last_since = (since - timedelta(days=1)).replace(day=1)
    return TwoMonths(since, now, last_since, min(last_since + (now - since), since))


class MonthMeasure(StrEnum):
    """What of a month is counted, and listed row by row."""

    ALARMS = "alarms"  # rang in that time
    CONFIRMED = "confirmed"  # of them, with the time from ringing to the first confirmation
    OPENED = "opened"  # cases
    ARRIVED = "arrived"  # cases whose first crew came, with the time since the first signal
    CLOSED = "closed"  # cases, with the time since the first signal
    PREVENTED = "prevented"  # real matters that were mended before anybody had to declare an incident
    DANGERS = "dangers"  # hidden dangers that were closed
    RED = "red"  # cases that are open now, on red
    OVERDUE = "overdue"  # orders of which a step is late now


STANDING: Final = (MonthMeasure.RED, MonthMeasure.OVERDUE)
"""What is counted as it stands now, and of no month."""
