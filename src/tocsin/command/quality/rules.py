"""The weekly list of noisy rules: which week it is of, and what trying a rule found."""

from datetime import datetime, timedelta
from enum import StrEnum
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
