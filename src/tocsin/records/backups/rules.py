"""When a backup is due, and which old ones go."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo


class RunKind(StrEnum):
    """What is done: a backup, or the newest one brought back into a scratch folder to see that it can be."""

    BACKUP = "backup"
    REHEARSAL = "rehearsal"


class RunState(StrEnum):
    """How far a run has come."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class RunPhase(StrEnum):
    """What a run is doing."""

    DATABASE = "database"
    FILES = "files"
    LOG = "log"
    SEALING = "sealing"
    CHECKING = "checking"
    UNPACKING = "unpacking"
    TRAIL = "trail"


CHINA: Final = ZoneInfo("Asia/Shanghai")
SILENT: Final = timedelta(minutes=3)
"""A run of which nothing was heard for so long has died with its machine or its process."""


def newest_due(at_minute: int, now: datetime) -> datetime:
    """The last moment at which a daily backup was due: `at_minute` minutes after a local midnight, not after `now`.

    >>> from datetime import UTC
    >>> newest_due(150, datetime(2026, 11, 30, 1, 0, tzinfo=UTC)).isoformat()
    '2026-11-30T02:30:00+08:00'
    """
    local = now.astimezone(CHINA)
    due = datetime.combine(local.date(), time(at_minute // 60, at_minute % 60), tzinfo=CHINA)
    return due if due <= local else due - timedelta(days=1)


def is_due(at_minute: int, since: datetime, newest: datetime | None, now: datetime) -> bool:
    """Whether a planned backup should begin: its moment lies behind the plan's last change, and no planned one began after it."""
    due = newest_due(at_minute, now)
    return due > since and (newest is None or newest < due)


def to_let_go[Kept](newest_first: Sequence[Kept], keep: int) -> Sequence[Kept]:
    """Those beyond the newest `keep`, of which there is at least one.

    >>> to_let_go(["c", "b", "a"], 2)
    ['a']
    """
    return newest_first[max(1, keep) :]


def minute_of(text: str) -> int:
    """Minutes after midnight of a time of the day; -1 for what is none.

    >>> minute_of("02:30"), minute_of("24:00"), minute_of("soon")
    (150, -1, -1)
    """
    hour, _colon, minute = text.partition(":")
    known = (
        hour.isdecimal() and minute.isdecimal() and len(hour) <= 2 and len(minute) == 2 and int(hour) < 24 and int(minute) < 60
    )
    return int(hour) * 60 + int(minute) if known else -1
