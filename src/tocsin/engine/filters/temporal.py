"""Moments and intervals: the sixteen relations of Allen's algebra as CQL2 names them.

Everything is a closed interval in microseconds of UTC; a moment is one that begins where it ends. A date stands for its first
moment where it meets a timestamp.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import polars as pl

from tocsin.base.errors import InvalidInput
from tocsin.engine.filters.kinds import Kind, Part

BEFORE_ALL, AFTER_ALL = -(2**62), 2**62
OPEN = ("..", "")


@dataclass(frozen=True)
class Span:
    """From `start` to `end`, both in microseconds."""

    start: pl.Expr
    end: pl.Expr


RELATIONS: dict[str, Callable[[Span, Span], pl.Expr]] = {
    "t_after": lambda a, b: a.start > b.end,
    "t_before": lambda a, b: a.end < b.start,
    "t_contains": lambda a, b: (a.start < b.start) & (a.end > b.end),
    "t_disjoint": lambda a, b: (a.start > b.end) | (a.end < b.start),
    "t_during": lambda a, b: (a.start > b.start) & (a.end < b.end),
    "t_equals": lambda a, b: (a.start == b.start) & (a.end == b.end),
    "t_finishedby": lambda a, b: (a.start < b.start) & (a.end == b.end),
    "t_finishes": lambda a, b: (a.start > b.start) & (a.end == b.end),
    "t_intersects": lambda a, b: (a.start <= b.end) & (a.end >= b.start),
    "t_meets": lambda a, b: a.end == b.start,
    "t_metby": lambda a, b: a.start == b.end,
    "t_overlappedby": lambda a, b: (a.start > b.start) & (a.start < b.end) & (a.end > b.end),
    "t_overlaps": lambda a, b: (a.start < b.start) & (a.end > b.start) & (a.end < b.end),
    "t_startedby": lambda a, b: (a.start == b.start) & (a.end > b.end),
    "t_starts": lambda a, b: (a.start == b.start) & (a.end < b.end),
}


def read_date(text: object) -> Part:
    """A day as CQL2 writes it, `2026-11-28`."""
    try:
        day = date.fromisoformat(str(text))
    except ValueError:
        raise InvalidInput("%(written)s is no date such as 2026-11-28.", written=str(text)) from None
    return Part(pl.lit(day, dtype=pl.Date), Kind.DATE)


def read_timestamp(text: object) -> Part:
    """A moment of UTC, `2026-11-28T12:00:00Z`; another offset is converted."""
    return Part(pl.lit(moment(text), dtype=pl.Datetime("us")), Kind.TIMESTAMP)


def moment(text: object) -> datetime:
    """The moment of an RFC 3339 text as UTC without a zone."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or "T" not in str(text).upper():
        raise InvalidInput("%(written)s is no time such as 2026-11-28T12:00:00Z.", written=str(text))
    return found.astimezone(UTC).replace(tzinfo=None)


def read_end(text: str, unbounded: int) -> Part | int:
    """One end of an interval: a date, a timestamp, or `..`."""
    if text in OPEN:
        return unbounded
    return read_timestamp(text) if "T" in text.upper() else read_date(text)


def microseconds(part: Part) -> pl.Expr:
    """A moment as a number."""
    return part.expression.cast(pl.Datetime("us")).cast(pl.Int64)


def span_of(start: Part | int, end: Part | int) -> Span:
    """The interval between two ends."""
    first, last = (pl.lit(one) if isinstance(one, int) else microseconds(one) for one in (start, end))
    return Span(first, last)
