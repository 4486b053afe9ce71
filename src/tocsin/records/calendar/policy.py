"""`calendar.toml` as frozen values; an unknown or missing key is refused with its name."""

from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
from django.utils import timezone

from tocsin.base.policy import PolicyFile, read_policy
from tocsin.records.calendar.rules import WorkingDays

FILE = Path(__file__).with_name("calendar.toml")
_SATURDAY = 5


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days off in a row, both ends included."""

    name: str
    first: date
    last: date


class Year(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the State Council's notice says of one year."""

    year: int
    source: str
    confidence: str
    holiday: tuple[Holiday, ...]
    make_up_days: tuple[date, ...]


class CalendarFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All years that are known, and how many days before an unknown one administrators are told."""

    years: tuple[Year, ...]
    warn_days: int = 90


def working_days() -> WorkingDays:
    """The calendar in force."""
    return CALENDAR.current()


def is_provisional(first: date | datetime, last: date | datetime | None) -> bool:
    """Whether what was counted from one day to another runs through a year whose notice is not known; False without an end."""
    if last is None:
        return False
    return working_days().is_provisional(_local_day(first), _local_day(last))


def _local_day(moment: date | datetime) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


def read_working_days(text: bytes, source: str) -> WorkingDays:
    """The calendar of a TOML text; ValueError names `source` and what is wrong."""
    file = read_policy(text, CalendarFile, source)
    years = file.years
    if not 0 <= file.warn_days <= 365:
        raise ValueError(f"{source}: warn_days is {file.warn_days}; it lies in 0 to 365")
    for year in years:
        for problem in _problems(year):
            raise ValueError(f"{source}, {year.year}: {problem}")
    if len({year.year for year in years}) != len(years):
        raise ValueError(f"{source}: a year stands twice")
    return WorkingDays(
        years=frozenset(year.year for year in years),
        holidays=frozenset(day for year in years for holiday in year.holiday for day in _days_of(holiday)),
        make_up_days=frozenset(day for year in years for day in year.make_up_days),
        warn_days=file.warn_days,
    )


CALENDAR = PolicyFile(
    "records.calendar", FILE, read_working_days, "工作日历", "Calendar of working days", items="years", items_by="year"
)


def _days_of(holiday: Holiday) -> list[date]:
    return [holiday.first + timedelta(days=step) for step in range((holiday.last - holiday.first).days + 1)]


def _problems(year: Year) -> list[str]:
    found = [f"{one.name} ends before it begins" for one in year.holiday if one.last < one.first]
    off = [day for one in year.holiday for day in _days_of(one)]
    found += [f"{day} is a day off twice" for day in sorted({day for day in off if off.count(day) > 1})]
    found += [f"{day} lies in another year" for day in (*off, *year.make_up_days) if day.year != year.year]
    found += [f"make-up day {day} is no Saturday or Sunday" for day in year.make_up_days if day.weekday() < _SATURDAY]
    return found + [f"make-up day {day} is a day off, too" for day in year.make_up_days if day in off]
