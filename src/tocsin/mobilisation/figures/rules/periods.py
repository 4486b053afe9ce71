"""Months, quarters and years of which figures are told. Values in, values out."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

_WRITTEN: Final = re.compile(r"(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?")


@dataclass(frozen=True, order=True)
class Period:
    """A month, a quarter or a year of the local calendar."""

    first: date
    months: int

    def __str__(self) -> str:
        """As it is written and kept.

        >>> str(Period(date(2026, 10, 1), 3)), str(Period(date(2026, 10, 1), 1)), str(Period(date(2026, 1, 1), 12))
        ('2026-Q4', '2026-10', '2026')
        """
        year, month = self.first.year, self.first.month
        return f"{year}" if self.months == 12 else f"{year}-Q{month // 3 + 1}" if self.months == 3 else f"{year}-{month:02}"

    @property
    def end(self) -> date:
        """The first day after it."""
        return _month_after(self.first, self.months)

    @property
    def parts(self) -> "tuple[Period, ...]":
        """Quarters of a year, months of a quarter; a month has none."""
        step = {12: 3, 3: 1}.get(self.months, 0)
        return tuple(Period(_month_after(self.first, n), step) for n in range(0, self.months, step)) if step else ()

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Its first moment, and the first one after it."""
        return datetime.combine(self.first, time(), zone), datetime.combine(self.end, time(), zone)


def read_period(written: str) -> Period | None:
    """What is written as `2026-10`, `2026-Q4` or `2026`; None for anything else.

    >>> read_period("2026-Q4").parts[0]
    Period(first=datetime.date(2026, 10, 1), months=1)
    """
    found = _WRITTEN.fullmatch(written)
    if found is None or found[1] < "1000":
        return None
    year, month, quarter = int(found[1]), found[2], found[3]
    if month:
        return Period(date(year, int(month), 1), 1)
    return Period(date(year, 3 * int(quarter) - 2, 1), 3) if quarter else Period(date(year, 1, 1), 12)


def is_due(period: Period, today: date, days_after: int) -> bool:
    """Whether it is over since so many days that it is published by itself."""
    return today >= period.end + timedelta(days=days_after)


def periods_between(first: date, today: date) -> list[Period]:
    """All that are over and hold the month of `first` or a later one, months before quarters before years. The first quarter and
    year hold what there was of them: their months from the first on (`parts_since`).

    >>> [str(one) for one in periods_between(date(2026, 8, 20), date(2027, 1, 1))]
    ['2026-08', '2026-09', '2026-10', '2026-11', '2026-12', '2026-Q3', '2026-Q4', '2026']
    """
    found: list[Period] = []
    for months in (1, 3, 12):
        start = date(first.year, first.month, 1)
        start = _month_after(start, -((start.month - 1) % months))
        while (period := Period(start, months)).end <= today:
            found.append(period)
            start = period.end
    return found


def parts_since(period: Period, first: date) -> tuple[Period, ...]:
    """Its parts without those that were over before `first`, of which nothing was ever reported.

    >>> [str(one) for one in parts_since(Period(date(2026, 1, 1), 12), date(2026, 8, 20))]
    ['2026-Q3', '2026-Q4']
    """
    return tuple(part for part in period.parts if part.end > first)


def longer_than(period: Period) -> Period | None:
    """The quarter that holds a month, the year that holds a quarter; a year is in none.

    >>> str(longer_than(Period(date(2026, 11, 1), 1))), str(longer_than(Period(date(2026, 10, 1), 3)))
    ('2026-Q4', '2026')
    """
    months = {1: 3, 3: 12}.get(period.months)
    if months is None:
        return None
    return Period(_month_after(period.first, -((period.first.month - 1) % months)), months)


def _month_after(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
