"""China's working days: week-ends, public holidays, and the week-end days that are worked instead (调休)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_SATURDAY = 5


class DayKind(StrEnum):
    """What a day is for offices and for how a city lives. `WEEKDAY` and `MAKE_UP` are worked."""

    WEEKDAY = "weekday"
    MAKE_UP = "make_up"  # a Saturday or Sunday that is worked for a holiday
    WEEKEND = "weekend"
    HOLIDAY = "holiday"

    @property
    def is_worked(self) -> bool:
        """Whether offices work on such a day."""
        return self in (DayKind.WEEKDAY, DayKind.MAKE_UP)


@dataclass(frozen=True)
class WorkingDays:
    """The holidays and make-up days of the years whose notice is known. `holidays` hold every day off that the notice names,
    week-end days among them.
    """

    years: frozenset[int]
    holidays: frozenset[date]
    make_up_days: frozenset[date]
    warn_days: int = 90

    def knows(self, day: date) -> bool:
        """Whether the notice of that day's year is known; where it is not, only week-ends are days off."""
        return day.year in self.years

    def kind(self, day: date) -> DayKind:
        """What that day is, by the notice of its year; by its weekday alone where none is known."""
        if day in self.make_up_days:
            return DayKind.MAKE_UP
        if day in self.holidays:
            return DayKind.HOLIDAY
        return DayKind.WEEKEND if day.weekday() >= _SATURDAY else DayKind.WEEKDAY

    def is_working_day(self, day: date) -> bool:
        """The one answer to whether a day counts in a clock of working days; of a year without a notice weekdays do,
        provisionally.
        """
        return self.kind(day).is_worked

    def is_provisional(self, first: date, last: date) -> bool:
        """Whether a clock from one day to another runs through a year whose notice is not known yet."""
        return any(year not in self.years for year in range(min(first, last).year, max(first, last).year + 1))

    def unknown_year(self, day: date) -> int | None:
        """The first year without a notice that begins within `warn_days` of a day, or has begun; None where all are known."""
        last = day + timedelta(days=self.warn_days)
        return next((year for year in range(day.year, last.year + 1) if year not in self.years), None)

    def after(self, day: date, working_days: int) -> date:
        """The last day of a clock of `working_days` (1 or more) that begins on the day after `day`.

        The day on which a period begins is not counted (Civil Code of China, article 201). Where `is_provisional` says so of the
        two days, holidays of that year are not in it.
        """
        while working_days > 0:
            day += timedelta(days=1)
            working_days -= self.is_working_day(day)
        return day

    def rest_days(self, days: Iterable[date]) -> list[bool]:
        """For each day whether people are free, the years without a notice by week-ends alone."""
        return [not self.kind(day).is_worked for day in days]
