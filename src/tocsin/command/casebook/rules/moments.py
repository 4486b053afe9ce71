"""Moments that people type in: when something was said, done, sent."""

from datetime import datetime
from typing import Final

EARLIEST_YEAR: Final = 2000  # before it lies a slip of the keyboard


def has_been(moment: datetime, now: datetime) -> bool:
    """Whether a typed moment can be when something happened: with a time zone, not in the future, of this century.

    >>> from datetime import UTC
    >>> has_been(datetime(2026, 1, 3, 5, tzinfo=UTC), datetime(2026, 1, 3, 6, tzinfo=UTC))
    True
    """
    return moment.tzinfo is not None and moment.year >= EARLIEST_YEAR and moment <= now
