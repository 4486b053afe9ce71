"""When a source is asked."""

from datetime import datetime, timedelta


def next_after_success(now: datetime, every_h: float) -> datetime:
    """The next fetch after one that did."""
    return now + timedelta(hours=every_h)


def next_after_failure(now: datetime, *, failures: int, retry_min: float, longest_h: float, every_h: float) -> datetime:
    """The next try after so many failures in a row: the pause doubles, up to the longest one; never later than the rhythm itself.

    >>> from datetime import UTC
    >>> begin = datetime(2026, 1, 1, tzinfo=UTC)
    >>> tries = [next_after_failure(begin, failures=n, retry_min=5, longest_h=6, every_h=24) - begin for n in (1, 2, 3, 9)]
    >>> [int(one.total_seconds()) // 60 for one in tries]
    [5, 10, 20, 360]
    """
    pause_h = min(retry_min / 60 * 2.0 ** min(failures - 1, 30), longest_h)
    return now + timedelta(hours=min(pause_h, max(every_h, retry_min / 60)))
